"""The conditional modes with one grouping factor, or none: `laplace` with every product of columns made once.

A step costs one pass over the rows and small matrices of each group; searches take thousands of steps.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.family import derivatives, log_likelihood
from core.fit.linearised import root_of

STEPS, HALVINGS = 50, 12
# Numbers that the products of columns may take: 160 MB.
MOST = 20_000_000


@dataclass(frozen=True, slots=True)
class ByGroup:
    """Rows in the order of their groups, and the products of all pairs of their columns [Z, X]."""

    rows: Rows
    columns: Array  # (n, q + p)
    products: Array  # (n, (q + p)^2)
    starts: NDArray[np.intp]  # (J,) where each group's rows begin
    codes: NDArray[np.intp]  # (n,)
    q: int


@dataclass(frozen=True, slots=True)
class Peak:
    """Where the density of fixed effects and of v, u = R v, is highest, and how it curves there.

    `height` is log p(y | b, u) - |v|^2 / 2; `log_det` that of the information in v, `log_det_fixed` in the
    fixed effects once v is gone.
    """

    fixed: Array  # (p,)
    effects: Array  # (J, q)
    height: float
    log_det: float
    log_det_fixed: float


def fits_by_group(rows: Rows) -> bool:
    """Returns whether the products of a model's columns fit into memory, and it has at most one factor."""
    width = rows.x.shape[1] + sum(z.shape[1] for z in rows.z.values())
    return len(rows.z) <= 1 and rows.n * width**2 <= MOST


def by_group(rows: Rows) -> ByGroup:
    """Returns the rows of a model with one factor, sorted. Costs one sort and all products of columns."""
    ((name, codes),) = rows.codes.items()
    order = np.argsort(codes, kind="stable")
    z, sorted_codes = rows.z[name][order], codes[order]
    columns = np.concatenate([z, rows.x[order]], axis=1)
    return ByGroup(
        rows=replace(
            rows,
            y=rows.y[order],
            trials=rows.trials[order],
            weights=rows.weights[order],
            offset=rows.offset[order],
            x=rows.x[order],
            z={name: z},
            codes={name: sorted_codes},
        ),
        columns=columns,
        products=(columns[:, :, None] * columns[:, None, :]).reshape(len(columns), -1),
        starts=np.flatnonzero(np.diff(sorted_codes, prepend=-1)),
        codes=sorted_codes,
        q=z.shape[1],
    )


def peak(
    given: ByGroup,
    spread: Array,
    dispersion: float,
    fixed: Array,
    effects: Array,
    *,
    move_fixed: bool,
    settled: float,
) -> Peak:
    """Returns the peak at one covariance (q, q), from fixed (p,) and group effects (J, q) nearby.

    The fixed effects stay where they are unless `move_fixed`. The search ends when a step raises the height
    by less than `settled`. Raises LinAlgError where a step cannot be solved.
    """
    root = root_of(spread)
    v = effects @ np.linalg.pinv(root, rcond=1e-10).T
    height = _height(given, root, dispersion, fixed, v)
    for _ in range(STEPS):
        step = _step(given, root, dispersion, fixed, v, move_fixed)
        share, before = 1.0, height
        for _ in range(HALVINGS):
            tried = fixed + share * step.fixed, v + share * step.v
            height = _height(given, root, dispersion, *tried)
            if height >= before - settled:
                break
            share /= 2.0
        else:
            height = before
            break
        (fixed, v), risen = tried, height - before
        if risen < settled:
            break
    last = _step(given, root, dispersion, fixed, v, move_fixed)
    return Peak(fixed, v @ root.T, height, last.log_det, last.log_det_fixed)


@dataclass(frozen=True, slots=True)
class _Step:
    fixed: Array
    v: Array
    log_det: float
    log_det_fixed: float


def _eta(given: ByGroup, root: Array, fixed: Array, v: Array) -> Array:
    u = v @ root.T
    along = np.einsum("nq,nq->n", given.columns[:, : given.q], u[given.codes])
    return np.asarray(given.rows.offset + along + given.columns[:, given.q :] @ fixed)


def _height(given: ByGroup, root: Array, dispersion: float, fixed: Array, v: Array) -> float:
    eta = _eta(given, root, fixed, v)
    return float(log_likelihood(given.rows, eta, dispersion).sum()) - float(np.square(v).sum()) / 2.0


def _step(given: ByGroup, root: Array, dispersion: float, fixed: Array, v: Array, moving: bool) -> _Step:
    """A step of Newton's method: each group's effects are eliminated, then the fixed ones solved."""
    q, d = given.q, given.columns.shape[1]
    rise, curve = derivatives(given.rows, _eta(given, root, fixed, v), dispersion)
    score = np.add.reduceat(given.columns * rise[:, None], given.starts)  # (J, d)
    info = np.add.reduceat(given.products * curve[:, None], given.starts).reshape(-1, d, d)
    a = np.eye(q) + root.T @ info[:, :q, :q] @ root
    lower = np.linalg.cholesky(a)
    log_det = 2.0 * float(np.log(np.diagonal(lower, axis1=1, axis2=2)).sum())
    own = score[:, :q] @ root - v  # (J, q)
    if not moving or d == q:
        return _Step(np.zeros(d - q), np.linalg.solve(a, own[:, :, None])[:, :, 0], log_det, 0.0)
    tied = root.T @ info[:, :q, q:]  # (J, q, p)
    solved = np.linalg.solve(a, np.concatenate([own[:, :, None], tied], axis=2))
    left = info[:, q:, q:].sum(axis=0) - np.einsum("jqp,jqr->pr", tied, solved[:, :, 1:])
    towards = score[:, q:].sum(axis=0) - np.einsum("jqp,jq->p", tied, solved[:, :, 0])
    move = np.linalg.solve(left, towards)
    sign, log_det_fixed = np.linalg.slogdet(left)
    if sign <= 0:
        raise np.linalg.LinAlgError("the fixed columns cannot be told apart here")
    return _Step(move, solved[:, :, 0] - solved[:, :, 1:] @ move, log_det, float(log_det_fixed))
