"""The held-out proof: how far off each pooling is, part by part."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import number
from dashboard.theme import Theme, figure


def proof_chart(
    folds: pd.DataFrame, whole: pd.Series, theme: Theme, *, says: str, names: Mapping[str, str]
) -> go.Figure:
    """Returns a row a pooling: a small dot for each held-out part, a large one for all rows together.

    `folds` has a column a pooling and a row a part, `whole` one figure a pooling (NaN where there is none);
    `names` says what they are called, in the order to show; the last, that of the model, is in the accent.
    """
    model = list(names)[-1]
    shown = [name for name in names if whole[name] == whole[name]]
    drawn = figure(theme, 46 * len(shown) + 74)
    for row, name in enumerate(shown):
        colour = theme.best if name == model else theme.middle_mark
        parts = folds[name].dropna()
        drawn.add_trace(
            go.Scatter(
                x=parts,
                y=[row] * len(parts),
                mode="markers",
                marker={"size": 7, "color": colour, "opacity": 0.45},
                hovertext=[f"part {part}: {number(value)}" for part, value in parts.items()],
                hovertemplate=marks.HOVER,
            )
        )
        words = [f"<b>{safe.figure(names[name])}</b><br>{number(whole[name])} over all held-out rows"]
        drawn.add_trace(marks.dots([whole[name]], [row], colour, theme, hover=words, size=14))
        marks.note(
            drawn,
            f"<b>{number(whole[name])}</b>",
            theme,
            x=whole[name],
            y=row,
            yshift=17,
            font={"size": 13, "color": theme.ink},
        )
    drawn.update_layout(
        xaxis={
            "title": {"text": safe.figure(says, 70)},
            "range": marks.span(
                *(folds[name] for name in shown), whole[shown], include_zero=False, margin=0.1
            ),
        },
        yaxis={
            "range": [len(shown) - 0.5, -0.75],
            "tickvals": list(range(len(shown))),
            "ticktext": [safe.figure(names[name]) for name in shown],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
    return drawn
