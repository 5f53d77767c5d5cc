"""Rates of yes by category: as areas, as dots with intervals, and as shares among the yes and among all."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number, percent
from dashboard.theme import Theme, figure

GAP = 0.012  # between categories of the first column, as a share of the width
LABELLED = 8  # categories up to which each has its counts written below it
WIDE = 0.035  # share of the width from which a bar bears its rate
NAMED = 0.022  # share from which a slanted name still stands free of its neighbours
ROW, WITHIN = 34, 16  # heights of a row and of each further dot in it


def colours(seconds: Sequence[str], focus: str | None, theme: Theme) -> dict[str, str]:
    """Returns a colour for each category of the second column; of two the one in `focus` is the accent.

    None is the orange of the line of all together.
    """
    if len(seconds) <= 2:
        return {name: theme.best if focus in (name, None) else theme.middle_mark for name in seconds}
    blue, _, green, purple = theme.series
    some = (blue, green, purple, theme.middle_mark, theme.best_soft, theme.last_soft)
    return {name: some[place % len(some)] for place, name in enumerate(seconds)}


def areas_chart(
    cells: pd.DataFrame,
    theme: Theme,
    *,
    says: tuple[str, str],
    rate: Callable[..., str],
    focus: str | None = None,
) -> go.Figure:
    """Returns bars as wide as their share of all tried and as high as their rate: the area is what was won.

    `cells` is indexed by one or two categories, in the order to draw; `says` names a yes and what was tried;
    `rate` writes a row's rate; `focus` is the second category that others are held against.
    """
    drawn = figure(theme, 380)
    firsts, seconds = _levels(cells)
    paint = colours(seconds, focus, theme)
    whole, at, starts = float(cells["tried"].sum()), 0.0, {}
    for first in firsts:
        mine = cells.xs(first, level=0, drop_level=False)
        begin = at
        for key, row in mine.iterrows():
            share = row["tried"] / whole
            fill = paint[key[-1] if len(key) > 1 else seconds[0]]
            drawn.add_trace(_bar(key, row, at, share, fill, theme, says, rate))
            if share >= WIDE:
                label = {"x": at + share / 2, "y": 100 * row["rate"], "yanchor": "bottom", "yshift": 1}
                marks.note(drawn, rate(row), theme, **label, font={"size": 13, "color": theme.ink})
            at += share
        starts[first] = (begin, at, float(mine["won"].sum()), float(mine["tried"].sum()))
        at += GAP
    top = min(1.0, 1.12 * float(cells["rate"].max()) + 0.02)
    drawn.update_layout(
        bargap=0,
        xaxis={"range": [-0.02, at - GAP + 0.005], "showgrid": False} | _names(starts, theme),
        yaxis={
            "range": [0, 100 * top],
            "ticksuffix": " %",
            "title": {"text": f"share {safe.figure(says[0], 24)}"},
        },
    )
    if len(seconds) > 1:
        _key(drawn, paint, theme)
    return drawn


def _levels(cells: pd.DataFrame) -> tuple[list[str], list[str]]:
    firsts = list(dict.fromkeys(cells.index.get_level_values(0)))
    if cells.index.nlevels == 1:
        return firsts, [""]
    return firsts, sorted(set(cells.index.get_level_values(1)))


def _bar(
    key: Sequence[str],
    row: pd.Series,
    at: float,
    share: float,
    fill: str,
    theme: Theme,
    says: tuple[str, str],
    rate: Callable[..., str],
) -> go.Bar:
    won, tried = (safe.figure(word, 24) for word in says)
    hover = (
        f"<b>{', '.join(safe.figure(part, 24) for part in key)}</b><br>{rate(row)} {won}: "
        f"{row['won']:,.0f} of {row['tried']:,.0f} {tried}<br>{percent(share)} of all {tried}"
    )
    return go.Bar(
        x=[at + share / 2],
        y=[100 * row["rate"]],
        width=[share],
        marker={"color": fill, "line": {"color": theme.paper, "width": 1}},
        hovertext=[hover],
        hovertemplate=marks.HOVER,
    )


def _names(starts: dict[str, tuple[float, float, float, float]], theme: Theme) -> dict[str, object]:
    """Names under the bars: each with its counts, or, of many, slanted and only where there is room."""
    many = len(starts) > LABELLED
    shown = {name: place for name, place in starts.items() if not many or place[1] - place[0] >= NAMED}
    return {
        "tickmode": "array",
        "tickvals": [(begin + end) / 2 for begin, end, _, _ in shown.values()],
        "ticktext": [
            safe.figure(name, 16) if many else f"{safe.figure(name, 20)}<br>{won:,.0f} of {tried:,.0f}"
            for name, (_, _, won, tried) in shown.items()
        ],
        "tickangle": -40 if many else 0,
        "tickfont": {"color": theme.ink, "size": 13},
    }


def _key(drawn: go.Figure, paint: dict[str, str], theme: Theme) -> None:
    """Lists the colours of the second column above the panel."""
    for name, colour in paint.items():
        square = {"symbol": "square", "size": 11, "color": colour}
        drawn.add_trace(
            go.Scatter(x=[None], y=[None], mode="markers", name=safe.figure(name, 24), marker=square)
        )
    marks.key(drawn)
    drawn.update_layout(legend={"itemsizing": "trace", "font": {"color": theme.ink}})


def rates_chart(
    cells: pd.DataFrame,
    average: float,
    theme: Theme,
    *,
    says: str,
    rate: Callable[..., str],
    focus: str | None = None,
) -> go.Figure:
    """Returns a row for each first category: a dot with its interval for each second one in it.

    Dashed: the rate `average` of all together.
    """
    firsts, seconds = _levels(cells)
    step = 0.0 if len(seconds) == 1 else min(0.24, 0.72 / (len(seconds) - 1))
    drawn = figure(theme, len(firsts) * (ROW + WITHIN * (len(seconds) - 1)) + 90)
    paint = colours(seconds, focus, theme)
    for place, (second, colour) in enumerate(paint.items()):
        mine = cells if cells.index.nlevels == 1 else cells.xs(second, level=1, drop_level=False)
        at = [firsts.index(key[0]) + step * (place - (len(seconds) - 1) / 2) for key in mine.index]
        drawn.add_trace(marks.intervals(100 * mine["low"], 100 * mine["high"], at, colour))
        hover = [
            f"<b>{', '.join(safe.figure(part, 24) for part in key)}</b><br>{rate(row)}, "
            f"{number(100 * row['low'], 1)} to {number(100 * row['high'], 1)} %<br>"
            f"{row['won']:,.0f} of {row['tried']:,.0f}"
            for key, row in mine.iterrows()
        ]
        drawn.add_trace(marks.dots(100 * mine["rate"], at, colour, theme, hover=hover))
    drawn.add_vline(x=100 * average, line={"color": theme.chain, "width": 1.5, "dash": "dash"}, layer="below")
    drawn.update_layout(xaxis=_percents(cells["high"], says), yaxis=_rows(firsts, theme))
    if len(seconds) > 1:
        _key(drawn, paint, theme)
    return drawn


def shares_chart(rows: pd.DataFrame, theme: Theme, *, says: str, height: int) -> go.Figure:
    """Returns a row for each first category: a category's share among the won (dot) and among all (tick).

    `rows` is as core.table.rates.shares gives them.
    """
    drawn = figure(theme, height)
    firsts, at = list(rows.index), list(range(len(rows)))
    drawn.add_trace(marks.intervals(100 * rows["won_low"], 100 * rows["won_high"], at, theme.best))
    hover = [
        f"<b>{safe.figure(name, 24)}</b><br>{percent(row['of_won'])} of {row['won']:,.0f}; "
        f"{percent(row['of_tried'])} of all"
        for name, row in rows.iterrows()
    ]
    drawn.add_trace(marks.dots(100 * rows["of_won"], at, theme.best, theme, hover=hover))
    ticks = marks.ticks(100 * rows["of_tried"], at, theme, hover)
    ticks.marker.size = 20
    drawn.add_trace(ticks)
    ends = pd.concat([rows["won_high"], rows["of_tried"]])
    drawn.update_layout(xaxis=_percents(ends, says), yaxis=_rows(firsts, theme))
    return drawn


def _percents(ends: pd.Series, says: str) -> dict[str, object]:
    top = min(1.0, 1.05 * float(ends.max()))
    return {"range": [-1.5 * top, 101.5 * top], "ticksuffix": " %", "title": {"text": safe.figure(says)}}


def _rows(names: Sequence[str], theme: Theme) -> dict[str, object]:
    return {
        "range": [len(names) - 0.4, -0.6],
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": [safe.figure(name, 24) for name in names],
        "tickfont": {"color": theme.ink, "size": 13},
        "ticklabelstandoff": 6,
        "showgrid": False,
    }
