"""One variant beside another: the difference as equally likely dots, intervals below them, zero marked."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import interval, number
from dashboard.theme import Theme, figure

# Columns of dots across the whole panel, and the fewest and most they may take.
ACROSS, FEWEST, MOST = 30, 6, 14
HEIGHT, SIZE = 320, 15

Interval = tuple[float, float, float]  # estimate, low, high


def lift_chart(
    chances: Sequence[float],
    rows: Sequence[tuple[str, Interval]],
    theme: Theme,
    *,
    more: bool,
    axis: str,
    sides: tuple[str, str],
    width: str,
) -> go.Figure:
    """Returns `chances`, equally likely differences in order, stacked as dots; below them one interval a row.

    `rows` are what each is called and its estimate, low and high: the first is the model's, others are grey.
    `more` says that above zero is better; `sides` names who wins below and above zero.
    """
    drawn = figure(theme, HEIGHT + 30 * len(rows))
    reach = marks.span(chances, *(one[1:] for _, one in rows), margin=0.06)
    share = (chances[-1] - chances[0]) / (reach[1] - reach[0])
    x, y = _stacked(chances, min(max(round(ACROSS * share), FEWEST), MOST))
    won = [(one > 0) is more for one in chances]
    for good, colour in ((True, theme.best), (False, theme.last)):
        here = [k for k, one in enumerate(won) if one is good]
        if here:
            words = f"{len(here)} of {len(chances)} dots"
            drawn.add_trace(
                marks.dots(
                    [x[k] for k in here],
                    [y[k] for k in here],
                    colour,
                    theme,
                    hover=[words] * len(here),
                    size=SIZE,
                )
            )
    at = [-1.1 - 1.2 * place for place in range(len(rows))]
    for place, (name, (middle, low, high)) in enumerate(rows):
        colour = theme.ols if place else theme.best
        drawn.add_trace(marks.intervals([low], [high], [at[place]], colour, 2 if place else 3))
        hover = (
            f"<b>{safe.figure(name)}</b><br>{number(middle, (high - low) / 4)}, {width} {interval(low, high)}"
        )
        dot = marks.dots([middle], [at[place]], colour, theme, hover=[hover], size=8 if place else 12)
        if low <= 0 <= high:  # hollow, as everywhere
            dot.marker.color, dot.marker.line = theme.paper, {"color": colour, "width": 2}
        drawn.add_trace(dot)
    marks.zero(drawn, theme)
    limits = marks.span(x, reach, margin=0.02)
    top = max(y) + 1.6
    for place, side in enumerate(sides):
        marks.note(
            drawn,
            safe.figure(side, 30),
            theme,
            x=0,
            y=top - 0.4,
            xanchor="left" if place else "right",
            xshift=8 if place else -8,
        )
    drawn.update_layout(
        xaxis={"range": limits, "title": {"text": marks.wrapped(axis, 44)}},
        yaxis={
            "range": [at[-1] - 0.9, top],
            "tickmode": "array",
            "tickvals": at,
            "ticktext": [safe.figure(name, 28) for name, _ in rows],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
    return drawn


def _stacked(chances: Sequence[float], columns: int) -> tuple[list[float], list[int]]:
    """Places of the dots: columns of equal width, those on either side of zero apart."""
    step = (chances[-1] - chances[0]) / columns or abs(chances[0]) or 1.0
    x: list[float] = []
    y: list[int] = []
    heights: dict[int, int] = {}
    for one in chances:
        column = int(one // step)  # a boundary at zero: no column holds both signs
        heights[column] = heights.get(column, 0) + 1
        x.append((column + 0.5) * step)
        y.append(heights[column])
    return x, y
