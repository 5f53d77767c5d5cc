"""Dumbbells: each group's own estimate and the pooled one on a row, with all as one marked."""

import math
from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.charts.arrows import near
from dashboard.numbers import number
from dashboard.theme import Theme, figure

Marked = tuple[float, str]  # a value that an upright line marks, and how it is written

ROW = 24
PULLED = "pulled"
ASIDE = 0.26  # share of the panel that the words at the right take


def dumbbells(
    table: pd.DataFrame,
    theme: Theme,
    *,
    says: str,
    middle: Marked,
    complete: Marked | None = None,
    aside: Sequence[str] = (),
    words: Sequence[str] = (),
    label: Callable[[object], str] = str,
    selected: str | None = None,
    left_out: int = 0,
    among: pd.Series | None = None,
    ratios: bool = False,
) -> go.Figure:
    """Returns one row a group: a tick for its own rows, a line to the dot that pooling puts it at.

    `table` has none, partial, low and high by group in the order to show; low and high draw the interval of
    the dot where they are there. `middle` is the average, `complete` what all as one say. `aside` is written
    at the right of each row, `words` are the dots' hovers; both safe for plotly.
    `among` are the own figures of all groups where some are left out: the axis holds what is usual there.
    `ratios` stand on a logarithmic axis.
    """
    columns = ["none", "partial", *(name for name in ("low", "high") if name in table)]
    at = marks.logs(table, columns) if ratios else table
    first, whole = _at(middle, ratios), None if complete is None else _at(complete, ratios)
    rows = _rows(len(table), left_out)
    drawn = figure(theme, ROW * (rows[-1] + 1 if rows else 1) + 96)
    limits = _limits(at, near(at["none"] if among is None else _logs(among, ratios)), first, whole)
    bottom = (rows[-1] if rows else 0) + 0.8
    _uprights(
        drawn, theme, first, whole, (-0.8, bottom), (middle[1], complete[1] if complete else ""), limits
    )
    if not ratios and limits[0] < 0 < limits[1]:
        marks.zero(drawn, theme, yref="y", y=(-0.8, bottom))
    place = pd.Series(rows, index=table.index)
    if "low" in table:
        drawn.add_trace(marks.intervals(at["low"], at["high"], rows, theme.best_soft))
    both = at.dropna(subset=["none"])
    drawn.add_trace(
        marks.intervals(
            both["none"].clip(*limits), both["partial"], place[both.index], theme.middle_mark, width=2
        )
    )
    own = {
        level: f"{safe.figure(label(level))}: its own rows alone say {number(value)}"
        for level, value in table["none"].items()
    }
    for trace in marks.own_rows(at["none"], place, limits, theme, own):
        drawn.add_trace(trace)
    drawn.add_trace(
        marks.dots(at["partial"], rows, theme.best, theme, hover=words, levels=list(table.index), size=9)
    )
    _aside(drawn, theme, rows, aside, table.index, selected)
    if left_out:
        marks.note(
            drawn,
            f"{left_out:,} more between these ends",
            theme,
            x=0.4,
            xref="paper",
            y=len(table) // 2,
            bgcolor=theme.paper,
        )
    drawn.update_layout(
        margin={"t": 28},
        xaxis={
            "title": {"text": safe.figure(says, 70)},
            "range": limits,
            "domain": [0, 1 - ASIDE if len(aside) else 1],
        }
        | (marks.ratio_ticks(limits) if ratios else {}),
        yaxis={
            "range": [bottom, -0.8],
            "tickmode": "array",
            "tickvals": rows,
            "ticktext": [safe.figure(label(level), 24) for level in table.index],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def _at(value: Marked, ratios: bool) -> float:
    return math.log(value[0]) if ratios and value[0] > 0 else value[0]


def _logs(values: pd.Series, ratios: bool) -> pd.Series:
    return marks.logs(values.to_frame("own"), ["own"])["own"] if ratios else values


def _rows(count: int, left_out: int) -> list[int]:
    side = count // 2 if left_out else count
    return [row + (1 if row >= side else 0) for row in range(count)]


def _limits(at: pd.DataFrame, own: pd.Series, middle: float, complete: float | None) -> tuple[float, float]:
    also = [at[name] for name in ("low", "high") if name in at]
    return marks.span(
        at["partial"], own, *also, [middle, *([] if complete is None else [complete])], include_zero=False
    )


def _uprights(drawn, theme, middle, complete, y, said, limits) -> None:
    apart = complete is not None and abs(complete - middle) > 0.02 * (limits[1] - limits[0])
    for value, colour, dash, name, shown in (
        (complete, theme.ols, "dot", "all as one", said[1]),
        (middle, theme.chain, "dash", "average", said[0]),
    ):
        if value is None:
            continue
        drawn.add_shape(
            type="line",
            x0=value,
            x1=value,
            y0=y[0],
            y1=y[1],
            layer="below",
            line={"color": colour, "width": 1.5, "dash": dash},
        )
        if name == "average" or apart:
            marks.note(
                drawn,
                f"{name} {safe.figure(shown)}",
                theme,
                x=value,
                y=1,
                yref="paper",
                xanchor=_side(value, complete if name == "average" else middle) if apart else "center",
                yanchor="bottom",
                yshift=2,
                font={"size": 13, "color": theme.ink},
            )


def _side(value: float, other: float) -> str:
    """Where a label is anchored so that it runs away from the other one."""
    return "right" if value < other else "left"


def _aside(drawn, theme, rows, aside, levels, selected) -> None:
    at = {"x": 1 - ASIDE + 0.02, "xref": "paper", "xanchor": "left"}
    for row, text in zip(rows, aside, strict=False):
        marks.note(drawn, text, theme, **at, y=row, font={"size": 12, "color": theme.muted})
    if len(aside):
        head = {"y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 2}
        marks.note(drawn, PULLED, theme, **at, **head, font={"size": 13, "color": theme.ink})
    for row, level in zip(rows, levels, strict=True):
        if str(level) == selected:
            drawn.add_shape(
                type="rect",
                x0=0,
                x1=1,
                xref="paper",
                y0=row - 0.5,
                y1=row + 0.5,
                layer="below",
                fillcolor=theme.panel,
                line={"color": theme.rule, "width": 1},
            )
