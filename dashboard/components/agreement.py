"""How sure the instant posterior is: REML and NUTS beside it, and the way to have NUTS drawn."""

import streamlit as st

import core
from core.fit.bayes import applicable
from core.result.store import fit_from_bytes
from core.spec.prior_json import priors_to_json
from dashboard import agreement_words, families, soundness, state, wording
from dashboard.charts.agreement import agreement_chart
from dashboard.components import page
from dashboard.components.working import sent, worked
from dashboard.numbers import duration
from dashboard.state import Shown


def agreement(shown: Shown) -> None:
    """Shows the three methods side by side for a posterior, and the way to one that takes long; nothing
    where REML or ML was chosen.
    """
    if families.generalised(shown.spec):
        _to_sample(shown)
        return
    if shown.fit.posterior is None:
        _pending(shown)
        return
    instant = state.fitted(shown.spec, "posterior")
    chains = state.sampled(instant)
    found = state.kept(
        ("agreement", *instant.about, chains is not None),
        lambda: core.agreement(instant.fit.posterior, chains.fit.posterior if chains else None),
    )
    stops = soundness.barred(instant)
    page.chart_title(agreement_words.title(found, bool(stops)), agreement_words.drawn(found), "agreement")
    chained = " and NUTS" if found.chains else ""
    names = [wording.term(name) if name != "(Intercept)" else "baseline" for name in found.table.index]
    page.chart(
        agreement_chart(found.table, names, state.theme()),
        key="agreement",
        alt=f"Distance of REML{chained} from the instant posterior, {len(names)} rows",
        file_name="agreement",
    )
    groups = min((side.problem.cells for side in instant.fit.linear.sides.values()), default=0)
    if why := agreement_words.why(found, groups):
        st.markdown(f":gray[{page.unbroken(why)}]")
    if chains is None:
        if state.method_chosen(state.current()) == "nuts":
            st.markdown(wording.NO_CHAINS)
        worked(
            state.chains_key(instant),
            "Sample by NUTS",
            lambda: sent(instant.fit),
            read=lambda answer: fit_from_bytes(answer.blobs["fit"]),
            help=wording.NUTS_HELP,
        )


def _to_sample(shown: Shown) -> None:
    """Shows the way to the posterior of yes/no, counts or amounts, until it is there."""
    now = state.current()
    if state.method_chosen(now) != families.NUTS or shown.fit.posterior is not None or shown.spec != now.spec:
        return
    priors = priors_to_json(applicable(shown.fit.linear, now.priors))
    page.chart_title(wording.NOT_SAMPLED, wording.NOT_SAMPLED_DRAWN, "agreement")
    worked(
        state.sampling_key(shown),
        "Sample by NUTS",
        lambda: sent(shown.fit, priors=priors, seed=state.SEED),
        read=lambda answer: fit_from_bytes(answer.blobs["fit"]),
        help=wording.NUTS_HELP,
    )


def _pending(shown: Shown) -> None:
    now = state.current()
    if state.method_chosen(now) in state.SEARCHED or shown.spec != now.spec or now.table is None:
        return
    priors = applicable(shown.fit.linear, now.priors)
    seconds = max(state.long_expected(shown), 1.0)
    page.chart_title(wording.LONG_POSTERIOR, wording.LONG_DRAWN, "agreement")
    worked(
        state.posterior_key(shown, priors),
        f"Draw the posterior (about {duration(float(f'{seconds:.1g}'))})",
        lambda: sent(shown.fit, priors=priors_to_json(priors), seed=state.SEED),
        read=lambda answer: fit_from_bytes(answer.blobs["fit"]),
    )
