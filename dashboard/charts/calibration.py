"""Whether probabilities are right as they stand, and how many of the yes the highest of them reach."""

import plotly.graph_objects as go

from core.result.calibration import Calibration
from core.result.lift import Lift
from dashboard import safe
from dashboard.charts import marks
from dashboard.charts.classification import HEIGHT
from dashboard.numbers import interval, number, percent, width
from dashboard.theme import Theme, figure

TENTH = 0.1


def calibration_chart(found: Calibration, theme: Theme, *, says: tuple[str, str]) -> go.Figure:
    """Returns observed against foretold shares of equal parts, and below them how probabilities spread.

    Dots with intervals; dashed: what is foretold happens. Bars are outcomes by probability.
    """
    bins, yes = found.bins, safe.figure(says[0], 20)
    drawn = figure(theme, HEIGHT)
    top = min(1.0, 1.06 * max([0.1, *bins["high"], *bins["predicted"]]))
    drawn.add_shape(
        type="line",
        x0=0,
        x1=100 * top,
        y0=0,
        y1=100 * top,
        layer="below",
        line={"color": theme.chain, "width": 1.5, "dash": "dash"},
    )
    x: list[float | None] = [v for at in 100 * bins["predicted"] for v in (at, at, None)]
    y: list[float | None] = [v for row in bins.itertuples() for v in (100 * row.low, 100 * row.high, None)]
    drawn.add_trace(
        go.Scatter(x=x, y=y, mode="lines", hoverinfo="skip", line={"color": theme.best, "width": 2.5})
    )
    hover = [
        f"foretold {percent(row.predicted)}, found {percent(row.observed)}<br>{width(found.level)} "
        f"{percent(row.low)} to {percent(row.high)}<br>{row.n:,.0f} outcomes"
        for row in bins.itertuples()
    ]
    drawn.add_trace(
        marks.dots(100 * bins["predicted"], 100 * bins["observed"], theme.best, theme, hover=hover)
    )
    _bars(drawn, found, theme, yes)
    drawn.update_layout(
        barmode="stack",
        bargap=0.05,
        xaxis=marks.shares_axis(f"foretold share of {yes}", top) | {"showgrid": False, "anchor": "y2"},
        yaxis=marks.shares_axis(f"found share of {yes}", top) | {"domain": [0.2, 1]},
        yaxis2={"domain": [0, 0.14], "showgrid": False, "showticklabels": False, "rangemode": "tozero"},
    )
    return drawn


def _bars(drawn: go.Figure, found: Calibration, theme: Theme, yes: str) -> None:
    spread = found.histogram
    middle = 50 * (spread["low"] + spread["high"])
    hover = [
        f"{percent(row.low)} to {percent(row.high)}: {row.yes + row.no:,.0f} outcomes,<br>"
        f"{row.yes:,.0f} of them {yes}"
        for row in spread.itertuples()
    ]
    for side, colour in (("no", theme.middle), ("yes", theme.best_soft)):
        drawn.add_trace(
            go.Bar(
                x=middle,
                y=spread[side],
                width=100 * (spread["high"] - spread["low"]),
                marker={"color": colour, "line": {"width": 0}},
                hovertext=hover,
                hovertemplate=marks.HOVER,
                yaxis="y2",
            )
        )


def lift_chart(found: Lift, theme: Theme, *, says: tuple[str, str]) -> go.Figure:
    """Returns the share of yes reached by asking those with the highest probabilities first.

    Dashed: asking at random; dotted: knowing everyone's answer; the dot: asking a tenth.
    """
    table, yes = found.table, safe.figure(says[0], 20)
    asked = [0.0, *(100 * table.index)]
    drawn = figure(theme, HEIGHT)
    for y, dash in (([0.0, *(100 * table["best"])], "dot"), (asked, "dash")):
        drawn.add_trace(
            go.Scatter(
                x=asked,
                y=y,
                mode="lines",
                hoverinfo="skip",
                line={"color": theme.middle_mark, "width": 1.5, "dash": dash},
            )
        )
    drawn.add_trace(
        go.Scatter(
            x=asked,
            y=[0.0, *(100 * table["reached"])],
            mode="lines",
            line={"color": theme.best, "width": 2.75},
            hovertext=[
                "",
                *(
                    f"ask {percent(row.Index)}: {percent(row.reached)} of {yes} reached<br>"
                    f"{number(row.lift, 0.1)} times as many as at random ({interval(row.low, row.high)})"
                    for row in table.itertuples()
                ),
            ],
            hovertemplate=marks.HOVER,
        )
    )
    drawn.add_trace(
        marks.dots([100 * TENTH], [100 * table.loc[TENTH, "reached"]], theme.best, theme, size=12)
    )
    marks.note(drawn, "at random", theme, x=100, y=60, xanchor="right", yanchor="top")
    drawn.update_layout(
        xaxis=marks.shares_axis("share asked, most probable first") | {"showgrid": False},
        yaxis=marks.shares_axis(f"share of all {yes} reached"),
    )
    return drawn
