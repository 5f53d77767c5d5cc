"""The marks every chart shares: dots for estimates, lines for uncertainty, a marked zero, the average."""

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.numbers import number, times
from dashboard.theme import Theme

# Ratios of the ends of an axis below which it is written evenly, and steps that all meet at 1.
NARROW, MOST_TICKS = 4.0, 9
EVEN = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
HOVER = "%{hovertext}<extra></extra>"


def intervals(
    low: Sequence[float], high: Sequence[float], at: Sequence[float], colour: str, width: float = 2.5
):
    """Returns one line trace with a horizontal segment from low to high at each row."""
    x: list[float | None] = []
    y: list[float | None] = []
    for left, right, row in zip(low, high, at, strict=True):
        x += [left, right, None]
        y += [row, row, None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip")


def dots(
    x: Sequence[float],
    y: Sequence[float],
    colour: str | Sequence[str],
    theme: Theme,
    *,
    hover: Sequence[str] = (),
    levels: Sequence[object] = (),
    size: float = 10,
    symbol: str = "circle",
) -> go.Scatter:
    """Returns estimates as dots with a rim of paper, so that they read on their interval.

    `hover` must be safe for plotly already; `levels` come back in a click.
    """
    return go.Scatter(
        x=list(x),
        y=list(y),
        mode="markers",
        marker={
            "color": colour,
            "size": size,
            "symbol": symbol,
            "opacity": 1,
            "line": {"color": theme.paper, "width": 1.5},
        },
        customdata=[str(level) for level in levels] or None,
        hovertext=list(hover) or None,
        hovertemplate=HOVER if hover else None,
        hoverinfo=None if hover else "skip",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def ticks(x: Sequence[float], y: Sequence[float], theme: Theme, hover: Sequence[str] = ()) -> go.Scatter:
    """Returns the groups' own (raw) estimates as small upright ticks."""
    return go.Scatter(
        x=list(x),
        y=list(y),
        mode="markers",
        marker={
            "symbol": "line-ns-open",
            "size": 11,
            "color": theme.raw,
            "line": {"width": 2, "color": theme.raw},
        },
        hovertext=list(hover) or None,
        hovertemplate=HOVER if hover else None,
        hoverinfo=None if hover else "skip",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def edge_marks(
    x: Sequence[float], y: Sequence[float], theme: Theme, right: bool, hover: Sequence[str]
) -> go.Scatter:
    """Returns arrows at the edge of the panel for raw estimates that lie beyond it."""
    return go.Scatter(
        x=list(x),
        y=list(y),
        mode="markers",
        marker={"symbol": "triangle-right" if right else "triangle-left", "size": 8, "color": theme.raw},
        hovertext=list(hover),
        hovertemplate=HOVER,
        cliponaxis=False,
    )


def own_rows(
    own: pd.Series,
    at: pd.Series,
    limits: tuple[float, float],
    theme: Theme,
    hover: Mapping[object, str],
) -> list[go.Scatter]:
    """Returns the groups' own estimates: ticks, and arrows at the edge for those off the scale.

    `own` and the rows `at` are by group; a group without an estimate of its own (NaN) gets no mark.
    """
    inside = own[own.between(*limits)]
    traces = [ticks(inside, at[inside.index], theme, [hover[level] for level in inside.index])]
    for right, far in ((False, own[own < limits[0]]), (True, own[own > limits[1]])):
        if len(far):
            edge = [limits[1] if right else limits[0]] * len(far)
            words = [hover[level] for level in far.index]
            traces.append(edge_marks(edge, at[far.index], theme, right, words))
    return traces


def zero(
    figure: go.Figure, theme: Theme, xref: str = "x", yref: str = "paper", y: tuple[float, float] = (0, 1)
) -> None:
    """Marks zero with an upright line behind the data."""
    figure.add_shape(
        type="line",
        x0=0,
        x1=0,
        y0=y[0],
        y1=y[1],
        xref=xref,
        yref=yref,
        layer="below",
        line={"color": theme.muted, "width": 1.25},
    )


def band(
    figure: go.Figure,
    theme: Theme,
    low: float,
    high: float,
    middle: float,
    y: tuple[float, float],
    xref: str = "x",
) -> None:
    """Draws the chain's estimate as a dashed line in a washed band that is its interval."""
    figure.add_shape(
        type="rect",
        x0=low,
        x1=high,
        y0=y[0],
        y1=y[1],
        xref=xref,
        yref="y",
        layer="below",
        fillcolor=theme.wash,
        line={"width": 0},
    )
    figure.add_shape(
        type="line",
        x0=middle,
        x1=middle,
        y0=y[0],
        y1=y[1],
        xref=xref,
        yref="y",
        layer="below",
        line={"color": theme.chain, "width": 1.5, "dash": "dash"},
    )


def note(figure: go.Figure, text: str, theme: Theme, **place: object) -> None:
    """Writes a small direct label; `text` must be safe for plotly already."""
    settings: dict[str, object] = {"showarrow": False, "font": {"size": 13, "color": theme.muted}}
    figure.add_annotation(text=text, **(settings | place))


def span(*series: Iterable[float], include_zero: bool = True, margin: float = 0.04) -> tuple[float, float]:
    """Returns an axis range with every finite value, and zero unless that would waste half the panel."""
    finite = [float(v) for values in series for v in values if v == v and abs(v) != float("inf")]
    if not finite:
        return (-1.0, 1.0)
    low, high = min(finite), max(finite)
    width = (high - low) or abs(high) or 1.0
    if include_zero and (low > 0 or high < 0) and min(abs(low), abs(high)) < width:
        low, high = min(low, 0.0), max(high, 0.0)
        width = high - low
    return (low - margin * width, high + margin * width)


def wrapped(text: str, width: int = 16) -> str:
    """Returns an axis title in lines short enough for a panel of a phone; safe for plotly."""
    return "<br>".join(safe.figure(line, 40) for line in textwrap.wrap(text, width)[:5])


def period(value: object) -> str:
    """Returns one period for an axis or a hover: dates as '1 Jan 2024', with their time if they have one."""
    if isinstance(value, date):
        time = f" {value:%H:%M}" if isinstance(value, datetime) and (value.hour or value.minute) else ""
        return f"{value.day} {value:%b %Y}{time}"
    return safe.figure(value, 24)


def average(middle: tuple[float, float, float], ratio: bool = False) -> str:
    """Returns what the line of all groups together is labelled with; 0 by construction needs no number."""
    if not any(middle):
        return "average"
    return f"average {'× ' if ratio else ''}{number(middle[0], (middle[2] - middle[1]) / 4)}"


def key(figure: go.Figure) -> None:
    """Shows which line is which in a row above the panel, which then keeps its whole width on a phone too.

    Traces with a name (safe for plotly already) are listed; those in the order of their rank.
    """
    figure.for_each_trace(lambda trace: trace.update(showlegend=bool(trace.name)))
    figure.update_layout(
        showlegend=True,
        margin={"t": 40},
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 13},
        },
    )


def shares_axis(text: str, top: float = 1.0) -> dict[str, object]:
    """Returns an axis from 0 to a share, in percent, with room for marks at its ends; `text` is safe already.

    What is drawn on it is multiplied by 100.
    """
    return {
        "title": {"text": text},
        "range": [-2 * top, 102 * top],
        "ticksuffix": "\u00a0%",
        "nticks": 6,
    }


def ratio_ticks(limits: tuple[float, float], most: int = MOST_TICKS) -> dict[str, object]:
    """Where a logarithmic axis is written on, as ratios: few of them, evenly far apart."""
    low, high = limits
    if high - low < math.log(NARROW):
        first, last = times(low), times(high)
        step = next((size for size in EVEN if (last - first) / size <= most), EVEN[-1])
        shown = [step * k for k in range(math.ceil(first / step), math.floor(last / step) + 1)]
    else:
        tens = range(math.floor(low / math.log(10)), math.ceil(high / math.log(10)) + 1)
        for parts in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            shown = [p * 10.0**t for t in tens for p in parts if low <= math.log(p * 10.0**t) <= high]
            if len(shown) <= most:
                break
    return {
        "tickmode": "array",
        "tickvals": [math.log(x) for x in shown],
        "ticktext": [f"× {x:.6g}" for x in shown],
    }


def logs(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Returns a table whose ratios of these columns are logarithms, to be drawn: none stands at 0."""
    return table.assign(
        **{name: [math.log(v) if v > 0 else float("nan") for v in table[name]] for name in names}
    )
