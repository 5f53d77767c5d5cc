"""The best theta of many re-weightings of a model's groups, all searched at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.reweigh import Groups, Slopes, slopes
from core.fit.target import other_starts, sizes

# Re-weightings times groups handled at once: what a processor's cache holds.
BLOCK = 1 << 14
# A promised gain below this share of the value is rounding of the value.
ROUNDING = 1e-12
TRIALS = 60
# A diagonal entry of a start below this, in sized theta, stands on the ridge where its gradient vanishes.
RIDGE = 0.03


@dataclass(frozen=True, slots=True)
class Settled:
    """Where R searches ended: theta (R, m), and the slopes there. `found` (R,): a verified lowest point."""

    theta: Array
    at: Slopes
    found: NDArray[np.bool_]


def settle(
    groups: Groups,
    counts: Array,
    start: Array,
    reml: bool,
    done: Callable[[int], None] = lambda count: None,
) -> Settled:
    """Returns the best theta of each re-weighting, counts (R, J), searched from `start` (m,).

    Every search begins at the whole data's optimum, moved off zero variances, where the gradient could not
    lead away from; those that end on the boundary, or do not end, begin again elsewhere and keep the better
    (as `optimise` does). `done` hears how many have ended.
    """
    at_once = max(1, BLOCK // max(groups.count, 1))
    parts = []
    for first in range(0, len(counts), at_once):
        part = counts[first : first + at_once]
        parts.append(_settled(groups, part, start, reml))
        done(min(first + at_once, len(counts)))
    return joined(parts)


def joined(parts: list[Settled]) -> Settled:
    """Returns several results as one."""

    def together(name: str) -> Array:
        return np.concatenate([getattr(part.at, name) for part in parts])

    at = Slopes(*(together(name) for name in Slopes.__slots__))
    theta = np.concatenate([part.theta for part in parts])
    return Settled(theta, at, np.concatenate([part.found for part in parts]))


def _settled(groups: Groups, counts: Array, start: Array, reml: bool) -> Settled:
    problem = groups.problem
    size = sizes(problem)
    diagonal = problem.shape.rows == problem.shape.cols
    off = np.where(diagonal & (np.abs(start * size) < RIDGE), RIDGE / size, start)
    best = _searched(groups, counts, np.tile(off, (len(counts), 1)), reml)
    again = np.isfinite(best.at.value) & (
        ~best.found | (np.abs(best.theta * size)[:, diagonal] < 1e-2).any(axis=1)
    )
    if again.any() and len(start):
        for other in other_starts(problem)[1:3]:
            begun = np.tile(other / size, (int(again.sum()), 1))
            best = _better(best, _searched(groups, counts[again], begun, reml), again)
    return best


def _better(best: Settled, other: Settled, where: NDArray[np.bool_]) -> Settled:
    """The lower of two results, the other's being those of the re-weightings `where`."""
    lower = other.at.value < best.at.value[where] - 1e-9 * np.abs(best.at.value[where])
    lower |= other.found & ~best.found[where] & (other.at.value <= best.at.value[where])
    places = np.flatnonzero(where)[lower]

    def chosen(mine: Array, theirs: Array) -> Array:
        mixed = mine.copy()
        mixed[places] = theirs[lower]
        return mixed

    at = Slopes(*(chosen(getattr(best.at, n), getattr(other.at, n)) for n in Slopes.__slots__))
    found = best.found.copy()
    found[places] = other.found[lower]
    return Settled(chosen(best.theta, other.theta), at, found)


def _searched(groups: Groups, counts: Array, theta: Array, reml: bool) -> Settled:
    """Newton's method in regions of trust (Nocedal, Wright 2006, chapter 4), a region each."""
    size = sizes(groups.problem)
    at = slopes(groups, counts, theta, reml)
    m = theta.shape[1]
    radius = np.full(len(theta), 1.0)
    found = np.full(len(theta), m == 0) & np.isfinite(at.value)
    active = np.isfinite(at.value) & ~found
    for _ in range(TRIALS):
        if not active.any():
            break
        step, gain = _steps(
            at.gradient[active] / size, at.hessian[active] / np.outer(size, size), radius[active]
        )
        last = gain <= ROUNDING * np.maximum(np.abs(at.value[active]), 1.0)
        tried = theta[active] + step / size
        moved = slopes(groups, counts[active], tried, reml)
        ratio = (at.value[active] - moved.value) / np.maximum(gain, 1e-300)
        taken = np.where(last, np.isfinite(moved.value), ratio > 0.0)
        length = np.linalg.norm(step, axis=1)
        now = radius[active]
        radius[active] = np.where(
            ratio < 0.25, length / 4.0, np.where((ratio > 0.75) & (length > 0.99 * now), 3.0 * now, now)
        )
        places = np.flatnonzero(active)
        into = places[taken]
        theta[into] = tried[taken]
        for name in Slopes.__slots__:
            getattr(at, name)[into] = getattr(moved, name)[taken]
        found[places[last]] = True
        active[places[last | (radius[active] < 1e-10)]] = False
    return Settled(theta, at, found & _bottom(at, size))


def _steps(gradient: Array, hessian: Array, radius: Array) -> tuple[Array, Array]:
    """Steps (R, m) down the quadratic models, within the radii, and the gains they promise.

    Along directions of negative curvature the step is that of the opposite curvature (Dauphin et al. 2014),
    so no saddle attracts.
    """
    values, vectors = np.linalg.eigh(hessian)
    along = np.einsum("rmk,rm->rk", vectors, gradient)
    curved = np.maximum(np.abs(values), 1e-12 * np.abs(values).max(axis=1, keepdims=True) + 1e-300)
    step = -along / curved
    length = np.linalg.norm(step, axis=1)
    step *= np.minimum(1.0, radius / np.maximum(length, 1e-300))[:, None]
    gain = -(along * step).sum(axis=1) - 0.5 * (values * step**2).sum(axis=1)
    return np.einsum("rmk,rk->rm", vectors, step), gain


def _bottom(at: Slopes, size: Array) -> NDArray[np.bool_]:
    """Whether each point is a lowest one: no direction curves down, as `optimise` judges it."""
    if not len(size):
        return np.isfinite(at.value)
    sound = np.isfinite(at.value)
    values = np.zeros((len(sound), len(size)))
    values[sound] = np.linalg.eigvalsh(at.hessian[sound] / np.outer(size, size))
    return sound & (values[:, 0] >= -1e-4 * np.maximum(values[:, -1], 1e-12))
