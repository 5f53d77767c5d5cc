"""The criterion of a model with several grouping factors, its gradient and an approximate Hessian.

Notation of `objective`, `hessian` and `joint`. T = Z'V1^-1 Z of the factors but the first, L their Lambda,
A = I + L'TL, P = L A^-1 L', so that V^-1 = V1^-1 - V1^-1 Z P Z'V1^-1 and |V| = |V1| |A|. For every factor f
the gradient needs N_f = Z_f'V^-1 Z_f of each of its levels and Z_f'V^-1 [X y]. With E = Z1'V1^-1 Z:

    f = 1    N = Z1'V1^-1 Z1 - E P E'      Z1'V^-1 [X y] = Z1'V1^-1 [X y] - E P Z'V1^-1 [X y]
    others   N = T - T P T                 (I - T P) Z'V1^-1 [X y]

The Hessian is the average information (Gilmour, Thompson, Cullis 1995, Biometrics 51): half the sum of the
observed and the expected one, in which the traces cancel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.covariance import factor, pull_back
from core.fit.hessian import changes
from core.fit.joint import Joint
from core.fit.objective import Given, eliminate, profiled
from core.fit.problem import Problem
from core.fit.reach import Reach, around_groups, gram_of, times, transposed_times, turned

# Dividing by an SD ratio of this size leaves eight digits to what is divided.
DIVISIBLE = 1e-4


@dataclass(frozen=True, slots=True)
class JointPieces:
    """What every quantity of the model at one theta is made of; factors in the order of Joint."""

    factors: tuple[Array, ...]  # (q, q) each
    log_det: float  # log|V|
    own: Array  # (q1, q1, C1)      Z1'V1^-1 Z1
    e: Reach  # (C1 q1, D)        Z1'V1^-1 Z
    t: Array  # (D, D)
    inverse_a: Array  # (D, D)
    p: Array  # (D, D)
    modes: Array  # (D, p + 1)      P Z'V1^-1 [X y]
    reached: tuple[Array, ...]  # (p + 1, q, J) each: Z_f'V^-1 [X y]
    root: Array  # (p + 1, p + 1)
    inverse: Array
    df: int
    given: float | None = None  # the residual variance, where it is given and not estimated

    @property
    def r2(self) -> float:
        """Penalised residual sum of squares."""
        return float(self.root[-1, -1] ** 2)

    @property
    def s2(self) -> float:
        """Residual variance in working units: r2 / n (ML) or r2 / (n - p) (REML), or the one given."""
        return self.r2 / self.df if self.given is None else self.given


def assemble_joint(joint: Joint, theta: Array, reml: bool, given: Given | None = None) -> JointPieces:
    """Returns the pieces at theta. Cost O(D^3) beyond what the first factor alone costs."""
    factors = tuple(
        factor(side.shape, part) for side, part in zip(joint.sides, split(joint, theta), strict=True)
    )
    first = joint.first
    q, columns, groups = first.xy.shape
    right = np.concatenate(
        [first.xy, first.z.transpose(1, 0, 2), np.broadcast_to(np.eye(q)[:, :, None], (q, q, groups))], axis=1
    )
    log_det = eliminate(first.z, factors[0], right)
    b, h, unit = right[:, :columns], right[:, columns : columns + q], right[:, columns + q :]
    b_others = turned(unit.transpose(2, 0, 1), joint.reach)
    e = turned(h.transpose(2, 1, 0), b_others)
    t = joint.zz + gram_of(b_others)
    txy = joint.zxy + transposed_times(b_others, b.transpose(2, 0, 1))
    a = around(joint, [lam.T for lam in factors[1:]], t)
    a[np.diag_indices_from(a)] += 1.0
    log_det_a, inverse_a = inverted(a)
    log_det += log_det_a
    p = around(joint, factors[1:], inverse_a)
    through = p @ txy
    s = first.rest + np.einsum("iac,ibc->ab", b, b) - txy.T @ through
    if given is not None:
        s = s + given.s2 * given.prior
    root = np.linalg.cholesky((s + s.T) / 2).T
    reached_first = np.einsum("irc,ikc->krc", h, b) - times(e, through).transpose(2, 1, 0)
    others = txy - t @ through
    df = first.n_rows - (first.p if reml else 0)
    return JointPieces(
        factors=factors,
        log_det=log_det,
        own=np.einsum("iac,ibc->abc", h, h),
        e=e,
        t=t,
        inverse_a=inverse_a,
        p=p,
        modes=through,
        reached=(reached_first, *(part.transpose(2, 1, 0) for part in by_factor(joint, others))),
        root=root,
        inverse=np.linalg.inv(root),
        df=df,
        given=None if given is None else given.s2,
    )


class Latest:
    """`assemble_joint` that remembers its latest theta: a search ends where the tables of its fit begin."""

    __slots__ = ("_joint", "_latest", "_reml")

    def __init__(self, joint: Joint, reml: bool) -> None:
        self._joint, self._reml = joint, reml
        self._latest: tuple[Array, JointPieces] | None = None

    def __call__(self, theta: Array) -> JointPieces:
        """Returns the pieces at theta (m,)."""
        if self._latest is None or not np.array_equal(self._latest[0], theta):
            self._latest = theta.copy(), assemble_joint(self._joint, theta, self._reml)
        return self._latest[1]


def split(joint: Joint, theta: Array) -> list[Array]:
    """Returns each factor's part of theta."""
    ends = np.cumsum([len(side.shape.rows) for side in joint.sides])
    return np.split(theta, ends[:-1])


