"""How the terms that vary go together: a grid of spreads and correlations."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number
from dashboard.theme import Theme, figure, on

ROW = 50


def covariance_chart(
    spreads: Sequence[float],
    correlations: Sequence[Sequence[float | None]],
    names: Sequence[str],
    theme: Theme,
) -> go.Figure:
    """Returns a grid: on the diagonal each term's standard deviation, below it the correlations.

    Fill says the strength and sign: accent together, orange against each other. None where a spread is zero.
    """
    many = len(names)
    drawn = figure(theme, ROW * many + 64)
    for row in range(many):
        for column in range(row + 1):
            value = None if row == column else correlations[row][column]
            fill = theme.panel if row == column or value is None else _shade(value, theme)
            drawn.add_shape(
                type="rect",
                x0=column - 0.49,
                x1=column + 0.49,
                y0=row - 0.48,
                y1=row + 0.48,
                fillcolor=fill,
                line={"width": 1, "color": theme.rule},
            )
            same = row == column
            text = f"± {number(spreads[row])}" if same else "–" if value is None else number(value, 0.02)
            marks.note(
                drawn,
                text if same else f"<b>{text}</b>",
                theme,
                x=column,
                y=row,
                font={"size": 14, "color": theme.ink if same or value is None else on(fill)},
            )
    ticks = {"tickmode": "array", "tickvals": list(range(many)), "showgrid": False}
    said = [safe.figure(name, 18) for name in names]
    drawn.update_layout(
        xaxis=ticks | {"ticktext": said, "range": [-0.52, many - 0.48], "tickangle": 0},
        yaxis=ticks | {"ticktext": said, "range": [many - 0.48, -0.52], "ticklabelstandoff": 6},
    )
    return drawn


def _shade(correlation: float, theme: Theme) -> str:
    """Returns paper tinted toward the accent (together) or orange (against), as far as they go so."""
    tint = theme.best if correlation > 0 else theme.last
    share = 0.15 + 0.85 * min(abs(correlation), 1.0)
    mixed = [
        round(int(theme.paper[at : at + 2], 16) * (1 - share) + int(tint[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02X}" for part in mixed)
