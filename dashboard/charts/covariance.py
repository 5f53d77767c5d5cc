"""How the terms that vary go together: a grid of spreads and correlations."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number
from dashboard.theme import Theme, figure, on

ROW = 50
LIMIT = 0.995  # beyond it a correlation sits at its boundary


def covariance_chart(
    spreads: Sequence[float],
    correlations: Sequence[Sequence[float | None]],
    names: Sequence[str],
    theme: Theme,
) -> go.Figure:
    """Returns a grid: on the diagonal each term's standard deviation, below it the correlations.

    Fill says the strength and sign: accent together, grey against each other. None where a spread is zero;
    at the limit nothing is known, which is said without a fill.
    """
    many = len(names)
    drawn = figure(theme, ROW * many + 64)
    for row in range(many):
        for column in range(row + 1):
            value = None if row == column else correlations[row][column]
            known = value is not None and abs(value) <= LIMIT
            fill = _shade(value, theme) if known else theme.panel
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
            text = f"± {number(spreads[row], spreads[row] / 4)}" if same else _text(value)
            marks.note(
                drawn,
                f"<b>{text}</b>" if known else text,
                theme,
                x=column,
                y=row,
                font={"size": 14, "color": on(fill) if known else theme.ink},
            )
    ticks = {"tickmode": "array", "tickvals": list(range(many)), "showgrid": False}
    said = [safe.figure(name, 18) for name in names]
    drawn.update_layout(
        xaxis=ticks | {"ticktext": said, "range": [-0.52, many - 0.48], "tickangle": 0},
        yaxis=ticks | {"ticktext": said, "range": [many - 0.48, -0.52], "ticklabelstandoff": 6},
    )
    return drawn


def _text(correlation: float | None) -> str:
    if correlation is None:
        return "–"
    return number(correlation, 0.02) if abs(correlation) <= LIMIT else "cannot tell"


def _shade(correlation: float, theme: Theme) -> str:
    """Returns paper tinted toward the accent (together) or grey (against), as far as they go so."""
    tint = theme.best if correlation > 0 else theme.middle_mark
    share = 0.15 + 0.85 * min(abs(correlation), 1.0)
    mixed = [
        round(int(theme.paper[at : at + 2], 16) * (1 - share) + int(tint[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02X}" for part in mixed)
