"""A model's data as one vector of numbers.

nutpie's compile time grows with the number of arrays that can be exchanged: with one, a compiled model is
ready in a third of the time; it serves every table whose model has as many variance parameters.
"""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import Pattern, factor, joined
from core.fit.density import split_point
from core.fit.joint import Joint
from core.fit.joint_objective import assemble_joint, split
from core.fit.objective import residual_weights
from core.fit.prior import WorkingPrior
from core.fit.problem import Problem
from core.fit.reach import Index

# Share of an effect's prior variance that the data leave open, beyond which NUTS walks through (s L)^-1 u.
OPEN = 0.4


def numbers_of(problem: Problem, prior: WorkingPrior, mode: Array, root: Array) -> Array:
    """Returns the vector that `nuts_kernel.one_factor` reads: sizes, whitening, prior, sums, cells."""
    right = np.concatenate([problem.xy, problem.z.transpose(1, 0, 2)], axis=1)
    start = _start(problem, problem.shape, prior, mode, root, (0, 0, 0))
    return _flat([*start, problem.rest, prior.fixed, right])


def joint_numbers_of(joint: Joint, prior: WorkingPrior, mode: Array, root: Array) -> Array:
    """Returns the vector that `nuts_joint_kernel.several_factors` reads; the reach is written out."""
    first, places = joint.first, joint.reach.places
    met = np.zeros((joint.starts[-1], first.cells, len(first.random)))
    met[places.column, places.group] = joint.reach.values
    right = np.concatenate([first.xy, met.transpose(2, 0, 1), first.z.transpose(1, 0, 2)], axis=1)
    total = np.block([[first.rest, joint.zxy.T], [joint.zxy, joint.zz]])
    sides = _sides(joint)
    shape = joined(tuple(side.shape for side in joint.sides))
    start = _start(first, shape, prior, mode, root, (joint.starts[-1], len(sides), 0))
    return _flat([*start, prior.fixed, sides, total, right])


def partly_numbers_of(joint: Joint, prior: WorkingPrior, mode: Array, root: Array) -> Array:
    """Returns the vector that `nuts_partly_kernel.others_sampled` reads.

    The other factors' effects are walked through from their mean at the mode of the variance parameters,
    along a root of their covariance there; `nuts_partly_kernel` has the coordinates.
    """
    first, d = joint.first, joint.starts[-1]
    turn = np.zeros((d, d))
    for side, at in zip(joint.sides[1:], joint.starts[:-1], strict=True):
        end = at + side.cells * len(side.random)
        turn[at:end, at:end] = np.kron(np.eye(side.cells), side.shape.basis)
    mean, spread = _others_at(joint, prior, mode)
    sides = _sides(joint)
    walk = turn.copy()
    for side, scale in zip(sides, _prior_roots(joint, prior, mode), strict=True):
        q, at, end = int(side[1]), int(side[2]), int(side[2] + side[1] * side[3])
        blocks = np.kron(np.eye(int(side[3])), scale)
        seen = np.linalg.solve(blocks, np.linalg.solve(turn[at:end, at:end], spread[at:end, at:end]).T)
        left = np.diag(np.linalg.solve(blocks, np.linalg.solve(turn[at:end, at:end], seen.T))).reshape(-1, q)
        side[4] = left.mean(axis=0).max() > OPEN
        if side[4]:
            walk[at:end, at:end] = turn[at:end, at:end] @ blocks
    walked_back = np.linalg.inv(walk)
    away = np.linalg.cholesky(walked_back @ spread @ walked_back.T)
    columns, groups, values = _turned_meetings(joint, turn)
    unit = np.broadcast_to(np.eye(len(first.random))[:, :, None], first.z.shape)
    right = np.concatenate([first.xy, first.z.transpose(1, 0, 2), unit], axis=1)
    shape = joined(tuple(side.shape for side in joint.sides))
    start = _start(first, shape, prior, mode, root, (d, len(sides), len(values)))
    sums = [prior.fixed, sides, first.rest, turn.T @ joint.zxy, turn.T @ joint.zz @ turn]
    met = np.column_stack([groups, columns, values])
    return _flat([*start, *sums, np.column_stack([walked_back @ mean, away]), right, met])


def _prior_roots(joint: Joint, prior: WorkingPrior, mode: Array) -> list[Array]:
    """s L (q, q) of each factor but the first."""
    theta, given = split_point(prior, mode)
    parts = zip(joint.sides[1:], split(joint, theta)[1:], strict=True)
    return [float(np.sqrt(given.s2)) * np.linalg.solve(s.shape.basis, factor(s.shape, t)) for s, t in parts]


def _others_at(joint: Joint, prior: WorkingPrior, mode: Array) -> tuple[Array, Array]:
    """Mean (D,) and covariance (D, D) of the effects of all factors but the first, given the variances."""
    theta, given = split_point(prior, mode)
    pieces = assemble_joint(joint, theta, reml=True, given=given)
    through = pieces.modes[:, :-1] @ pieces.inverse[:-1, :-1]
    spread = given.s2 * (pieces.p + through @ through.T)
    ridge = 1e-10 * np.diag(spread).mean()
    return pieces.modes @ residual_weights(pieces), spread + ridge * np.eye(len(spread))


def _turned_meetings(joint: Joint, turn: Array) -> tuple[Index, Index, Array]:
    """Columns (K,), groups (K,) and values (K, q) of the reach times `turn`, which mixes within levels."""
    places = joint.reach.places
    if np.array_equal(turn, np.diag(np.diag(turn))):
        return places.column, places.group, joint.reach.values * np.diag(turn)[places.column, None]
    rows, into = np.nonzero(turn)
    order = np.argsort(rows, kind="stable")
    rows, into = rows[order], into[order]
    starts, counts = np.searchsorted(rows, places.column), np.bincount(rows)[places.column]
    which = np.repeat(np.arange(len(counts)), counts)
    at = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + starts[which]
    values = joint.reach.values[which] * turn[rows[at], into[at]][:, None]
    return into[at], places.group[which], values


def _sides(joint: Joint) -> Array:
    """Of each factor but the first: first effect in Lambda, effects, first of the D columns, levels, zero."""
    begun, sides = len(joint.first.random), []
    for side, at in zip(joint.sides[1:], joint.starts[:-1], strict=True):
        sides.append([begun, len(side.random), at, side.cells, 0])
        begun += len(side.random)
    return np.array(sides, dtype=np.float64)


def _start(
    problem: Problem,
    shape: Pattern,
    prior: WorkingPrior,
    mode: Array,
    root: Array,
    others: tuple[int, int, int],
) -> list[Array]:
    """Sizes, whitening, entries of L, priors and basis; `shape` is that of all factors' effects.

    `problem` is the factor that is eliminated, `others` the effects, the number and the meetings of the rest.
    """
    k = problem.p + 1
    sizes = [shape.size, k, problem.cells, problem.n_rows, prior.lkj, len(problem.random), *others, 0]
    entries = np.column_stack([shape.rows, shape.cols, prior.frame.block, prior.frame.place])
    priors = np.column_stack([prior.kinds, prior.scales, prior.dfs])
    return [np.array(sizes), np.column_stack([mode, root]), entries, priors, shape.basis]


def _flat(parts: list[Array]) -> Array:
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])
