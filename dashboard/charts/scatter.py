"""Baseline against response: where each group stands, and how far pooling moved it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.charts.caterpillar import group_words
from dashboard.charts.places import Point, sides
from dashboard.theme import Theme, figure

ARROWS_UP_TO = 150
Ticks = Callable[[tuple[float, float]], Mapping[str, object]]
NAMED = 1


def scatter_chart(
    table: pd.DataFrame,
    raw: pd.DataFrame,
    terms: tuple[str, str],
    middle: tuple[float, float],
    ellipse: tuple[Sequence[float], Sequence[float]] | None,
    theme: Theme,
    *,
    says: tuple[str, str],
    width: str,
    label: Callable[[object], str] = str,
    selected: str | None = None,
    hover: Sequence[str] = (),
    reads: tuple[Ticks, Ticks] | None = None,
) -> go.Figure:
    """Returns each group as a dot, a line back to its own estimate, the chain as a diamond, and the ellipse.

    `ellipse` is the outline that holds a share of such groups under the fitted covariance; None when a
    variance is zero. `width` is that of the groups' intervals. `hover` is what a dot says, of groups whose
    figures are drawn on another scale than they are read on; `reads` then gives each axis its ticks, by its
    ends.
    """
    across, up = terms
    drawn = figure(theme, 520)
    limits_x = _limits(table[across], ellipse[0] if ellipse else ())
    limits_y = _limits(table[up], ellipse[1] if ellipse else ())
    if ellipse:
        drawn.add_trace(
            go.Scatter(
                x=list(ellipse[0]),
                y=list(ellipse[1]),
                mode="lines",
                fill="toself",
                fillcolor=theme.wash,
                line={"color": theme.best_soft, "width": 1, "dash": "dot"},
                hoverinfo="skip",
            )
        )
    if limits_y[0] < 0 < limits_y[1]:
        drawn.add_hline(y=0, line={"color": theme.muted, "width": 1.25}, layer="below")
    if len(table) <= ARROWS_UP_TO:
        drawn.add_trace(_pulls(table, raw, across, up, theme))
    drawn.add_trace(
        marks.dots(
            table[across],
            table[up],
            theme.best,
            theme,
            size=10 if len(table) <= ARROWS_UP_TO else 6,
            hover=hover or group_words(table, up, label, width),
            levels=list(table.index),
        )
    )
    drawn.add_trace(
        marks.dots([middle[0]], [middle[1]], theme.chain, theme, size=14, symbol="diamond", hover=["average"])
    )
    _names(drawn, table, terms, middle, (limits_x, limits_y), label, selected, theme)
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0], 70)}, "range": limits_x}
        | (reads[0](limits_x) if reads else {}),
        yaxis={"title": {"text": safe.figure(says[1], 70)}, "range": limits_y}
        | (reads[1](limits_y) if reads else {}),
    )
    return drawn


def _limits(values: pd.Series, outline: Sequence[float]) -> tuple[float, float]:
    return marks.span(values, outline, include_zero=False, margin=0.06)


def _pulls(table: pd.DataFrame, raw: pd.DataFrame, across: str, up: str, theme: Theme) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    both = (
        raw[[across, up]].reindex(table.index).dropna() if {across, up} <= set(raw.columns) else raw.iloc[:0]
    )
    pooled = table.loc[both.index]
    for start, end in zip(both[across], pooled[across], strict=True):
        x += [float(start), float(end), None]
    for start, end in zip(both[up], pooled[up], strict=True):
        y += [float(start), float(end), None]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"color": theme.middle_mark, "width": 1.25}, hoverinfo="skip"
    )


def _names(drawn, table, terms, middle, limits, label, selected, theme) -> None:
    places = list(zip(table[terms[0]], table[terms[1]], strict=True))
    named = [(middle, "average", theme.ink)]
    for level in _chosen(table[terms[1]], selected):
        at, text = places[table.index.get_loc(level)], safe.figure(label(level))
        here = str(level) == selected
        named.insert(0 if here else len(named), (at, f"<b>{text}</b>" if here else text, theme.ink))
        if here:
            ring = {"symbol": "circle-open", "size": 19, "color": theme.ink, "line": {"width": 2}}
            drawn.add_trace(go.Scatter(x=[at[0]], y=[at[1]], mode="markers", hoverinfo="skip", marker=ring))
    write_names(drawn, named, [*places, middle], limits, theme, crowded=len(table) > ARROWS_UP_TO)


def write_names(
    drawn: go.Figure,
    named: Sequence[tuple[Point, str, str]],
    dots: Sequence[Point],
    limits: tuple[Point, Point],
    theme: Theme,
    *,
    crowded: bool,
) -> None:
    """Writes names beside their dots, in order of importance: place, text safe for plotly, colour.

    Where it is `crowded` they stand on paper, over the dots.
    """
    letters = [(at, len(re.sub("<.*?>|&.*?;", "", text))) for at, text, _ in named]
    avoided = [] if crowded else dots
    ground = {"bgcolor": theme.paper, "opacity": 0.9} if crowded else {}
    for (at, text, colour), side in zip(named, sides(letters, avoided, limits), strict=True):
        font = {"size": 13, "color": colour}
        marks.note(drawn, text, theme, x=at[0], y=at[1], font=font, **asdict(side), **ground)


def _chosen(values: pd.Series, selected: str | None) -> list[object]:
    ordered = values.sort_values().index
    ends = [*ordered[-NAMED:], *ordered[:NAMED]]
    return list(dict.fromkeys([*(level for level in ordered if str(level) == selected), *ends]))
