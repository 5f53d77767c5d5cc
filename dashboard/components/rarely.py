"""Choices about a model that few need: how much each row counts, and what is added as it is."""

import streamlit as st

from dashboard import actions, choices, families, state, wording
from dashboard.components import kind


def rarely() -> None:
    """Shows weights and offsets, folded away until the model has them or they are asked for."""
    now = state.current()
    if now.picks is None or now.table is None or now.spec is None:
        return
    numbers = choices.weighing(now.table, now.picks)
    offsets = list(families.beside(now.spec))
    other = families.generalised(now.spec)
    if not numbers and not offsets and now.spec.weights is None and not other:
        return
    over = families.exposure(now.spec) if now.spec.family in families.COUNTED else None
    chosen = [wording.EXPOSURE] * (over is not None)
    chosen += [wording.WEIGHTS] * (now.spec.weights is not None) + [wording.OFFSETS] * bool(offsets)
    with st.popover(
        " · ".join(chosen) or (wording.RARELY_OTHER if other else wording.RARELY),
        key="rarely",
        width="stretch",
    ):
        kind.rarely()
        st.selectbox(
            wording.WEIGHTS,
            [None, *dict.fromkeys([*numbers, *([now.spec.weights] if now.spec.weights else [])])],
            key=state.seed("pick_weights", now.spec.weights),
            help=wording.WEIGHTS_HELP,
            on_change=actions.weigh,
            placeholder=wording.ALL_ALIKE,
            format_func=lambda name: wording.ALL_ALIKE if name is None else name,
        )
        st.multiselect(
            wording.OFFSETS,
            list(dict.fromkeys([*(name for name in numbers if name != over), *offsets])),
            key=state.seed("pick_offsets", offsets),
            help=wording.OFFSETS_HELP,
            on_change=actions.shift,
            placeholder="nothing",
        )
