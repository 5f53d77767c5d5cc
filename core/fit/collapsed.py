"""The collapsed posterior of the variance parameters: what the data leave open about how much groups differ.

With a flat prior on the fixed effects and 1/sigma on the residual SD, group effects, fixed effects and sigma
integrate out of a Gaussian model exactly; what is left is exp(-REML criterion / 2) as a function of theta.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.covariance import Pattern
from core.fit.hessian import criterion_and_slopes
from core.fit.importance import Proposal, at_mode, resampled
from core.fit.many import criteria
from core.fit.newton import Point, minimise
from core.fit.problem import Problem
from core.fit.spherical import Spherical, jacobian, spherical, to_theta

# Prior of the SD of each effect, on outcome and columns with SD 1: half Student t, and LKJ on correlations.
SD_DF, SD_SCALE, LKJ = 3.0, 2.5, 2.0
# Log of the largest SD ratio looked at: group differences 8,000 times the noise (or twice those found).
LIMIT = 9.0
# Of differences between gradients of functions that are smooth at the scale of one.
STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Collapsed:
    """The REML criterion as a function of theta: one value with slopes, and many values."""

    shape: Pattern
    slopes: Callable[[Array], tuple[float, Array, Array]]
    values: Callable[[Array], Array]  # (T, m) -> (T,)


def collapsed(problem: Problem) -> Collapsed:
    """Returns the criterion of a model with one grouping factor."""
    return Collapsed(
        shape=problem.shape,
        slopes=lambda theta: criterion_and_slopes(problem, theta, reml=True),
        values=lambda thetas: criteria(problem, thetas, reml=True),
    )


@dataclass(frozen=True, slots=True)
class VarianceDraws:
    """Draws of theta (n, m) with equal weight, and how well they stand for the posterior.

    `ess` is the effective number of independent draws behind them (Kish), out of `proposed`.
    """

    theta: Array
    ess: float
    proposed: int


def variance_draws(
    given: Collapsed,
    start: Array,
    sigma: float,
    n: int,
    rng: np.random.Generator,
    *,
    weighted: bool = True,
) -> VarianceDraws:
    """Returns n draws of theta from the collapsed posterior by importance resampling.

    Multivariate t proposal at the mode, in log SDs and Fisher-transformed partial correlations (Gelman et
    al., Bayesian Data Analysis, 3rd ed., section 10.4); `sigma` is the residual SD in working units, by which
    priors on SDs become priors on theta. Near a boundary these coordinates stay close to Gaussian where the
    entries of the factor form a funnel. Proposals are added, up to 32 n, until n effective draws are behind.
    Without weights the proposal's own draws are returned, n of them: for models whose every value is dear.
    """
    frame = spherical(given.shape)
    first = frame.start(start)
    # How far from zero each coordinate is looked at.
    edge = np.where(frame.is_log_sd, np.maximum(LIMIT, 2.0 * np.abs(first)), 6.0)
    top = minimise(lambda psi: _energy(given, frame, psi, sigma), np.clip(first, -edge, edge), radius=1.0)
    proposal = at_mode(top.x, top.hessian)
    if not weighted:
        return VarianceDraws(to_theta(frame, np.clip(proposal.points(n, rng), -edge, edge)), float(n), n)
    points, log_weight = np.empty((0, len(edge))), np.empty(0)
    ess = 0.0
    for size in (2 * n, 2 * n, 4 * n, 8 * n, 16 * n):
        new, more = _propose(given, frame, proposal, edge, sigma, size, rng)
        points, log_weight = np.concatenate([points, new]), np.concatenate([log_weight, more])
        weight = np.exp(log_weight - log_weight.max())
        weight /= weight.sum()
        ess = float(1.0 / (weight**2).sum())
        if ess >= n:
            break
    return VarianceDraws(to_theta(frame, points[resampled(weight, n, rng)]), ess, len(points))


def _propose(
    given: Collapsed,
    frame: Spherical,
    proposal: Proposal,
    edge: Array,
    sigma: float,
    size: int,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Points (size, m) from the t proposal and their log importance weights."""
    points = proposal.points(size, rng)
    inside = (np.abs(points) <= edge).all(axis=1)
    density = np.full(size, -np.inf)
    kept = points[inside]
    prior, _ = log_prior(frame, kept, sigma)
    density[inside] = prior - given.values(to_theta(frame, kept)) / 2.0
    return points, density - proposal.log_density(points)


def _energy(given: Collapsed, frame: Spherical, psi: Array, sigma: float) -> Point:
    """Minus log posterior at psi."""
    value, gradient, hessian = given.slopes(to_theta(frame, psi))
    back = jacobian(frame, psi)

    def slope(at: Array) -> Array:
        """The gradient, but for the criterion's own curvature: at psi itself it is the gradient."""
        return jacobian(frame, at).T @ gradient / 2.0 - log_prior(frame, at, sigma)[1]

    rest = np.empty_like(hessian)
    for k, step in enumerate(STEP * np.eye(len(psi))):
        rest[k] = (slope(psi + step) - slope(psi - step)) / (2.0 * STEP)
    curved = back.T @ hessian @ back / 2.0 + (rest + rest.T) / 2.0
    return Point(psi, float(value / 2.0 - log_prior(frame, psi, sigma)[0]), slope(psi), curved)


def log_prior(frame: Spherical, psi: Array, sigma: float) -> tuple[Array, Array]:
    """Returns the log density (...) at psi (..., m) of half-t SDs and LKJ correlations, and its gradient.

    Under LKJ(eta) the partial correlation of an effect with the i-th of a block of q (from 1) is Beta on
    (-1, 1) with both shapes eta + (q - 1 - i) / 2 (Lewandowski, Kurowicka, Joe 2009, J. Multivar. Anal. 100,
    section 2.4); the Jacobian of tanh adds one to the power of (1 - r^2).
    """
    logs: NDArray[np.bool_] = frame.is_log_sd
    scaled = np.square(sigma * np.exp(psi[..., logs]) / SD_SCALE) / SD_DF
    tangent = np.tanh(psi[..., ~logs])
    shape = LKJ + (frame.block[~logs] - 2 - frame.place[~logs]) / 2.0
    value = (psi[..., logs] - 0.5 * (SD_DF + 1) * np.log1p(scaled)).sum(axis=-1)
    far = np.abs(psi[..., ~logs])  # log(1 - tanh^2) = -2 log cosh, finite where tanh rounds to one
    value = value - 2.0 * (shape * (far + np.log1p(np.exp(-2.0 * far)) - np.log(2.0))).sum(axis=-1)
    gradient = np.empty_like(psi)
    gradient[..., logs] = 1.0 - (SD_DF + 1) * scaled / (1 + scaled)
    gradient[..., ~logs] = -2.0 * shape * tangent
    return value, gradient
