"""From a criterion to its best theta: search, verdict. Every evaluation is logged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.covariance import Pattern
from core.fit.newton import Point, minimise

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
class Target:
    """What is searched: a criterion of theta (m,), and where to begin.

    `sizes` (m,) turn theta into what each effect adds to a row of residual SD 1; `starts` are so sized, the
    best guess first. `slopes` returns value, gradient and a Hessian; where that one is approximate, `hessian`
    returns the exact one, for the verdict at the end. `thorough`: every start is searched, whatever the
    first one finds.
    """

    shapes: tuple[Pattern, ...]
    sizes: Array
    starts: tuple[Array, ...]
    slopes: Callable[[Array], tuple[float, Array, Array]]
    thorough: bool = False
    hessian: Callable[[Array], Array] | None = None

    @property
    def diagonal(self) -> NDArray[np.bool_]:
        """Which entries of theta stand on a diagonal (m,)."""
        return np.concatenate([shape.rows == shape.cols for shape in self.shapes])


@dataclass(frozen=True, slots=True)
class _Search:
    """The criterion of sized theta, and the log of its values."""

    target: Target
    log: list[float]

    def __call__(self, sized: Array) -> Point:
        sizes = self.target.sizes
        try:
            value, gradient, hessian = self.target.slopes(sized / sizes)
        except np.linalg.LinAlgError:  # so far out that the fixed columns can no longer be told apart
            m = len(sized)
            value, gradient, hessian = np.inf, np.zeros(m), np.zeros((m, m))
        self.log.append(value)
        return Point(sized, value, gradient / sizes, hessian / np.outer(sizes, sizes))


def optimise(target: Target) -> Optimum:
    """Returns the lowest point of the criterion found, with a verdict from gradient and curvature.

    Searches from the first start; where that ends on the boundary or fails its test, searches again from the
    others and keeps the best.
    """
    search = _Search(target, [])
    if not len(target.sizes):
        point = search(np.empty(0))
        log = tuple(search.log)
        return Optimum(point.x, point.value, point.gradient, np.empty((0, 0)), Stop.NO_SEARCH, log)

    best = _settle(search, target.starts[0])
    stop = _verdict(target, best)
    if stop is not Stop.OPTIMUM or target.thorough:
        for start in target.starts[1:]:
            again = _settle(search, start)
            other_stop = _verdict(target, again)
            better = again.value < best.value - FLAT * abs(best.value)
            settled = stop is Stop.NOT_CONVERGED and other_stop is not stop and again.value <= best.value
            if better or settled:
                best, stop = again, other_stop
    sizes = target.sizes
    if target.hessian:
        exact = target.hessian(best.x / sizes) / np.outer(sizes, sizes)
        best = replace(best, hessian=exact)
        stop = _verdict(target, best)
    return Optimum(
        theta=best.x / sizes,
        value=best.value,
        gradient=best.gradient * sizes,
        hessian=best.hessian * np.outer(sizes, sizes),
        stop=stop,
        log=tuple(search.log),
    )


def _settle(search: _Search, start: Array) -> Point:
    """The lowest point below `start`, with zeros where it has zeros for every purpose."""
    point = minimise(search, start, radius=max(float(np.linalg.norm(start)), 0.1))
    snapped = _snap(search, point)
    if snapped is not point:  # the others may move a little; and zero may be the top of a hill
        point = _snap(search, minimise(search, snapped.x, radius=0.1))
    return _canonical(search.target, point)


def _snap(search: _Search, point: Point) -> Point:
    """Sets diagonal entries that are zero for every purpose to exactly zero, where the fit does not mind."""
    tiny = search.target.diagonal & (np.abs(point.x) < 1e-2) & (point.x != 0.0)
    for k in np.flatnonzero(tiny):
        x = point.x.copy()
        x[k] = 0.0
        moved = search(x)
        if moved.value <= point.value + 1e-12 * abs(point.value) or abs(point.x[k]) < ZERO * 1e-2:
            point = moved
    return point


def _canonical(target: Target, point: Point) -> Point:
    """The same point with a non-negative diagonal: flipping a column of L changes nothing else."""
    flips, start = [], 0
    for shape in target.shapes:
        part = point.x[start : start + len(shape.rows)]
        signs = np.ones(shape.size)
        below = (shape.rows == shape.cols) & (part < 0)
        signs[shape.cols[below]] = -1.0
        flips.append(signs[shape.cols])
        start += len(shape.rows)
    flip = np.concatenate(flips)
    turned = np.outer(flip, flip)
    return Point(point.x * flip, point.value, point.gradient * flip, point.hessian * turned)


def _verdict(target: Target, point: Point) -> Stop:
    values, vectors = np.linalg.eigh(point.hessian)
    top = max(float(values[-1]), 1e-12)
    along = vectors.T @ point.gradient
    curved = np.maximum(values, 1e-8 * top)
    decrement = float((along**2 / curved).sum())
    if values[0] < -1e-4 * top or decrement > 1e-6 * max(abs(point.value), 1.0) ** 0.5:
        return Stop.NOT_CONVERGED
    return Stop.ON_BOUNDARY if bool((np.abs(point.x[target.diagonal]) < ZERO).any()) else Stop.OPTIMUM
