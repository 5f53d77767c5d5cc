"""Expected outcomes of two arms and what one adds, over draws of the fixed effects and a spread of groups."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.errors import PanelwiseError
from core.fit.along import Along, Fitted
from core.result.effects import judged, table_of_fixed, wald_table
from core.result.population import population_mean
from core.result.standardised import Population, Profiles
from core.spec.model import Link

# The middle 68 % of draws span two standard errors where they are normal.
ONE_ERROR = (0.158655, 0.841345)
CUT = 0.002
LEAST_DF = 1.0  # of fewer, draws of a chi-square are zero to rounding


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

    Where other predictors change the effect, at their average over the rows. Of a posterior `estimate` and
    `std_error` are mean and SD, `p_value` twice the smaller share of draws on one side of zero.
    """

    estimate: float
    std_error: float
    p_value: float
    low: float
    high: float
    df: float  # infinite where the test is normal


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity at the estimates, of a posterior the median of its draws; half the width of the draws'
    middle 68 %, and their central interval. Means would be those of the farthest draw where few groups make
    them t.
    """

    estimate: float
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
        return Range(rows * found.estimate, rows * found.std_error, rows * found.low, rows * found.high)


def fixed_draws(
    fixed: Array, covariance: Array, effect: Array, df: tuple[float, float], n: int, seed: int
) -> Array:
    """Returns n draws of the fixed effects (n, p): of the sum of them with weights `effect` (p,), t with the
    first degrees of freedom `df`; of what is not correlated with that sum, t with the second. At least
    LEAST_DF, and normal where infinite.

    A few groups may leave the level of the outcome nearly open, and yet know what a variant adds to it: one
    reach for both would claim to know the level as well.
    Raises NoErrors.
    """
    if not np.isfinite(covariance).all():
        raise NoErrors()
    rng = np.random.default_rng(seed)
    size = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    values, vectors = np.linalg.eigh(covariance / np.outer(size, size))
    root = size[:, None] * vectors * np.sqrt(np.maximum(values, 0.0))
    away = rng.standard_normal((n, len(fixed))) @ root.T
    along = np.outer(away @ effect, _carried(covariance, effect))
    wide = [_wider(each, n, rng) for each in df]
    return np.asarray(fixed + wide[0] * along + wide[1] * (away - along))


def _carried(covariance: Array, effect: Array) -> Array:
    """What one unit of the sum with weights `effect` carries along in the fixed effects (p,)."""
    joint = covariance @ effect
    return np.asarray(joint / max(float(effect @ joint), 1e-300))


def _wider(df: float, n: int, rng: np.random.Generator) -> Array:
    """What makes t of normal draws (n, 1)."""
    if not np.isfinite(df):
        return np.ones((n, 1))
    df = max(df, LEAST_DF)
    return np.asarray(np.sqrt(df / rng.chisquare(df, (n, 1))))


def outcomes(link: Link, kinds: Population, fixed: Array, spread: Mapping[str, Array]) -> tuple[Array, Array]:
    """Returns the expected outcome of a row under the baseline and under the arm, by draw: (n,), (n,).

    `spread` has the covariances of each factor's effects, (n, q, q), or (1, q, q) for all draws alike.
    """

    def under(one: Profiles) -> Array:
        variance = np.zeros((1, len(kinds.shares)))
        for name, sigma in spread.items():
            variance = variance + np.einsum("ra,nab,rb->nr", one.z[name], sigma, one.z[name])
        eta = kinds.offset + fixed @ one.x.T
        return np.asarray(population_mean(link, eta, variance) @ kinds.shares)

    return under(kinds.baseline), under(kinds.arm)


def lift_of(drawn: tuple[Array, Array], level: float, at: tuple[Array, Array] | None = None) -> Lift:
    """Returns the lift over draws (n,) of both outcomes, around those `at` the estimates, (1,) each.

    Without these, of a posterior, its values are medians.
    """
    middle = (None,) * 4 if at is None else tuple(float(one[0]) for one in _told(at))
    return Lift(*(_range(one, level, value) for one, value in zip(_told(drawn), middle, strict=True)))


def _told(both: tuple[Array, Array]) -> tuple[Array, Array, Array, Array]:
    """Baseline, arm, difference and percent of each pair of outcomes."""
    first, second = both
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return first, second, second - first, 100.0 * (second / first - 1.0)


def _range(drawn: Array, level: float, value: float | None) -> Range:
    ends = [0.5, 0.5 - level / 2, 0.5 + level / 2, *ONE_ERROR]
    middle, low, high, below, above = np.quantile(drawn, ends).tolist()
    at = middle if value is None else value
    # Where a level is hardly known the estimate may be the curve's steepest place: hardly a draw moves more.
    return Range(at, (above - below) / 2.0, min(low, at), max(high, at))


def loss(drawn: Array) -> float:
    """Returns the mean of what is below zero; of the farthest CUT at either end only where they begin.

    With few groups draws are t, and through a log link their mean would be that of the farthest one.
    """
    low, high = np.quantile(drawn, [CUT, 1.0 - CUT])
    return float(np.maximum(-np.clip(drawn, low, high), 0.0).mean())


def contrast(kinds: Population) -> Array:
    """Returns what the fixed effects (p,) weigh in the effect of the arm, on average over the rows."""
    return np.asarray(kinds.shares @ (kinds.arm.x - kinds.baseline.x))


def claimed(linear: Along, weights: Array, level: float) -> Claim:
    """Returns the effect of the arm by its weights (p,) as the model has it: the row of its own table."""
    row = table_of_fixed(linear, ("arm",), weights[None], level)
    return _claim(row)


def claim(weights: Array, fixed: Array, covariance: Array, df: float, level: float) -> Claim:
    """Returns the same of other estimates (p,) and their covariance (p, p), with a t test."""
    error = np.sqrt(weights @ covariance @ weights)
    row = wald_table(("arm",), np.array([weights @ fixed]), np.array([error]), np.array([df]), level)
    return _claim(row)


def _claim(row: pd.DataFrame) -> Claim:
    names = ("estimate", "std_error", "p_value", "low", "high", "df")
    return Claim(*(float(row[name].to_numpy()[0]) for name in names))


@dataclass(frozen=True, slots=True)
class Around:
    """Draws of the fixed effects (n, p), and the covariance of each factor's effects (n or 1, q, q)."""

    fixed: Array
    spread: Mapping[str, Array]


def at_estimates(fitted: Fitted) -> Around | None:
    """Returns a fit's estimates as the only draw; None of a posterior, which has none."""
    if fitted.lead.drawn is not None:
        return None
    spread = {name: side.random_covariance[None] for name, side in fitted.sides.items()}
    return Around(fitted.lead.fixed[None], spread)


def drawn_around(fitted: Fitted, kinds: Population, n: int, seed: int) -> Around:
    """Returns what a fit leaves open: a posterior's own draws, else `fixed_draws` at the estimated spread,
    with the covariance and the degrees of freedom that intervals of the effect and of the level have.
    """
    lead = fitted.lead
    if lead.drawn is not None:
        return Around(lead.drawn.fixed, lead.drawn.spread)
    effect = contrast(kinds)
    level = np.asarray(kinds.shares @ (kinds.arm.x + kinds.baseline.x) / 2.0)
    covariance, _ = judged(lead, effect[None])
    level = level - effect * float(level @ _carried(covariance, effect))
    df = judged(lead, np.stack([effect, level]))[1]
    spread = {name: side.random_covariance[None] for name, side in fitted.sides.items()}
    both = (float(df[0]), float(df[1]))
    return Around(fixed_draws(lead.fixed, covariance, effect, both, n, seed), spread)
