"""The profiled criterion of a Gaussian mixed model, and its gradient: the heart.

Notation, used in this file alone. Z, X, y: a cell's random columns, fixed columns and outcome, rotated (see
Problem). Lambda (q, q): the relative factor, Sigma = s2 Lambda Lambda'. For each cell
M = I + Z Lambda Lambda' Z' = C C',  H = C^-1 Z,  B = C^-1 [X y].
S = rest + sum B'B = [X y]' V^-1 [X y] has the Cholesky root R, whose last pivot squared is r2.

    ML    d = sum log|M| + n (1 + log(2 pi r2 / n))
    REML  d = sum log|M| + 2 log|R_XX| + (n - p) (1 + log(2 pi r2 / (n - p)))

Bates, Maechler, Bolker, Walker (2015), J. Stat. Softw. 67(1), section 3.4; |I + Lambda'Z'Z Lambda| = |M|.
The gradient follows from dM = Z (dLambda Lambda' + Lambda dLambda') Z':

    dd/dLambda = 2 [sum H'H - sum (H'B T)(H'B T)'] Lambda,  T = [R_XX^-1, v sqrt((n-p) / r2)],  v = [-b; 1]

where R_XX^-1 is left out under ML and n - p is n. The last column of R^-1 is v / sqrt(r2), so T is R^-1 but
for one factor.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.design.coding import Array
from core.fit.covariance import factor, pull_back
from core.fit.problem import Problem


@dataclass(frozen=True, slots=True)
class Pieces:
    """What every quantity of the model at one theta is made of."""

    factor: Array  # (q, q)     Lambda
    log_det: float  # sum log|M|
    b: Array  # (q, p + 1, C)   C^-1 [X y]
    h: Array  # (q, q, C)       C^-1 Z  [row, column, cell]
    root: Array  # (p + 1, p + 1) upper R of S
    inverse: Array  # (p + 1, p + 1) R^-1
    df: int  # n or n - p
    given: float | None = None  # the residual variance, where it is given and not estimated

    @property
    def r2(self) -> float:
        """Penalised residual sum of squares."""
        return float(self.root[-1, -1] ** 2)

    @property
    def s2(self) -> float:
        """Residual variance in working units: r2 / n (ML) or r2 / (n - p) (REML), or the one given."""
        return self.r2 / self.df if self.given is None else self.given


@dataclass(frozen=True, slots=True)
class Given:
    """A residual variance (working units), and the fixed effects' prior E (p + 1, p + 1); see `prior`.

    S then stands for S + s2 E: the prior joins the rows as further rows would.
    """

    s2: float
    prior: Array


def assemble(problem: Problem, theta: Array, reml: bool, given: Given | None = None) -> Pieces:
    """Returns the pieces at theta. Cost O(C q^2 (q + p)) and no rows."""
    lam = factor(problem.shape, theta)
    q, columns, cells = problem.xy.shape
    both = np.empty((q, columns + q, cells))
    both[:, :columns] = problem.xy
    both[:, columns:] = problem.z.transpose(1, 0, 2)
    log_det = eliminate(problem.z, lam, both)
    b = both[:, :columns]
    s = problem.rest.copy() if given is None else problem.rest + given.s2 * given.prior
    for i in range(q):
        s += gram(b[i])
    root = np.linalg.cholesky(s).T
    inverse = np.linalg.inv(root)
    df = problem.n_rows - (problem.p if reml else 0)
    s2 = None if given is None else given.s2
    return Pieces(lam, log_det, b, both[:, columns:], root, inverse, df, s2)


def eliminate(z: Array, lam: Array, right: Array) -> float:
    """Turns `right` (q, k, C), rows of each cell, into C^-1 right in place; returns sum log|M|."""
    q, _, cells = z.shape
    if not q:
        return 0.0
    log_det = 0.0
    zl = (lam.T @ z.reshape(q, -1)).reshape(q, q, cells)  # [effect, row, cell]
    for i, row in enumerate(root_of_one_plus(zl)):
        for k in range(i):
            right[i] -= row[k] * right[k]
        right[i] /= row[i]
        log_det += 2.0 * float(np.log(row[i]).sum())
    return log_det


def gram(a: Array) -> Array:
    """Returns a a' (k, k).

    The copy makes NumPy call a general product: the symmetric one it would choose wakes a second thread for
    every small product, which costs ten times the product on two cores.
    """
    return np.asarray(a @ np.ascontiguousarray(a.T))


def criterion(problem: Problem, theta: Array, reml: bool) -> float:
    """Returns the criterion in working units (see `in_units`)."""
    return value_of(assemble(problem, theta, reml), reml)


def criterion_and_gradient(problem: Problem, theta: Array, reml: bool) -> tuple[float, Array]:
    """Returns the criterion in working units and its gradient in theta (m,)."""
    pieces = assemble(problem, theta, reml)
    log_dets, fit = slopes(problem, pieces, reml)
    return value_of(pieces, reml), log_dets + (pieces.df / pieces.r2) * fit


def slopes(problem: Problem, pieces: Pieces, reml: bool) -> tuple[Array, Array]:
    """Returns the gradients in theta of the log-determinants and of r2, apart: (m,), (m,).

    The criterion with sigma free, log-dets + df log(2 pi s2) + r2 / s2, needs them apart.
    """
    q, p = len(problem.random), problem.p
    if not q:
        return np.empty(0), np.empty(0)
    along = (pieces.inverse.T @ reached(pieces).reshape(p + 1, -1)).reshape(p + 1, q, -1)
    log_dets = gram(np.ascontiguousarray(pieces.h.transpose(1, 0, 2)).reshape(q, -1))
    if reml:
        log_dets -= gram(along[:p].transpose(1, 0, 2).reshape(q, -1))
    fit = -pieces.r2 * gram(along[p])
    both = (2.0 * log_dets @ pieces.factor, 2.0 * fit @ pieces.factor)
    return pull_back(problem.shape, both[0]), pull_back(problem.shape, both[1])


def reached(pieces: Pieces) -> Array:
    """Returns H'B = Z' M^-1 [X y] of every cell: (p + 1, q, C)."""
    if not len(pieces.b):
        return np.zeros((len(pieces.root), 0, pieces.b.shape[2]))
    hb = pieces.b[0][:, None, :] * pieces.h[0]
    for i in range(1, len(pieces.b)):
        hb += pieces.b[i][:, None, :] * pieces.h[i]
    return np.asarray(hb)


class Rooted(Protocol):
    """Pieces that end in the root of S."""

    @property
    def root(self) -> Array:
        """R (p + 1, p + 1)."""

    @property
    def inverse(self) -> Array:
        """R^-1 (p + 1, p + 1)."""


def fixed_effects(pieces: Rooted) -> Array:
    """Returns b (p,) in working units."""
    return np.asarray(pieces.inverse[:-1, -1] * -pieces.root[-1, -1])


def residual_weights(pieces: Rooted) -> Array:
    """Returns v = [-b; 1] (p + 1,), so that [X y] v is the residual."""
    return np.asarray(pieces.inverse[:, -1] * pieces.root[-1, -1])


def in_units(problem: Problem, value: float, reml: bool) -> float:
    """Returns the criterion in the outcome's and predictors' own units, as other software prints it."""
    log_y, log_x = problem.log_scale
    value -= problem.log_weights
    if reml:
        return value + 2.0 * (problem.n_rows - problem.p) * log_y - 2.0 * log_x
    return value + 2.0 * problem.n_rows * log_y


def value_of(pieces: Pieces, reml: bool) -> float:
    """Returns the criterion in working units."""
    return profiled(pieces.log_det, pieces.root, pieces.df, reml)


def profiled(log_det: float, root: Array, df: int, reml: bool) -> float:
    """Returns the criterion from log|V| and R (p + 1, p + 1), sigma and b profiled out."""
    profile = df * (1.0 + np.log(2.0 * np.pi * root[-1, -1] ** 2 / df))
    fixed = 2.0 * float(np.log(np.diag(root)[:-1]).sum()) if reml else 0.0
    return float(log_det + fixed + profile)


def root_of_one_plus(zl: Array) -> list[list[Array]]:
    """Returns the rows of the lower root of I + sum_k zl[k] zl[k]' for all cells; zl is [effect, row, cell].

    By modified Gram-Schmidt on the columns of [I; zl], which never forms the squares: with group
    differences a million times the noise and a correlation of one, the squares would lose the pivots that
    are one.
    """
    q, _, cells = zl.shape
    if q == 1:
        return [[np.sqrt(1.0 + zl[0, 0] ** 2)]]
    if q == 2:
        return _root_of_two(zl)
    vectors = np.zeros((q, 2 * q, cells))
    for i in range(q):
        vectors[i, i] = 1.0
        vectors[i, q:] = zl[:, i]
    rows: list[list[Array]] = [[] for _ in range(q)]
    for k in range(q):
        length = np.sqrt(np.einsum("vc,vc->c", vectors[k], vectors[k]))
        rows[k].append(length)
        unit = vectors[k] / length
        for i in range(k + 1, q):
            along = np.einsum("vc,vc->c", unit, vectors[i])
            rows[i].append(along)
            vectors[i] -= along * unit
    return rows


def _root_of_two(zl: Array) -> list[list[Array]]:
    """The same for two effects; by Lagrange's identity |a|^2 |b|^2 - (a b)^2 = det^2, sums of squares."""
    one = 1.0 + zl[0, 0] ** 2 + zl[1, 0] ** 2
    other = zl[0, 1] ** 2 + zl[1, 1] ** 2
    det = zl[0, 0] * zl[1, 1] - zl[1, 0] * zl[0, 1]
    first = np.sqrt(one)
    return [
        [first],
        [(zl[0, 0] * zl[0, 1] + zl[1, 0] * zl[1, 1]) / first, np.sqrt((one + other + det**2) / one)],
    ]
