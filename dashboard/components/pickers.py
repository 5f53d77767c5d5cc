"""The model's pickers and its formula: two views of one model, each moving the other."""

import streamlit as st

from dashboard import actions, choices, families, safe, state, wording
from dashboard.components import also_grouped, draft, kind, measuring, page, rarely, roles
from dashboard.nouns import Noun, noun

PILLS_UP_TO = 12
APPLY = "Apply formula"


def model_pickers() -> None:
    """Shows every choice about the model; each refits at once."""
    now = state.current()
    picks = now.picks
    if picks is None or now.table is None:
        return
    options = choices.options(now.table, picks, roles.two_valued())
    st.selectbox(
        wording.OUTCOME,
        options.outcomes,
        key=state.seed("pick_outcome", picks.outcome),
        help=wording.OUTCOME_HELP,
        on_change=actions.repick,
    )
    kind.kind()
    st.multiselect(
        wording.PREDICTORS,
        options.predictors,
        key=state.seed("pick_predictors", list(picks.predictors)),
        help=wording.PREDICTORS_HELP,
        on_change=actions.repick,
        placeholder="none yet",
        wrap=True,
    )
    measuring.measured(now)
    measuring.crossed(now)
    st.selectbox(
        wording.GROUP,
        [None, *options.groups],
        key=state.seed("pick_group", picks.group),
        help=wording.GROUP_HELP,
        on_change=actions.repick,
        format_func=lambda name: wording.NO_COLUMN if name is None else name,
    )
    if picks.group is not None:
        still = set(actions.flat(picks)) - set(picks.slopes)
        able = choices.numbers(now.table, picks.predictors)
        if now.spec is not None and families.generalised(now.spec):
            able = choices.varying(now.table, picks.predictors, roles.two_valued())
        numbers = [name for name in able if name not in still]
        _slopes(list(dict.fromkeys([*numbers, *picks.slopes])), list(picks.slopes), noun(picks.group))
    also_grouped.also_grouped()
    rarely.rarely()
    able = families.methods(now.spec) if now.spec is not None else families.GAUSSIAN_METHODS
    names = wording.METHODS
    if now.spec is not None and families.generalised(now.spec) and not now.spec.random:
        names = {**names, "laplace": wording.PLAIN_LIKELIHOOD}  # nothing to integrate over
    st.segmented_control(
        wording.METHOD,
        able,
        key=state.seed("pick_method", state.method_chosen(now)),
        help=wording.METHOD_HELP if able == families.GAUSSIAN_METHODS else wording.LIKELIHOOD_HELP,
        format_func=names.__getitem__,
        on_change=actions.pick_method,
        required=True,
        wrap=True,
    )
    st.segmented_control(
        wording.LEVEL,
        list(wording.LEVELS),
        key=state.seed("pick_level", now.level),
        help=wording.LEVEL_HELP,
        format_func=wording.LEVELS.__getitem__,
        on_change=actions.pick_level,
        required=True,
    )
    formula_box()


def _slopes(numbers: list[str], slopes: list[str], one: Noun) -> None:
    label = wording.slopes_label(one)
    if len(numbers) <= PILLS_UP_TO:
        st.pills(
            label,
            numbers,
            selection_mode="multi",
            key=state.seed("pick_slopes", slopes),
            format_func=safe.markdown,
            on_change=actions.repick,
            help=wording.SLOPES_HELP,
            wrap=True,
        )
    else:
        st.multiselect(
            label,
            numbers,
            key=state.seed("pick_slopes", slopes),
            on_change=actions.repick,
            help=wording.SLOPES_HELP,
        )
    if slopes:
        st.toggle(
            wording.CORRELATED,
            key=state.seed("pick_correlated", state.current().picks.correlated),
            help=wording.CORRELATED_HELP,
            on_change=actions.repick,
        )


def formula_box() -> None:
    """Shows the model as text. What is applied stays, readable or not; a fault is shown above it.

    In a form the box says nothing when it is left: what it said then could overtake a click on a page link.
    What was typed and not applied is kept by the browser.
    """
    now = state.current()
    page.trouble("formula")
    with st.form("formula_form", border=False):
        st.text_area(
            wording.FORMULA,
            key=state.seed("formula", now.formula),
            height="content",
            help=wording.FORMULA_HELP,
        )
        st.form_submit_button(APPLY, key="apply_formula", on_click=actions.typed_formula)
    draft.draft(now.digest, now.formula)
    if now.spec is not None and families.hidden(now.spec):
        st.caption(wording.BEYOND_PICKERS)
    page.trouble("model")
