"""The Tiers page: controls, the ranking with tier probabilities, what to do, and the table for finance."""

import re
from dataclasses import dataclass
from typing import Any

import streamlit as st

import core
from dashboard import actions, headlines, safe, soundness, state, wording
from dashboard.charts.caterpillar import ends
from dashboard.charts.tiers import tier_chart
from dashboard.components import page, tables
from dashboard.grouped import Grouped, grouped
from dashboard.numbers import interval, number
from dashboard.state import Shown

SEED = 0


@dataclass(frozen=True, slots=True)
class Tiering:
    """The groups sorted into tiers by one slope."""

    view: Grouped
    tiers: Any
    count: int

    @property
    def names(self) -> tuple[str, ...]:
        """The tiers' names, best first."""
        return wording.tier_names(self.count, self.spend)

    @property
    def spend(self) -> bool:
        """Whether the slope is of money that pays on average, so that tiers can say where to move it."""
        roles = state.current().roles
        columns = {guess.column for guess in roles.spend} if roles else set()
        return self.view.middle(self.view.term)[0] > 0 and any(
            re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.view.term) for name in columns if name
        )


def tiering(shown: Shown) -> Tiering | None:
    """Returns the tiers of the slope in view; None when no slope varies by group."""
    view, now = grouped(shown), state.current()
    if not view.slopes:
        return None
    count = min(now.n_tiers, len(view.table))
    sizes = now.sizes if now.sizes and len(now.sizes) == count and sum(now.sizes) == len(view.table) else None
    with st.spinner(f"Ranking {view.noun.count(len(view.table))} …", show_time=True):
        found = view.keep(
            "tiers",
            lambda: core.tiers(shown.fit, slope=view.term, n_tiers=count, sizes=sizes, seed=SEED),
            view.term,
            count,
            sizes,
        )
    return Tiering(view, found, count)


def alike(sorted_: Tiering) -> None:
    """Says that no differences can be detected; pretends no ranking."""
    view = sorted_.view
    middle = view.middle(view.term)
    name = safe.markdown(wording.term(view.term))
    page.headline(
        f"No detectable differences in response to {name} between {view.noun.many}: use one number.",
        f"The variance between {view.noun.many} is estimated as zero on these rows. "
        "That is no proof that they are alike.",
    )
    controls(sorted_, count=False)
    page.figures(
        [
            page.Figure(
                "Response of all together",
                number(middle[0], (middle[2] - middle[1]) / 4),
                f"95 % {interval(*middle[1:])}",
            ),
            page.Figure(f"{view.noun.title} differ by", "0", "SD of the response"),
        ]
    )
    page.next_step("views/model.py", "Try another slope", side="left")


def lead(sorted_: Tiering) -> None:
    """Shows the headline and the figures."""
    view, table = sorted_.view, sorted_.tiers.table
    middle = view.middle(view.term)
    page.headline(*headlines.tiers(table, view.term, sorted_.count, view.noun, middle[0]))
    surely = int((table["p_tier_1"] >= headlines.SURE).sum())
    first = int((table["tier"] == 1).sum())
    page.figures(
        [
            page.Figure(
                "All together",
                number(middle[0], (middle[2] - middle[1]) / 4),
                f"{safe.markdown(view.says(view.term), 60)}, 95 % {interval(*middle[1:])}",
            ),
            page.Figure(
                f"{view.noun.title} differ by",
                f"± {number(view.spread(view.term))}",
                "one SD of the response",
                wording.SPREAD_HELP,
            ),
            page.Figure("Surely in tier 1", f"{surely} of {first}", "at least 80 % sure"),
            page.Figure(
                "Expected misplaced",
                f"{number(sorted_.tiers.expected_misplaced, 0.2)} of {len(table):,}",
                "if you act on this",
                wording.MISPLACED_HELP,
            ),
        ]
    )
    page.findings(soundness.reading(view.shown), "held")
    page.findings(soundness.ranking(sorted_.tiers.variance_ess, view.noun), "tiers")


def controls(sorted_: Tiering, count: bool = True) -> None:
    """Shows which slope ranks, how many tiers, and their sizes."""
    view = sorted_.view
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            wording.TIER_SLOPE,
            list(view.slopes),
            key=state.seed("tier_slope", view.term),
            width=280,
            format_func=lambda term: wording.term(term),
            on_change=actions.set_tiers,
            args=("tier_slope", "slope"),
        )
        if not count:
            return
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


