"""Lines: every group's, the chain's, and one group's three readings with its rows."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.theme import Theme, figure

Bend = Callable[[float], float]
PIECES, FEW = 24, 60  # of a curve, and how many groups make it worth as many


def _points(ends: tuple[float, float, float, float], bend: Bend | None, pieces: int) -> tuple[list, list]:
    """The points of a line from x to x and y to y; bent, of the curve that the line becomes."""
    left, right, low, high = ends
    if bend is None:
        return [left, right], [low, high]
    shares = [k / pieces for k in range(pieces + 1)]
    return [left + t * (right - left) for t in shares], [bend(low + t * (high - low)) for t in shares]


def _path(
    table: pd.DataFrame, bend: Bend | None, pieces: int
) -> tuple[list[float | None], list[float | None], list[str | None]]:
    x: list[float | None] = []
    y: list[float | None] = []
    names: list[str | None] = []
    for row in table.itertuples():
        across, up = _points((row.x_low, row.x_high, row.y_low, row.y_high), bend, pieces)
        x += [*across, None]
        y += [*up, None]
        names += [str(row.Index)] * len(across) + [None]
    return x, y, names


def lines_chart(
    table: pd.DataFrame,
    middle: tuple[float, float, float, float],
    theme: Theme,
    *,
    says: tuple[str, str],
    every: str = "every group",
    label: Callable[[object], str] = str,
    selected: str | None = None,
    bend: Bend | None = None,
    places: tuple[str, str] | None = None,
) -> go.Figure:
    """Returns each group's line over the range of its own data, the chosen one in front, the chain dashed.

    `table` has x_low, x_high, y_low, y_high by group; `middle` the same four numbers for all groups together.
    `bend` makes of what the model adds up what is drawn, so that lines become curves.
    `places` names 0 and 1 where nothing lies between them: dots at both, joined by straight lines.
    """
    drawn = figure(theme, 420)
    pieces = 1 if places else PIECES
    mode = "lines+markers" if places else "lines"
    x, y, names = _path(table, bend, pieces if places or len(table) < FEW else pieces // 3)
    chain = _points(middle, bend, pieces)
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode=mode,
            customdata=names,
            connectgaps=False,
            opacity=0.75 if len(table) < 60 else 0.3,
            line={"color": theme.middle, "width": 1.3},
            name=safe.figure(every, 24),
            hovertext=[safe.figure(label(name)) if name else None for name in names],
            hovertemplate=marks.HOVER,
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=chain[0],
            y=chain[1],
            mode=mode,
            hoverinfo="skip",
            line={"color": theme.chain, "width": 2.5, "dash": "dash"},
            name="average",
        )
    )
    mine = table[table.index.astype(str) == selected]
    if len(mine):
        row = mine.iloc[0]
        own = _points((row.x_low, row.x_high, row.y_low, row.y_high), bend, pieces)
        drawn.add_trace(
            go.Scatter(
                x=own[0],
                y=own[1],
                mode=mode,
                hoverinfo="skip",
                line={"color": theme.best, "width": 3},
                name=f"<b>{safe.figure(label(mine.index[0]), 24)}</b>",
                legendrank=1,
            )
        )
    marks.key(drawn)
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0])}} | (_two(places) if places else {}),
        yaxis={"title": {"text": safe.figure(says[1])}},
    )
    return drawn


def _two(places: tuple[str, str]) -> dict[str, object]:
    """An axis of two places with room beside them."""
    return {
        "range": [-0.2, 1.2],
        "tickmode": "array",
        "tickvals": [0, 1],
        "ticktext": [safe.figure(place, 30) for place in places],
        "showgrid": False,
    }


def readings_chart(
    rows: pd.DataFrame,
    readings: pd.DataFrame,
    theme: Theme,
    *,
    says: tuple[str, str],
) -> go.Figure:
    """Returns one group's rows and three lines through them: its own, the pooled one and the chain's.

    `rows` has x and y; `readings` is indexed own, pooled, chain (any may be absent) with x_low, x_high,
    y_low, y_high.
    """
    drawn = figure(theme, 360)
    drawn.add_trace(
        go.Scatter(
            x=rows["x"],
            y=rows["y"],
            mode="markers",
            hoverinfo="skip",
            marker={"color": theme.muted, "size": 6, "opacity": 0.6},
        )
    )
    styles = {
        "own": (theme.raw, "dot", 2.0, "its own"),
        "pooled": (theme.best, "solid", 3.0, "pooled"),
        "chain": (theme.chain, "dash", 2.0, "average"),
    }
    for name, (colour, dash, width, says_line) in styles.items():
        if name in readings.index:
            row = readings.loc[name]
            drawn.add_trace(
                go.Scatter(
                    x=[row.x_low, row.x_high],
                    y=[row.y_low, row.y_high],
                    mode="lines",
                    hoverinfo="skip",
                    line={"color": colour, "width": width, "dash": dash},
                    name=says_line,
                )
            )
    marks.key(drawn)
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0])}},
        yaxis={"title": {"text": safe.figure(says[1])}},
    )
    return drawn
