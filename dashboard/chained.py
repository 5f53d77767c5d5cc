"""What the draws of the fit on the screen say of themselves, made once a fit and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.fit.chains import Chains
from core.result.chains import e_bfmi, measured
from core.result.named_draws import named_draws, named_prior_draws, sampled_draws
from core.result.posterior_pictures import BesidePrior, beside_prior
from core.result.review_chains import LEAST_ESS, MOST_R_HAT
from dashboard import state
from dashboard.state import Shown

PRIOR_DRAWS = 8_000


@dataclass(frozen=True, slots=True)
class Chained:
    """Chains of every quantity: `draws` (chains, draws) by name, `each` by name: mean sd r_hat ess_bulk
    ess_tail mcse; `diverging` and `energy` (chains, draws), `fractions` E-BFMI by chain.
    """

    draws: Mapping[str, np.ndarray]
    each: pd.DataFrame
    diverging: np.ndarray
    energy: np.ndarray
    fractions: np.ndarray

    @property
    def worst(self) -> str:
        """The quantity to look at first: where chains agree least, else with the fewest draws."""
        doubt = np.maximum(
            (self.each["r_hat"] - 1.0) / (MOST_R_HAT - 1.0),
            LEAST_ESS / self.each[["ess_bulk", "ess_tail"]].min(axis=1),
        )
        return str(doubt.idxmax())


def chained(shown: Shown) -> Chained | None:
    """Returns the chains of a fit by NUTS; None of any other."""
    given = shown.fit.posterior
    if given is None or not isinstance(given.how, Chains):
        return None
    return state.kept(("chained", *shown.about, shown.method), lambda: _read(given, given.how))


def _read(given, how: Chains) -> Chained:
    # Of many groups, effects are drawn at a part of the draws; the sampler's record is of all.
    draws = (named_draws if len(given.places) == len(given.x) else sampled_draws)(given)
    values = np.stack(list(draws.values()), axis=2)
    found = measured(values)
    columns = {
        "mean": values.mean(axis=(0, 1)),
        "sd": values.std(axis=(0, 1)),
        "r_hat": found.r_hat,
        "ess_bulk": found.ess_bulk,
        "ess_tail": found.ess_tail,
        "mcse": found.mcse_mean,
    }
    each = pd.DataFrame(columns, index=list(draws))
    return Chained(draws, each, how.diverging, how.energy, e_bfmi(how.energy))


def beside_priors(shown: Shown) -> Sequence[BesidePrior]:
    """Returns every quantity of a posterior beside its prior; none where a prior says nothing."""
    given = shown.fit.posterior
    if given is None or not all(np.isfinite(prior.sd) for _, prior in given.priors.fixed):
        return ()
    return state.kept(("beside priors", *shown.about, shown.method), lambda: _beside(given))


def _beside(given) -> tuple[BesidePrior, ...]:
    before = named_prior_draws(given, PRIOR_DRAWS, state.SEED)
    found = []
    for name, after in named_draws(given).items():
        one = name.startswith("correlation of ") and name not in given.lead.problem.fixed
        spread = name not in given.lead.problem.fixed and not one
        ends = (-1.0, 1.0) if one else (0.0, None) if spread else (None, None)
        found.append(beside_prior(name, before[name], after.ravel(), *ends))
    return tuple(found)
