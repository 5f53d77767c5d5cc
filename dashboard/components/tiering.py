"""The Tiers page: controls, the ranking with tier probabilities, what to do, and the table for finance."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

import core
from core.decide import rankable
from core.decide.tiers import Tiers, even_sizes
from core.decide.turned import turned as round_
from core.spec.formula import write_formula
from core.table.table import fingerprint
from dashboard import (
    actions,
    certainty,
    families,
    headlines,
    naming,
    safe,
    soundness,
    state,
    verdict,
    wording,
)
from dashboard.charts.tiers import set_apart, shown_rows, tier_chart
from dashboard.components import each_group, grouping, page, tables
from dashboard.displayed import displayed, full, tiered
from dashboard.grouped import INTERCEPT, Grouped, grouped, turned
from dashboard.numbers import width
from dashboard.report import finance
from dashboard.scale import scale
from dashboard.state import Shown

SEED = 0
MEMBERS = 24
EVEN = 32.0


@dataclass(frozen=True, slots=True)
class Tiering:
    """The groups sorted into tiers by one slope; `table` is `Tiers.table` as shown (see `Grouped.unit`)."""

    view: Grouped
    tiers: Any
    table: pd.DataFrame
    count: int

    @property
    def same(self) -> bool:
        """Whether no differences can be detected, or none that Groups and Model call any."""
        view = self.view
        other = families.generalised(view.shown.spec) and not view.spread(view.term)
        return other or not self.tiers.detectable

    @property
    def thin(self) -> dict[str, str]:
        """The groups whose own rows cannot place them, with the reason."""
        view = self.view
        still = None if view.alone else view.still(view.term)
        return verdict.thin(view.raw, view.term, view.noun, still, view.cannot(view.term), view.cases)

    @property
    def placed(self) -> pd.DataFrame:
        """The table without the groups that cannot be placed."""
        return self.table.drop(index=list(self.thin))

    @property
    def no_budget(self) -> str:
        """Why these tiers cannot say where to move money; empty when they can."""
        now, view = state.current(), self.view
        if families.generalised(view.shown.spec):
            return verdict.no_return(view.term, scale(view.shown.spec).yes_no)
        spend = {guess.column for guess in now.roles.spend if guess.column} if now.roles else set()
        return verdict.no_budget(
            view.term, not view.shown.spec.outcome.steps, spend, view.middle(view.term)[0]
        )

    @property
    def acts(self) -> tuple[bool, ...]:
        """Whether each tier may say what to do with money."""
        if self.no_budget:
            return (False,) * self.count
        return verdict.acting(self.placed, self.count)

    @property
    def names(self) -> tuple[str, ...]:
        """The tiers' names, best first."""
        return wording.tier_names(self.count, self.acts)

    def advice(self, tier: int) -> list[verdict.Advice]:
        """Returns what to do with the groups of one tier."""
        placed = self.placed
        mine = placed[placed["tier"] == tier].sort_values("rank")
        return verdict.advice(mine, tier, self.count, any(self.acts))


def why_not(shown: Shown) -> str:
    """Returns what core says of a slope in view that ranks nothing; empty when it ranks, or there is none."""
    view = grouped(shown, ranks=True)
    return rankable.why_not(shown.fit, view.term, view.by) if ranked(view) else ""


def ranked(view: Grouped) -> tuple[str, ...]:
    """Returns the terms by which the groups can be ranked: their slopes, and rates or amounts themselves."""
    return view.terms if families.generalised(view.shown.spec) else view.slopes


def tiering(shown: Shown) -> Tiering | None:
    """Returns the tiers of the slope in view; None when no slope varies by group."""
    view, now = grouped(shown, ranks=True), state.current()
    if not ranked(view):
        return None
    count = min(now.n_tiers, len(view.table))
    sizes = now.sizes if now.sizes and len(now.sizes) == count and sum(now.sizes) == len(view.table) else None
    with st.spinner(f"Ranking {view.noun.count(len(view.table))} …", show_time=True):
        found = view.keep(
            "tiers",
            lambda: _ranked(view, sizes or even_sizes(len(view.table), count)),
            view.term,
            count,
            sizes,
        )
    return Tiering(view, found, tiered(view, found.table), count)


