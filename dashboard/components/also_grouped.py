"""Further groupings of the model beside the first: added, asked about, given slopes and taken out again."""

from functools import partial

import streamlit as st

from core.spec.model import groupings
from core.spec.regroup import further_groupings, slopes_by
from core.table.crossing import Relation
from dashboard import actions, choices, naming, regrouping, safe, state, wording
from dashboard.nouns import noun
from dashboard.state import AppState


def also_grouped() -> None:
    """Shows every further grouping with its choices, and the list that adds one."""
    now = state.current()
    if now.picks is None or now.picks.group is None or now.table is None or now.spec is None:
        return
    first = now.spec.random[0]
    if len(first.group) > 1 and not first.nested:
        st.caption(f"{wording.TOGETHER} {safe.markdown(wording.AND_JOIN.join(first.group[:-1]), 60)}")
    for place, by in enumerate(further_groupings(now.spec)):
        with st.container(border=True, key=f"also_{place}", gap="small"):
            _one(now, place, by)
    used = {column for part in now.spec.random for by in groupings(part) for column in by}
    able = [name for name in choices.options(now.table, now.picks).groups if name not in used]
    if able:
        st.selectbox(
            wording.ALSO_GROUPED,
            able,
            key=state.seed("also_add", None),
            index=None,
            placeholder=wording.NO_OTHER,
            on_change=actions.also_group,
            help=wording.ALSO_HELP,
        )


def _one(now: AppState, place: int, by: tuple[str, ...]) -> None:
    one = noun(by[-1])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{wording.AND_BY} **{safe.markdown(wording.BY_JOIN.join(by), 60)}**", width="stretch")
        st.button(
            wording.TAKE_OUT,
            key=f"also_out_{place}",
            type="tertiary",
            icon=":material/close:",
            on_click=partial(actions.not_grouped, by),
        )
    _same_or_not(now.spec.random[0].group, place, by)
    slopes = list(slopes_by(now.spec, by))
    numbers = list(choices.numbers(now.table, now.picks.predictors))
    if numbers or slopes:
        st.pills(
            wording.slopes_label(one),
            list(dict.fromkeys([*numbers, *slopes])),
            selection_mode="multi",
            key=state.seed(f"also_slopes_{place}", slopes),
            format_func=safe.markdown,
            on_change=partial(actions.slopes_of, by, f"also_slopes_{place}"),
            help=wording.SLOPES_HELP,
            wrap=True,
        )


def _same_or_not(first: tuple[str, ...], place: int, by: tuple[str, ...]) -> None:
    """Says how the grouping stands to the first; where names recur, asks whether they mean the same."""
    outer, inner = noun(first[-1]), noun(by[-1])
    if len(first) > 1 and naming.picked_group() != first[-1]:
        return  # its last column alone names no groups
    written = by == first[: len(by)]  # region of region/store
    stands = Relation.HOLDS if written else regrouping.relation_to_first(by[-1])
    if stands is Relation.HOLDS:
        st.caption(f"each {outer.one} lies in one {inner.one}")
    elif stands is Relation.INSIDE:
        st.caption(f"each {inner.one} lies in one {outer.one}")
    elif stands is Relation.CROSSES and by[:-1] in ((), first):
        name, here, there = regrouping.recurring(by[-1])
        st.segmented_control(
            wording.RECURS.format(
                name=safe.markdown(name, 24), here=safe.markdown(here, 24), there=safe.markdown(there, 24)
            ),
            list(wording.RECUR),
            key=state.seed(f"also_same_{place}", "same" if len(by) == 1 else "other"),
            format_func=wording.RECUR.__getitem__,
            on_change=partial(actions.same_or_not, by, f"also_same_{place}"),
            help=wording.RECUR_HELP,
            required=True,
        )
