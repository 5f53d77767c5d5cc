"""How much the priors speak: what SDs between groups would be under wider or narrower ones."""

from dataclasses import dataclass, replace

import numpy as np

from core.design.coding import Array
from core.fit.posterior import Posterior
from core.fit.prior import log_prior
from core.fit.psis import smoothed

# Draws weighed by another prior stand for the posterior under it while they are worth this many.
LEAST_ESS = 100.0


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The mean SD between a factor's groups in one term, and the same with the priors of all such SDs half
    and twice as wide; NaN where the draws cannot tell.
    """

    factor: str
    term: str
    mean: float
    sd: float  # the posterior's own SD of it
    narrower: float
    wider: float

    @property
    def moved(self) -> float:
        """By how many posterior SDs the mean moves at most; NaN where neither can be told."""
        ends = [abs(end - self.mean) for end in (self.narrower, self.wider) if np.isfinite(end)]
        return max(ends, default=np.nan) / self.sd if self.sd > 0 else 0.0


def sensitivity(fitted: Posterior) -> tuple[Sensitivity, ...]:
    """Returns, for every SD between groups, what other widths of the SDs' priors would make of it.

    The draws are weighed by the ratio of the priors, Pareto-smoothed (Kallioinen, Paananen, Buerkner, Vehtari
    2024, Stat. Comput. 34): nothing is fitted again.
    """
    narrow, wide = (_weights(fitted, width) for width in (0.5, 2.0))
    found = []
    for name, side in fitted.sides.items():
        sds = np.sqrt(np.diagonal(fitted.spreads[name], axis1=1, axis2=2))
        for k, term in enumerate(side.problem.random):
            draws = sds[:, k]
            ends = _mean(draws, narrow), _mean(draws, wide)
            found.append(Sensitivity(name, term, float(draws.mean()), float(draws.std()), *ends))
    return tuple(found)


def _weights(fitted: Posterior, width: float) -> Array | None:
    prior = fitted.prior
    other = replace(prior, scales=prior.scales * np.append(np.full(len(prior.scales) - 1, width), 1.0))
    made = smoothed(log_prior(other, fitted.x)[0] - log_prior(prior, fitted.x)[0])
    return np.exp(made.log_weights) if float(made.ess) >= LEAST_ESS else None


def _mean(values: Array, weights: Array | None) -> float:
    return np.nan if weights is None else float(weights @ values)
