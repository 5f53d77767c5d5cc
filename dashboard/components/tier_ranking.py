"""The chart that carries the Tiers page."""

from collections.abc import Collection, Sequence
from itertools import pairwise

import pandas as pd

from dashboard import certainty, families, headlines, soundness, state
from dashboard.charts.tiers import set_apart, shown_rows, tier_chart
from dashboard.components import page
from dashboard.components.tier_table import file_name
from dashboard.numbers import width
from dashboard.ranked_by import SLOPE
from dashboard.tiering import Tiering


def ranking(sorted_: Tiering) -> None:
    """Shows the chart that carries the page."""
    view, thin = sorted_.view, sorted_.thin
    table = set_apart(sorted_.table, thin, sorted_.count)
    wide = width(view.shown.fit.level)
    tied = _tied(sorted_.table.index.astype(str), sorted_.tiers.ties, thin)
    leader = headlines.named(table.index[0], view.noun, view.label)
    last = int(table["rank_high"].iloc[0])
    title = (
        f"{leader} leads, but its place may be any from 1 to {last:,} ({wide})"
        if last > 1
        else f"{leader} leads clearly"
    )
    if sorted_.placed.empty:
        title = f"No {view.noun.one} has enough of its own to be placed"
    own = (
        f", tick: that {view.noun.one}'s own rows, an arrow where they lie off the scale"
        if view.alone
        else ""
    )
    dot = "posterior mean" if view.shown.fit.posterior else "pooled estimate"
    hollow = "hollow dot: not enough rows to place; " if thin else ""
    drawn_as = (
        f"left: dot: {dot}, line: {certainty.of_groups(view.shown.fit)}{own}; {view.holding()}{hollow}"
        "brackets join neighbours whose order is under 80 % sure · right: chance of each tier in %"
        f"{_other_leader(sorted_, table)}"
    )
    page.chart_title(*soundness.titled(title, drawn_as, view.shown), "tiers")
    rows, left_out = shown_rows(table, view.selected)
    drawn = tier_chart(
        rows,
        sorted_.by.middle,
        sorted_.names,
        state.theme(),
        width=wide,
        label=view.label,
        unit=sorted_.by.axis,
        ties={level: level in tied for level in rows.index},
        selected=view.selected,
        left_out=left_out,
        thin=thin,
        ratios=sorted_.by.ratios,
        cases=view.cases.many,
    )
    page.chart(
        drawn,
        key="tiers",
        alt=f"Ranking of {len(table):,} {view.noun.many} with the probability of each tier",
        file_name=file_name(sorted_),
        choose=True,
    )


def _tied(levels: Sequence[str], ties: Sequence[tuple[str, str]], thin: Collection[str]) -> set[str]:
    """The placed groups whose order against the next one placed is uncertain.

    Where groups that cannot be placed lie between two, as far as every step of the way is.
    """
    unsure, found, way = set(ties), set(), True
    last = ""
    for before, level in pairwise(levels):
        if before not in thin:
            last, way = before, True
        way = way and (before, level) in unsure
        if way and last and level not in thin:
            found.add(last)
    return found


def _other_leader(sorted_: Tiering, table: pd.DataFrame) -> str:
    """Why another group leads than the one with the highest estimate, which Groups names; else nothing."""
    view = sorted_.view
    if sorted_.by.kind != SLOPE or not families.generalised(view.shown.spec):
        return ""
    highest, leads = str(view.table[view.term].idxmax()), str(table.index[0])
    if highest == leads:
        return ""
    one, other = (headlines.named(level, view.noun, view.label) for level in (highest, leads))
    first, then = (f"{table['rank'][level]:,.1f}" for level in (highest, leads))
    return (
        f" · {one} has the highest estimate on the {view.noun.title} page; tiers go by the average place "
        f"over all the data leave open, {first} against {then} of {other}"
    )
