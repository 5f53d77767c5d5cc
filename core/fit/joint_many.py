"""Models with several grouping factors at many values of theta in one sweep, for sampling.

Notation of `joint_objective`. The columns of the other factors are carried along as if they were further
fixed ones: eliminating the first factor then gives all their cross-products at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.design.coding import Array
from core.fit.covariance import factors
from core.fit.joint import Joint
from core.fit.many import lower_roots, sums
from core.fit.problem import Problem

# Entries of all matrices held at once: 32 MB.
HELD = 4_000_000
# Entries of the other factors' columns written out; beyond it one theta at a time is as fast.
MOST = 400_000


@dataclass(frozen=True, slots=True)
class Eliminated:
    """What T values of theta make of [X y] (k columns): sum log|V|, S, and the other factors' effects.

    Given v = [-b; 1] those are `modes` v plus s times `spread` times standard normals.
    """

    log_det: Array  # (T,)
    s: Array  # (T, k, k)
    modes: Array  # (T, D, k)  Lambda A^-1 Lambda' Z'V1^-1 [X y]
    spread: Array  # (T, D, D) a root of Lambda A^-1 Lambda'


def sweeps(joint: Joint) -> bool:
    """Returns whether a model is small enough to be swept."""
    columns = joint.first.xy.shape[1] + joint.starts[-1]
    return not joint.large and joint.first.xy.shape[0] * columns * joint.first.cells <= MOST


def carrying(joint: Joint) -> Problem:
    """Returns the first factor's problem with the other factors' columns after those of [X y]."""
    first, places = joint.first, joint.reach.places
    met = np.zeros((joint.starts[-1], first.cells, len(first.random)))
    met[places.column, places.group] = joint.reach.values
    rest = np.block([[first.rest, joint.zxy.T], [joint.zxy, joint.zz]])
    return replace(first, xy=np.concatenate([first.xy, met.transpose(2, 0, 1)], axis=1), rest=rest)


def eliminated(joint: Joint, carried: Problem, thetas: Array) -> Iterator[tuple[slice, Eliminated]]:
    """Returns, some values of theta (T, m) at a time, what they make of [X y]; `carried` is of `carrying`."""
    k, own = joint.first.xy.shape[1], len(joint.first.shape.rows)
    at_once = max(1, HELD // carried.xy.shape[1] ** 2)
    for start in range(0, len(thetas), at_once):
        part = thetas[start : start + at_once]
        log_det, whole = sums(carried, part[:, :own])
        lam = _others(joint, part)
        txy, t = whole[:, k:, :k], whole[:, k:, k:]
        a = lam.transpose(0, 2, 1) @ t @ lam
        a[:, np.arange(a.shape[1]), np.arange(a.shape[1])] += 1.0
        root = lower_roots(a)
        half = np.linalg.solve(root, lam.transpose(0, 2, 1))  # L^-1 Lambda'
        seen = half @ txy
        log_det = log_det + 2.0 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        s = whole[:, :k, :k] - seen.transpose(0, 2, 1) @ seen
        turned = half.transpose(0, 2, 1)
        yield slice(start, start + len(part)), Eliminated(log_det, s, turned @ seen, turned)


def by_side(joint: Joint, thetas: Array) -> list[Array]:
    """Returns each factor's part (T, m_f) of thetas (T, m)."""
    ends = np.cumsum([len(side.shape.rows) for side in joint.sides])
    return np.split(thetas, ends[:-1], axis=1)


def _others(joint: Joint, thetas: Array) -> Array:
    """Lambda of all factors but the first (T, D, D)."""
    lam = np.zeros((len(thetas), joint.starts[-1], joint.starts[-1]))
    for side, part, start in zip(joint.sides[1:], by_side(joint, thetas)[1:], joint.starts[:-1], strict=True):
        block, q = factors(side.shape, part), len(side.random)
        for level in range(side.cells):
            at = slice(start + level * q, start + (level + 1) * q)
            lam[:, at, at] = block
    return lam
