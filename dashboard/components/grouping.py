"""Which grouping the page looks at, where a model has several, and the sentence of what was left out."""

import streamlit as st

from dashboard import actions, naming, state, wording
from dashboard.state import Shown

SIDE_BY_SIDE = 4


def looked_at(shown: Shown) -> None:
    """Shows the groupings of a model with several; choosing one makes Groups and Tiers follow."""
    found, mine = naming.groupings(shown), naming.in_view(shown)
    if len(found) < 2 or mine is None:
        return
    names = [one.name for one in found]
    says = {one.name: one.noun.count(one.count) for one in found}
    key = state.seed("look_at", mine.name)
    if len(names) <= SIDE_BY_SIDE:
        st.segmented_control(
            wording.LOOK_AT,
            names,
            key=key,
            format_func=says.__getitem__,
            on_change=actions.look_at,
            args=("look_at",),
            required=True,
            help=wording.LOOK_AT_HELP,
        )
    else:
        st.selectbox(
            wording.LOOK_AT,
            names,
            key=key,
            format_func=says.__getitem__,
            on_change=actions.look_at,
            args=("look_at",),
            width=300,
            help=wording.LOOK_AT_HELP,
        )
