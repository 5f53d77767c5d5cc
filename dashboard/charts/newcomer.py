"""How long until a new group's tier is known: the chance of naming the right one, by periods seen."""

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import percent
from dashboard.theme import Theme, figure


def known_chart(
    known: pd.DataFrame, enough: float, needed: int | None, start: float, theme: Theme, *, many: str
) -> go.Figure:
    """Returns the chance that the likeliest tier is the right one after so many periods.

    `known` has p_right by periods, `start` is the chance before any row, `enough` the dashed line and
    `needed` where it is reached.
    """
    upto = min(int(known.index.max()), 4 * (needed or int(known.index.max())))
    shown = known[known.index <= upto]
    x, y = [0, *shown.index], [start, *shown["p_right"]]
    drawn = figure(theme, 280)
    hover = [f"{n:,} {safe.figure(many)}: {percent(p)} right" for n, p in zip(x, y, strict=True)]
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=[100 * p for p in y],
            mode="lines+markers",
            line={"color": theme.best, "width": 2.5},
            marker={"size": 5, "color": theme.best},
            hovertext=hover,
            hovertemplate=marks.HOVER,
        )
    )
    drawn.add_hline(y=100 * enough, line={"color": theme.muted, "width": 1.25, "dash": "dash"})
    if needed is not None:
        drawn.add_trace(
            marks.dots([needed], [100 * float(known.loc[needed, "p_right"])], theme.chain, theme, size=12)
        )
        marks.note(
            drawn,
            f"{needed:,} {safe.figure(many)}",
            theme,
            x=needed,
            y=100 * enough,
            yshift=-18,
            xanchor="left",
        )
    drawn.update_layout(
        xaxis={"title": {"text": f"{safe.figure(many, 30)} of its own"}, "rangemode": "tozero"},
        yaxis=marks.shares_axis("chance that its tier is right"),
    )
    return drawn
