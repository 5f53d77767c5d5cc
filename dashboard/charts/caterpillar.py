"""Every group's coefficients with intervals in aligned rows, a panel a term; and thousands at once."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe
from dashboard.charts import marks
from dashboard.numbers import interval, number
from dashboard.theme import Theme, figure

ROW = 22
SEVERAL = 60
Population = Mapping[str, tuple[float, float, float]]

WIDE = {2: 30}  # letters of a line below a panel, by how many panels there are
TICKS = 5  # of a panel of ratios
OPEN = 2.5  # widths of what the groups take up


def ends(ordered: pd.DataFrame, keep: str | None, most: int = SEVERAL) -> tuple[pd.DataFrame, int]:
    """Returns the first and last groups of an ordered table, and how many were left out between them.

    Up to `most` groups all stay; of more, the two ends stay and the selected one between them.
    """
    if len(ordered) <= most:
        return ordered, 0
    side = most // 4
    middle = ordered.iloc[side:-side]
    chosen = middle[middle.index.astype(str) == keep]
    shown = pd.concat([ordered.iloc[:side], chosen, ordered.iloc[-side:]])
    return shown, len(ordered) - len(shown)


def caterpillar(
    table: pd.DataFrame,
    raw: pd.DataFrame,
    terms: Mapping[str, str],
    population: Population,
    theme: Theme,
    *,
    clear: Mapping[str, Collection[object]],
    width: str,
    label: Callable[[object], str] = str,
    selected: str | None = None,
    left_out: int = 0,
    ratios: Collection[str] = (),
) -> go.Figure:
    """Returns one row a group and one panel a term.

    `table` has <term>, <term>_se, _low and _high by group in the order to show; `raw` the groups' own
    estimates (may have gaps); `terms` maps each term
    to what its axis says; `population` gives estimate, low, high;
    `clear` the groups that are other than the average beyond chance; `width` is that of the intervals.
    `ratios` are terms drawn on a logarithmic axis, on which × 1 is marked.
    """
    rows = list(range(len(table)))
    side = len(table) // 2 if left_out else None
    if side is not None:
        rows = [row + (1 if row >= side else 0) for row in rows]
    drawn = figure(theme, ROW * (rows[-1] + 1 if rows else 1) + 96)
    share = 1 / len(terms)
    for place, (level, row) in enumerate(zip(table.index, rows, strict=True)):
        if str(level) == selected:
            drawn.add_shape(
                type="rect",
                x0=0,
                x1=1,
                xref="paper",
                y0=row - 0.5,
                y1=row + 0.5,
                layer="below",
                fillcolor=theme.panel,
                line={"color": theme.rule, "width": 1},
            )
        rows[place] = row
    bottom = (rows[-1] if rows else 0) + 0.8
    for panel, (term, says) in enumerate(terms.items()):
        axis = "x" if panel == 0 else f"x{panel + 1}"
        domain = (panel * share + (0.012 if panel else 0), (panel + 1) * share - 0.012)
        at, own, middle = table, raw, population[term]
        if term in ratios:
            at = marks.logs(table, (term, f"{term}_low", f"{term}_high"))
            own = marks.logs(raw, (term,)) if term in raw else raw
            first, low, high = (math.log(value) if value > 0 else 0.0 for value in middle)
            middle = (first, low, high)
        limits = _limits(at[f"{term}_low"], at[f"{term}_high"], middle)
        drawn.update_layout(
            {
                f"xaxis{axis[1:]}": {
                    "domain": domain,
                    "range": limits,
                    "anchor": "y",
                    "title": {
                        "text": marks.wrapped(says, WIDE.get(len(terms), 16))
                        if len(terms) > 1
                        else safe.figure(says, 70)
                    },
                }
                | (marks.ratio_ticks(limits, TICKS) if term in ratios else {})
            }
        )
        says_group = group_words(table, term, label, width)
        alone = _own_words(table, raw, term, label)
        average = marks.average(population[term], term in ratios)
        _panel(
            drawn,
            at,
            own,
            rows,
            term,
            axis,
            limits,
            middle,
            clear[term],
            theme,
            alone,
            bottom,
            says_group,
            average,
        )
    drawn.update_layout(
        margin={"t": 28},
        yaxis={
            "range": [bottom, -0.8],
            "tickmode": "array",
            "tickvals": rows,
            "ticktext": [safe.figure(label(level), 24) for level in table.index],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
    if side is not None:
        marks.note(
            drawn,
            f"{left_out:,} more between these ends",
            theme,
            x=0.5,
            xref="paper",
            y=side,
            font={"size": 13, "color": theme.muted},
            bgcolor=theme.paper,
        )
    return drawn


def _limits(low: pd.Series, high: pd.Series, middle: tuple[float, float, float]) -> tuple[float, float]:
    """The ends of a panel's axis; an average that few groups leave open runs off it, or no group is seen."""
    own = marks.span(low, high, middle[:1])
    return marks.span(low, high, middle[1:]) if middle[2] - middle[1] < OPEN * (own[1] - own[0]) else own


