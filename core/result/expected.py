"""Expected outcomes of two arms and what one adds, over draws of the fixed effects and a spread of groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from statistics import NormalDist

import numpy as np

from core.design.coding import Array
from core.errors import PanelwiseError
from core.result.population import population_mean
from core.result.standardised import Population, Profiles
from core.spec.model import Link


class NoErrors(PanelwiseError):
    """The fit has no standard errors to judge a difference by."""

    def __init__(self) -> None:
        super().__init__(
            "This fit has no usable standard errors, so nothing can be said of the difference: one variant "
            "may have had no success at all. Gather more rows, or fit the model with priors."
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """The effect of the variant on the scale of the linear predictor (log-odds, log rate).

    Where other predictors change the effect, at their average. `p_value` is NaN of a posterior.
    """

    estimate: float
    std_error: float
    p_value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity as the draws have it: mean, SD and central interval."""

    mean: float
    std_error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Lift:
    """Expected outcome of a row (probability, count, amount) under either arm, and what the arm adds.

    `difference` is arm minus baseline, 0.02 being two percentage points; `percent` the same relative to the
    baseline.
    """

    baseline: Range
    arm: Range
    difference: Range
    percent: Range

    def per(self, rows: float) -> Range:
        """Returns the expected difference in the sum over so many rows."""
        found = self.difference
        return Range(rows * found.mean, rows * found.std_error, rows * found.low, rows * found.high)


def fixed_draws(fixed: Array, covariance: Array, n: int, seed: int) -> Array:
    """Draws of the fixed effects (n, p)."""
    if not np.isfinite(covariance).all():
        raise NoErrors()
    size = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    values, vectors = np.linalg.eigh(covariance / np.outer(size, size))
    root = size[:, None] * vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(fixed + np.random.default_rng(seed).standard_normal((n, len(fixed))) @ root.T)


def outcomes(link: Link, kinds: Population, fixed: Array, spread: Mapping[str, Array]) -> tuple[Array, Array]:
    """Expected outcome of a row under the baseline and under the arm, by draw: (n,), (n,)."""

    def under(one: Profiles) -> Array:
        variance = np.zeros(len(kinds.shares))
        for name, sigma in spread.items():
            variance += np.einsum("ra,ab,rb->r", one.z[name], sigma, one.z[name])
        eta = kinds.offset + fixed @ one.x.T
        return np.asarray(population_mean(link, eta, variance) @ kinds.shares)

    return under(kinds.baseline), under(kinds.arm)


def lift_of(outcomes: tuple[Array, Array], level: float) -> Lift:
    first, second = outcomes
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = 100.0 * (second / first - 1.0)
    return Lift(*(_range(one, level) for one in (first, second, second - first, percent)))


def _range(drawn: Array, level: float) -> Range:
    low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2])
    return Range(float(drawn.mean()), float(drawn.std()), float(low), float(high))


def claim(kinds: Population, fixed: Array, covariance: Array, level: float) -> Claim:
    weights = kinds.shares @ (kinds.arm.x - kinds.baseline.x)
    estimate = float(weights @ fixed)
    error = float(np.sqrt(weights @ covariance @ weights))
    normal = NormalDist()
    reach = normal.inv_cdf(0.5 + level / 2) * error
    p_value = 2.0 * normal.cdf(-abs(estimate) / error) if error > 0 else nan
    return Claim(estimate, error, p_value, estimate - reach, estimate + reach)
