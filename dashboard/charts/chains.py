"""Whether chains of draws can be trusted: their paths, their ranks, their energies."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.result.chain_pictures import Ranks
from core.result.curves import Curves
from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number
from dashboard.theme import Theme, figure

HEIGHT, CHAIN_ROW = 300, 92
# Points a chain is thinned to: more than a screen has columns for.
POINTS = 600
Rows = Sequence[Sequence[float]]


def trace_chart(
    draws: Rows,
    diverging: Sequence[Sequence[bool]],
    beside: Curves,
    theme: Theme,
    *,
    says: str,
) -> go.Figure:
    """Returns the paths of one quantity's chains (chains, draws), and at the right each chain's density.

    `diverging` (chains, draws) are marked at the foot; `beside` holds a curve a chain.
    """
    drawn = figure(theme, HEIGHT)
    colours = theme.chains(len(draws))
    for chain, (path, colour) in enumerate(zip(draws, colours, strict=True)):
        step = max(1, len(path) // POINTS)
        drawn.add_trace(
            go.Scatter(
                x=list(range(1, len(path) + 1, step)),
                y=list(path[::step]),
                mode="lines",
                line={"color": colour, "width": 0.9},
                opacity=0.75,
                hovertemplate=f"chain {chain + 1}, draw %{{x:,}}: %{{y:.4g}}<extra></extra>",
            )
        )
        drawn.add_trace(
            go.Scatter(
                x=list(beside.heights[chain]),
                y=list(beside.grid),
                mode="lines",
                name=f"chain {chain + 1}",
                xaxis="x2",
                hoverinfo="skip",
                line={"color": colour, "width": 2, "simplify": False},
            )
        )
    low, high = float(beside.grid[0]), float(beside.grid[-1])
    foot = low - 0.05 * (high - low)
    lost = [draw + 1 for chain in diverging for draw, one in enumerate(chain) if one]
    if lost:
        drawn.add_trace(_foot(lost, foot, theme))
    drawn.update_layout(
        xaxis={
            "domain": [0, 0.8],
            "range": [0, max(len(path) for path in draws)],
            "title": {"text": "draw"},
            "showgrid": False,
            "separatethousands": True,
        },
        xaxis2={"domain": [0.82, 1], "visible": False, "rangemode": "tozero", "anchor": "y"},
        yaxis={
            "title": {"text": marks.wrapped(says, 30)},
            "range": [foot - 0.03 * (high - low) if lost else low, high],
        },
    )
    marks.key(drawn)
    return drawn


def _foot(lost: Sequence[int], at: float, theme: Theme) -> go.Scatter:
    """Ticks at the foot where draws diverged."""
    return go.Scatter(
        x=list(lost),
        y=[at] * len(lost),
        mode="markers",
        name="diverged",
        cliponaxis=False,
        marker={"symbol": "x-thin-open", "size": 9, "color": theme.ink, "line": {"width": 2}},
        hovertemplate="draw %{x:,} diverged<extra></extra>",
    )


def rank_chart(found: Ranks, theme: Theme) -> go.Figure:
    """Returns one row of bars a chain: its share of the lowest, ..., the highest draws of all chains.

    The band holds what chance makes of chains that agree; bars beyond it stand out.
    """
    chains, bins = found.counts.shape
    drawn = figure(theme, CHAIN_ROW * chains + 62)
    top = max(float(found.counts.max()), float(found.high.max())) * 1.08
    for chain in range(chains):
        axis = "" if chain == 0 else str(chain + 1)
        upper = 1 - chain / chains
        lower = upper - 0.86 / chains
        away = found.outside[chain]
        drawn.add_trace(
            go.Bar(
                x=list(range(bins)),
                y=list(found.counts[chain]),
                width=0.84,
                yaxis=f"y{axis}",
                marker={"color": [theme.last if one else theme.best_soft for one in away]},
                hovertext=[
                    f"chain {chain + 1}: {count:,.0f} of its draws, {number(low)} to {number(most)} expected"
                    for count, low, most in zip(found.counts[chain], found.low, found.high, strict=True)
                ],
                hovertemplate=marks.HOVER,
            )
        )
        drawn.update_layout(
            {
                f"yaxis{axis}": {
                    "domain": [max(lower, 0), upper],
                    "range": [0, top],
                    "showgrid": False,
                    "tickmode": "array",
                    "tickvals": [found.expected],
                    "ticktext": [f"chain {chain + 1}"],
                    "tickfont": {"color": theme.ink, "size": 13},
                }
            }
        )
        _expected(drawn, found, bins, f"y{axis}", theme)
    drawn.update_layout(
        bargap=0,
        xaxis={
            "range": [-0.6, bins - 0.4],
            "showgrid": False,
            "tickmode": "array",
            "tickvals": [1, bins - 2],
            "ticktext": ["lowest draws", "highest draws"],
            "anchor": f"y{'' if chains == 1 else chains}",
        },
    )
    return drawn


def _expected(drawn: go.Figure, found: Ranks, bins: int, axis: str, theme: Theme) -> None:
    ends = {"x0": -0.5, "x1": bins - 0.5, "xref": "x", "yref": axis, "layer": "below"}
    for place, (low, high) in enumerate(zip(found.low, found.high, strict=True)):
        wide = ends | {"x0": place - 0.5, "x1": place + 0.5}
        drawn.add_shape(type="rect", y0=low, y1=high, fillcolor=theme.wash, line={"width": 0}, **wide)
    drawn.add_shape(
        type="line",
        y0=found.expected,
        y1=found.expected,
        line={"color": theme.muted, "width": 1.25, "dash": "dash"},
        **(ends | {"layer": "above"}),
    )


def energy_chart(found: Curves, theme: Theme, *, says: str = "energy around its mean") -> go.Figure:
    """Returns the density of energies visited, filled, and of the steps between draws as a line."""
    drawn = figure(theme, 260)
    drawn.add_trace(
        go.Scatter(
            x=list(found.grid),
            y=list(found.heights[0]),
            mode="lines",
            name="energies visited",
            fill="tozeroy",
            fillcolor=theme.wash,
            line={"color": theme.best, "width": 2, "simplify": False},
            hoverinfo="skip",
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=list(found.grid),
            y=list(found.heights[1]),
            mode="lines",
            name="steps between draws",
            line={"color": theme.last, "width": 2, "simplify": False},
            hoverinfo="skip",
        )
    )
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says, 60)}, "showgrid": False},
        yaxis={"visible": False, "rangemode": "tozero"},
    )
    marks.key(drawn)
    return drawn
