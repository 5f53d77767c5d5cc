"""What each column is for: the guess, the reason for it, and the way to change it."""

import streamlit as st

from core.table.roles import Roles
from dashboard import actions, choices, families, safe, state, wording
from dashboard.components import kind


def role_pickers() -> None:
    """Shows outcome, groups, time and predictors as guessed, each with its reason."""
    now = state.current()
    if now.picks is None or now.roles is None or now.table is None:
        return
    options = choices.options(now.table, now.picks, two_valued())
    st.header(wording.ROLES, anchor=False)
    st.caption(wording.ROLES_HINT)
    st.selectbox(
        wording.OUTCOME,
        options.outcomes,
        key=state.seed("role_outcome", now.picks.outcome),
        on_change=actions.role,
        args=("outcome",),
        help=wording.OUTCOME_HELP,
    )
    st.caption(safe.markdown(choices.outcome_reason(now.table, now.roles, now.picks.outcome), 200))
    if now.spec is not None:
        st.markdown(f"{wording.KIND}: **{wording.KINDS[now.spec.family.value].lower()}**")
        kind.reason()
        kind.out_of("role_trials")
    st.selectbox(
        wording.GROUP,
        [None, *options.groups],
        key=state.seed("role_group", now.picks.group),
        on_change=actions.role,
        args=("group",),
        format_func=_or_none,
        help=wording.GROUP_HELP,
    )
    _reason(now.roles, "group", now.picks.group)
    st.selectbox(
        wording.TIME,
        [None, *options.times],
        key=state.seed("role_time", now.time),
        on_change=actions.role,
        args=("time",),
        format_func=_or_none,
        help=wording.TIME_HELP,
    )
    _reason(now.roles, "time", now.time)
    st.multiselect(
        wording.PREDICTORS,
        options.predictors,
        key=state.seed("role_predictors", list(now.picks.predictors)),
        on_change=actions.role,
        args=("predictors",),
        help=wording.PREDICTORS_HELP,
        placeholder="none yet",
        wrap=True,
    )
    with st.expander("Why these"):
        for name in now.picks.predictors:
            why = safe.markdown(choices.reason(now.roles, "predictors", name), 200)
            st.markdown(f"**{safe.markdown(name)}** :gray[{why}]")


def two_valued() -> tuple[str, ...]:
    """Returns the columns of text with two values, which may be outcomes."""
    now = state.current()
    table = now.table
    if table is None:
        return ()
    return state.kept(("two-valued texts", now.digest), lambda: families.two_valued_texts(table))


def _or_none(name: str | None) -> str:
    return wording.NO_COLUMN if name is None else name


def _reason(roles: Roles, role: str, name: str | None) -> None:
    st.caption(safe.markdown(choices.reason(roles, role, name), 200))
