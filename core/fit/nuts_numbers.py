"""A model's data as one vector of numbers.

nutpie's compile time grows with the number of arrays that can be exchanged: with one, a compiled model is
ready in a third of the time; it serves every table whose model has as many variance parameters.
"""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import Pattern
from core.fit.prior import WorkingPrior
from core.fit.problem import Problem


def numbers_of(problem: Problem, prior: WorkingPrior, mode: Array, root: Array) -> Array:
    """Returns the vector that `nuts_kernel.one_factor` reads: sizes, whitening, prior, sums, cells."""
    return np.concatenate([start_of(problem, problem.shape, prior, mode, root), cells_of(problem)])


def start_of(problem: Problem, shape: Pattern, prior: WorkingPrior, mode: Array, root: Array) -> Array:
    """Returns the sizes and everything that does not grow with the groups.

    `shape` is that of all factors' effects, `problem` the factor that is eliminated.
    """
    q, k = shape.size, problem.p + 1
    sizes = [q, k, problem.cells, problem.n_rows, prior.lkj, len(problem.random), 0, 0]
    entries = np.column_stack([shape.rows, shape.cols, prior.frame.block, prior.frame.place])
    priors = np.column_stack([prior.kinds, prior.scales, prior.dfs])
    parts = [np.column_stack([mode, root]), entries, priors, shape.basis, problem.rest, prior.fixed]
    return np.concatenate([np.array(sizes, float), *(np.asarray(part, float).ravel() for part in parts)])


def cells_of(problem: Problem) -> Array:
    """Returns [X y, Z] of the rows of every cell (q, p + 1 + q, C), laid out flat."""
    return np.concatenate([problem.xy, problem.z.transpose(1, 0, 2)], axis=1).ravel()
