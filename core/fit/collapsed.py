"""The collapsed posterior of the variance parameters: what the data leave open about how much groups differ.

With a flat prior on the fixed effects and 1/sigma on the residual SD, group effects, fixed effects and sigma
integrate out of a Gaussian model exactly, and what is left is exp(-REML criterion / 2) as a function of
theta.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.objective import criterion, criterion_and_gradient
from core.fit.problem import Problem

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

    Multivariate t proposal at the mode, in log diagonal entries (Bayesian Data Analysis, 3rd ed., section
    10.4); `sigma` is the residual SD in working units, by which the priors on SDs become priors on theta.
    """
    from scipy.optimize import minimize  # half a second of imports that only a search needs

    diagonal = problem.shape.rows == problem.shape.cols
    m = len(start)
    first = start.copy()
    first[diagonal] = np.log(np.maximum(start[diagonal], 1e-2))
    edge = np.where(diagonal, LIMIT, np.exp(LIMIT))
    edge = np.maximum(edge, 2.0 * np.abs(first))
    mode = minimize(
        lambda psi: _energy(problem, psi, diagonal, sigma),
        first,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(-edge, edge, strict=True)),
        options={"maxiter": 200},
    ).x
    root = np.linalg.inv(np.linalg.cholesky(_curvature(problem, mode, diagonal, sigma))).T
    noise = rng.standard_normal((proposed, m))
    radius = np.sqrt(rng.chisquare(PROPOSAL_DF, proposed) / PROPOSAL_DF)
    steps = noise / radius[:, None]
    points = np.clip(mode + steps @ root.T, -edge, edge)
    density = np.array([_log_density(problem, psi, diagonal, sigma) for psi in points])
    proposal = -0.5 * (PROPOSAL_DF + m) * np.log1p((steps**2).sum(axis=1) / PROPOSAL_DF)
    weight = np.exp(density - proposal - (density - proposal).max())
    weight /= weight.sum()
    # Systematic resampling: the same expectation as independent draws, with less noise.
    places = np.searchsorted(np.cumsum(weight), (np.arange(n) + rng.random()) / n)
    chosen = points[np.minimum(places, proposed - 1)]
    theta = _theta(chosen, diagonal)
    return VarianceDraws(theta, float(1.0 / (weight**2).sum()), proposed)


def _theta(psi: Array, diagonal: NDArray[np.bool_]) -> Array:
    theta = psi.copy()
    theta[..., diagonal] = np.exp(psi[..., diagonal])
    return theta


def _log_density(problem: Problem, psi: Array, diagonal: NDArray[np.bool_], sigma: float) -> float:
    """Log posterior at psi, without the gradient that only the search for the mode needs."""
    theta = _theta(psi, diagonal)
    prior, _ = _log_prior(problem, theta, sigma)
    return prior + float(psi[diagonal].sum()) - criterion(problem, theta, reml=True) / 2.0


def _energy(problem: Problem, psi: Array, diagonal: NDArray[np.bool_], sigma: float) -> tuple[float, Array]:
    """Minus log posterior at psi (log diagonal, rest as is), and its gradient."""
    theta = _theta(psi, diagonal)
    value, gradient = criterion_and_gradient(problem, theta, reml=True)
    prior, prior_gradient = _log_prior(problem, theta, sigma)
    energy = value / 2.0 - prior - float(psi[diagonal].sum())
    slope = gradient / 2.0 - prior_gradient
    return energy, np.where(diagonal, slope * theta - 1.0, slope)


def _log_prior(problem: Problem, theta: Array, sigma: float) -> tuple[float, Array]:
    """Log density of theta with half-t SDs and LKJ correlations, and its gradient.

    Row k of L is s_k (c_k, d_k) with d_k = sqrt(1 - |c_k|^2); in (s, c) the density is
    half_t(sigma s_k) d_k^(q - k + 2 LKJ - 2), and |dL_k / d(s_k, c_k)| = s_k^(k - 1) / d_k
    (Lewandowski, Kurowicka, Joe 2009, section 3.2).
    """
    value, gradient = 0.0, np.zeros_like(theta)
    rows, cols = problem.shape.rows, problem.shape.cols
    for row in range(problem.shape.size):
        entries = np.flatnonzero(rows == row)
        first = cols[entries].min()
        rank = row - first + 1  # k within its block
        block = int((cols == first).sum())
        length = float(np.sqrt((theta[entries] ** 2).sum()))
        on_diagonal = entries[cols[entries] == row][0]
        scaled = (sigma * length / SD_SCALE) ** 2 / SD_DF
        power = block - rank + 2.0 * LKJ - 1.0 if rank > 1 else 0.0
        value += -0.5 * (SD_DF + 1) * np.log1p(scaled) - (rank - 1) * np.log(length)
        pull = -(SD_DF + 1) * scaled / (1 + scaled) - (rank - 1) - power
        gradient[entries] += pull * theta[entries] / length**2
        if rank > 1:
            value += power * (np.log(theta[on_diagonal]) - np.log(length))
            gradient[on_diagonal] += power / theta[on_diagonal]
    return float(value), gradient


def _curvature(problem: Problem, mode: Array, diagonal: NDArray[np.bool_], sigma: float) -> Array:
    """Hessian of the energy at the mode by differences of its gradient, made positive definite."""
    m = len(mode)
    hessian = np.empty((m, m))
    for k in range(m):
        step = np.zeros(m)
        step[k] = 1e-3
        ahead = _energy(problem, mode + step, diagonal, sigma)[1]
        behind = _energy(problem, mode - step, diagonal, sigma)[1]
        hessian[k] = (ahead - behind) / 2e-3
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    return np.asarray((vectors * np.maximum(values, 1e-2 * values[-1])) @ vectors.T)
