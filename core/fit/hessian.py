"""Second derivatives of the profiled criterion, exact, at the price of a few gradients.

Notation of `objective`, with K = Lambda Lambda', N = Z' M^-1 Z and W = Z' M^-1 [X y] of a cell. A change D of
K changes N by -N D N, W by -N D W and S by -W' D W. With A the rows of R^-T W' and A* the same with weight 1
(REML; 0 under ML) on the rows of X and n - p on the outcome's:

    dd [D]     = sum tr(D (N - A*'A))
    d2d [D, E] = sum tr((2 A*'A - N) D N E) - sum of weight x U_D x U_E,    U_D = sum A D A'

where the entries of U weigh 1 among the columns of X (REML), 2 (n - p) between them and the outcome, and
n - p for the outcome itself. Lambda is linear in theta, so K adds its own curvature along the gradient.
"""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import Pattern, pull_back
from core.fit.objective import Pieces, assemble, gram, reached, value_of
from core.fit.problem import Problem


def criterion_and_slopes(problem: Problem, theta: Array, reml: bool) -> tuple[float, Array, Array]:
    """Returns the criterion in working units, its gradient (m,) and its Hessian (m, m) in theta."""
    pieces = assemble(problem, theta, reml)
    q, columns = len(problem.random), problem.p + 1
    if not q:
        return value_of(pieces, reml), np.empty(0), np.empty((0, 0))
    weights = np.full(columns, float(reml))
    weights[-1] = pieces.df
    n = np.einsum("iac,ibc->abc", pieces.h, pieces.h)
    a = (pieces.inverse.T @ reached(pieces).reshape(columns, -1)).reshape(columns, q, -1)
    aa = np.einsum("i,iac,ibc->abc", weights, a, a)
    in_k = (n - aa).sum(axis=2)
    moved = changes(problem.shape, pieces.factor)
    along = _products(2.0 * aa - n, n)
    hessian = np.einsum("abcd,kbc,lda->kl", along, moved, moved, optimize=True)
    hessian -= _profiled(pieces, problem.shape, a, reml)
    same = problem.shape.cols[:, None] == problem.shape.cols
    basis = problem.shape.basis.T @ in_k @ problem.shape.basis
    hessian += np.where(same, 2.0 * basis[np.ix_(problem.shape.rows, problem.shape.rows)], 0.0)
    gradient = pull_back(problem.shape, 2.0 * in_k @ pieces.factor)
    return value_of(pieces, reml), gradient, (hessian + hessian.T) / 2


def information_slopes(problem: Problem, pieces: Pieces) -> Array:
    """Returns the derivatives in theta of S_XX = X' V^-1 X in working units: (m, p, p)."""
    return -forms(problem.shape, pieces.factor, reached(pieces)[: problem.p])


def changes(shape: Pattern, factor: Array) -> Array:
    """Returns the derivative of Lambda Lambda' in each entry of theta: (m, q, q)."""
    half = shape.basis.T[shape.rows][:, :, None] * factor.T[shape.cols][:, None, :]
    return np.asarray(half + half.transpose(0, 2, 1))


def forms(shape: Pattern, factor: Array, a: Array) -> Array:
    """Returns sum A D A' for each entry of theta, D its change of Lambda Lambda': (m, k, k).

    `a` is (k, q, C), summed over C.
    """
    k = len(a)
    from_basis = (shape.basis.T @ a).transpose(1, 0, 2)
    from_factor = (factor.T @ a).transpose(1, 0, 2)
    half = np.empty((len(shape.rows), k, k))
    for i, (row, col) in enumerate(zip(shape.rows, shape.cols, strict=True)):
        half[i] = from_basis[row] @ from_factor[col].T
    return half + half.transpose(0, 2, 1)


def _profiled(pieces: Pieces, shape: Pattern, a: Array, reml: bool) -> Array:
    """What profiling b and sigma out takes from the Hessian: (m, m)."""
    u = forms(shape, pieces.factor, a)
    within = u[:, :-1, :-1].reshape(len(u), -1)
    between, own = u[:, :-1, -1], u[:, -1, -1]
    return float(reml) * gram(within) + pieces.df * (2.0 * between @ between.T + np.outer(own, own))


def _products(left: Array, right: Array) -> Array:
    """Sums over cells of left (q, q, C) times right (q, q, C), entry by entry: (q, q, q, q)."""
    q = len(left)
    return (left.reshape(q * q, -1) @ right.reshape(q * q, -1).T).reshape(q, q, q, q)
