"""The ranking: each group's response with its interval, and beside it, row by row, how sure its tier is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from math import log

import pandas as pd
import plotly.graph_objects as go

from dashboard import safe, wording
from dashboard.charts import marks
from dashboard.numbers import interval, number, percent
from dashboard.theme import Theme, figure

ROW = 23
HEADING = 1.35
LEFT, LANE, RIGHT = (0.0, 0.6), (0.615, 0.63), (0.66, 1.0)
LEAST_SHOWN = 0.15  # a share that two figures fit in on a phone
SEVERAL = 60
TICKS = 6  # of an axis of ratios
GAP = 1.0  # rows of room for the words that say how many are left out


def tier_chart(
    table: pd.DataFrame,
    chain: tuple[float, float, float],
    names: Sequence[str],
    theme: Theme,
    *,
    width: str,
    label: Callable[[object], str] = str,
    unit: str = "",
    ties: Mapping[object, bool] | None = None,
    selected: str | None = None,
    left_out: Mapping[object, int] | None = None,
    thin: Collection[object] = (),
    ratios: bool = False,
    cases: str = "rows",
) -> go.Figure:
    """Returns the ranking as aligned rows under one heading a tier.

    `table` is `Tiers.table`, or what `shown_rows` gives of it with `left_out`, the number of rows not shown
    after a group; `chain` the average slope with its interval (estimate, low, high); `names` the tiers'
    names, best first; `width` is that of the intervals of responses and ranks; `ties` says of a group
    whether its order against the next one below is uncertain; `thin` are the groups that cannot be placed,
    drawn hollow under a heading of their own, without chances. `ratios` are drawn on a logarithmic axis, on
    which × 1 is marked. `cases` is what n counts.
    """
    count = len(names)
    ordered = set_apart(table, thin, count)
    names = (*names, wording.NOT_PLACED)
    gaps = [(left_out or {}).get(level, 0) for level in ordered.index]
    places, headings, bottom = _places(ordered["tier"].tolist(), gaps)
    drawn = figure(theme, round(ROW * (bottom + 1.6)) + 76)
    at, middle = ordered, chain
    if ratios:
        at = marks.logs(ordered, ("pooled", "low", "high", "raw"))
        middle = tuple(log(value) if value > 0 else 0.0 for value in chain)
    limits = marks.span(at["low"], at["high"], middle[1:])
    _highlight(drawn, theme, ordered.index, places, selected)
    marks.band(drawn, theme, middle[1], middle[2], middle[0], (0.2, bottom))
    marks.zero(drawn, theme, yref="y", y=(0.2, bottom))
    _responses(drawn, ordered, at, places, theme, count, limits, label, unit, thin, width, cases)
    _chances(drawn, ordered, places, theme, names[:count], label)
    tied = [bool((ties or {}).get(level)) for level in ordered.index]
    # The rows on either side of what is left out are no neighbours.
    tied = [tie and not gap for tie, gap in zip(tied, gaps, strict=True)]
    _ties(drawn, tied, places, theme)
    for tier, row in headings:
        marks.note(
            drawn,
            f"<b>{safe.figure(names[tier - 1])}</b>",
            theme,
            x=0,
            xref="paper",
            y=row,
            xanchor="left",
            xshift=4,
            font={"size": 13, "color": theme.ink},
            bgcolor=theme.paper,
        )
        drawn.add_shape(
            type="line",
            x0=0,
            x1=1,
            xref="paper",
            y0=row - 0.62,
            y1=row - 0.62,
            line={"color": theme.rule, "width": 1},
        )
    _axes(drawn, ordered, places, theme, bottom, limits, label, unit)
    if ratios:
        drawn.update_xaxes(marks.ratio_ticks(limits, TICKS), selector={"anchor": "y", "side": "bottom"})
    marks.note(
        drawn,
        marks.average(chain, ratios),
        theme,
        x=middle[0],
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=3,
        font={"size": 13, "color": theme.ink},
    )
    marks.note(
        drawn,
        "chance, %",
        theme,
        x=1,
        xref="paper",
        xanchor="right",
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=3,
    )
    for gap, row, tier in zip(gaps, places, ordered["tier"], strict=True):
        if gap:
            marks.note(
                drawn,
                f"{gap:,} more of this tier" if tier <= count else f"{gap:,} more not placed",
                theme,
                x=LEFT[1] / 2,
                xref="paper",
                y=row + (1 + GAP) / 2,
                bgcolor=theme.paper,
            )
    return drawn


def set_apart(table: pd.DataFrame, thin: Collection[object], count: int) -> pd.DataFrame:
    """Returns `Tiers.table` in the order to draw: tier by tier, those that cannot be placed behind the last.

    They are of tier `count` + 1 then.
    """
    alone = [str(level) in thin for level in table.index]
    return table.assign(tier=table["tier"].mask(alone, count + 1)).sort_values(["tier", "rank"])


def shown_rows(
    ordered: pd.DataFrame, keep: str | None, most: int = SEVERAL
) -> tuple[pd.DataFrame, dict[object, int]]:
    """Returns the rows to draw of a long ranking, and how many are left out after which group.

    Up to `most` groups all stay; of more, both ends of every tier and the selected group.
    """
    if len(ordered) <= most:
        return ordered, {}
    side = max(most // (2 * ordered["tier"].nunique()), 2)
    shown: list[object] = []
    left_out: dict[object, int] = {}
    for _, part in ordered.groupby("tier", sort=True):
        levels = list(part.index)
        chosen = [
            at
            for at, level in enumerate(levels)
            if at < side or at >= len(levels) - side or str(level) == keep
        ]
        for at, after in pairwise([*chosen, len(levels)]):
            if after - at > 1:
                left_out[levels[at]] = after - at - 1
        shown += [levels[at] for at in chosen]
    return ordered.loc[shown], left_out


def _places(tiers: Sequence[int], gaps: Sequence[int]) -> tuple[list[float], list[tuple[int, float]], float]:
    """Returns the row of each group, (tier, row) of each heading, and the last row; rows count downwards."""
    places: list[float] = []
    headings: list[tuple[int, float]] = []
    row = 0.0
    for here, tier in enumerate(tiers):
        if here == 0 or tier != tiers[here - 1]:
            row += HEADING if here else 0.9
            headings.append((tier, row))
            row += 0.15
        row += 1 + (GAP if here and gaps[here - 1] else 0.0)
        places.append(row)
    return places, headings, row + 0.6


def _highlight(
    drawn: go.Figure, theme: Theme, levels: pd.Index, places: Sequence[float], selected: str | None
) -> None:
    for level, row in zip(levels, places, strict=True):
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


def _responses(drawn, ordered, at, places, theme, count, limits, label, unit, thin, width, cases) -> None:
    colours = (*theme.tier_marks(count), theme.middle_mark)
    rows = pd.Series(places, index=ordered.index)
    for tier, part in at.groupby("tier", sort=True):
        colour = colours[int(tier) - 1]
        drawn.add_trace(marks.intervals(part["low"], part["high"], rows[part.index], colour))
    own = {row.Index: _own(row, label) for row in ordered.itertuples()}
    for trace in marks.own_rows(at["raw"], rows, limits, theme, own):
        drawn.add_trace(trace)
    for tier, part in ordered.groupby("tier", sort=True):
        colour, hover = (
            colours[int(tier) - 1],
            [_words(row, label, unit, width, cases) for row in part.itertuples()],
        )
        dots = marks.dots(
            at.loc[part.index, "pooled"],
            rows[part.index],
            colour,
            theme,
            hover=hover,
            levels=list(part.index),
        )
        hollow = [str(level) in thin for level in part.index]
        if any(hollow):
            dots.marker.color = [theme.paper if empty else colour for empty in hollow]
            dots.marker.line.color = [colour if empty else theme.paper for empty in hollow]
        drawn.add_trace(dots)


def _own(row, label) -> str:
    return f"{safe.figure(label(row.Index))}: its own rows alone say {number(row.raw, row.std_error)}"


def _words(row, label, unit: str, width: str, cases: str) -> str:
    lines = [
        f"<b>{safe.figure(label(row.Index))}</b>",
        f"{number(row.pooled, row.std_error)} {safe.figure(unit)}".strip()
        + f", {width} {interval(row.low, row.high)}",
        f"rank {row.rank_low:.0f} to {row.rank_high:.0f} ({width})",
        f"{row.n:,.0f} {cases}"
        + (f", pulled {percent(row.shrinkage)} to the average" if row.shrinkage == row.shrinkage else ""),
    ]
    return "<br>".join(lines)


def _chances(drawn, ordered, places, theme, names, label) -> None:
    count = len(names)
    places = [row for row, tier in zip(places, ordered["tier"], strict=True) if tier <= count]
    ordered = ordered[ordered["tier"] <= count]
    for tier in range(1, count + 1):
        share = ordered[f"p_tier_{tier}"]
        drawn.add_trace(
            go.Bar(
                x=list(share),
                y=places,
                orientation="h",
                width=0.74,
                xaxis="x2",
                yaxis="y",
                marker={"color": theme.tiers(count)[tier - 1], "line": {"color": theme.paper, "width": 1}},
                text=[f"{100 * s:.0f}" if s >= LEAST_SHOWN else "" for s in share],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                constraintext="none",
                textfont={"color": theme.on_tiers(count)[tier - 1], "size": 12},
                customdata=[str(level) for level in ordered.index],
                hovertext=[
                    f"{safe.figure(label(level))}: {percent(s)} sure of {safe.figure(names[tier - 1])}"
                    for level, s in share.items()
                ],
                hovertemplate=marks.HOVER,
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 1}},
            )
        )
    drawn.update_layout(barmode="stack")


def _ties(drawn, tied, places, theme) -> None:
    """A bracket round each run of neighbours whose order is uncertain."""
    for first, last in _runs(tied):
        top, bottom = places[first] - 0.25, places[last] + 0.25
        drawn.add_shape(
            type="path",
            xref="paper",
            path=f"M {LANE[0]},{top} L {LANE[1]},{top} L {LANE[1]},{bottom} L {LANE[0]},{bottom}",
            line={"color": theme.middle_mark, "width": 1.5},
        )


def _runs(tied: Sequence[bool]) -> list[tuple[int, int]]:
    """Returns first and last row of each run, where `tied` says of a row that it ties with the next."""
    found: list[tuple[int, int]] = []
    for row, here in enumerate(tied[:-1]):
        if here and found and found[-1][1] == row:
            found[-1] = (found[-1][0], row + 1)
        elif here:
            found.append((row, row + 1))
    return found


def _axes(drawn, ordered, places, theme, bottom, limits, label, unit) -> None:
    drawn.update_layout(
        margin={"t": 34, "b": 8, "l": 8, "r": 8},
        bargap=0,
        xaxis={
            "domain": LEFT,
            "range": limits,
            "anchor": "y",
            "side": "bottom",
            "title": {"text": marks.wrapped(unit, 32)},
        },
        xaxis2={"domain": RIGHT, "range": [0, 1], "showgrid": False, "showticklabels": False, "anchor": "y"},
        yaxis={
            "range": [bottom, -0.1],
            "tickmode": "array",
            "tickvals": places,
            "ticktext": [safe.figure(label(level), 24) for level in ordered.index],
            "showgrid": False,
            "tickfont": {"color": theme.ink, "size": 13},
            "ticklabelstandoff": 6,
        },
    )
