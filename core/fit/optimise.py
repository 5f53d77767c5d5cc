"""From a Problem to its best theta: search, polish, verdict. Every evaluation is logged."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.design.coding import Array
from core.fit.covariance import nearest_theta
from core.fit.objective import assemble, criterion_and_gradient, residual_weights
from core.fit.problem import Problem

# An SD of a group effect below this share of the residual SD, on columns with SD 1, adds less than 1e-8 of
# the residual variance to any row: it is zero for every purpose. Only values the likelihood does not object
# to setting to zero are set to zero.
ZERO = 1e-4
# Rise of the criterion that is taken for rounding, relative to its size (a -2 log-likelihood, so 1 is a lot).
FLAT = 1e-9


class Stop(Enum):
    """How the search ended; the text is the reader's paragraph."""

    OPTIMUM = "The best-fitting values were found: every direction was checked, and the fit only gets worse."
    ON_BOUNDARY = (
        "The best-fitting values were found, and some variation between the groups is estimated as zero or "
        "as fully tied to another: the data show no separate differences of that kind."
    )
    NOT_CONVERGED = (
        "The search stopped before the best-fitting values were certain. Usual causes: very few rows for "
        "the effects asked for, or predictors that nearly repeat each other. Let fewer slopes differ, or "
        "drop one of the overlapping predictors."
    )
    NO_SEARCH = "Nothing to search: the model has no variation between groups, so its answer is exact."


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the search ended.

    `theta` (m,); `value` the criterion in working units; `gradient` (m,); `hessian` (m, m), both of the
    profiled criterion; `log` the criterion at every evaluation, in order.
    """

    theta: Array
    value: float
    gradient: Array
    hessian: Array
    stop: Stop
    log: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Point:
    theta: Array
    value: float
    gradient: Array


Evaluate = Callable[[Array], _Point]


def optimise(problem: Problem, reml: bool) -> Optimum:
    """Returns the lowest point of the criterion found, with a verdict from gradient and curvature.

    Searches from a moment estimate; where that ends on the boundary or fails its test, searches again from a
    second and a third point and keeps the best.
    """
    log: list[float] = []

    def evaluate(theta: Array) -> _Point:
        value, gradient = criterion_and_gradient(problem, theta, reml)
        log.append(value)
        return _Point(theta, value, gradient)

    if not len(problem.shape.rows):
        point = evaluate(np.empty(0))
        return Optimum(point.theta, point.value, point.gradient, np.empty((0, 0)), Stop.NO_SEARCH, tuple(log))

    best, hessian, stop = _search(evaluate, problem, moment_start(problem))
    if stop is not Stop.OPTIMUM:
        for start in _other_starts(problem):
            again, other_hessian, other_stop = _search(evaluate, problem, start)
            better = again.value < best.value - FLAT * abs(best.value)
            settled = stop is Stop.NOT_CONVERGED and other_stop is not stop and again.value <= best.value
            if better or settled:
                best, hessian, stop = again, other_hessian, other_stop
    return Optimum(best.theta, best.value, best.gradient, hessian, stop, tuple(log))


def moment_start(problem: Problem) -> Array:
    """Returns theta from equating the cells' squares to their expectation under independence (MINQUE(0)).

    With f = F_y - F_x b of pooled least squares, E[Z'(ff' - s2)Z] = Z'Z Sigma Z'Z, summed over cells.
    """
    q = len(problem.random)
    pooled = assemble(problem, np.zeros(len(problem.shape.rows)), reml=False)
    weights = residual_weights(pooled)
    f = np.einsum("ijc,j->ic", problem.xy, weights)
    spare = problem.n_rows - problem.cells * q
    s2 = float(weights @ problem.rest @ weights) / spare if spare > 0 else pooled.r2 / problem.n_rows / 2
    s2 = max(s2, 1e-8 * pooled.r2 / problem.n_rows)
    zf = np.einsum("kic,ic->kc", problem.z, f)
    zz = np.einsum("kic,lic->klc", problem.z, problem.z)
    left = np.einsum("klc,mnc->kmln", zz, zz).reshape(q * q, q * q)
    right = (zf @ zf.T / s2 - zz.sum(axis=2)).reshape(q * q)
    sigma = np.linalg.lstsq(left, right, rcond=1e-10)[0].reshape(q, q)
    # A start at zero could not leave it, the gradient being zero there: begin at a tenth of what one group's
    # rows can just tell from nothing.
    typical = np.sqrt(problem.cells / max(float(np.trace(zz.mean(axis=2))) / q, 1e-12) / problem.cells)
    return nearest_theta(problem.shape, sigma, floor=max(0.3 * typical, 1e-3))


def _other_starts(problem: Problem) -> tuple[Array, ...]:
    q = len(problem.random)
    off = 0.3 * (np.ones((q, q)) - np.eye(q))
    return (
        nearest_theta(problem.shape, np.eye(q) + off, floor=0.1),
        nearest_theta(problem.shape, 0.01 * (np.eye(q) - off), floor=0.03),
    )


def _search(evaluate: Evaluate, problem: Problem, start: Array) -> tuple[_Point, Array, Stop]:
    from scipy.optimize import minimize  # half a second of imports that only a search needs

    points: dict[bytes, _Point] = {}

    def both(theta: Array) -> tuple[float, Array]:
        point = evaluate(theta.copy())
        points[theta.tobytes()] = point
        return point.value, point.gradient

    found = minimize(
        both, start, jac=True, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-6, "maxiter": 500}
    )
    point = points.get(found.x.tobytes()) or evaluate(found.x)
    for _ in range(5):  # leave saddles, finish with Newton
        point = _snap(evaluate, problem, point)
        hessian = _hessian(evaluate, point)
        values, vectors = np.linalg.eigh(hessian)
        scale = max(abs(point.value), 1.0)
        if values[0] < -1e-5 * max(values[-1], 1.0):
            step = vectors[:, 0] * 0.1
            moved = min((evaluate(point.theta + s * step) for s in (1, -1)), key=lambda p: p.value)
            found = minimize(
                both, moved.theta, jac=True, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-6}
            )
            candidate = points.get(found.x.tobytes()) or evaluate(found.x)
            if candidate.value >= point.value - FLAT * scale:
                break
            point = candidate
            continue
        positive = np.maximum(values, 1e-6 * max(values[-1], 1e-12))
        step = -(vectors / positive) @ (vectors.T @ point.gradient)
        decrement = -float(step @ point.gradient)
        if decrement < 1e-12 * scale:
            break
        moved = evaluate(point.theta + step)
        if moved.value >= point.value:
            break
        point = moved
        if decrement < 1e-4:  # a step this short leaves the curvature as it was
            break
    flip = _canonical(problem, point.theta)
    point = _Point(point.theta * flip, point.value, point.gradient * flip)
    hessian = hessian * np.outer(flip, flip)
    return point, hessian, _verdict(problem, point, hessian)


def _snap(evaluate: Evaluate, problem: Problem, point: _Point) -> _Point:
    """Sets diagonal entries that are zero for every purpose to exactly zero, where the fit does not mind."""
    diagonal = problem.shape.rows == problem.shape.cols
    tiny = diagonal & (np.abs(point.theta) < 1e-2) & (point.theta != 0.0)
    for k in np.flatnonzero(tiny):
        theta = point.theta.copy()
        theta[k] = 0.0
        moved = evaluate(theta)
        if moved.value <= point.value + 1e-12 * abs(point.value) or abs(point.theta[k]) < ZERO * 1e-2:
            point = moved
    return point


def _canonical(problem: Problem, theta: Array) -> Array:
    """Signs (m,) that make the diagonal non-negative: flipping a column of L changes nothing else."""
    signs = np.ones(problem.shape.size)
    for value, row, col in zip(theta, problem.shape.rows, problem.shape.cols, strict=True):
        if row == col and value < 0:
            signs[col] = -1.0
    return signs[problem.shape.cols]


def _hessian(evaluate: Evaluate, point: _Point) -> Array:
    """Central differences of the gradient."""
    m = len(point.theta)
    hessian = np.empty((m, m))
    for k in range(m):
        step = 1e-4 * max(abs(float(point.theta[k])), 0.05)
        ahead, behind = point.theta.copy(), point.theta.copy()
        ahead[k] += step
        behind[k] -= step
        hessian[k] = (evaluate(ahead).gradient - evaluate(behind).gradient) / (2 * step)
    return (hessian + hessian.T) / 2


def _verdict(problem: Problem, point: _Point, hessian: Array) -> Stop:
    values, vectors = np.linalg.eigh(hessian)
    top = max(float(values[-1]), 1e-12)
    along = vectors.T @ point.gradient
    curved = np.maximum(values, 1e-8 * top)
    decrement = float((along**2 / curved).sum())
    if values[0] < -1e-4 * top or decrement > 1e-6 * max(abs(point.value), 1.0) ** 0.5:
        return Stop.NOT_CONVERGED
    return Stop.ON_BOUNDARY if is_singular(problem, point.theta) else Stop.OPTIMUM


def is_singular(problem: Problem, theta: Array) -> bool:
    """Returns whether a diagonal entry of L is zero next to the residual SD."""
    diagonal = problem.shape.rows == problem.shape.cols
    return bool((np.abs(theta[diagonal]) < ZERO).any())