def by_factor(joint: Joint, values: Array) -> list[Array]:
    """Returns the rows (D, ...) of each factor but the first as (J, q, ...)."""
    ends = joint.starts
    return [
        values[start:end].reshape(side.cells, len(side.random), *values.shape[1:])
        for start, end, side in zip(ends[:-1], ends[1:], joint.sides[1:], strict=True)
    ]


def own_blocks(joint: Joint, pieces: JointPieces) -> list[Array]:
    """Returns N_f = Z_f'V^-1 Z_f of each level of each factor: (q, q, J) each."""
    first = pieces.own - around_groups(pieces.e, pieces.p)
    others = zip(joint.starts[:-1], joint.sides[1:], pieces.factors[1:], strict=True)
    return [first, *(_own_of_other(pieces, start, side, lam) for start, side, lam in others)]


def _own_of_other(pieces: JointPieces, start: int, side: Problem, lam: Array) -> Array:
    """N = T - T P T on the diagonal blocks of one factor: (q, q, J).

    L'NL = I - A^-1, which costs nothing where Lambda can be divided by.
    """
    q = len(side.random)
    inside = np.arange(side.cells)[:, None] * q + np.arange(q) + start
    block = (inside[:, :, None], inside[:, None, :])
    scale = np.abs(np.diag(lam))
    if scale.min() > DIVISIBLE * max(1.0, scale.max()):
        under = np.linalg.inv(lam)
        return np.asarray((under.T @ (np.eye(q) - pieces.inverse_a[block]) @ under).transpose(1, 2, 0))
    rows = pieces.t[start : start + side.cells * q]
    left, right = (part.reshape(side.cells, q, -1) for part in (rows @ pieces.p, rows))
    return np.asarray((pieces.t[block] - left @ right.transpose(0, 2, 1)).transpose(1, 2, 0))


def joint_criterion(joint: Joint, theta: Array, reml: bool) -> float:
    """Returns the criterion in working units."""
    pieces = assemble_joint(joint, theta, reml)
    return profiled(pieces.log_det, pieces.root, pieces.df, reml)


def joint_slopes(joint: Joint, theta: Array, reml: bool) -> tuple[float, Array, Array]:
    """Returns the criterion in working units, its gradient (m,) and its average information (m, m)."""
    return slopes_of(joint, assemble_joint(joint, theta, reml), reml)


def slopes_of(joint: Joint, pieces: JointPieces, reml: bool) -> tuple[float, Array, Array]:
    """Returns `joint_slopes` at the theta of some pieces."""
    value = profiled(pieces.log_det, pieces.root, pieces.df, reml)
    a = _along(pieces)
    gradients, bends, moved = [], [], []
    in_ks = slopes_in_k(joint, pieces, a, reml)
    for side, lam, in_k, along in zip(joint.sides, pieces.factors, in_ks, a, strict=True):
        shape = side.shape
        gradients.append(pull_back(shape, 2.0 * in_k @ lam))
        same = shape.cols[:, None] == shape.cols
        basis = shape.basis.T @ in_k @ shape.basis
        bends.append(np.where(same, 2.0 * basis[np.ix_(shape.rows, shape.rows)], 0.0))
        moved.append(np.einsum("kab,bc->kca", changes(shape, lam), along[-1]))  # (m_f, J, q)
    hessian = _average_information(joint, pieces, a, moved)
    start = 0
    for bend in bends:
        span = slice(start, start + len(bend))
        hessian[span, span] += bend
        start += len(bend)
    return value, np.concatenate(gradients), hessian