def _ranked(view: Grouped, sizes: tuple[int, ...]) -> Tiers:
    """The tiers of the slope in view as it is shown: Bundle instead of NoBundle where that is the way."""
    back = turned(view.shown, view.term)
    found = core.tiers(
        view.shown.fit,
        slope=view.term,
        factor=view.by,
        sizes=sizes[::-1] if back else sizes,
        seed=SEED,
    )
    return round_(found) if back else found


def refused(shown: Shown, why: str) -> None:
    """Says why the slope in view ranks nothing; another grouping or slope can be chosen."""
    view = grouped(shown, ranks=True)
    name = safe.markdown(view.name(view.term))
    above = next((one for one in view.outer if view.term in one.terms), None)
    if len(view.still(view.term)) == len(view.table):
        above = None  # never moves in a group: other groups would not help
    if above is not None:
        why = wording.INNER.format(name=wording.term(view.term), one=view.noun.one, outer=above.noun.one)
    page.headline(f"{view.noun.title} cannot be ranked by their response to {name}.", safe.markdown(why, 600))
    grouping.looked_at(shown)
    if len(ranked(view)) > 1:
        _slope(view)
    if above is not None:
        st.button(f"Rank the {above.noun.many}", type="primary", on_click=actions.look_by, args=(above.name,))
    page.next_step("views/model.py", "Try another slope", side="left")


def alike(sorted_: Tiering) -> None:
    """Says that no differences can be detected; pretends no ranking."""
    view = sorted_.view
    show = displayed(view)
    middle = show.middles[view.term]
    compared, zero = view.compared(view.term), "zero" if not sorted_.tiers.detectable else "next to zero"
    what = f"the effect of {compared}" if compared else f"response to {wording.term(view.term)}"
    if view.term == INTERCEPT:
        what = show.says[INTERCEPT]
    page.headline(
        f"No detectable differences in {safe.markdown(what)} between {view.noun.many}: use one number.",
        f"The variance between {view.noun.many} is estimated as {zero} on these rows. "
        "That is no proof that they are alike.",
    )
    page.findings(soundness.boundary(view.shown, view.by), "held")
    controls(sorted_, count=False)
    page.figures(
        [
            page.Figure(
                "All together" if view.term == INTERCEPT else "Response of all together",
                show.write(view.term, middle[0], (middle[2] - middle[1]) / 4),
                f"{width(view.shown.fit.level)} {show.between(view.term, *middle[1:])}",
            ),
            page.Figure(
                f"{view.noun.title} differ by", "0" if zero == "zero" else "next to 0", "SD of the response"
            ),
        ]
    )
    page.next_step("views/model.py", "Try another slope", side="left")


def lead(sorted_: Tiering) -> None:
    """Shows the headline and the figures."""
    view, table = sorted_.view, sorted_.table
    show, unplaced = displayed(view), tuple(sorted_.thin)
    middle, own = show.middles[view.term], view.middle(view.term)[0]
    mean = ""
    if view.term == INTERCEPT and families.generalised(view.shown.spec):
        mean = scale(view.shown.spec).mean
    compared = view.compared(view.term)
    said = headlines.tiers(
        table, view.term, sorted_.count, view.noun, own, unplaced, mean, view.label, compared
    )
    page.headline(*soundness.doubted(said, view.shown))
    surely = int(headlines.surely(sorted_.placed["p_tier_1"]).sum())
    placed = sorted_.placed
    first = int((placed["tier"] == 1).sum())
    astray = sum(float((1 - mine[f"p_tier_{tier}"]).sum()) for tier, mine in placed.groupby("tier"))
    page.figures(
        [
            page.Figure(
                "All together",
                show.write(view.term, middle[0], (middle[2] - middle[1]) / 4),
                f"{safe.markdown(show.says[view.term], 90)}, "
                f"{width(view.shown.fit.level)} {show.between(view.term, *middle[1:])}",
            ),
            each_group.apart(view),
            page.Figure("Surely in tier 1", f"{surely} of {first}", "at least 80 % sure"),
            page.Figure(
                "Expected misplaced",
                f"{astray:,.0f} of {len(placed):,}",
                "if you act on this",
                wording.MISPLACED_HELP,
            ),
        ]
    )
    few = soundness.few_groups(view.shown, view.by)
    told = [*few, *soundness.boundary(view.shown, view.by), *soundness.reading(view.shown, view.by)]
    page.findings(told, "held")
    # A generalised fit averages over 64 values of its variances, spread evenly: they are no chance draws.
    if not families.generalised(view.shown.spec) or sorted_.tiers.variance_ess < EVEN:
        page.findings(soundness.ranking(sorted_.tiers.variance_ess, view.noun), "tiers")


