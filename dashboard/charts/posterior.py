"""What a posterior says: beside its prior, group by group, beside the data, row by row."""

from collections.abc import Callable, Collection, Sequence

import plotly.graph_objects as go

from core.result.loo import Loo
from core.result.posterior_pictures import BesidePrior, GroupCurves
from core.result.predictive import Predictive
from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import interval, number, percent
from dashboard.theme import Theme, faint, figure

PANEL, RIDGE, HEIGHT = 116, 30, 320
# How far a ridge may rise into the rows above it.
RISE, TALLEST = 1.6, 3.0
# Rows drawn of those whose Pareto k is no alarm; every one of the others is.
CALM = 3000


def prior_chart(
    found: Sequence[BesidePrior], theme: Theme, *, label: Callable[[object], str] = str
) -> go.Figure:
    """Returns a panel a quantity, on a scale of its own: what was believed before the data and after."""
    drawn = figure(theme, PANEL * len(found) + 46)
    for place, one in enumerate(found):
        axis = "" if place == 0 else str(place + 1)
        high = 1 - place / len(found)
        for name, heights, line, fill in (
            ("before the data", one.prior, theme.middle_mark, None),
            ("after", one.posterior, theme.best, theme.wash),
        ):
            drawn.add_trace(
                go.Scatter(
                    x=list(one.grid),
                    y=list(heights),
                    mode="lines",
                    name=name if place == 0 else None,
                    xaxis=f"x{axis}",
                    yaxis=f"y{axis}",
                    fill="tozeroy" if fill else None,
                    fillcolor=fill,
                    line={"color": line, "width": 2, "dash": None if fill else "dash", "simplify": False},
                    hoverinfo="skip",
                )
            )
        drawn.update_layout(
            {
                f"xaxis{axis}": {"anchor": f"y{axis}", "showgrid": False, "nticks": 6},
                f"yaxis{axis}": {
                    "anchor": f"x{axis}",
                    "domain": [high - 0.62 / len(found), high - 0.12 / len(found)],
                    "visible": False,
                    "range": [0, max(float(one.posterior.max()), float(one.prior.max())) * 1.1],
                },
            }
        )
        marks.note(
            drawn,
            f"<b>{safe.figure(label(one.name), 48)}</b>  {_left(one.left)}",
            theme,
            x=0,
            xref="paper",
            xanchor="left",
            y=high - 0.12 / len(found),
            yref="paper",
            yanchor="bottom",
            font={"size": 13, "color": theme.ink},
        )
    marks.key(drawn)
    return drawn


def _left(share: float) -> str:
    """What the data left of a prior's width."""
    if share != share:
        return ""
    if share > 0.8:
        return f"the data say little: {percent(min(share, 1.0))} of the prior's width is left"
    return f"{percent(share)} of the prior's width is left"


