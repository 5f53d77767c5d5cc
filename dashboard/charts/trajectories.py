"""The outcome over time of a few chosen groups, each line named at its end."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number
from dashboard.theme import Theme, figure

MOST = 5


def trajectories_chart(
    lines: pd.DataFrame, theme: Theme, *, says: tuple[str, str], label: Callable[[object], str] = str
) -> go.Figure:
    """Returns one line a group. `lines` has periods down and groups across, NaN where there is no row.

    A gap in the rows is a gap in the line. `says` names time and outcome.
    """
    drawn = figure(theme, 320)
    colours = (theme.best, theme.last, theme.middle_mark, theme.best_soft, theme.last_soft)
    x: list[object] = list(lines.index)
    if x and isinstance(x[0], str):
        x = [safe.figure(period, 24) for period in x]
    ends: list[tuple[float, str, str]] = []
    for place, name in enumerate(lines.columns):
        values, colour = lines[name], colours[place % MOST]
        text = safe.figure(label(name), 20)
        drawn.add_trace(
            go.Scatter(
                x=x,
                y=list(values),
                mode="lines+markers",
                connectgaps=False,
                line={"color": colour, "width": 2},
                marker={"size": 5, "color": colour},
                hovertext=[
                    f"<b>{text}</b>, {safe.figure(period)}: {number(value)}"
                    for period, value in zip(lines.index, values, strict=True)
                ],
                hovertemplate=marks.HOVER,
            )
        )
        last = values.dropna()
        if len(last):
            ends.append((float(last.iloc[-1]), text, colour))
    for value, (_, text, colour) in zip(_apart(lines, ends), sorted(ends), strict=True):
        marks.note(
            drawn,
            f"<b>{text}</b>",
            theme,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=value,
            font={"size": 13, "color": theme.ink if colour == theme.last_soft else colour},
        )
    drawn.update_layout(
        margin={"r": 96},
        xaxis={"title": {"text": safe.figure(says[0])}, "showgrid": False},
        yaxis={"title": {"text": safe.figure(says[1])}},
    )
    return drawn


def _apart(lines: pd.DataFrame, ends: list[tuple[float, str, str]]) -> list[float]:
    """Returns where the names stand, lowest first: at the line's last value, apart enough to read."""
    low, high = float(lines.min().min()), float(lines.max().max())
    least = 0.075 * (high - low)
    places: list[float] = []
    for value, *_ in sorted(ends):
        places.append(max(value, places[-1] + least) if places else value)
    return places
