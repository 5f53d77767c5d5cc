"""How a multilevel model reads, drawn with a few of the reader's own groups."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.theme import Theme, figure

HEIGHT = 300


def few_lines_chart(
    table: pd.DataFrame,
    middle: tuple[float, float, float, float],
    theme: Theme,
    *,
    says: tuple[str, str],
    limits: tuple[float, float],
    label: Callable[[object], str] = str,
) -> go.Figure:
    """Returns the lines of a few groups, each named at its end, and the average dashed.

    `table` has x_low, x_high, y_low, y_high by group, highest response first; `limits` of y are those of the
    charts beside it, so that slopes compare.
    """
    drawn = figure(theme, HEIGHT)
    x = (middle[0], middle[1])
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=middle[2:],
            mode="lines",
            hoverinfo="skip",
            line={"color": theme.muted, "width": 1.5, "dash": "dash"},
        )
    )
    ends = {level: _at(row, x[1]) for level, row in table.iterrows()}
    wide = limits[1] - limits[0]
    placed = _apart(ends, 0.08 * wide, limits[1] - 0.04 * wide)
    for (level, row), colour in zip(table.iterrows(), _colours(theme, len(table)), strict=True):
        drawn.add_trace(
            go.Scatter(
                x=x,
                y=[_at(row, x[0]), _at(row, x[1])],
                mode="lines",
                line={"color": colour, "width": 2.5},
                hovertext=safe.figure(label(level)),
                hovertemplate=marks.HOVER,
            )
        )
        marks.note(
            drawn,
            safe.figure(label(level), 18),
            theme,
            x=x[1],
            y=placed[level],
            xanchor="left",
            xshift=6,
            font={"size": 13, "color": theme.ink},
        )
    room = 0.3 * (x[1] - x[0])
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0], 40)}, "range": [x[0], x[1] + room], "showgrid": False},
        yaxis={"title": {"text": safe.figure(says[1], 40)}, "range": list(limits)},
    )
    return drawn


def reach(
    drawn: Iterable[tuple[pd.DataFrame, tuple[float, float, float, float]]],
) -> tuple[float, float]:
    """Returns the range of y that holds every line of several charts, each over the average's range of x."""
    ends = [_at(row, x) for table, middle in drawn for _, row in table.iterrows() for x in middle[:2]]
    low, high = min(ends), max(ends)
    room = (high - low) or 1.0
    return low - 0.06 * room, high + 0.1 * room


def centring_chart(
    rows: Mapping[str, pd.DataFrame],
    usual: Mapping[str, float],
    theme: Theme,
    *,
    says: tuple[str, str],
    limits: tuple[float, float],
    heights: tuple[float, float],
) -> go.Figure:
    """Returns the rows of two groups (x, y by name), each with an upright line at its usual level of x."""
    drawn = figure(theme, HEIGHT)
    colours = dict(zip(rows, (theme.best, theme.last), strict=False))
    for name, points in rows.items():
        drawn.add_trace(
            go.Scatter(
                x=points["x"],
                y=points["y"],
                mode="markers",
                hoverinfo="skip",
                name=f"<b>{safe.figure(name, 24)}</b>",
                marker={"color": colours[name], "size": 7, "opacity": 0.7},
            )
        )
        drawn.add_shape(
            type="line",
            x0=usual[name],
            x1=usual[name],
            y0=0,
            y1=1,
            yref="paper",
            line={"color": colours[name], "width": 2, "dash": "dot"},
        )
    marks.key(drawn)
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0], 48)}, "range": list(limits)},
        yaxis={"title": {"text": safe.figure(says[1], 40)}, "range": list(heights)},
    )
    return drawn


def _at(row: pd.Series, x: float) -> float:
    wide = row["x_high"] - row["x_low"]
    slope = (row["y_high"] - row["y_low"]) / wide if wide else 0.0
    return float(row["y_low"] + slope * (x - row["x_low"]))


def _apart(ends: Mapping[object, float], least: float, top: float) -> dict[object, float]:
    """Returns where to write each name: none covers another or lies above `top`, in the order of the ends."""
    placed: dict[object, float] = {}
    below = float("-inf")
    for level, y in sorted(ends.items(), key=lambda pair: pair[1]):
        placed[level] = below = max(y, below + least)
    above = top + least
    for level in reversed(placed):
        placed[level] = above = min(placed[level], above - least)
    return placed


def _colours(theme: Theme, count: int) -> tuple[str, ...]:
    return theme.tier_marks(min(max(count, 1), 5))
