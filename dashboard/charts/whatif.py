"""What a plan changes, group by group, beside where it moves the money; and scenarios side by side."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import interval, number, percent
from dashboard.theme import Theme, figure

ROW = 24
LEFT, RIGHT = (0.0, 0.62), (0.68, 1.0)
Label = Callable[[object], str]


def change_chart(
    table: pd.DataFrame,
    theme: Theme,
    *,
    label: Label,
    says: str,
    spent: str,
    width: str,
    selected: str | None = None,
    left_out: int = 0,
) -> go.Figure:
    """Returns one row a group in the order of the table: the change of the outcome, and now -> new spend.

    `table` has mean low high p_positive now new; `says` is the axis of the changes, `spent` that of amounts.
    """
    rows, side = _rows(len(table), left_out)
    bottom = (rows[-1] if rows else 0) + 0.8
    drawn = figure(theme, round(ROW * (bottom + 1)) + 84)
    for level, row in zip(table.index, rows, strict=True):
        if str(level) == selected:
            _highlight(drawn, theme, row)
    limits = marks.span(table["low"], table["high"], [0.0])
    marks.zero(drawn, theme, yref="y", y=(-0.6, bottom))
    colours = _colours(table, theme)
    for colour in dict.fromkeys(colours):
        at = [k for k, one in enumerate(colours) if one == colour]
        part = table.iloc[at]
        here = [rows[k] for k in at]
        drawn.add_trace(marks.intervals(part["low"], part["high"], here, colour))
        hover = [_words(row, label, says, width) for row in part.itertuples()]
        drawn.add_trace(marks.dots(part["mean"], here, colour, theme, hover=hover, levels=list(part.index)))
    _spend(drawn, table, rows, theme, label, spent)
    _axes(drawn, table, rows, theme, bottom, limits, label, says, spent)
    if side is not None:
        text = f"{left_out:,} more between these ends"
        marks.note(drawn, text, theme, x=LEFT[1] / 2, xref="paper", y=side, bgcolor=theme.paper)
    return drawn


def curve_chart(
    table: pd.DataFrame, theme: Theme, *, label: Label, says: str, width: str, selected: str | None = None
) -> go.Figure:
    """Returns all groups from the largest gain to the largest loss as one curve with its band."""
    ordered = table.sort_values("mean", ascending=False)
    x: Sequence[int] = list(range(1, len(ordered) + 1))
    drawn, plain = figure(theme, 260), {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    drawn.add_trace(go.Scatter(x=x, y=ordered["high"], **plain))
    drawn.add_trace(go.Scatter(x=x, y=ordered["low"], fill="tonexty", fillcolor=theme.wash, **plain))
    hover = [_words(row, label, says, width) for row in ordered.itertuples()]
    colours = _colours(ordered, theme)
    dots = marks.dots(x, ordered["mean"], colours, theme, size=5, levels=list(ordered.index), hover=hover)
    dots.marker.line.width = 0
    drawn.add_trace(dots)
    drawn.add_hline(y=0, line={"color": theme.muted, "width": 1.25})
    here = [place for place, level in zip(x, ordered.index, strict=True) if str(level) == selected]
    if here:
        value = ordered["mean"].iloc[here[0] - 1]
        drawn.add_trace(marks.dots(here, [value], theme.ink, theme, size=13))
        name = safe.figure(label(selected))
        marks.note(drawn, name, theme, x=here[0], y=value, yshift=16, font={"color": theme.ink})
    drawn.update_layout(
        xaxis={"title": {"text": "place from the largest gain to the largest loss"}, "showgrid": False},
        yaxis={"title": {"text": safe.figure(says, 60)}},
    )
    return drawn


def scenarios_chart(
    table: pd.DataFrame, theme: Theme, *, says: Sequence[str], width: str, stale: Sequence[bool]
) -> go.Figure:
    """Returns one row a scenario with a panel for each of `says`: change, and profit where there is one.

    `table` has mean_k low_k high_k for each panel k, by the scenarios' names; `stale` ones are greyed.
    """
    rows = list(range(len(table)))
    drawn = figure(theme, ROW * 2 * len(rows) + 96)
    share = 1 / len(says)
    for panel, said in enumerate(says):
        axis = "x" if panel == 0 else f"x{panel + 1}"
        mean, low, high = (table[f"{name}_{panel}"] for name in ("mean", "low", "high"))
        for k, row in enumerate(rows):
            colour = theme.middle if stale[k] else _colour(low.iloc[k], high.iloc[k], theme)
            words = (
                f"<b>{safe.figure(table.index[k])}</b><br>"
                f"{number(mean.iloc[k], (high.iloc[k] - low.iloc[k]) / 4, signed=True)}, {width} "
                f"{interval(low.iloc[k], high.iloc[k])}"
            )
            line = marks.intervals([low.iloc[k]], [high.iloc[k]], [row], colour, width=3)
            dot = marks.dots([mean.iloc[k]], [row], colour, theme, hover=[words], size=12)
            for trace in (line, dot):
                trace.update(xaxis=axis, yaxis="y")
                drawn.add_trace(trace)
        marks.zero(drawn, theme, xref=axis, yref="y", y=(-0.6, len(rows) - 0.4))
        domain = [panel * share + (0.02 if panel else 0), (panel + 1) * share - 0.02]
        limits = marks.span(low, high, [0.0], margin=0.08)
        drawn.update_layout({
            f"xaxis{axis[1:]}": {
                "domain": domain, "range": limits, "anchor": "y", "title": {"text": marks.wrapped(said, 40)}
            }
        })  # fmt: skip
    names = [safe.figure(name, 34) for name in table.index]
    drawn.update_layout(yaxis=_names(rows, names, theme) | {"range": [len(rows) - 0.4, -0.6]})
    return drawn


def _rows(count: int, left_out: int) -> tuple[list[int], int | None]:
    """The row of each group, and that of the words on those left out in the middle."""
    side = count // 2 if left_out else None
    return [row + (1 if side is not None and row >= side else 0) for row in range(count)], side


def _colours(table: pd.DataFrame, theme: Theme) -> list[str]:
    return [_colour(low, high, theme) for low, high in zip(table["low"], table["high"], strict=True)]


def _colour(low: float, high: float, theme: Theme) -> str:
    """Gains and losses that are told from none; grey where the interval holds zero."""
    return theme.best if low > 0 else theme.last if high < 0 else theme.middle_mark


def _highlight(drawn: go.Figure, theme: Theme, row: float) -> None:
    drawn.add_shape(
        type="rect", x0=0, x1=1, xref="paper", y0=row - 0.5, y1=row + 0.5, layer="below",
        fillcolor=theme.panel, line={"color": theme.rule, "width": 1},
    )  # fmt: skip


def _words(row, label: Label, says: str, width: str) -> str:
    spread = (row.high - row.low) / 4
    return (
        f"<b>{safe.figure(label(row.Index))}</b><br>"
        f"{number(row.mean, spread, signed=True)} {safe.figure(says, 60)}, "
        f"{width} {interval(row.low, row.high)}<br>{percent(row.p_positive)} sure to be above zero"
    )


def _spend(
    drawn: go.Figure, table: pd.DataFrame, rows: Sequence[int], theme: Theme, label: Label, spent: str
) -> None:
    """Where the money goes: a tick today, an arrow in the plan, a line between."""
    traces = []
    for up, colour in ((True, theme.best), (False, theme.last)):
        at = [k for k, by in enumerate(table["new"] - table["now"]) if (by > 0 if up else by < 0)]
        part, here = table.iloc[at], [rows[k] for k in at]
        hover = [
            f"<b>{safe.figure(label(row.Index))}</b><br>{number(row.now)} → {number(row.new)} "
            f"{safe.figure(spent, 60)}"
            for row in part.itertuples()
        ]
        symbol = "triangle-right" if up else "triangle-left"
        traces += [
            marks.intervals(part["now"], part["new"], here, colour, width=2),
            marks.dots(part["new"], here, colour, theme, hover=hover, symbol=symbol, levels=list(part.index)),
        ]
    today = [f"{safe.figure(label(level))}: {number(now)} today" for level, now in table["now"].items()]
    for trace in (*traces, marks.ticks(table["now"], rows, theme, today)):
        trace.update(xaxis="x2", yaxis="y")
        drawn.add_trace(trace)


def _names(rows: Sequence[int], names: Sequence[str], theme: Theme) -> dict[str, object]:
    return {
        "tickmode": "array",
        "tickvals": list(rows),
        "ticktext": list(names),
        "showgrid": False,
        "tickfont": {"color": theme.ink, "size": 13},
        "ticklabelstandoff": 6,
    }


def _axes(drawn, table, rows, theme, bottom, limits, label, says, spent) -> None:
    names = [safe.figure(label(level), 24) for level in table.index]
    drawn.update_layout(
        margin={"t": 12, "b": 8, "l": 8, "r": 8},
        xaxis={"domain": LEFT, "range": limits, "anchor": "y", "title": {"text": marks.wrapped(says, 38)}},
        xaxis2={
            "domain": RIGHT,
            "range": marks.span(table["now"], table["new"], margin=0.08),
            "anchor": "y",
            "title": {"text": marks.wrapped(spent, 30)},
            "nticks": 5,
        },
        yaxis=_names(rows, names, theme) | {"range": [bottom, -0.8]},
    )