def _sizes(sorted_: Tiering) -> None:
    total, sizes = len(sorted_.view.table), list(sorted_.tiers.sizes)
    st.caption(f"{total:,} {sorted_.view.noun.many} in all; the last tier takes the rest.")
    for place, size in enumerate(sizes[:-1]):
        room = total - sum(sizes[:-1]) + size - 1
        st.number_input(
            f"Tier {place + 1}",
            1,
            max(room, 1),
            key=state.seed(f"tier_size_{place}", size),
            on_change=actions.set_sizes,
            args=(len(sizes), total),
        )
    st.caption(f"Tier {len(sizes)}: {sizes[-1]:,}")


def ranking(sorted_: Tiering) -> None:
    """Shows the chart that carries the page."""
    view, table = sorted_.view, sorted_.tiers.table.sort_values(["tier", "rank"])
    tied = {pair[0] for pair in sorted_.tiers.ties}
    leader = headlines.named(table.index[0], view.noun)
    last = int(table["rank_high"].iloc[0])
    title = (
        f"{leader} leads, but its place may be any from 1 to {last}"
        if last > 1
        else f"{leader} leads clearly"
    )
    page.chart_title(
        title,
        f"left: {safe.markdown(view.says(view.term), 60)}, dot pooled with 95 % interval, tick that "
        f"{view.noun.one}'s own rows, band the average; brackets: neighbours whose order is under 80 % "
        "sure · right: probability of each tier",
        "tiers",
    )
    rows, left_out = ends(table, view.selected)
    drawn = tier_chart(
        rows,
        (view.middle(view.term)),
        sorted_.names,
        state.theme(),
        label=view.label,
        unit=view.says(view.term),
        ties={level: level in tied for level in rows.index},
        selected=view.selected,
        left_out=left_out,
    )
    page.chart(
        drawn,
        key="tiers",
        alt=f"Ranking of {len(table):,} {view.noun.many} with the probability of each tier",
        file_name="tiers",
        choose=True,
    )


def advice(sorted_: Tiering) -> None:
    """Shows, for each tier, who is in it and what to do."""
    view, table = sorted_.view, sorted_.tiers.table
    page.chart_title("What to do", "who is in each tier; bold: at least 80 % sure", "advice")
    grid = st.grid(min(sorted_.count, 5), min_column_width=220, gap="small")
    for tier, name in enumerate(sorted_.names, start=1):
        mine = table[table["tier"] == tier].sort_values("rank")
        with grid.cell(), st.container(border=True, key=f"advice_{tier}"):
            st.markdown(f"**{safe.markdown(name)}** :gray[{view.noun.count(len(mine))}]")
            sure = float(mine["p_positive"].median()) >= headlines.SURE
            st.markdown(wording.tier_advice(tier, sorted_.count, sorted_.spend, sure))
            st.caption(_members(view, mine, tier))


def _members(view: Grouped, mine: Any, tier: int, most: int = 24) -> str:
    shown = [
        f"**{safe.markdown(view.label(level), 30)}**"
        if share >= headlines.SURE
        else safe.markdown(view.label(level), 30)
        for level, share in mine[f"p_tier_{tier}"].head(most).items()
    ]
    more = f" and {len(mine) - most:,} more" if len(mine) > most else ""
    return ", ".join(shown) + more


def finance_table(sorted_: Tiering) -> None:
    """Shows the table to hand over, with its download."""
    view = sorted_.view
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        page.chart_title(
            "The table to hand over",
            "every number behind the chart; numbers download with every digit",
            "finance",
        )
        tables.download(
            sorted_.tiers.table,
            key="tiers",
            file_name=f"{view.noun.one} tiers",
            label="Download for finance (CSV)",
        )
    with st.expander("Show the table"):
        st.dataframe(sorted_.tiers.table, key="table_tiers", lazy=False)


def closer(sorted_: Tiering) -> None:
    """Shows the way to the card of the group in view."""
    name = headlines.named(sorted_.view.selected, sorted_.view.noun)
    page.next_step("views/groups.py", f"Look closer at {name}")
