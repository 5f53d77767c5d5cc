"""The posterior density of a Gaussian model's SDs and correlations, fixed and group effects integrated out.

Notation of `objective`. Coordinates x = (log s, psi): s the residual SD, psi beside theta's entries with the
log of each effect's own SD s |L row| on the diagonal and Fisher z of partial correlations elsewhere (see
`spherical`); all in working units. With E the fixed effects' prior (see `prior`) and R'R = S + s2 E,

    -2 log p(x | y) = sum log|M| + 2 (n - p) log s + 2 sum log diag R_XX + r2 / s2 - 2 log prior(x)

up to a constant: the marginal likelihood with b ~ N (Bates et al. 2015, section 3.4, has it with E = 0; Lai,
Domke, Sheldon 2024 on collapsing before sampling). Its cost grows with groups, never with rows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.joint import Joint
from core.fit.joint_many import carrying, eliminated, sweeps
from core.fit.joint_objective import assemble_joint, gradient_of
from core.fit.many import lower_roots, sums
from core.fit.objective import Given, Rooted, assemble, slopes
from core.fit.prior import WorkingPrior, log_prior
from core.fit.problem import Problem
from core.fit.spherical import jacobian, to_theta


@dataclass(frozen=True, slots=True)
class Density:
    """Minus the log posterior density of x (1 + m,): one value with its gradient, and many values."""

    prior: WorkingPrior
    slopes: Callable[[Array], tuple[float, Array]]
    values: Callable[[Array], Array]  # (T, 1 + m) -> (T,)


def density(problem: Problem, prior: WorkingPrior) -> Density:
    """Returns the density of a model with one grouping factor, or none."""

    def at(x: Array) -> tuple[float, Array]:
        theta, given = split_point(prior, x)
        pieces = assemble(problem, theta, reml=True, given=given)
        log_dets, fit = slopes(problem, pieces, reml=True)
        value = float(_energies(pieces.log_det, pieces.root, problem, np.asarray(given.s2)))
        return _with_prior(prior, x, value, log_dets + fit / given.s2, _in_log_s(pieces, problem, given))

    def many(xs: Array) -> Array:
        thetas = thetas_of(prior, xs)
        log_det, s = sums(problem, thetas)
        return _many(prior, xs, log_det, s, problem)

    return Density(prior, at, many)


def joint_density(joint: Joint, prior: WorkingPrior) -> Density:
    """Returns the density of a model with several grouping factors, theta factor by factor as in `joint`."""
    first = joint.first

    def at(x: Array) -> tuple[float, Array]:
        theta, given = split_point(prior, x)
        pieces = assemble_joint(joint, theta, reml=True, given=given)
        value = float(_energies(pieces.log_det, pieces.root, first, np.asarray(given.s2)))
        return _with_prior(prior, x, value, gradient_of(joint, pieces), _in_log_s(pieces, first, given))

    carried = carrying(joint) if sweeps(joint) else None

    def many(xs: Array) -> Array:
        if carried is None:
            return np.array([_value(joint, prior, x) for x in xs])
        parts = eliminated(joint, carried, thetas_of(prior, xs))
        found = [_many(prior, xs[place], each.log_det, each.s, first) for place, each in parts]
        return np.concatenate(found) if found else np.empty(0)

    return Density(prior, at, many)


def thetas_of(prior: WorkingPrior, xs: Array) -> Array:
    """Returns theta (..., m) of points (..., 1 + m)."""
    return to_theta(prior.frame, xs[..., 1:] - xs[..., :1] * prior.frame.is_log_sd)


def split_point(prior: WorkingPrior, x: Array) -> tuple[Array, Given]:
    """Returns theta (m,) of one point, and the residual variance with the fixed effects' prior."""
    return thetas_of(prior, x), Given(float(np.exp(2.0 * x[0])), prior.fixed)


def point_of(prior: WorkingPrior, theta: Array, s: float, floor: float = 1e-2) -> Array:
    """Returns x near theta and the residual SD s (working units), SD ratios of at least `floor`."""
    psi = prior.frame.start(theta, floor)
    return np.concatenate([[np.log(s)], psi + np.log(s) * prior.frame.is_log_sd])


def _value(joint: Joint, prior: WorkingPrior, x: Array) -> float:
    theta, given = split_point(prior, x)
    try:
        pieces = assemble_joint(joint, theta, reml=True, given=given)
    except np.linalg.LinAlgError:  # so far out that the columns can no longer be told apart
        return np.inf
    value = _energies(pieces.log_det, pieces.root, joint.first, np.asarray(given.s2))
    return float(value - log_prior(prior, x)[0])


def _many(prior: WorkingPrior, xs: Array, log_det: Array, s: Array, problem: Problem) -> Array:
    s2 = np.exp(2.0 * xs[:, 0])
    roots = lower_roots(s + s2[:, None, None] * prior.fixed)
    value = _energies(log_det, roots, problem, s2) - log_prior(prior, xs)[0]
    return np.where(np.isfinite(value), value, np.inf)


def _energies(log_det: Array | float, root: Array, problem: Problem, s2: Array) -> Array:
    """Half of -2 log p without the prior of x: (...), roots (..., p + 1, p + 1)."""
    pivots = np.diagonal(root, axis1=-2, axis2=-1)
    logs = 2.0 * np.log(pivots[..., :-1]).sum(axis=-1) + (problem.n_rows - problem.p) * np.log(s2)
    return np.asarray((log_det + logs + pivots[..., -1] ** 2 / s2) / 2.0)


def _in_log_s(pieces: Rooted, problem: Problem, given: Given) -> float:
    """The energy's derivative in log s at a fixed theta: R'R moves with s2 E."""
    moved = pieces.inverse.T @ (2.0 * given.s2 * given.prior) @ pieces.inverse
    r2 = float(pieces.root[-1, -1] ** 2)
    fixed, outcome = float(np.trace(moved[:-1, :-1])), float(moved[-1, -1]) * r2
    return problem.n_rows - problem.p + (fixed + outcome / given.s2) / 2.0 - r2 / given.s2


def _with_prior(
    prior: WorkingPrior, x: Array, value: float, in_theta: Array, in_log_s: float
) -> tuple[float, Array]:
    """Value and gradient in x, from twice the derivative in theta at a fixed s."""
    frame = prior.frame
    psi = x[1:] - x[0] * frame.is_log_sd
    in_psi = jacobian(frame, psi).T @ in_theta / 2.0
    said, slope = log_prior(prior, x)
    gradient = np.concatenate([[in_log_s - in_psi[frame.is_log_sd].sum()], in_psi]) - slope
    return float(value - said), gradient
