"""The collapsed posterior of the variance parameters: what the data leave open about how much groups differ.

With a flat prior on the fixed effects and 1/sigma on the residual SD, group effects, fixed effects and sigma
integrate out of a Gaussian model exactly; what is left is exp(-REML criterion / 2) as a function of theta.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.objective import criterion, criterion_and_gradient
from core.fit.problem import Problem
from core.fit.spherical import Spherical, jacobian, spherical, to_theta

# Prior of the SD of each effect, on outcome and columns with SD 1: half Student t, and LKJ on correlations.
SD_DF, SD_SCALE, LKJ = 3.0, 2.5, 2.0
PROPOSAL_DF = 5.0
# Log of the largest SD ratio looked at: group differences 8,000 times the noise (or twice those found).
LIMIT = 9.0


@dataclass(frozen=True, slots=True)
class VarianceDraws:
    """Draws of theta (n, m) with equal weight, and how well they stand for the posterior.

    `ess` is the effective number of independent draws behind them (Kish), out of `proposed`.
    """

    theta: Array
    ess: float
    proposed: int


def variance_draws(
    problem: Problem, start: Array, sigma: float, n: int, rng: np.random.Generator, proposed: int = 1000
) -> VarianceDraws:
    """Returns n draws of theta from the collapsed posterior by importance resampling.

    Multivariate t proposal at the mode, in log SDs and Fisher-transformed partial correlations (Gelman et
    al., Bayesian Data Analysis, 3rd ed., section 10.4); `sigma` is the residual SD in working units, by which
    priors on SDs become priors on theta. Near a boundary these coordinates stay close to Gaussian where the
    entries of the factor form a funnel.
    """
    from scipy.optimize import minimize  # half a second of imports that only a search needs

    frame = spherical(problem.shape)
    first = frame.start(start)
    edge = np.where(frame.is_log_sd, np.maximum(LIMIT, 2.0 * np.abs(first)), 6.0)
    mode = minimize(
        lambda psi: _energy(problem, frame, psi, sigma),
        np.clip(first, -edge, edge),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(-edge, edge, strict=True)),
        options={"maxiter": 200},
    ).x
    m = len(mode)
    root = np.linalg.inv(np.linalg.cholesky(_curvature(problem, frame, mode, sigma))).T
    radius = np.sqrt(rng.chisquare(PROPOSAL_DF, proposed) / PROPOSAL_DF)
    steps = rng.standard_normal((proposed, m)) / radius[:, None]
    points = mode + steps @ root.T
    inside = (np.abs(points) <= edge).all(axis=1)
    density = np.full(proposed, -np.inf)
    density[inside] = [_log_density(problem, frame, psi, sigma) for psi in points[inside]]
    proposal = -0.5 * (PROPOSAL_DF + m) * np.log1p((steps**2).sum(axis=1) / PROPOSAL_DF)
    weight = np.exp(density - proposal - (density - proposal).max())
    weight /= weight.sum()
    # Systematic resampling: the same expectation as independent draws, with less noise.
    places = np.searchsorted(np.cumsum(weight), (np.arange(n) + rng.random()) / n)
    chosen = points[np.minimum(places, proposed - 1)]
    theta = np.array([to_theta(frame, psi) for psi in chosen])
    return VarianceDraws(theta, float(1.0 / (weight**2).sum()), proposed)


def _log_density(problem: Problem, frame: Spherical, psi: Array, sigma: float) -> float:
    """Log posterior at psi, without the gradient that only the search for the mode needs."""
    theta = to_theta(frame, psi)
    return _log_prior(frame, psi, sigma)[0] - criterion(problem, theta, reml=True) / 2.0


def _energy(problem: Problem, frame: Spherical, psi: Array, sigma: float) -> tuple[float, Array]:
    """Minus log posterior at psi, and its gradient."""
    theta = to_theta(frame, psi)
    value, gradient = criterion_and_gradient(problem, theta, reml=True)
    prior, prior_gradient = _log_prior(frame, psi, sigma)
    return value / 2.0 - prior, jacobian(frame, psi).T @ gradient / 2.0 - prior_gradient


def _log_prior(frame: Spherical, psi: Array, sigma: float) -> tuple[float, Array]:
    """Log density at psi of half-t SDs and LKJ correlations, and its gradient.

    Under LKJ(eta) the partial correlation of an effect with the i-th of a block of q (from 1) is Beta on
    (-1, 1) with both shapes eta + (q - 1 - i) / 2 (Lewandowski, Kurowicka, Joe 2009, J. Multivar. Anal. 100,
    section 2.4); the Jacobian of tanh adds one to the power of (1 - r^2).
    """
    logs: NDArray[np.bool_] = frame.is_log_sd
    scaled = np.square(sigma * np.exp(psi[logs]) / SD_SCALE) / SD_DF
    tangent = np.tanh(psi[~logs])
    shape = LKJ + (frame.block[~logs] - 2 - frame.place[~logs]) / 2.0
    value = float((psi[logs] - 0.5 * (SD_DF + 1) * np.log1p(scaled)).sum())
    value += float((shape * np.log1p(-(tangent**2))).sum())
    gradient = np.empty_like(psi)
    gradient[logs] = 1.0 - (SD_DF + 1) * scaled / (1 + scaled)
    gradient[~logs] = -2.0 * shape * tangent
    return value, gradient


def _curvature(problem: Problem, frame: Spherical, mode: Array, sigma: float) -> Array:
    """Hessian of the energy at the mode by differences of its gradient, made safely positive definite."""
    m = len(mode)
    hessian = np.empty((m, m))
    for k in range(m):
        step = np.zeros(m)
        step[k] = 1e-3
        ahead = _energy(problem, frame, mode + step, sigma)[1]
        behind = _energy(problem, frame, mode - step, sigma)[1]
        hessian[k] = (ahead - behind) / 2e-3
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    # No direction of the proposal is wider than a log SD of one and a half: priors see to the rest.
    return np.asarray((vectors * np.maximum(values, 0.4)) @ vectors.T)
