"""Probabilities of yes beside what happened: counts at a threshold, precision and recall, ROC."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.result.confusion import Confusion
from core.result.precision_recall import PrecisionRecall
from core.result.roc import Roc
from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import percent
from dashboard.theme import Theme, faint, figure

HEIGHT, TALL = 340, 430  # tall: beside the confusion matrix and its sentences
PALE, FULL = 0.06, 0.36  # of a cell's colour at a share of 0 and of 1: ink reads on all


def confusion_chart(counts: Confusion, theme: Theme, *, says: tuple[str, str]) -> go.Figure:
    """Returns the four counts as a table: a row for what happened, a column for what it was called.

    Each cell says its share of its row; right calls are in the accent colour, wrong ones in orange.
    """
    drawn = figure(theme, 260)
    cells = (
        (counts.true_positive, counts.false_negative),
        (counts.false_positive, counts.true_negative),
    )
    for row, numbers in enumerate(cells):
        whole = sum(numbers)
        for column, number in enumerate(numbers):
            share = number / whole if whole else float("nan")
            right = row == column
            _cell(drawn, theme, (column, row), share if whole else 0.0, theme.best if right else theme.last)
            of = f"{percent(share)} of {safe.figure(says[row], 20)}" if whole else ""
            call = "called right" if right else "called wrong"
            text = f"<b>{number:,.0f}</b><br>{of}<br>{call}"
            marks.note(drawn, text, theme, x=column, y=row, font={"size": 15, "color": theme.ink})
    names = [safe.figure(word, 16) for word in says]
    drawn.update_layout(
        xaxis={
            "range": [-0.5, 1.5],
            "tickvals": [0, 1],
            "ticktext": [f"called {name}" for name in names],
            "side": "top",
            "showgrid": False,
            "tickfont": {"size": 14, "color": theme.ink},
        },
        yaxis={
            "range": [1.5, -0.5],
            "tickvals": [0, 1],
            "ticktext": [f"is {name} " for name in names],
            "showgrid": False,
            "tickfont": {"size": 14, "color": theme.ink},
        },
    )
    return drawn


def _cell(drawn: go.Figure, theme: Theme, at: tuple[int, int], share: float, colour: str) -> None:
    column, row = at
    drawn.add_shape(
        type="rect",
        x0=column - 0.49,
        x1=column + 0.49,
        y0=row - 0.49,
        y1=row + 0.49,
        layer="below",
        fillcolor=faint(colour, PALE + (FULL - PALE) * share),
        line={"width": 1, "color": theme.rule},
    )


def precision_recall_chart(
    found: PrecisionRecall, at: Confusion, theme: Theme, *, says: tuple[str, str]
) -> go.Figure:
    """Returns precision against recall, with the threshold in use as a dot and the rate of all dashed."""
    curve, (yes, _) = found.curve, (safe.figure(word, 20) for word in says)
    drawn = figure(theme, TALL)
    drawn.add_hline(y=100 * found.rate, line_color=theme.middle_mark, line_width=1.5, line_dash="dash")
    drawn.add_trace(
        go.Scatter(
            x=100 * curve["recall"],
            y=100 * curve["precision"],
            mode="lines+markers" if len(curve) < 30 else "lines",
            line={"color": theme.best, "width": 2.5, "shape": "hv"},
            marker={"size": 5},
            hovertext=[
                f"from {percent(row.threshold)} on: {percent(row.precision)} of those called are {yes},"
                f"<br>{percent(row.recall)} of all {yes} are called"
                for row in curve.itertuples()
            ],
            hovertemplate=marks.HOVER,
        )
    )
    if at.called and at.precision == at.precision and at.recall == at.recall:
        drawn.add_trace(marks.dots([100 * at.recall], [100 * at.precision], theme.ink, theme, size=12))
        drawn.data[-1].cliponaxis = False
    drawn.update_layout(
        xaxis=marks.shares_axis(f"share of all {yes} that are called (recall)") | {"showgrid": False},
        yaxis=marks.shares_axis(f"share of {yes} among those called (precision)"),
    )
    return drawn


def roc_chart(
    lines: Sequence[tuple[str, Roc]], at: Confusion | None, theme: Theme, *, says: tuple[str, str]
) -> go.Figure:
    """Returns one ROC curve for each way of judging, the last in use and in front, beside pure chance.

    `lines` are names (said above the panel) and curves; `at` is where the threshold in use lies on the last.
    """
    yes, no = (safe.figure(word, 20) for word in says)
    drawn = figure(theme, HEIGHT)
    drawn.add_trace(
        go.Scatter(
            x=[0, 100],
            y=[0, 100],
            mode="lines",
            hoverinfo="skip",
            line={"color": theme.middle_mark, "width": 1.5, "dash": "dash"},
        )
    )
    colours = [*(theme.middle_mark, theme.last)[: len(lines) - 1], theme.best]
    for (name, one), colour in zip(lines, colours, strict=True):
        curve = one.curve
        drawn.add_trace(
            go.Scatter(
                x=100 * curve["false_positive_rate"],
                y=100 * curve["true_positive_rate"],
                name=f"{safe.figure(name, 40)}: {percent(one.area)}",
                mode="lines",
                line={"color": colour, "width": 2.75 if colour == theme.best else 2},
                hovertext=[
                    f"{safe.figure(name, 40)}<br>{percent(row.true_positive_rate)} of {yes} called,<br>"
                    f"with {percent(row.false_positive_rate)} of {no} called {yes} too"
                    for row in curve.itertuples()
                ],
                hovertemplate=marks.HOVER,
            )
        )
    if at is not None and at.recall == at.recall and at.specificity == at.specificity:
        drawn.add_trace(
            marks.dots([100 - 100 * at.specificity], [100 * at.recall], theme.ink, theme, size=12)
        )
        drawn.data[-1].cliponaxis = False
    drawn.update_layout(
        xaxis=marks.shares_axis(f"share of {no} called {yes} (false alarms)") | {"showgrid": False},
        yaxis=marks.shares_axis(f"share of {yes} called {yes} (recall)"),
    )
    marks.note(drawn, "chance: 50 %", theme, x=100, y=60, xanchor="right", yanchor="top")
    marks.key(drawn)
    return drawn
