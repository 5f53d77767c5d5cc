"""A model's data as one vector of numbers.

nutpie's compile time grows with the number of arrays that can be exchanged: with one, a compiled model is
ready in a third of the time; it serves every table whose model has as many variance parameters.
"""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import Pattern, joined
from core.fit.joint import Joint
from core.fit.prior import WorkingPrior
from core.fit.problem import Problem


def numbers_of(problem: Problem, prior: WorkingPrior, mode: Array, root: Array) -> Array:
    """Returns the vector that `nuts_kernel.one_factor` reads: sizes, whitening, prior, sums, cells."""
    right = np.concatenate([problem.xy, problem.z.transpose(1, 0, 2)], axis=1)
    start = _start(problem, problem.shape, prior, mode, root, (0, 0))
    return _flat([*start, problem.rest, prior.fixed, right])


def joint_numbers_of(joint: Joint, prior: WorkingPrior, mode: Array, root: Array) -> Array:
    """Returns the vector that `nuts_joint_kernel.several_factors` reads; the reach is written out."""
    first, places = joint.first, joint.reach.places
    met = np.zeros((joint.starts[-1], first.cells, len(first.random)))
    met[places.column, places.group] = joint.reach.values
    right = np.concatenate([first.xy, met.transpose(2, 0, 1), first.z.transpose(1, 0, 2)], axis=1)
    total = np.block([[first.rest, joint.zxy.T], [joint.zxy, joint.zz]])
    begun, sides = len(first.random), []
    for side, at in zip(joint.sides[1:], joint.starts[:-1], strict=True):
        sides.append([begun, len(side.random), at, side.cells])
        begun += len(side.random)
    shape = joined(tuple(side.shape for side in joint.sides))
    start = _start(first, shape, prior, mode, root, (joint.starts[-1], len(sides)))
    return _flat([*start, prior.fixed, np.array(sides), total, right])


def _start(
    problem: Problem, shape: Pattern, prior: WorkingPrior, mode: Array, root: Array, others: tuple[int, int]
) -> list[Array]:
    """Sizes, whitening, entries of L, priors and basis; `shape` is that of all factors' effects.

    `problem` is the factor that is eliminated, `others` the effects and the number of the rest.
    """
    k = problem.p + 1
    sizes = [shape.size, k, problem.cells, problem.n_rows, prior.lkj, len(problem.random), *others]
    entries = np.column_stack([shape.rows, shape.cols, prior.frame.block, prior.frame.place])
    priors = np.column_stack([prior.kinds, prior.scales, prior.dfs])
    return [np.array(sizes), np.column_stack([mode, root]), entries, priors, shape.basis]


def _flat(parts: list[Array]) -> Array:
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])
