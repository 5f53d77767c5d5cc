"""The criterion at many values of theta in one sweep, for sampling."""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import factors
from core.fit.objective import root_of_one_plus
from core.fit.problem import Problem

# Values of theta times groups handled at once: what a processor's cache holds.
BLOCK = 1 << 15


def criteria(problem: Problem, thetas: Array, reml: bool) -> Array:
    """Returns the criterion (T,) in working units at each theta (T, m); sums as in `objective.assemble`.

    Thirty to fifty times as fast as one call a theta when groups are few. Infinite where a theta is so large
    that the fixed columns can no longer be told apart.
    """
    log_det, s = sums(problem, thetas)
    pivots = np.diagonal(lower_roots(s), axis1=1, axis2=2)
    df = problem.n_rows - (problem.p if reml else 0)
    value = log_det + df * (1.0 + np.log(2.0 * np.pi * pivots[:, -1] ** 2 / df))
    value += 2.0 * np.log(pivots[:, :-1]).sum(axis=1) if reml else 0.0
    return np.where(np.isfinite(value), value, np.inf)


def sums(problem: Problem, thetas: Array) -> tuple[Array, Array]:
    """Returns sum log|M| (T,) and S (T, p + 1, p + 1) at each theta (T, m)."""
    at_once = max(1, BLOCK // max(problem.cells, 1))
    starts = range(0, max(len(thetas), 1), at_once)  # of no thetas, one empty part
    parts = [_sums(problem, thetas[k : k + at_once]) for k in starts]
    log_dets, s = zip(*parts, strict=True)
    return np.concatenate(log_dets), np.concatenate(s)


def _sums(problem: Problem, thetas: Array) -> tuple[Array, Array]:
    q, columns, cells = problem.xy.shape
    many = len(thetas)
    if not q:
        return np.zeros(many), np.broadcast_to(problem.rest, (many, columns, columns)).copy()
    by_theta = (factors(problem.shape, thetas).transpose(0, 2, 1) @ problem.z.reshape(q, -1)).reshape(
        many, q, q, cells
    )
    zl = np.ascontiguousarray(by_theta.transpose(1, 2, 0, 3)).reshape(q, q, many * cells)
    log_det = np.zeros(many)
    s = np.broadcast_to(problem.rest, (many, columns, columns)).copy()
    solved: list[Array] = []
    for i, flat in enumerate(root_of_one_plus(zl)):
        row = [entry.reshape(many, 1, cells) for entry in flat]
        one = np.broadcast_to(problem.xy[i], (many, columns, cells))
        for k in range(i):
            one = one - row[k] * solved[k]
        solved.append(one / row[i])
        log_det += 2.0 * np.log(row[i]).sum(axis=(1, 2))
        s += solved[i] @ solved[i].transpose(0, 2, 1)
    return log_det, s


def lower_roots(s: Array) -> Array:
    """Returns L with L L' = s for many matrices (T, k, k); NaN where not positive definite to rounding."""
    try:
        return np.linalg.cholesky(s)
    except np.linalg.LinAlgError:
        roots = np.full_like(s, np.nan)
        for k, one in enumerate(s):
            try:
                roots[k] = np.linalg.cholesky(one)
            except np.linalg.LinAlgError:
                continue
        return roots
