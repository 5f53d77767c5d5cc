"""Who is in each tier, and what to do: the page's words, or the reader's own."""

from collections.abc import Sequence

import streamlit as st

from dashboard import actions, safe, state, wording
from dashboard.components import page
from dashboard.grouped import Grouped
from dashboard.ranked_by import PROFIT
from dashboard.tiering import Tiering

MEMBERS = 24
MOST_WORDS = 300


def advice(sorted_: Tiering) -> None:
    """Shows, for each tier, who is in it and what to do; no more than their certainty carries."""
    view, table, thin = sorted_.view, sorted_.table, sorted_.thin
    title, said = "What to do", "who is in each tier; bold: at least 80 % sure"
    if sorted_.no_budget:
        title, said = (
            "Who is in each tier",
            f"bold: at least 80 % sure · {safe.markdown(sorted_.no_budget, 200)}",
        )
    elif not any(sorted_.acts) and sorted_.by.kind != PROFIT:
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
                    st.markdown(safe.markdown(part.says, MOST_WORDS) if part.own else part.says)
                st.caption(_members(view, part.levels, part.sure))
            _own_words(sorted_, tier)
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


def _own_words(sorted_: Tiering, tier: int) -> None:
    own = state.current().own_words.get((sorted_.count, tier), "")
    with st.popover(wording.OWN_WORDS, icon=":material/edit:", type="tertiary", key=f"own_{tier}"):
        st.text_area(
            wording.OWN_WORDS_FOR.format(tier=tier),
            key=state.seed(f"own_words_{tier}", own),
            max_chars=MOST_WORDS,
            help=wording.OWN_WORDS_HELP,
            on_change=actions.set_own_words,
            args=(f"own_words_{tier}", sorted_.count, tier),
        )