def _own_words(
    table: pd.DataFrame, raw: pd.DataFrame, term: str, label: Callable[[object], str]
) -> dict[object, str]:
    spread = table[f"{term}_se"].median()
    own = raw[term].reindex(table.index) if term in raw else pd.Series(index=table.index, dtype=float)
    return {
        level: f"{safe.figure(label(level))}: its own rows alone say {number(v, spread)}"
        for level, v in own.items()
    }


def _panel(
    drawn, table, raw, rows, term, axis, limits, middle, clear, theme, alone, bottom, says, average
) -> None:
    at = pd.Series(rows, index=table.index)
    far = [level in clear for level in table.index]
    marks.band(drawn, theme, middle[1], middle[2], middle[0], (-0.8, bottom), axis)
    if limits[0] < 0 < limits[1]:
        marks.zero(drawn, theme, xref=axis, yref="y", y=(-0.8, bottom))
    own = raw[term].reindex(table.index) if term in raw else pd.Series(index=table.index, dtype=float)
    traces = [
        marks.intervals(part[f"{term}_low"], part[f"{term}_high"], at[part.index], colour)
        for wanted, colour in ((True, theme.best), (False, theme.middle_mark))
        if len(part := table[[f == wanted for f in far]])
    ]
    traces += marks.own_rows(own, at, limits, theme, alone)
    traces.append(
        marks.dots(
            table[term],
            rows,
            [theme.best if f else theme.middle_mark for f in far],
            theme,
            hover=says,
            levels=list(table.index),
            size=9,
        )
    )
    for trace in traces:
        trace.update(xaxis=axis, yaxis="y")
        drawn.add_trace(trace)
    marks.note(
        drawn,
        average,
        theme,
        x=middle[0],
        xref=axis,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=2,
        font={"size": 13, "color": theme.ink},
    )


def group_words(table: pd.DataFrame, term: str, label: Callable[[object], str], width: str) -> list[str]:
    """Returns the hover of every group's coefficient: who, how much, how sure; `width` of the intervals."""
    columns = (table[name] for name in (term, f"{term}_se", f"{term}_low", f"{term}_high"))
    return [
        f"<b>{safe.figure(label(level))}</b><br>{number(value, error)}, {width} {interval(low, high)}"
        for level, value, error, low, high in zip(table.index, *columns, strict=True)
    ]


def spread_chart(
    table: pd.DataFrame,
    term: str,
    middle: tuple[float, float, float],
    theme: Theme,
    *,
    says: str,
    width: str,
    label: Callable[[object], str] = str,
    selected: str | None = None,
    ratios: bool = False,
) -> go.Figure:
    """Returns all groups from highest to lowest as one curve with its band: for thousands of groups.

    `ratios` are drawn on a logarithmic axis.
    """
    ordered, centre = table.sort_values(term, ascending=False), middle[0]
    said = group_words(ordered, term, label, width)
    if ratios:
        ordered = marks.logs(ordered, (term, f"{term}_low", f"{term}_high"))
        centre = math.log(centre) if centre > 0 else 0.0
    x: Sequence[int] = list(range(1, len(ordered) + 1))
    drawn = figure(theme, 300)
    drawn.add_trace(
        go.Scatter(x=x, y=ordered[f"{term}_high"], mode="lines", line={"width": 0}, hoverinfo="skip")
    )
    drawn.add_trace(
        go.Scatter(
            x=x,
            y=ordered[f"{term}_low"],
            mode="lines",
            line={"width": 0},
            fill="tonexty",
            fillcolor=theme.wash,
            hoverinfo="skip",
        )
    )
    drawn.add_trace(
        marks.dots(
            x,
            ordered[term],
            theme.best,
            theme,
            size=5,
            levels=list(ordered.index),
            hover=said,
        )
    )
    drawn.data[-1].marker.line.width = 0
    drawn.add_hline(y=centre, line={"color": theme.chain, "width": 1.5, "dash": "dash"})
    marks.note(
        drawn,
        marks.average(middle, ratios),
        theme,
        x=1,
        xref="paper",
        y=centre,
        xanchor="right",
        yanchor="bottom",
    )
    here = [place for place, level in zip(x, ordered.index, strict=True) if str(level) == selected]
    if here:
        value = ordered[term].iloc[here[0] - 1]
        drawn.add_trace(marks.dots([here[0]], [value], theme.ink, theme, size=13))
        marks.note(
            drawn,
            safe.figure(label(selected)),
            theme,
            x=here[0],
            y=value,
            yshift=16,
            font={"color": theme.ink},
        )
    drawn.update_layout(
        xaxis={"title": {"text": "place from highest to lowest"}, "showgrid": False},
        yaxis={"title": {"text": safe.figure(says, 60)}}
        | (
            marks.ratio_ticks(marks.span(ordered[f"{term}_low"], ordered[f"{term}_high"]), TICKS)
            if ratios
            else {}
        ),
    )
    return drawn
