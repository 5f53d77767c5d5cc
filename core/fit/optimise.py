"""From a Problem to its best theta: search, polish, verdict. Every evaluation is logged."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from core.design.coding import Array
from core.fit.covariance import nearest_theta
from core.fit.hessian import criterion_and_slopes
from core.fit.newton import Point, minimise
from core.fit.objective import assemble, residual_weights
from core.fit.problem import Problem

# An SD of what a group effect adds to its rows below this share of the residual SD adds less than 1e-8 of the
# residual variance: it is zero for every purpose. Only values the likelihood does not object
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
class _Search:
    """The criterion in sizes: theta in units of what each effect adds to a row of residual SD 1."""

    problem: Problem
    reml: bool
    sizes: Array  # (m,)
    log: list[float]

    def __call__(self, sized: Array) -> Point:
        try:
            value, gradient, hessian = criterion_and_slopes(self.problem, sized / self.sizes, self.reml)
        except np.linalg.LinAlgError:  # so far out that the fixed columns can no longer be told apart
            m = len(sized)
            value, gradient, hessian = np.inf, np.zeros(m), np.zeros((m, m))
        self.log.append(value)
        return Point(sized, value, gradient / self.sizes, hessian / np.outer(self.sizes, self.sizes))


def optimise(problem: Problem, reml: bool) -> Optimum:
    """Returns the lowest point of the criterion found, with a verdict from gradient and curvature.

    Searches from a moment estimate; where that ends on the boundary or fails its test, searches again from a
    second and a third point and keeps the best.
    """
    search = _Search(problem, reml, effect_columns(problem)[1][problem.shape.rows], [])
    if not len(problem.shape.rows):
        point = search(np.empty(0))
        log = tuple(search.log)
        return Optimum(point.x, point.value, point.gradient, np.empty((0, 0)), Stop.NO_SEARCH, log)

    best = _settle(search, moment_start(problem))
    stop = _verdict(problem, best)
    if stop is not Stop.OPTIMUM:
        for start in _other_starts(problem):
            again = _settle(search, start)
            other_stop = _verdict(problem, again)
            better = again.value < best.value - FLAT * abs(best.value)
            settled = stop is Stop.NOT_CONVERGED and other_stop is not stop and again.value <= best.value
            if better or settled:
                best, stop = again, other_stop
    sizes = search.sizes
    return Optimum(
        theta=best.x / sizes,
        value=best.value,
        gradient=best.gradient * sizes,
        hessian=best.hessian * np.outer(sizes, sizes),
        stop=stop,
        log=tuple(search.log),
    )


def effect_columns(problem: Problem) -> tuple[Array, Array]:
    """Returns the columns that the effects move, with mean square 1 over the rows, and their sizes.

    (q, q, C) [effect, row, cell] and (q,). The size of a working column is 1 but for one far from zero that
    is not centred.
    """
    q, _, cells = problem.z.shape
    columns = problem.shape.basis.T @ problem.z.reshape(q, q * cells)
    sizes = np.sqrt(np.square(columns).sum(axis=1) / problem.n_rows)
    return (columns / sizes[:, None]).reshape(q, q, cells), sizes


def moment_start(problem: Problem) -> Array:
    """Returns sized theta (m,) from equating the cells' squares to their expectation (MINQUE(0)).

    With f = F_y - F_x b of pooled least squares, E[Z'(ff' - s2)Z] = Z'Z Sigma Z'Z, summed over cells, where
    errors are independent.
    """
    q = len(problem.random)
    pooled = assemble(problem, np.zeros(len(problem.shape.rows)), reml=False)
    weights = residual_weights(pooled)
    f = np.einsum("ijc,j->ic", problem.xy, weights)
    spare = problem.n_rows - problem.cells * q
    s2 = float(weights @ problem.rest @ weights) / spare if spare > 0 else pooled.r2 / problem.n_rows / 2
    s2 = max(s2, 1e-8 * pooled.r2 / problem.n_rows)
    z, _ = effect_columns(problem)
    zf = np.einsum("kic,ic->kc", z, f)
    zz = np.einsum("kic,lic->klc", z, z)
    left = np.einsum("klc,mnc->kmln", zz, zz).reshape(q * q, q * q)
    right = (zf @ zf.T / s2 - zz.sum(axis=2)).reshape(q * q)
    sigma = np.linalg.lstsq(left, right, rcond=1e-10)[0].reshape(q, q)
    # A start at zero could not leave it, the gradient being zero there: begin at a third of what one group's
    # rows can just tell from nothing.
    typical = float(np.sqrt(problem.cells / problem.n_rows))
    return nearest_theta(problem.shape, sigma, floor=max(0.3 * typical, 1e-3))


def _other_starts(problem: Problem) -> tuple[Array, ...]:
    q = len(problem.random)
    off = 0.3 * (np.ones((q, q)) - np.eye(q))
    return (
        nearest_theta(problem.shape, np.eye(q) + off, floor=0.1),
        nearest_theta(problem.shape, 0.01 * (np.eye(q) - off), floor=0.03),
    )


def _settle(search: _Search, start: Array) -> Point:
    """The lowest point below `start`, with zeros where it has zeros for every purpose."""
    point = minimise(search, start, radius=max(float(np.linalg.norm(start)), 0.1))
    snapped = _snap(search, point)
    if snapped is not point:  # the others may move a little; and zero may be the top of a hill
        point = _snap(search, minimise(search, snapped.x, radius=0.1))
    return _canonical(search.problem, point)


def _snap(search: _Search, point: Point) -> Point:
    """Sets diagonal entries that are zero for every purpose to exactly zero, where the fit does not mind."""
    diagonal = search.problem.shape.rows == search.problem.shape.cols
    tiny = diagonal & (np.abs(point.x) < 1e-2) & (point.x != 0.0)
    for k in np.flatnonzero(tiny):
        at = point.x.copy()
        at[k] = 0.0
        moved = search(at)
        if moved.value <= point.value + 1e-12 * abs(point.value) or abs(point.x[k]) < ZERO * 1e-2:
            point = moved
    return point


def _canonical(problem: Problem, point: Point) -> Point:
    """The same point with a non-negative diagonal: flipping a column of L changes nothing else."""
    signs = np.ones(problem.shape.size)
    for value, row, col in zip(point.x, problem.shape.rows, problem.shape.cols, strict=True):
        if row == col and value < 0:
            signs[col] = -1.0
    flip = signs[problem.shape.cols]
    turned = np.outer(flip, flip)
    return Point(point.x * flip, point.value, point.gradient * flip, point.hessian * turned)


def _verdict(problem: Problem, point: Point) -> Stop:
    values, vectors = np.linalg.eigh(point.hessian)
    top = max(float(values[-1]), 1e-12)
    along = vectors.T @ point.gradient
    curved = np.maximum(values, 1e-8 * top)
    decrement = float((along**2 / curved).sum())
    if values[0] < -1e-4 * top or decrement > 1e-6 * max(abs(point.value), 1.0) ** 0.5:
        return Stop.NOT_CONVERGED
    return Stop.ON_BOUNDARY if _has_zero(problem, point.x) else Stop.OPTIMUM


def is_singular(problem: Problem, theta: Array) -> bool:
    """Returns whether a diagonal entry of L is zero next to the residual SD."""
    return _has_zero(problem, theta * effect_columns(problem)[1][problem.shape.rows])


def _has_zero(problem: Problem, sized: Array) -> bool:
    diagonal = problem.shape.rows == problem.shape.cols
    return bool((np.abs(sized[diagonal]) < ZERO).any())
