"""Groups within groups: a row for each outer group, its own figure and those of the groups in it."""

from collections.abc import Callable, Mapping

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.charts.caterpillar import group_words
from dashboard.numbers import interval, number
from dashboard.theme import Theme, figure

ROW = 30
DENSE = 400


def within_chart(
    table: pd.DataFrame,
    term: str,
    inside: Mapping[str, str],
    outer: pd.DataFrame,
    middle: tuple[float, float, float],
    theme: Theme,
    *,
    says: str,
    width: str,
    labels: tuple[Callable[[object], str], Callable[[object], str]],
    selected: str | None = None,
) -> go.Figure:
    """Returns one row an outer group in the order of `outer`: a dot for each group in it, a bar for its own.

    `table` has <term>, _se, _low and _high by group, `inside` the outer group of each, `outer` the same
    columns by outer group (<term> may be missing: the outer groups do not differ in it). `width` is that of
    the intervals; `labels` write a group and an outer group.
    """
    rows = {str(level): place for place, level in enumerate(outer.index)}
    shown = table[[inside[str(level)] in rows for level in table.index]]
    at = pd.Series([rows[inside[str(level)]] for level in shown.index], index=shown.index)
    drawn = figure(theme, ROW * len(rows) + 84)
    limits = marks.span(shown[term], outer[f"{term}_low"] if term in outer else (), middle[1:])
    bottom = len(rows) - 0.4
    marks.band(drawn, theme, middle[1], middle[2], middle[0], (-0.6, bottom))
    if limits[0] < 0 < limits[1]:
        marks.zero(drawn, theme, yref="y", y=(-0.6, bottom))
    if term in outer:
        _own(drawn, outer, term, theme, labels[1], width)
    drawn.add_trace(
        marks.dots(
            shown[term],
            at,
            theme.best_soft if len(shown) > DENSE else theme.best,
            theme,
            hover=group_words(shown, term, labels[0], width),
            levels=list(shown.index),
            size=6 if len(shown) > DENSE else 9,
        )
    )
    if selected in shown.index:
        place = (float(shown.loc[selected, term]), int(at[selected]))
        share = (place[0] - limits[0]) / (limits[1] - limits[0])
        side = "right" if share > 0.8 else "left" if share < 0.2 else "center"
        _ring(drawn, place, labels[0](selected), side, theme)
    marks.note(
        drawn,
        marks.average(middle),
        theme,
        x=middle[0],
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=2,
        font={"size": 13, "color": theme.ink},
    )
    drawn.update_layout(
        margin={"t": 28},
        xaxis={"range": limits, "title": {"text": marks.wrapped(says, 40)}},
        yaxis={
            "range": [bottom, -0.6],
            "tickmode": "array",
            "tickvals": list(rows.values()),
            "ticktext": [safe.figure(labels[1](level), 24) for level in outer.index],
            "showgrid": True,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def _own(
    drawn: go.Figure,
    outer: pd.DataFrame,
    term: str,
    theme: Theme,
    label: Callable[[object], str],
    width: str,
) -> None:
    """Each outer group's own figure: an upright bar on its interval, below the dots."""
    places = list(range(len(outer)))
    drawn.add_trace(
        marks.intervals(outer[f"{term}_low"], outer[f"{term}_high"], places, theme.middle, width=7)
    )
    hover = [
        f"<b>{safe.figure(label(level))}</b> itself<br>{number(value, error)}, {width} {interval(low, high)}"
        for level, value, error, low, high in zip(
            outer.index,
            *(outer[f"{term}{end}"] for end in ("", "_se", "_low", "_high")),
            strict=True,
        )
    ]
    bars = marks.ticks(outer[term], places, theme, hover)
    bars.marker.size, bars.marker.line.width = 22, 3
    bars.marker.color = bars.marker.line.color = theme.ink
    drawn.add_trace(bars)


def _ring(drawn: go.Figure, at: tuple[float, int], text: str, side: str, theme: Theme) -> None:
    ring = {"symbol": "circle-open", "size": 17, "color": theme.ink, "line": {"width": 2}}
    drawn.add_trace(go.Scatter(x=[at[0]], y=[at[1]], mode="markers", hoverinfo="skip", marker=ring))
    font = {"size": 13, "color": theme.ink}
    name = f"<b>{safe.figure(text)}</b>"
    marks.note(drawn, name, theme, x=at[0], y=at[1], xanchor=side, yshift=16, font=font)
