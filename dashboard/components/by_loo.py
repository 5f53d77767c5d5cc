"""Models tried compared by leave-one-out: asked for by one button, scored one after another elsewhere."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.result.loo import Loo
from core.result.sent import result_from_bytes
from dashboard import actions, families, scores, state, wording
from dashboard.components import page
from dashboard.components.working import Key, sent, worked
from dashboard.tried import Tried


def found(models: Sequence[Tried]) -> dict[int, Loo]:
    """Returns the scores there are, by place."""
    there = {}
    for place, model in enumerate(models):
        key = _key(model)
        seen = state.job(key) if key is not None else None
        if key is not None and seen is not None and seen.result is not None:
            content = seen.result.blobs["result"]
            there[place] = state.kept(key, partial(result_from_bytes, content))
    return there


def _key(model: Tried) -> Key | None:
    """The key under which a model's score was asked for, with the priors in use."""
    wanted = state.current().wanted
    return next((key for key in wanted if state.scores(key, model.digest, model.formula, model.method)), None)


def compare(models: Sequence[Tried], used: Tried | None, known: scores.Scores) -> None:
    """Shows the button, the work as it goes on, and then which model foretells better, in words."""
    table = state.current().table
    places = scores.rivals(models, used)
    if used is None or table is None or len(places) < 2:
        return
    if families.generalised(used.spec) and used.method in state.SEARCHED:
        return  # a likelihood has no draws to weigh; AIC compares above
    open_ = [models[place] for place in places if place not in known]
    asked = {place: key for place, model in enumerate(open_) if (key := _key(model)) is not None}
    if asked:
        place, key = next(iter(asked.items()))
        fit = state.fitted(open_[place].spec, open_[place].method).fit
        worked(
            key,
            wording.COMPARE_LOO,
            lambda: sent(fit, table, seed=state.SEED, n_draws=scores.DRAWS),
            cancel=partial(actions.unwant_each, tuple(asked.values())),
        )
    elif open_:
        st.button(
            wording.COMPARE_LOO,
            key="compare_loo",
            on_click=actions.score,
            args=(tuple(models[place] for place in places),),
            help=wording.COMPARE_LOO_HELP,
        )
    page.trouble("scores")
    told = scores.verdict(known, models.index(used))
    page.findings(told, "scores")
    if told:
        st.caption(wording.COMPARED_LOO)
