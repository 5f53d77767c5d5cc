"""Shrinkage arrows: from what each group's own rows say to where all rows together put it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.charts.scatter import write_names
from dashboard.numbers import number
from dashboard.theme import Theme, figure

# Groups up to which every arrow is drawn; of more those that move farthest, and smaller dots.
EVERY, MOST = 150, 40
# Interquartile ranges beyond the quartiles from which an own estimate may lie off the panel.
FENCE = 2.0


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: the term, what it says with its unit, all together in the mixed model and all as one.

    `ratios` are drawn on a logarithmic axis.
    """

    term: str
    says: str
    middle: float
    complete: float
    ratios: bool = False


def arrows_chart(
    table: pd.DataFrame,
    raw: pd.DataFrame,
    axes: tuple[Axis, Axis],
    theme: Theme,
    *,
    label: Callable[[object], str] = str,
    words: Sequence[str] = (),
    selected: str | None = None,
) -> go.Figure:
    """Returns an arrow a group, from its own estimate (ring) to the pooled one (dot), in the plane of two
    terms.

    `table` and `raw` have both terms by group; `words` are the groups' hovers, safe for plotly. The average
    is a diamond, plain regression of all as one another.
    """
    drawn = figure(theme, 520)
    pooled, own = _places(table, axes), _places(raw.reindex(table.index), axes).dropna()
    middle, complete = (
        tuple(_at(getattr(axis, name), axis) for axis in axes) for name in ("middle", "complete")
    )
    limits = tuple(_limits(pooled[at], own[at], (middle[at], complete[at])) for at in (0, 1))
    moved = _moved(own, pooled, limits, selected)
    drawn.add_trace(_arrows(own.loc[moved], pooled.loc[moved], theme))
    drawn.add_trace(_rings(own.loc[moved], raw[axes[1].term], theme, label))
    small = len(table) > EVERY
    drawn.add_trace(
        marks.dots(
            pooled[0],
            pooled[1],
            theme.best,
            theme,
            size=6 if small else 10,
            hover=words,
            levels=list(table.index),
        )
    )
    for at, colour, name in ((complete, theme.ols, "all as one"), (middle, theme.chain, "average")):
        drawn.add_trace(marks.dots([at[0]], [at[1]], colour, theme, size=14, symbol="diamond", hover=[name]))
    named = [(middle, "average", theme.ink)]
    if _apart(middle, complete, limits):
        named.append((complete, "all as one", theme.ink))
    for level in _named(own, pooled, limits, selected):
        here, text = str(level) == selected, safe.figure(label(level))
        at = tuple(pooled.loc[level])
        named.insert(0 if here else len(named), (at, f"<b>{text}</b>" if here else text, theme.ink))
        if here:
            ring = {"symbol": "circle-open", "size": 19, "color": theme.ink, "line": {"width": 2}}
            drawn.add_trace(go.Scatter(x=[at[0]], y=[at[1]], mode="markers", hoverinfo="skip", marker=ring))
    dots = [*pooled.itertuples(index=False, name=None), middle, complete]
    write_names(drawn, named, dots, limits, theme, crowded=small)
    for name, axis, ends in zip(("xaxis", "yaxis"), axes, limits, strict=True):
        ticks = marks.ratio_ticks(ends) if axis.ratios else {}
        drawn.update_layout({name: {"title": {"text": safe.figure(axis.says, 70)}, "range": ends} | ticks})
    if not axes[1].ratios and limits[1][0] < 0 < limits[1][1]:
        drawn.add_hline(y=0, line={"color": theme.muted, "width": 1.25}, layer="below")
    return drawn


def _at(value: float, axis: Axis) -> float:
    return math.log(value) if axis.ratios and value > 0 else value


def _places(table: pd.DataFrame, axes: tuple[Axis, Axis]) -> pd.DataFrame:
    columns = [
        marks.logs(table, (axis.term,))[axis.term] if axis.ratios else table[axis.term] for axis in axes
    ]
    return pd.DataFrame(dict(enumerate(columns)), index=table.index)


def _limits(pooled: pd.Series, own: pd.Series, others: Sequence[float]) -> tuple[float, float]:
    """The ends of an axis: every dot, and the own estimates that do not lie far from all others."""
    return marks.span(pooled, near(own), others, include_zero=False, margin=0.06)


def near(own: pd.Series) -> pd.Series:
    """Returns the own estimates that do not lie far from all others; a few rows may say anything."""
    known = own.dropna()
    if not len(known):
        return known
    low, high = known.quantile(0.25), known.quantile(0.75)
    return known[known.between(low - FENCE * (high - low), high + FENCE * (high - low))]


def _far(own: pd.DataFrame, pooled: pd.DataFrame, limits) -> pd.Series:
    """How far each group moves, in panels, farthest first."""
    wide = [ends[1] - ends[0] for ends in limits]
    away = sum(((own[at] - pooled.loc[own.index, at]) / wide[at]) ** 2 for at in (0, 1))
    return away.sort_values(ascending=False)


def _moved(own: pd.DataFrame, pooled: pd.DataFrame, limits, selected: str | None) -> list[object]:
    if len(pooled) <= EVERY:
        return list(own.index)
    chosen = [level for level in own.index if str(level) == selected]
    inside = own[own[0].between(*limits[0]) & own[1].between(*limits[1])]
    return list(dict.fromkeys([*chosen, *_far(inside, pooled, limits).index[:MOST]]))


def _named(own: pd.DataFrame, pooled: pd.DataFrame, limits, selected: str | None) -> list[object]:
    """The chosen group, the two that move farthest, and both ends of what goes up; of many the chosen one."""
    chosen = [level for level in pooled.index if str(level) == selected]
    if len(pooled) > EVERY:
        return chosen
    return list(
        dict.fromkeys([*chosen, *_far(own, pooled, limits).index[:2], pooled[1].idxmax(), pooled[1].idxmin()])
    )


def _arrows(own: pd.DataFrame, pooled: pd.DataFrame, theme: Theme) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for start, end in zip(own.itertuples(index=False), pooled.itertuples(index=False), strict=True):
        x += [start[0], end[0], None]
        y += [start[1], end[1], None]
    return go.Scatter(
        x=x,
        y=y,
        mode="lines+markers",
        hoverinfo="skip",
        line={"color": theme.middle_mark, "width": 1.25},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "standoff": 5,
            "color": theme.middle_mark,
            "size": [0, 9, 0] * len(own),
        },
    )


def _rings(own: pd.DataFrame, says: pd.Series, theme: Theme, label: Callable[[object], str]) -> go.Scatter:
    """The own estimates; `says` are those of the second term as they are written."""
    return go.Scatter(
        x=own[0],
        y=own[1],
        mode="markers",
        marker={"symbol": "circle-open", "size": 7, "color": theme.raw, "line": {"width": 1.5}},
        customdata=[str(level) for level in own.index],
        hovertext=[
            f"{safe.figure(label(level))}: its own rows alone say {number(says[level])}"
            for level in own.index
        ],
        hovertemplate=marks.HOVER,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _apart(one: Sequence[float], other: Sequence[float], limits) -> bool:
    """Whether two marks stand so far from each other that both can be named."""
    return any(abs(a - b) > 0.03 * (ends[1] - ends[0]) for a, b, ends in zip(one, other, limits, strict=True))
