"""Quality of a posterior: its draws, what they learned beside the priors, the data they would make, LOO."""

import numpy as np

from core.finding import Status
from core.fit.chains import Chains
from core.result.named_draws import beside_priors
from core.result.posterior_pictures import BesidePrior, beside_prior
from core.result.predictive import Predictive, posterior_predictive
from core.result.review_posterior import review_draws
from core.result.review_predictive import review_predictive
from dashboard import draw_words, equation, safe, scores, state, wording
from dashboard.charts.posterior import pareto_chart, predictive_chart, prior_chart
from dashboard.components import chains, page
from dashboard.components.working import sent, worked
from dashboard.state import Shown

# Quantities drawn beside their priors, prior draws behind each, and draws behind the score of rows.
PANELS, PRIOR_DRAWS = 8, 20_000
# Rows beyond which data made by the model are made in another process.
AT_ONCE = 5_000


def draws(shown: Shown) -> None:
    """Shows whether the draws can be used, with their pictures where they come from chains."""
    fitted = shown.fit.posterior
    if fitted is None:
        return
    found = state.kept(("draws", *shown.key), lambda: review_draws(fitted))
    page.chart_title(draw_words.title(found), draw_words.made(fitted.how), "draws")
    page.findings(found, "draws", most=3)
    if isinstance(fitted.how, Chains):
        chains.chains(shown, fitted.how)


def learned(shown: Shown) -> None:
    """Shows posteriors beside their priors."""
    fitted = shown.fit.posterior
    if fitted is None or any(not np.isfinite(one.sd) for _, one in fitted.priors.fixed):
        return
    found = state.kept(("learned", *shown.key), lambda: _beside(shown))
    drawn = sorted(found, key=lambda one: one.left <= draw_words.LITTLE)[:PANELS]
    more = len(found) - len(drawn)
    also = f"; {more} more look alike" if more else ""
    page.chart_title(draw_words.learned(found), wording.LEARNED_DRAWN + also, "learned")
    page.chart(
        prior_chart(drawn, state.theme(), label=lambda name: wording.term(str(name))),
        key="learned",
        alt="Posteriors beside priors",
        file_name="priors and posteriors",
    )


def _beside(shown: Shown) -> list[BesidePrior]:
    """The quantities that priors matter for first: SDs and correlations, then effects."""
    both = beside_priors(shown.fit.posterior, PRIOR_DRAWS, state.SEED)
    found = []
    for name, (before, after) in both.items():
        own = name not in shown.fit.posterior.lead.problem.fixed  # a predictor may be called like these
        tied = own and name.startswith("correlation of")
        sd = own and name.startswith(("SD of", "residual SD"))
        ends = {"floor": -1.0 if tied else 0.0 if sd else None, "ceiling": 1.0 if tied else None}
        found.append(beside_prior(name, before, after, **ends))
    return found


def would_make(shown: Shown) -> None:
    """Shows data that the model would make beside the data there are."""
    table = state.current().table
    if shown.fit.posterior is None or table is None:
        return
    key = ("predictive", "data", *shown.key)
    made: Predictive | None
    if shown.fit.n_rows <= AT_ONCE:
        made = state.kept(key, lambda: posterior_predictive(shown.fit, table, seed=state.SEED))
    else:
        page.chart_title("Would the model make data like yours?", wording.MADE_DRAWN, "made")
        made = worked(key, "Make data by the model", lambda: sent(shown.fit, table, seed=state.SEED))
    if made is None:
        return
    told = review_predictive(made)
    alike = all(one.status is Status.GOOD for one in told)
    title = wording.RATES_ALONE if made.yes_no else wording.LIKE_YOURS if alike else wording.UNLIKE_YOURS
    page.chart_title(title, wording.MADE_DRAWN, "made_found")
    drawn = predictive_chart(made, state.theme(), says=equation.outcome_of(shown))
    page.chart(drawn, key="made", alt="Data made by the model beside yours", file_name="predictive check")
    page.findings(told, "made")


def held_out_rows(shown: Shown) -> None:
    """Shows the leave-one-out score and the rows that move the fit, once asked for."""
    table = state.current().table
    if shown.fit.posterior is None or table is None:
        return
    found = worked(
        state.score_key(shown),
        "Score rows held out (LOO)",
        lambda: sent(shown.fit, table, seed=state.SEED, n_draws=scores.DRAWS),
        help=wording.LOO_HELP,
    )
    if found is None:
        return
    page.chart_title(*draw_words.score(found, safe.markdown(equation.outcome_of(shown), 40)), key="loo")
    page.chart(pareto_chart(found, state.theme()), key="loo", alt="Pareto k by row", file_name="loo")
    page.findings(found.findings(), "loo")
