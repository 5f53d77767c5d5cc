"""Whether the model may be used: what it leaves over, how its groups lie, who carries the result."""

import math
from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import interval, number
from dashboard.theme import Theme, figure

HEIGHT = 320
ROW = 26


def residual_chart(
    points: pd.DataFrame,
    bins: pd.DataFrame,
    theme: Theme,
    *,
    says: tuple[str, str],
    logarithmic: bool = False,
) -> go.Figure:
    """Returns residuals against fitted values: points (x, y), and the middle half of each bin as a band.

    Fitted values stand on a `logarithmic` axis where asked.
    """
    drawn = figure(theme, HEIGHT)
    drawn.add_trace(
        go.Scattergl(
            x=points["x"],
            y=points["y"],
            mode="markers",
            hoverinfo="skip",
            marker={"color": theme.muted, "size": 4, "opacity": 0.35},
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=[*bins["x"], *bins["x"][::-1]],
            y=[*bins["high"], *bins["low"][::-1]],
            fill="toself",
            mode="lines",
            hoverinfo="skip",
            line={"width": 0},
            fillcolor=theme.wash,
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=bins["x"],
            y=bins["middle"],
            mode="lines+markers",
            line={"color": theme.best, "width": 2.5},
            marker={"size": 6},
            hovertext=[
                f"around {number(row.x)}: middle {number(row.middle)}<br>half of {row.n:,} rows in "
                f"{interval(row.low, row.high)}"
                for row in bins.itertuples()
            ],
            hovertemplate=marks.HOVER,
        )
    )
    drawn.add_hline(y=0, line_color=theme.chain, line_width=1.5, line_dash="dash")
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0], 48)}, "showgrid": False}
        | (_tens(points["x"]) if logarithmic else {}),
        yaxis={"title": {"text": safe.figure(says[1], 48)}},
    )
    return drawn


def _tens(x: pd.Series) -> dict[str, object]:
    """A logarithmic axis written on at 1, 2 and 5 of each power of ten, at 1 alone where it is long."""
    low, high = float(x.min()), float(x.max())
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [[p * 10.0**t for t in tens for p in parts] for parts in ((1, 2, 5), (1,))]
    shown = [[at for at in some if low <= at <= high] for some in every]
    at = shown[0] if len(shown[0]) <= 7 else shown[1]
    return {"type": "log", "tickmode": "array", "tickvals": at, "ticktext": [f"{one:,.6g}" for one in at]}


def quantile_chart(
    points: pd.DataFrame, theme: Theme, *, says: tuple[str, str], hover: Sequence[str] = ()
) -> go.Figure:
    """Returns found against expected quantiles in SDs, with the band a bell curve would stay in."""
    drawn = figure(theme, HEIGHT)
    drawn.add_trace(
        go.Scatter(
            x=[*points["expected"], *points["expected"][::-1]],
            y=[*points["high"], *points["low"][::-1]],
            fill="toself",
            mode="lines",
            hoverinfo="skip",
            line={"width": 0},
            fillcolor=theme.wash,
        )
    )
    ends = [points["expected"].min(), points["expected"].max()]
    drawn.add_trace(
        go.Scatter(
            x=ends,
            y=ends,
            mode="lines",
            hoverinfo="skip",
            line={"color": theme.chain, "width": 1.5, "dash": "dash"},
        )
    )
    away = (points["found"] < points["low"]) | (points["found"] > points["high"])
    drawn.add_trace(
        go.Scatter(
            x=points["expected"],
            y=points["found"],
            mode="markers",
            marker={"color": [theme.last if out else theme.best for out in away], "size": 6},
            hovertext=[safe.figure(text) for text in hover]
            or [
                f"{number(row.found)} where a bell has {number(row.expected)}" for row in points.itertuples()
            ],
            hovertemplate=marks.HOVER,
        )
    )
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0], 48)}, "showgrid": False},
        yaxis={"title": {"text": safe.figure(says[1], 48)}},
    )
    return drawn