def gradient_of(joint: Joint, pieces: JointPieces) -> Array:
    """Returns the gradient (m,) in theta of log-dets + r2 / s2 at the pieces' residual variance, as REML has
    them.
    """
    in_ks = slopes_in_k(joint, pieces, _along(pieces), reml=True)
    parts = zip(joint.sides, pieces.factors, in_ks, strict=True)
    return np.concatenate([pull_back(side.shape, 2.0 * in_k @ lam) for side, lam, in_k in parts])


def slopes_in_k(joint: Joint, pieces: JointPieces, a: list[Array], reml: bool) -> list[Array]:
    """Returns the derivative in each factor's K = Lambda Lambda' (q, q)."""
    weights = np.full(len(pieces.root), float(reml))
    weights[-1] = pieces.r2 / pieces.s2
    owns = own_blocks(joint, pieces)
    return [
        own.sum(axis=2) - np.einsum("i,iac,ibc->ab", weights, along, along)
        for own, along in zip(owns, a, strict=True)
    ]


def _along(pieces: JointPieces) -> list[Array]:
    return [np.tensordot(pieces.inverse.T, part, axes=1) for part in pieces.reached]


def _average_information(joint: Joint, pieces: JointPieces, a: list[Array], moved: list[Array]) -> Array:
    """df (v' Z'PZ v - (v' a_y)^2), v = D a_y of each entry of theta and P the projection of REML."""
    m = sum(len(part) for part in moved)
    q, groups = len(joint.first.random), joint.first.cells
    v_first = np.zeros((groups, q, m))
    v_first[:, :, : len(moved[0])] = moved[0].transpose(1, 2, 0)
    v_others = np.zeros((joint.starts[-1], m))
    along = np.zeros((len(pieces.root), m))
    column = 0
    for k, part in enumerate(moved):
        span = slice(column, column + len(part))
        if k:
            rows = slice(joint.starts[k - 1], joint.starts[k])
            v_others[rows, span] = part.reshape(len(part), -1).T
        along[:, span] = np.einsum("iac,kca->ik", a[k], part)
        column += len(part)
    second = transposed_times(pieces.e, v_first) + pieces.t @ v_others
    through = pieces.p @ second
    first = np.einsum("abc,cbk->cak", pieces.own, v_first) + times(pieces.e, v_others - through)
    second = second - pieces.t @ through
    inner = np.tensordot(v_first, first, axes=((0, 1), (0, 1))) + v_others.T @ second
    information = inner - along[:-1].T @ along[:-1] - np.outer(along[-1], along[-1])
    return np.asarray(pieces.df * (information + information.T) / 2)


def around(joint: Joint, blocks: Sequence[Array], values: Array) -> Array:
    """Returns G values G' (D, D) for the block-diagonal G of one block (q, q) a factor but the first."""
    if all(block.shape == (1, 1) for block in blocks):
        scale = np.repeat([block[0, 0] for block in blocks], np.diff(joint.starts))
        return np.asarray(values * scale * scale[:, None])
    return _from_left(joint, blocks, _from_left(joint, blocks, values).T)


def _from_left(joint: Joint, blocks: Sequence[Array], values: Array) -> Array:
    parts = by_factor(joint, values)
    done = [np.matmul(block, part) for block, part in zip(blocks, parts, strict=True)]
    return np.concatenate([part.reshape(-1, values.shape[1]) for part in done])


def inverted(a: Array) -> tuple[float, Array]:
    """Returns log|a| and a^-1 of a symmetric positive definite matrix. Raises LinAlgError when it is not."""
    from scipy.linalg import lapack

    root, info = lapack.dpotrf(a.T, lower=1, clean=1)
    if info:
        raise np.linalg.LinAlgError("not positive definite")
    log_det = 2.0 * float(np.log(np.diag(root)).sum())
    lower, _ = lapack.dpotri(root, lower=1, overwrite_c=1)
    inverse = lower + lower.T
    inverse[np.diag_indices_from(inverse)] /= 2.0
    return log_det, inverse
