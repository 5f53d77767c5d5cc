"""The instant posterior: importance draws of SDs and correlations from the collapsed density."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.density import Density
from core.fit.importance import Proposal, around, at_mode, leaning, resampled
from core.fit.newton import Point, minimise
from core.fit.psis import Smoothed, UnweighableDraws, smoothed

# Step of differences between gradients of an energy that is smooth at the scale of one.
STEP = 1e-4
# Log SDs and Fisher z further than this from the mode are not looked at: e^12 times smaller or larger.
EDGE = 12.0
# Log SDs below the best fit's at which a second mode is looked for, and how much less likely its top may be.
DOWN, COUNTS = 4.0, 12.0
# A tail heavier than STEADY, or draws worth less than WORTH of their number, ask for another proposal.
STEADY, WORTH, ROUNDS = 0.5, 0.6, 3


@dataclass(frozen=True, slots=True)
class Weighed:
    """How well importance draws stand for the posterior.

    `k_hat`: shape of the largest weights' tail (0.7 and less is good). `ess`: how many independent draws the
    weighted ones are worth, out of `proposed`.
    """

    k_hat: float
    ess: float
    proposed: int


@dataclass(frozen=True, slots=True)
class Instant:
    """Draws x (n, d) of equal weight, how well they stand for the posterior, and the mode with a root of the
    covariance there.
    """

    x: Array
    weighed: Weighed
    mode: Array
    root: Array


def instant(given: Density, start: Array, n: int, seed: int, proposals: int | None = None) -> Instant:
    """Returns n draws from the posterior by importance resampling from a multivariate t at the mode.

    (Gelman et al., Bayesian Data Analysis, 3rd ed., section 10.4; weights Pareto-smoothed, Vehtari et al.
    2024.) Where the density does not follow the mode's curvature, as when a variance may be zero, further
    proposals are made from the weighted draws, and the points of all are weighed against the mixture of all
    (Owen, Zhou 2000, J. Am. Stat. Assoc. 95; Raftery, Bao 2010, Biometrics 66). A second mode, where groups
    hardly differ, is looked for. `proposals` is the number of points each time, n unless given.
    """
    rng, size = np.random.default_rng(seed), n if proposals is None else proposals
    modes = _modes(given, start)
    used = [leaning(at_mode(top.x, top.hessian), given.values) for top in modes]
    points, density = _looked_at(given, used, size, rng)
    best = weights = _weights(used, points, density)
    for again in range(ROUNDS):
        if float(weights.k) <= STEADY and float(weights.ess) >= WORTH * len(points):
            break
        used.append(leaning(around(points, _wanting(weights, again)), given.values))
        more = _looked_at(given, used[-1:], size, rng)
        points, density = np.concatenate([points, more[0]]), np.concatenate([density, more[1]])
        weights = _weights(used, points, density)
        best = min(best, weights, key=lambda one: float(one.k))
    chosen = points[: len(best.log_weights)][resampled(np.exp(best.log_weights), n, rng)]
    rng.shuffle(chosen)
    found = Weighed(float(best.k), float(best.ess), len(best.log_weights))
    return Instant(chosen, found, modes[0].x, used[0].root)


def summit(given: Density, start: Array) -> tuple[Array, Array]:
    """Returns the mode of a density (d,) and a root of the covariance of its curvature there (d, d)."""
    top = _modes(given, start)[0]
    return top.x, at_mode(top.x, top.hessian).root


def _wanting(weights: Smoothed, again: int) -> Array:
    """What the next proposal goes around: all of the density, then what still weighs more than its share."""
    heavy = np.exp(weights.log_weights)
    if again:
        heavy = np.maximum(heavy - 1.0 / len(heavy), 0.0)
    return np.asarray(heavy / heavy.sum())


def _modes(given: Density, start: Array) -> list[Point]:
    """The mode, and another one that counts, if there is one: where groups hardly differ."""
    logs = np.append(False, given.prior.frame.is_log_sd)
    starts = [start, start - DOWN * logs] if logs.any() else [start]
    tops = [minimise(lambda x: _point(given, x), x, radius=1.0) for x in starts]
    found = sorted((top for top in tops if top.ready), key=lambda top: top.value)
    if not found:
        raise UnweighableDraws("no place was found where the density can be computed")
    apart = [top for top in found[1:] if np.abs(top.x - found[0].x).max() > 0.5]
    return [found[0], *(top for top in apart if top.value < found[0].value + COUNTS)]


def _looked_at(
    given: Density, used: list[Proposal], size: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """As many points of each proposal, and their log density."""
    points = np.concatenate([one.points(size, rng) for one in used])
    near = [np.abs(points - one.mode).max(axis=1) <= EDGE for one in used]
    inside = np.any(near, axis=0)
    density = np.full(len(points), -np.inf)
    density[inside] = -given.values(points[inside])
    return points, density


def _weights(used: list[Proposal], points: Array, density: Array) -> Smoothed:
    """Weights against the mixture of all proposals, each of which gave as many points."""
    return smoothed(density - np.logaddexp.reduce([one.log_density(points) for one in used]))


def _point(given: Density, x: Array) -> Point:
    """Minus log posterior at x, its Hessian by central differences of the gradient; infinite where the fixed
    columns can no longer be told apart.
    """
    steps = STEP * np.eye(len(x))
    try:
        value, gradient = given.slopes(x)
        rows = [given.slopes(x + step)[1] - given.slopes(x - step)[1] for step in steps]
    except (np.linalg.LinAlgError, ZeroDivisionError):  # or the residual variance is zero to rounding
        return Point(x, np.inf, np.zeros_like(x), np.eye(len(x)))
    hessian = np.array(rows) / (2 * STEP)
    return Point(x, value, gradient, (hessian + hessian.T) / 2.0)