def spread_chart(
    table: pd.DataFrame,
    middle: float,
    theme: Theme,
    *,
    says: str,
    width: str,
    label: Callable[[object], str] = str,
) -> go.Figure:
    """Returns the residual spread of each group: sd, low, high by level; those clear stand out.

    `width` is that of the intervals.
    """
    rows = list(range(len(table)))
    drawn = figure(theme, max(HEIGHT, ROW * len(table) + 70) if len(table) <= 40 else 420)
    colours = [theme.last if out else theme.best for out in table["clear"]]
    drawn.add_vline(x=middle, line_color=theme.chain, line_width=1.5, line_dash="dash")
    for colour in (theme.best, theme.last):
        part = [row for row in rows if colours[row] == colour]
        if part:
            drawn.add_trace(
                marks.intervals(table["low"].iloc[part], table["high"].iloc[part], part, colour, 2.5)
            )
    hover = [
        f"<b>{safe.figure(label(row.Index))}</b><br>± {number(row.sd, row.sd / 8)}, {width} "
        f"{interval(row.low, row.high)}<br>{row.n:,} rows"
        for row in table.itertuples()
    ]
    few = len(table) <= 40
    drawn.add_trace(marks.dots(table["sd"], rows, theme.best, theme, hover=hover, size=8 if few else 3))
    drawn.data[-1].marker.color = colours if few else theme.ink
    if not few:
        drawn.data[-1].marker.line.width = 0
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says, 60)}, "rangemode": "tozero"},
        yaxis=_names(table, label, len(table) <= 40),
    )
    return drawn


def influence_chart(
    table: pd.DataFrame,
    whole: tuple[float, float, float],
    theme: Theme,
    *,
    says: str,
    label: Callable[[object], str] = str,
    selected: str | None = None,
) -> go.Figure:
    """Returns what one effect would be without each group: `estimate` by level, as given, beside `whole`.

    `whole` is the effect with every group: estimate, low, high, drawn as the band.
    """
    rows = list(range(len(table)))
    drawn = figure(theme, ROW * len(table) + 90)
    drawn.add_vrect(x0=whole[1], x1=whole[2], fillcolor=theme.wash, line_width=0, layer="below")
    drawn.add_vline(x=whole[0], line_color=theme.chain, line_width=1.5, line_dash="dash")
    for row, value in zip(rows, table["estimate"], strict=True):
        drawn.add_shape(
            type="line", x0=whole[0], x1=value, y0=row, y1=row, line={"color": theme.best_soft, "width": 3}
        )
    error = (whole[2] - whole[1]) / 4
    hover = [
        f"<b>without {safe.figure(label(row.Index))}</b><br>{number(row.estimate, error)} instead of "
        f"{number(whole[0], error)}<br>{number(row.change, 0.2, signed=True)} "
        f"standard errors · Cook's distance {number(row.cooks, row.cooks / 8 or 1)}"
        for row in table.itertuples()
    ]
    levels = [str(level) for level in table.index]
    drawn.add_trace(
        marks.dots(table["estimate"], rows, theme.best, theme, hover=hover, levels=levels, size=10)
    )
    if selected in levels:
        drawn.data[-1].marker.line = {
            "color": [theme.ink if level == selected else theme.paper for level in levels],
            "width": 2,
        }
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says, 60)}},
        yaxis=_names(table, label, True),
    )
    return drawn


def search_chart(above: Sequence[float], theme: Theme) -> go.Figure:
    """Returns how far the criterion was above its best value at each evaluation, on a logarithmic scale."""
    drawn = figure(theme, 240)
    drawn.add_trace(
        go.Scatter(
            x=list(range(1, len(above) + 1)),
            y=list(above),
            mode="lines+markers",
            line={"color": theme.best, "width": 2},
            marker={"size": 5},
            hovertemplate="evaluation %{x}: %{y:.2g} above the best<extra></extra>",
        )
    )
    drawn.update_layout(
        xaxis={"title": {"text": "evaluation"}, "showgrid": False},
        yaxis={"title": {"text": "above the best"}, "type": "log", "exponentformat": "power"},
    )
    return drawn


def _names(table: pd.DataFrame, label: Callable[[object], str], shown: bool) -> dict[str, object]:
    axis: dict[str, object] = {"range": [len(table) - 0.4, -0.6], "showgrid": False}
    if not shown:
        return axis | {"showticklabels": False, "title": {"text": "groups, widest first"}}
    return axis | {
        "tickmode": "array",
        "tickvals": list(range(len(table))),
        "ticktext": [safe.figure(label(level), 24) for level in table.index],
    }
