"""The kind of outcome: guessed with its reason, changed in one click; what counts as yes, and out of what."""

import streamlit as st

from core.spec.model import LINKS, Family, link_of
from core.table.table import Kind
from dashboard import choices, families, kind_actions, safe, state, wording
from dashboard.nouns import noun


def kind() -> None:
    """Shows the kind of outcome, the reason for the guess, and what that kind needs to know."""
    now = state.current()
    if now.spec is None or now.table is None or now.picks is None:
        return
    st.selectbox(
        wording.KIND,
        [one.value for one in families.kinds(now.table, now.spec)],
        key=state.seed("pick_kind", now.spec.family.value),
        format_func=wording.KINDS.__getitem__,
        help=wording.KIND_HELP,
        on_change=kind_actions.pick_kind,
    )
    reason()
    if now.spec.family is Family.BINOMIAL:
        _yes()


def reason() -> None:
    """Shows why the kind in use was guessed; of another, that it is the reader's."""
    now = state.current()
    if now.spec is None or now.table is None:
        return
    table, spec = now.table, now.spec
    found = state.kept(
        ("family guess", now.digest, spec.outcome.column, families.group_of(spec)),
        lambda: families.guess(table, spec),
    )
    column = spec.outcome.column
    pair = state.kept(("two values", now.digest, column), lambda: families.two_values(table, column))
    same = families.as_guessed(spec, found, pair)
    st.caption(safe.markdown(f"{found.reason}." if same else wording.CHOSEN, 240))


def out_of(key: str = "pick_trials") -> None:
    """Asks out of what a count of yes is, where the outcome is one and there are numbers to be out of."""
    now = state.current()
    table, spec, picks = now.table, now.spec, now.picks
    if table is None or spec is None or picks is None or spec.family is not Family.BINOMIAL:
        return
    column = spec.outcome.column
    numbers = [c.name for c in table.columns if c.kind is Kind.NUMBER and c.name not in (column, picks.group)]
    pair = state.kept(("two values", now.digest, column), lambda: families.two_values(table, column))
    # Two values say yes or no themselves.
    counts = not pair or (spec.trials is not None and pair != ("0", "1"))
    if counts and numbers and table.column(column).kind is Kind.NUMBER:
        st.selectbox(
            wording.TRIALS,
            [None, *numbers],
            key=state.seed(key, spec.trials),
            help=wording.TRIALS_HELP,
            on_change=kind_actions.pick_trials,
            args=(key,),
            format_func=lambda name: wording.NO_TRIALS if name is None else name,
            placeholder=wording.NO_TRIALS,
        )


def _yes() -> None:
    now = state.current()
    table, spec = now.table, now.spec
    column = spec.outcome.column
    pair = state.kept(("two values", now.digest, column), lambda: families.two_values(table, column))
    if pair and spec.trials is None and table.column(column).kind is not Kind.YES_NO and pair != ("0", "1"):
        st.selectbox(
            wording.EVENT,
            pair,
            key=state.seed("pick_event", families.event_of(spec, pair)),
            help=wording.EVENT_HELP,
            on_change=kind_actions.pick_event,
        )
    else:
        out_of()


def rarely() -> None:
    """Shows the link where a kind has several, and the exposure of counts and amounts."""
    now = state.current()
    spec = now.spec
    if spec is None or now.table is None or now.picks is None or not families.generalised(spec):
        return
    if len(LINKS[spec.family]) > 1:
        st.segmented_control(
            wording.LINK,
            [link.value for link in LINKS[spec.family]],
            key=state.seed("pick_link", link_of(spec).value),
            help=wording.LINK_HELP,
            on_change=kind_actions.pick_link,
            required=True,
        )
    else:
        numbers = choices.weighing(now.table, now.picks)
        held = families.exposure(spec)
        st.selectbox(
            wording.EXPOSURE,
            [None, *dict.fromkeys([*numbers, *([held] if held else [])])],
            key=state.seed("pick_exposure", held),
            help=wording.EXPOSURE_HELP,
            on_change=kind_actions.pick_exposure,
            format_func=lambda name: (
                wording.NO_EXPOSURE if name is None else f"{name} (per {noun(name).one})"
            ),
            placeholder=wording.NO_EXPOSURE,
        )
