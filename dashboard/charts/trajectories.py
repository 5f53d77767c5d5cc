"""The outcome over time of a few chosen groups, each line named in the key."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.charts.panel import DENSE
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
    for place, name in enumerate(lines.columns):
        values, colour = lines[name], colours[place % MOST]
        text = safe.figure(label(name), 20)
        drawn.add_trace(
            go.Scatter(
                x=x,
                y=list(values),
                mode="lines" if len(lines) > DENSE else "lines+markers",
                connectgaps=False,
                line={"color": colour, "width": 2},
                marker={"size": 5, "color": colour},
                name=text,
                hovertext=[
                    f"<b>{text}</b>, {marks.period(period)}: {number(value)}"
                    for period, value in zip(lines.index, values, strict=True)
                ],
                hovertemplate=marks.HOVER,
            )
        )
    marks.key(drawn)
    drawn.update_layout(
        xaxis={"title": {"text": safe.figure(says[0])}, "showgrid": False},
        yaxis={"title": {"text": safe.figure(says[1])}},
    )
    return drawn