def ridge_chart(
    found: GroupCurves,
    middle: tuple[float, float, float],
    theme: Theme,
    *,
    says: str,
    width: str,
    clear: Collection[object] = (),
    label: Callable[[object], str] = str,
    selected: str | None = None,
) -> go.Figure:
    """Returns a row a group, highest first: the density of its figure, its mean and its interval.

    `middle` is the average of all groups (estimate, low, high); `clear` the groups that are other than it
    beyond chance, `width` that of the intervals.
    """
    half = len(found.levels) // 2 if found.left_out else len(found.levels)
    rows = [row + (1 if row >= half else 0) for row in range(len(found.levels))]
    last = rows[-1] if rows else 0
    drawn = figure(theme, RIDGE * (last + 1) + 130)
    limits = (float(found.grid[0]), float(found.grid[-1]))
    if limits[0] < 0 < limits[1]:
        marks.zero(drawn, theme)
    scale = _scale(found)
    top = min((row - scale * h.max() for row, h in zip(rows, found.heights, strict=True)), default=0.0) - 0.25
    if selected in found.levels:
        row = rows[found.levels.index(str(selected))]
        drawn.add_hrect(y0=row - 0.5, y1=row + 0.5, fillcolor=theme.panel, line_width=0, layer="below")
    drawn.add_vrect(x0=middle[1], x1=middle[2], fillcolor=theme.wash, line_width=0, layer="below")
    for row, level, heights in zip(rows, found.levels, found.heights, strict=True):
        colour = theme.best if level in clear else theme.middle_mark
        seen = [k for k, height in enumerate(heights) if height * scale > 0.01]
        if seen:
            part = slice(max(seen[0] - 1, 0), seen[-1] + 2)
            _ridge(drawn, found.grid[part], heights[part] * scale, row, colour, theme)
    drawn.add_vline(x=middle[0], line={"color": theme.chain, "width": 1.25, "dash": "dash"})
    hover = [
        f"<b>{safe.figure(label(level))}</b><br>{number(mean, (high - low) / 4)}, "
        f"{width} {interval(low, high)}"
        for level, mean, low, high in zip(found.levels, found.mean, found.low, found.high, strict=True)
    ]
    colours = [theme.best if level in clear else theme.middle_mark for level in found.levels]
    for wanted in dict.fromkeys(colours):
        part = [k for k, colour in enumerate(colours) if colour == wanted]
        at = [rows[k] for k in part]
        drawn.add_trace(marks.intervals(found.low[part], found.high[part], at, wanted, 2))
    drawn.add_trace(marks.dots(found.mean, rows, colours, theme, hover=hover, levels=found.levels, size=8))
    marks.note(
        drawn,
        marks.average(middle),
        theme,
        x=middle[0],
        y=1,
        yref="paper",
        yanchor="bottom",
        font={"size": 13, "color": theme.ink},
    )
    if found.left_out:
        marks.note(
            drawn,
            f"{found.left_out:,} more between these ends",
            theme,
            x=0.5,
            xref="paper",
            y=half,
            bgcolor=theme.paper,
        )
    drawn.update_layout(
        margin={"t": 28},
        xaxis={"range": limits, "title": {"text": safe.figure(says, 70)}},
        yaxis={
            "range": [last + 0.6, top],
            "tickmode": "array",
            "tickvals": rows,
            "ticktext": [safe.figure(label(level), 24) for level in found.levels],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def _ridge(
    drawn: go.Figure, grid: Sequence[float], heights: Sequence[float], row: int, colour: str, theme: Theme
) -> None:
    """One filled curve standing on its row; the paper behind it hides the rows above."""
    x, top = list(grid), [row - height for height in heights]
    for fill, width in ((theme.paper, 0.0), (faint(colour, 0.3), 1.0)):
        drawn.add_trace(
            go.Scatter(
                x=[*x, x[-1], x[0]],
                y=[*top, row, row],
                mode="lines",
                fill="toself",
                fillcolor=fill,
                line={"color": faint(colour, 0.8), "width": width, "simplify": False},
                hoverinfo="skip",
            )
        )


def _scale(found: GroupCurves) -> float:
    """Rows a unit of density rises: most peaks RISE, none above TALLEST: no one group flattens all."""
    peaks = sorted(float(heights.max()) for heights in found.heights)
    if not peaks or peaks[-1] <= 0:
        return 1.0
    usual = peaks[int(0.75 * (len(peaks) - 1))] or peaks[-1]
    return min(RISE / usual, TALLEST / peaks[-1])


def predictive_chart(found: Predictive, theme: Theme, *, says: str) -> go.Figure:
    """Returns the density of the outcome observed over those of data made by the model."""
    drawn = figure(theme, HEIGHT)
    x: list[float | None] = []
    y: list[float | None] = []
    for heights in found.made.heights:
        x += [*found.made.grid, None]
        y += [*heights, None]
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line={"color": faint(theme.best, 0.35), "width": 0.8, "simplify": False},
            hoverinfo="skip",
        )
    )
    drawn.add_trace(  # in the key a hair is hard to see
        go.Scatter(
            x=[None],
            y=[None],
            mode="lines",
            name="made by the model" if found.kind == "posterior" else "what the priors allow",
            line={"color": theme.best_soft, "width": 2},
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=list(found.observed.grid),
            y=list(found.observed.heights[0]),
            mode="lines",
            name="your data",
            line={"color": theme.ink, "width": 2.5, "simplify": False},
            hoverinfo="skip",
        )
    )
    # A few spikes would press all other curves to the foot; they run out of the picture.
    peaks = sorted(float(heights.max()) for heights in found.made.heights)
    tall = max(peaks[int(0.9 * (len(peaks) - 1))], float(found.observed.heights.max()))
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says, 60)}, "showgrid": False},
        yaxis={"visible": False, "range": [0, 1.12 * tall]},
    )
    marks.key(drawn)
    return drawn


def pareto_chart(found: Loo, theme: Theme, *, says: str = "row of the table") -> go.Figure:
    """Returns how far leaving out each row moves the fit (Pareto k); rows beyond what weights bear stand
    out with their groups.
    """
    drawn = figure(theme, HEIGHT)
    doubtful = found.doubtful
    calm = [k for k, one in enumerate(doubtful) if not one]
    calm = calm[:: max(1, len(calm) // CALM)]
    top = max(1.05, float(min(found.pareto_k.max(initial=0.0), 3.0)) * 1.05)
    shown = [min(float(k), top) if k == k else top for k in found.pareto_k]
    drawn.add_trace(
        go.Scatter(
            x=[float(found.rows.min()) + 1, float(found.rows.max()) + 1],
            y=[found.most_k] * 2,
            mode="lines",
            name=f"weights bear k up to {number(found.most_k, 0.02)}",
            line={"color": theme.chain, "width": 1.5, "dash": "dash"},
            hoverinfo="skip",
        )
    )
    for part, colour, size in (
        (calm, theme.best, 5),
        ([k for k, one in enumerate(doubtful) if one], theme.last, 9),
    ):
        drawn.add_trace(
            marks.dots(
                [int(found.rows[k]) + 1 for k in part],
                [shown[k] for k in part],
                colour,
                theme,
                hover=[_row(found, k) for k in part],
                size=size,
            )
        )
        drawn.data[-1].marker.line.width = 0 if size < 8 else 1
        drawn.data[-1].marker.opacity = 0.6 if size < 8 else 1
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says, 48)}, "showgrid": False, "separatethousands": True},
        yaxis={
            "title": {"text": "Pareto k"},
            "range": [min(0.0, float(found.pareto_k.min(initial=0.0))) - 0.05, top + 0.03],
        },
    )
    marks.key(drawn)
    return drawn


def _row(found: Loo, k: int) -> str:
    groups = "".join(
        f"<br>{safe.figure(name)}: {safe.figure(found.levels[name][code[k]])}"
        for name, code in found.codes.items()
    )
    return f"row {int(found.rows[k]) + 1:,}: Pareto k {number(float(found.pareto_k[k]), 0.02)}{groups}"