def controls(sorted_: Tiering, count: bool = True) -> None:
    """Shows which slope ranks, how many tiers, and their sizes."""
    view = sorted_.view
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        grouping.looked_at(view.shown)
        _slope(view)
        if not count:
            return
        st.selectbox(
            wording.TIER_FIND,
            view.levels(),
            key=state.seed("tier_group", view.selected),
            width=220,
            format_func=view.label,
            on_change=actions.choose_group,
            args=("tier_group",),
            help="Type to search; the chart marks it and shows it among the rows.",
        )
        st.segmented_control(
            wording.TIER_COUNT,
            [2, 3, 4, 5],
            key=state.seed("tier_count", sorted_.count),
            required=True,
            on_change=actions.set_tiers,
            args=("tier_count", "n_tiers"),
        )
        with st.popover(wording.TIER_SIZES, icon=":material/tune:"):
            _sizes(sorted_)


def _slope(view: Grouped) -> None:
    other = families.generalised(view.shown.spec)
    named = {term: wording.term(term) for term in view.terms}
    if other:
        named |= displayed(view).says | {INTERCEPT: scale(view.shown.spec).mean}
    st.selectbox(
        wording.TIER_MEAN if other else wording.TIER_SLOPE,
        list(ranked(view)),
        key=state.seed("tier_slope", view.term),
        width=280,
        format_func=lambda term: named.get(term, term),
        on_change=actions.set_tiers,
        args=("tier_slope", "slope"),
    )


