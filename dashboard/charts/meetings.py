"""Groupings that cross: who met whom, and how the outcome was there."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number
from dashboard.theme import Theme, figure, on

MOST = 30
ROW = 21
COUNTED = 24  # columns up to which a count fits in its cell


def most_met(pairs: pd.DataFrame, side: str, keep: str | None = None) -> list[str]:
    """Returns the groups of one side, most partners first, at most MOST; `keep` stays among them."""
    met = pairs.groupby(side, sort=False)["rows"].agg(["size", "sum"])
    order = [str(level) for level in met.sort_values(["size", "sum"], ascending=False, kind="stable").index]
    return order[:MOST] if keep is None or keep in order[:MOST] else [*order[: MOST - 1], keep]


def counted(pairs: pd.DataFrame, across: Sequence[str]) -> bool:
    """Returns whether the grid writes how many rows a pair has: there are several, and room for them."""
    return len(across) <= COUNTED and int(pairs["rows"].max()) > 1


def meetings_chart(
    pairs: pd.DataFrame,
    order: tuple[Sequence[str], Sequence[str]],
    theme: Theme,
    *,
    labels: tuple[Callable[[object], str], Callable[[object], str]],
    says: tuple[str, str],
    selected: str | None = None,
) -> go.Figure:
    """Returns a grid of groups by groups: filled where they met, stronger where the outcome was higher.

    `pairs` has one, other, rows and mean; `order` each side's groups as they are drawn, down and across;
    `says` is the outcome and what the columns are.
    """
    down, across = map(list, order)
    wide = pairs.pivot(index="one", columns="other", values="mean").reindex(index=down, columns=across)
    rows = pairs.pivot(index="one", columns="other", values="rows").reindex(index=down, columns=across)
    names = [safe.figure(labels[0](level), 24) for level in down]
    tops = [safe.figure(labels[1](level), 14) for level in across]
    drawn = figure(theme, ROW * len(down) + 90)
    drawn.add_trace(
        go.Heatmap(
            z=wide.to_numpy(),
            x=list(range(len(across))),
            y=list(range(len(down))),
            colorscale=[[0, theme.scale[1]], [0.5, theme.scale[2]], [1, theme.scale[4]]],
            showscale=False,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
        )
    )
    drawn.add_trace(_cells(pairs, down, across, names, tops, says[0], theme))
    if counted(pairs, across):
        _counts(drawn, wide, rows, theme)
    place = [at for at, level in enumerate(down) if level == selected]
    if place:
        box = {"x0": -0.5, "x1": len(across) - 0.5, "y0": place[0] - 0.5, "y1": place[0] + 0.5}
        drawn.add_shape(type="rect", line={"color": theme.ink, "width": 1.5}, **box)
    ticks = {"tickmode": "array", "showgrid": False, "tickfont": {"color": theme.ink, "size": 12}}
    drawn.update_layout(
        xaxis=ticks
        | {
            "tickvals": list(range(len(across))),
            "ticktext": tops,
            "tickangle": -60 if len(across) > 6 else 0,
            "side": "top",
            "title": {"text": safe.figure(says[1], 40)},
        },
        yaxis=ticks
        | {
            "tickvals": list(range(len(down))),
            "ticktext": names,
            "range": [len(down) - 0.5, -0.5],
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def _cells(
    pairs: pd.DataFrame,
    down: Sequence[str],
    across: Sequence[str],
    names: Sequence[str],
    tops: Sequence[str],
    outcome: str,
    theme: Theme,
) -> go.Scatter:
    """A mark on every filled cell that answers to the mouse, which the cells of a grid do not; not seen."""
    x = pairs["other"].map({level: at for at, level in enumerate(across)})
    y = pairs["one"].map({level: at for at, level in enumerate(down)})
    hover = [
        f"<b>{names[row]}</b>, {tops[column]}<br>{n:,} {'row' if n == 1 else 'rows'}, "
        f"average {safe.figure(outcome, 40)} {number(mean)}"
        for row, column, n, mean in zip(y, x, pairs["rows"], pairs["mean"], strict=True)
    ]
    unseen = marks.dots(
        x, y, "rgba(0,0,0,0)", theme, hover=hover, levels=list(pairs["one"]), size=ROW - 3, symbol="square"
    )
    unseen.marker.line.width = 0
    return unseen


def _counts(drawn: go.Figure, wide: pd.DataFrame, rows: pd.DataFrame, theme: Theme) -> None:
    """Writes how many rows a pair shares where it shares several."""
    low, high = wide.min(axis=None), wide.max(axis=None)
    for down, (level, counts) in enumerate(rows.iterrows()):
        for across, count in enumerate(counts):
            if count == count and count > 1:
                share = (wide.loc[level].iloc[across] - low) / ((high - low) or 1.0)
                fill = theme.scale[1] if share < 0.3 else theme.scale[2] if share < 0.7 else theme.scale[4]
                font = {"size": 11, "color": on(fill)}
                marks.note(drawn, f"{count:,.0f}", theme, x=across, y=down, font=font)
