"""How soon the rows of a new group tell its tier."""

from math import log10

import plotly.graph_objects as go

from core.decide.newcomer import Newcomer
from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import percent
from dashboard.theme import Theme, figure

HEIGHT = 300
TICKS = (1, 2, 5, 10, 20, 52, 104, 260, 520)


def soon_known_chart(
    curves: tuple[tuple[str, Newcomer], ...], theme: Theme, *, period: tuple[str, str]
) -> go.Figure:
    """Returns the chance that the tier is right by the number of periods, one line for each named curve.

    The first is solid in the accent. Dots mark where a curve reaches what is enough, a dashed line.
    """
    drawn = figure(theme, HEIGHT)
    styles = ((theme.best, "solid"), (theme.last, "dash"))
    enough = curves[0][1].enough
    drawn.add_hline(100 * enough, line={"color": theme.muted, "width": 1.5, "dash": "dot"})
    for (name, found), (colour, dash) in zip(curves, styles, strict=False):
        known = found.known
        drawn.add_trace(
            go.Scatter(
                x=list(known.index),
                y=list(100 * known["p_right"]),
                mode="lines",
                line={"color": colour, "width": 2.5, "dash": dash},
                hovertext=[
                    f"{safe.figure(name, 60)}<br>{count:,} {period[count != 1]}: right with {percent(p)}"
                    for count, p in known["p_right"].items()
                ],
                hovertemplate=marks.HOVER,
            )
        )
        if found.needed is not None:
            right = 100 * float(known.loc[found.needed, "p_right"])
            drawn.add_trace(marks.dots([found.needed], [right], colour, theme, size=11))
            marks.note(
                drawn,
                f"<b>{found.needed:,}</b>",
                theme,
                x=log10(found.needed),
                y=right,
                yanchor="bottom",
                yshift=7,
                font={"size": 13, "color": theme.ink},
            )
    _named(drawn, curves, theme, styles)
    drawn.update_layout(
        margin={"t": 14, "b": 8, "l": 8, "r": 12},
        xaxis={
            "type": "log",
            "title": {"text": f"{safe.figure(period[1], 24)} of its own"},
            "tickmode": "array",
            "tickvals": list(TICKS),
            "ticktext": [f"{tick}" for tick in TICKS],
            "showgrid": False,
        },
        yaxis={"title": {"text": "chance that its tier is right, %"}, "range": [0, 102]},
    )
    return drawn


def _named(drawn: go.Figure, curves, theme: Theme, styles) -> None:
    """The names of the lines, below one another where there is room: low on the right."""
    for place, ((name, _), (colour, _)) in enumerate(zip(curves, styles, strict=False)):
        marks.note(
            drawn,
            f"<span style='color:{colour}'>{'━' if place == 0 else '╍'}</span> {safe.figure(name, 48)}",
            theme,
            x=1,
            xref="paper",
            xanchor="right",
            y=0.02 + 0.09 * (len(curves) - 1 - place),
            yref="paper",
            yanchor="bottom",
            font={"size": 13, "color": theme.ink},
        )