def _sizes(sorted_: Tiering) -> None:
    total, sizes = len(sorted_.view.table), list(sorted_.tiers.sizes)
    many = sorted_.view.noun.many
    st.caption(f"{total:,} {many} in all; the last tier takes the rest, at least one.")
    for place, size in enumerate(sizes[:-1]):
        room = total - sum(sizes[:-1]) + size - 1
        st.number_input(
            f"Tier {place + 1}: 1 to {room:,}",
            1,
            max(room, 1),
            key=state.seed(f"tier_size_{place}", size),
            on_change=actions.set_sizes,
            args=(len(sizes), total),
        )
    st.caption(f"Tier {len(sizes)}: {sizes[-1]:,}")


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
    page.chart_title(
        title,
        f"left: dot: {dot}, line: {certainty.of_groups(view.shown.fit)}{own}; {view.holding()}{hollow}"
        "brackets join neighbours whose order is under 80 % sure · right: chance of each tier in %"
        f"{_other_leader(sorted_, table)}",
        "tiers",
    )
    rows, left_out = shown_rows(table, view.selected)
    drawn = tier_chart(
        rows,
        displayed(view).middles[view.term],
        sorted_.names,
        state.theme(),
        width=wide,
        label=view.label,
        unit=displayed(view).axes[view.term],
        ties={level: level in tied for level in rows.index},
        selected=view.selected,
        left_out=left_out,
        thin=thin,
        ratios=view.term in displayed(view).ratios,
        cases=view.cases.many,
    )
    page.chart(
        drawn,
        key="tiers",
        alt=f"Ranking of {len(table):,} {view.noun.many} with the probability of each tier",
        file_name=_file_name(sorted_),
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
    highest, leads = str(view.table[view.term].idxmax()), str(table.index[0])
    if highest == leads or not families.generalised(view.shown.spec):
        return ""
    one, other = (headlines.named(level, view.noun, view.label) for level in (highest, leads))
    first, then = (f"{table['rank'][level]:,.1f}" for level in (highest, leads))
    return (
        f" · {one} has the highest estimate on the {view.noun.title} page; tiers go by the average place "
        f"over all the data leave open, {first} against {then} of {other}"
    )


def advice(sorted_: Tiering) -> None:
    """Shows, for each tier, who is in it and what to do; no more than their certainty carries."""
    view, table, thin = sorted_.view, sorted_.table, sorted_.thin
    title, said = "What to do", "who is in each tier; bold: at least 80 % sure"
    if sorted_.no_budget:
        title, said = (
            "Who is in each tier",
            f"bold: at least 80 % sure · {safe.markdown(sorted_.no_budget, 200)}",
        )
    elif not any(sorted_.acts):
        title = wording.TEST_FIRST.format(many=view.noun.many)
    page.chart_title(title, said, "advice")
    grid = st.grid(min(sorted_.count, 5), min_column_width=220, gap="small")
    for tier, name in enumerate(sorted_.names, start=1):
        there = int((sorted_.placed["tier"] == tier).sum())
        rest, mine = int((table["tier"] == tier).sum()) - there, view.noun.count(there)
        mine += f", {rest:,} more not placed" if rest else ""
        with grid.cell(), st.container(border=True, key=f"advice_{tier}"):
            st.markdown(f"**{safe.markdown(name)}** :gray[{mine}]")
            for part in sorted_.advice(tier):
                if part.says:
                    st.markdown(part.says)
                st.caption(_members(view, part.levels, part.sure))
    if thin:
        who = [
            f"{safe.markdown(view.label(level), 30)} ({safe.markdown(why)})" for level, why in thin.items()
        ]
        more = f" and {len(who) - MEMBERS:,} more" if len(who) > MEMBERS else ""
        st.markdown(
            f"**{wording.NOT_PLACED}:** {', '.join(who[:MEMBERS])}{more}. "
            f":gray[Their figures lean on the other {view.noun.many}, so nothing is advised for them.]"
        )


def _members(view: Grouped, levels: Sequence[str], sure: bool) -> str:
    names = [safe.markdown(view.label(level), 30) for level in levels[:MEMBERS]]
    more = f" and {len(levels) - MEMBERS:,} more" if len(levels) > MEMBERS else ""
    return ", ".join(f"**{name}**" if sure else name for name in names) + more


def finance_table(sorted_: Tiering) -> None:
    """Shows the table to hand over, with its download."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        page.chart_title(
            "The table to hand over",
            "every number behind the chart, what to do, and the data and formula they are from",
            "finance",
        )
        frame = _handed_over(sorted_)
        tables.download(frame, key="tiers", file_name=_file_name(sorted_), label="Download for finance (CSV)")
    with st.expander("Show the table"):
        st.dataframe(frame, key="table_tiers", lazy=False)


def _handed_over(sorted_: Tiering) -> pd.DataFrame:
    view, now = sorted_.view, state.current()
    said = {
        level: part.says
        for tier in range(1, sorted_.count + 1)
        for part in sorted_.advice(tier)
        for level in part.levels
    }
    source = finance.origin(
        now.table.name if now.table else "",
        view.keep("fingerprint", lambda: fingerprint(now.table) if now.table else ""),
        write_formula(view.shown.spec),
        naming.method(view.shown),
        SEED,
        datetime.now(UTC).astimezone().date(),
        certainty.of_groups(view.shown.fit),
        "" if view.alone else view.by,
        " ".join(finding.message for finding in soundness.barred(view.shown)),
        view.shown.fit.posterior.seed if view.shown.fit.posterior else None,
    )
    says, wide, above = full(view, view.term), width(view.shown.fit.level), "zero"
    if families.generalised(view.shown.spec):
        says_of = scale(view.shown.spec)
        above = says_of.zero if view.term == INTERCEPT else says_of.none
    return finance.tiers(
        sorted_.table,
        says,
        sorted_.names,
        said,
        sorted_.thin,
        source,
        wide,
        view.alone,
        above,
        view.cases.many,
    )


def _file_name(sorted_: Tiering) -> str:
    view = sorted_.view
    return finance.file_name(view.noun.one, "tiers by", view.name(view.term))


def closer(sorted_: Tiering) -> None:
    """Shows the way to the card of the group in view."""
    view = sorted_.view
    name = headlines.named(view.selected, view.noun, view.label)
    page.next_step("views/groups.py", f"Look closer at {name}")
