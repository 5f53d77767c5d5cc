"""Deviations and totals of the groups with their joint uncertainty."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.fit.sample import Sample
from core.fit.threads import one_thread
from core.result.carried import carried
from core.result.central import central
from core.result.held import averages, rates

# Below this share of the residual SD (per SD of the predictor) a variance is zero for every purpose.
ZERO = 1e-4


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """Estimates of the groups for k quantities: (J, k) each, and the joint covariance (J, k, k).

    `draws` (n, J, k) where the summary is one of draws.
    """

    terms: tuple[str, ...]
    levels: tuple[str, ...]
    estimate: Array
    covariance: Array
    draws: Array | None = None

    @property
    def std_error(self) -> Array:
        """Standard errors (J, k)."""
        return np.sqrt(np.maximum(self.covariance.diagonal(axis1=1, axis2=2), 0.0))

    def ends(self, level: float) -> tuple[Array, Array]:
        """Returns the central intervals of width `level`: (J, k), (J, k)."""
        if self.draws is not None:
            return central(self.draws, level)
        return around(self.estimate, self.std_error, level)


def around(estimate: Array, std_error: Array, level: float) -> tuple[Array, Array]:
    """Returns the ends of the normal intervals of width `level`."""
    reach = NormalDist().inv_cdf(0.5 + level / 2) * std_error
    return estimate - reach, estimate + reach


def deviations(linear: Along) -> GroupSummary:
    """Returns the group effects u with the covariance of (u_hat - u), fixed effects estimated."""
    q, p = len(linear.problem.random), linear.problem.p
    return combine(linear, linear.problem.random, np.zeros((q, p)), np.eye(q))


def total_estimates(linear: Along) -> Array:
    """Returns fixed + deviation of each group (J, q), without the cost of their uncertainty."""
    return np.asarray(linear.effects.mean + carried(linear) @ linear.fixed)


def totals(linear: Along) -> GroupSummary:
    """Returns fixed + deviation of each group, with the covariance of the sum (Henderson 1975, section 3)."""
    terms = linear.problem.random
    return combine(linear, terms, carried(linear), np.eye(len(terms)))


def totals_at_average(linear: Along) -> GroupSummary:
    """Returns totals read where a reader means them: at the average of every predictor.

    "(Intercept)" is the group's level there, since a baseline at zero spend and zero price is far from any
    row; the slope of x, with x:w in the model, is the one at the average of w (see `held`). Estimates are
    averaged over the variances the data leave open, as tiers' are; where a term does not vary at the optimum
    they are the optimum's, one number for all groups.
    """
    return _read(linear, *weights_at_average(linear))


def deviations_at_average(linear: Along) -> GroupSummary:
    """Returns the distance of each group's totals_at_average from the chain's, with its joint covariance."""
    of_fixed, of_random = weights_at_average(linear)
    return _read(linear, np.zeros_like(of_fixed), of_random)


def _read(linear: Along, of_fixed: Array, of_random: Array) -> GroupSummary:
    """`averaged` for the terms that vary at the optimum, `combine` for the others."""
    terms = linear.problem.random
    found = averaged(linear, terms, of_fixed, of_random)
    flat = np.array([not detectable(linear, t, of_random[k]) for k, t in enumerate(terms)], dtype=bool)
    if not flat.any():
        return found
    plain = combine(linear, terms, of_fixed, of_random)
    return GroupSummary(
        terms,
        found.levels,
        np.where(flat, plain.estimate, found.estimate),
        np.where(flat[:, None] | flat, plain.covariance, found.covariance),
    )


def detectable(linear: Along, term: str, weights: Array) -> bool:
    """Returns whether the groups differ at all, at the optimum, in weights (q,) of their effects.

    `term` gives the scale: an SD that moves the outcome by less than ZERO of the residual SD, per SD of the
    term, is none.
    """
    variance = float(weights @ linear.random_covariance @ weights)
    columns = linear.moments.columns
    scale = 1.0 if term == INTERCEPT else float(columns.scale[columns.index(term)])
    return float(np.sqrt(max(variance, 0.0))) * scale > ZERO * linear.sigma


def weights_at_average(linear: Along) -> tuple[Array, Array]:
    """Returns what the fixed effects and the deviations weigh in totals_at_average: (q, p) and (q, q)."""
    terms = linear.problem.random
    names = (*linear.problem.fixed, *terms)
    centre = linear.moments.columns.centre
    rows = [averages(linear, names) if t == INTERCEPT else rates(linear, t, names, centre) for t in terms]
    both = np.array(rows).reshape(len(terms), len(names))
    of_fixed, of_random = both[:, : linear.problem.p], both[:, linear.problem.p :]
    # A fixed column that varies under another name moves with the terms that reproduce it.
    odd = np.array([name not in terms for name in linear.problem.fixed], dtype=bool)
    slopes = np.array([t != INTERCEPT for t in terms], dtype=bool)
    return of_fixed + np.where(slopes[:, None] & odd, carried(linear), 0.0), of_random


def combine(linear: Along, names: tuple[str, ...], of_fixed: Array, of_random: Array) -> GroupSummary:
    """Returns of_fixed b + of_random u_j for every group: weights (k, p) and (k, q), joint covariance.

    Estimates are those at the optimum. Covariances are the mean squared error around them, averaged over the
    variances the data leave open (collapsed posterior): with the estimated variances taken as known, 95 %
    intervals of group slopes held 85 to 89 % in simulation; where a correlation is estimated as one, half.
    """
    if linear.drawn is not None:
        return _of_draws(linear, linear.drawn, names, of_fixed, of_random)
    thetas = linear.plausible.theta
    estimate = linear.effects.mean @ of_random.T + of_fixed @ linear.fixed
    _, error = _around(linear, estimate, of_fixed, of_random, thetas)
    return GroupSummary(names, _levels(linear), estimate, error)


def averaged(linear: Along, names: tuple[str, ...], of_fixed: Array, of_random: Array) -> GroupSummary:
    """Returns what `combine` does, the estimates too averaged over the variances the data leave open.

    Mean and covariance of the quantities that `gaussian_draws` draws, without the draws' noise: given the
    variances both are exact. Where the optimum is on the boundary, the estimates there move in step by
    construction and say less of a group than its own rows do.
    """
    if linear.drawn is not None:
        return _of_draws(linear, linear.drawn, names, of_fixed, of_random)
    centre = linear.effects.mean @ of_random.T + of_fixed @ linear.fixed
    off, error = _around(linear, centre, of_fixed, of_random, linear.plausible.theta)
    return GroupSummary(names, _levels(linear), centre + off, error - off[:, :, None] * off[:, None, :])


def _of_draws(
    linear: Along, drawn: Sample, names: tuple[str, ...], of_fixed: Array, of_random: Array
) -> GroupSummary:
    """What draws from a posterior say: their means, covariances and quantiles."""
    effects = drawn.effects[linear.moments.factors[0]]
    draws = effects @ of_random.T + (drawn.fixed @ of_fixed.T)[:, None, :]
    mean = draws.mean(axis=0)
    covariance = np.einsum("nja,njb->jab", draws, draws, optimize=True) / len(draws)
    covariance -= mean[:, :, None] * mean[:, None, :]
    return GroupSummary(names, _levels(linear), mean, covariance, draws)


def _levels(linear: Along) -> tuple[str, ...]:
    return linear.moments.levels[0] if linear.moments.levels else ()


def _around(
    linear: Along, point: Array, of_fixed: Array, of_random: Array, thetas: Array
) -> tuple[Array, Array]:
    """Mean distance (J, k) from some point and mean squared distance (J, k, k), over values of theta."""
    off = np.zeros_like(point)
    square = np.zeros((*point.shape, point.shape[1]))
    # Resampling repeats values that the data favour: each is asked once, and counts as often as it was drawn.
    values, counts = np.unique(thetas, axis=0, return_counts=True)
    with one_thread():
        for theta, count in zip(values, counts.tolist(), strict=True):
            at = linear.at(theta)
            lever = of_fixed - of_random @ at.effects.pull
            distance = at.effects.mean @ of_random.T + of_fixed @ at.fixed - point
            apart = of_random @ at.effects.conditional @ of_random.T
            apart = apart + lever @ at.fixed_covariance @ lever.transpose(0, 2, 1)
            square += count * (apart + distance[:, :, None] * distance[:, None, :])
            off += count * distance
    return off / len(thetas), square / len(thetas)
