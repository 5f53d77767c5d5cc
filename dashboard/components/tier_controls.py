"""What ranks the groups, how many tiers there are, and their sizes."""

import streamlit as st

from dashboard import actions, safe, state, wording
from dashboard.components import grouping
from dashboard.grouped import Grouped
from dashboard.ranked_by import CONTRAST, PROFIT, amounts, chosen_option, comparable, kind_of, options, pair
from dashboard.tiering import Tiering

MOST = 1e12


def controls(sorted_: Tiering, count: bool = True) -> None:
    """Shows what ranks, how many tiers, and their sizes."""
    view = sorted_.view
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        grouping.looked_at(view.shown)
        quantity(view)
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


def quantity(view: Grouped) -> None:
    """Shows what the groups can be ranked by, and what belongs to the choice."""
    named = options(view)
    st.selectbox(
        wording.TIER_MEAN,
        list(named),
        key=state.seed("tier_slope", chosen_option(view)),
        width=280,
        format_func=lambda option: named.get(option, option),
        on_change=actions.rank_by,
        args=("tier_slope",),
    )
    if kind_of(view) == CONTRAST:
        _against(view)
    elif kind_of(view) == PROFIT:
        _price(view)


def _against(view: Grouped) -> None:
    able, chosen = comparable(view), pair(view)
    for place, (label, value) in enumerate(zip(wording.MORE_LESS, chosen, strict=True)):
        st.selectbox(
            label,
            list(able),
            key=state.seed(f"tier_pair_{place}", value),
            width=180,
            format_func=wording.term,
            on_change=actions.set_contrast,
            args=(chosen, place),
        )


def _price(view: Grouped) -> None:
    able, (margin, cost) = amounts(view), state.current().price
    term = view.term if view.term in able else able[0]
    if len(able) > 1:
        st.selectbox(
            wording.PROFIT_OF,
            list(able),
            key=state.seed("tier_profit_of", term),
            width=180,
            format_func=wording.term,
            on_change=actions.set_tiers,
            args=("tier_profit_of", "slope"),
        )
    for key, label, value, least in (
        ("tier_margin", wording.MARGIN.format(outcome=safe.markdown(view.outcome, 30)), margin, 1e-9),
        ("tier_cost", wording.COST.format(name=safe.markdown(wording.term(term), 30)), cost, 0.0),
    ):
        st.number_input(
            label,
            min_value=least,
            max_value=MOST,
            value=value,  # it comes and goes with the choice above: a browser would show the least
            placeholder=wording.NOT_SAID,
            key=key,
            width=190,
            format="%g",
            on_change=actions.set_price,
        )
    if margin is None:
        st.caption(wording.SAY_MARGIN.format(outcome=safe.markdown(view.outcome, 30)))


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
