"""Baseline against response: where each group stands, and how far pooling moved it."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.charts.caterpillar import group_words
from dashboard.theme import Theme, figure

ARROWS_UP_TO = 150
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
    label: Callable[[object], str] = str,
    selected: str | None = None,
) -> go.Figure:
    """Returns each group as a dot, a line back to its own estimate, the chain as a diamond, and the ellipse.

    `ellipse` is the outline that holds 95 % of such groups under the fitted covariance; None when a variance
    is zero.
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
            hover=group_words(table, up, label),
            levels=list(table.index),
        )
    )
    drawn.add_trace(
        marks.dots([middle[0]], [middle[1]], theme.chain, theme, size=14, symbol="diamond", hover=["average"])
    )
    marks.note(
        drawn,
        "average",
        theme,
        x=middle[0],
        y=middle[1],
        xanchor="left",
        xshift=12,
        font={"size": 13, "color": theme.ink},
    )
    _names(drawn, table, across, up, label, selected, theme)
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0], 70)}, "range": limits_x},
        yaxis={"title": {"text": safe.figure(says[1], 70)}, "range": limits_y},
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


def _names(drawn, table, across, up, label, selected, theme) -> None:
    ordered = table[up].sort_values()
    chosen = dict.fromkeys([*ordered.index[:NAMED], *ordered.index[-NAMED:]])
    chosen |= dict.fromkeys(level for level in table.index if str(level) == selected)
    for level in chosen:
        here = str(level) == selected
        if here:
            drawn.add_trace(
                go.Scatter(
                    x=[table.loc[level, across]],
                    y=[table.loc[level, up]],
                    mode="markers",
                    hoverinfo="skip",
                    marker={"symbol": "circle-open", "size": 19, "color": theme.ink, "line": {"width": 2}},
                )
            )
        text = f"<b>{safe.figure(label(level))}</b>" if here else safe.figure(label(level))
        marks.note(
            drawn,
            text,
            theme,
            x=table.loc[level, across],
            y=table.loc[level, up],
            yshift=17,
            font={"size": 13, "color": theme.ink if here else theme.muted},
        )
