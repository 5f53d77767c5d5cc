"""One model on many re-weightings of its groups at once: bootstraps, groups left out, folds of groups.

A group that counts c times adds c log|M_j| and c S_j to the sums of `objective`, so everything of a
re-weighting is a weighted sum of what each group says. Re-weightings are the first axis here (R of them),
groups the last (J); notation of `objective` and `hessian`.
"""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.moments import Moments
from core.fit.covariance import factors
from core.fit.fixed_columns import fixed_columns
from core.fit.many import lower_roots
from core.fit.objective import root_of_one_plus
from core.fit.problem import Problem, pose_with, rotate
from core.fit.varying import varying


@dataclass(frozen=True, slots=True)
class Groups:
    """A problem of one grouping factor with what each of its J groups adds to the sums."""

    problem: Problem
    rest: Array  # (J, k, k) what no random effect touches, k = p + 1
    rows: Array  # (J,)
    whole: Array  # (J, k + 1, k + 1) products of [1, X, y], the weights' sum first

    @property
    def count(self) -> int:
        """J."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Slopes:
    """Of R re-weightings, each at its own theta: the criterion and its derivatives, and the root of S."""

    value: Array  # (R,), infinite where the fixed columns cannot be told apart
    gradient: Array  # (R, m)
    hessian: Array  # (R, m, m)
    root: Array  # (R, k, k) upper
    inverse: Array  # (R, k, k)
    df: Array  # (R,) n or n - p


def groups_of(moments: Moments) -> Groups:
    """Returns the problem that the moments pose, group by group. Raises what `pose` raises."""
    given = fixed_columns(moments)
    problem = pose_with(moments, given)
    by = varying(moments, moments.layout.random)
    rest = rotate(moments, by.basis, given.basis, by.constant, apart=True)[2]
    ones = np.zeros((len(given.basis), 1))
    ones[0] = 1.0
    basis = np.hstack([ones, given.basis])
    mean = basis[0] + moments.mean @ basis[1:]
    whole = basis[1:].T @ moments.cross @ basis[1:]
    whole += moments.weight[:, None, None] * mean[:, :, None] * mean[:, None, :]
    return Groups(problem, rest, moments.rows, whole)


def slopes(groups: Groups, counts: Array, thetas: Array, reml: bool) -> Slopes:
    """Returns the criterion of each re-weighting, counts (R, J), at its theta (R, m), with derivatives.

    Cost O(R J (q + p)^2 q), and R J (p + 2 q) q numbers of memory: call it with some R at a time.
    """
    problem = groups.problem
    q, k, _ = problem.xy.shape
    many, j = counts.shape
    lams = factors(problem.shape, thetas)
    log_det, b, h = _eliminated(problem, lams)
    weighed = np.sqrt(counts)[:, None, :]
    parts = (b * weighed[:, None]).transpose(0, 2, 1, 3).reshape(many, k, q * j)
    s = (counts @ groups.rest.reshape(j, -1)).reshape(many, k, k) + parts @ parts.transpose(0, 2, 1)
    root = upper_roots(s)
    inverse = _inverted(root)
    df = counts @ groups.rows - (problem.p if reml else 0)
    value = _values((log_det * counts).sum(axis=1), root, df, reml)
    gradient, hessian = _derivatives(problem, lams, counts, (b, h), (inverse, df), reml)
    sound = np.isfinite(value) & np.isfinite(hessian).all(axis=(1, 2))
    return Slopes(np.where(sound, value, np.inf), gradient, hessian, root, inverse, df)


def _eliminated(problem: Problem, lams: Array) -> tuple[Array, Array, Array]:
    """log|M| (R, J), C^-1 [X y] (R, q, k, J) and C^-1 Z (R, q, q, J) of every group."""
    q, k, j = problem.xy.shape
    many = len(lams)
    zl = (lams.transpose(0, 2, 1) @ problem.z.reshape(q, -1)).reshape(many, q, q, j)
    flat = np.ascontiguousarray(zl.transpose(1, 2, 0, 3)).reshape(q, q, many * j)
    both = np.empty((q, k + q, many, j))
    both[:, :k] = problem.xy[:, :, None]
    both[:, k:] = problem.z.transpose(1, 0, 2)[:, :, None]
    log_det = np.zeros((many, j))
    for i, entries in enumerate(root_of_one_plus(flat)):
        row = [entry.reshape(many, j) for entry in entries]
        for before in range(i):
            both[i] -= row[before] * both[before]
        both[i] /= row[i]
        log_det += 2.0 * np.log(row[i])
    right = both.transpose(2, 0, 1, 3)
    return log_det, right[:, :, :k], right[:, :, k:]


def _derivatives(
    problem: Problem,
    lams: Array,
    counts: Array,
    solved: tuple[Array, Array],
    after: tuple[Array, Array],
    reml: bool,
) -> tuple[Array, Array]:
    """Gradient (R, m) and Hessian (R, m, m): the formulas of `hessian`, for each re-weighting."""
    b, h = solved
    inverse, df = after
    many, q, k, j = b.shape
    reached = np.einsum("rikj,riaj->rkaj", b, h)
    n = np.einsum("riaj,ribj->rabj", h, h)
    a = np.einsum("rik,riaj->rkaj", inverse, reached)
    aa = np.einsum("rk,rkaj,rkbj->rabj", _weights(df, k, reml), a, a, optimize=True)
    flat = n.reshape(many, q * q, j)
    weighed = (a * counts[:, None, None, :]).reshape(many, k * q, j)
    left = ((2.0 * aa - n) * counts[:, None, None, :]).reshape(many, q * q, j)
    return _combined(
        problem,
        lams,
        crossed=(weighed @ a.reshape(many, k * q, j).transpose(0, 2, 1)).reshape(many, k, q, k, q),
        in_k=np.einsum("rj,rabj->rab", counts, n - aa),
        along=(left @ flat.transpose(0, 2, 1)).reshape(many, q, q, q, q),
        df=df,
        reml=reml,
    )


@dataclass(frozen=True, slots=True)
class Without:
    """The data without each of J groups, all at one theta: slopes, and the sums that change with theta.

    `products` are the sums of W'W, `curved` those of W'W times N (see `hessian`), W = Z'V^-1 [X y].
    """

    at: Slopes
    factor: Array  # (q, q)
    s: Array  # (J, k, k)
    products: Array  # (J, k, q, k, q)
    curved: Array  # (J, k, q, k, q, q, q)


def without_each(groups: Groups, theta: Array, reml: bool) -> Without:
    """Returns the criterion of the data without each group (J of them), all at one theta (m,).

    The sums over all groups less what each adds: O(J), where `slopes` at J thetas is O(J^2).
    """
    problem = groups.problem
    q, k, j = problem.xy.shape
    lams = factors(problem.shape, theta[None])
    log_det, b, h = _eliminated(problem, lams)
    reached = np.einsum("ikj,iaj->jka", b[0], h[0])
    n = np.einsum("iaj,ibj->jab", h[0], h[0])
    own_s = groups.rest + np.einsum("ikj,ilj->jkl", b[0], b[0])
    s = _others(own_s)
    root = upper_roots(s)
    inverse = _inverted(root)
    df = groups.rows.sum() - groups.rows - (problem.p if reml else 0)
    value = _values(_others(log_det[0]), root, df, reml)
    ww = np.einsum("jka,jlb->jkalb", reached, reached)
    products = _others(ww)
    crossed = np.einsum("jki,jkalb,jlm->jiamb", inverse, products, inverse, optimize=True)
    inside = np.einsum("jki,ji,jli->jkl", inverse, _weights(df, k, reml), inverse)
    wwn = _others(np.einsum("jkalb,jcd->jkalbcd", ww, n).reshape(j, -1)).reshape(j, k, q, k, q, q, q)
    aan = np.einsum("jkl,jkalbcd->jabcd", inside, wwn, optimize=True)
    in_k = _others(n) - np.einsum("ji,jiaib->jab", _weights(df, k, reml), crossed)
    gradient, hessian = _combined(
        problem,
        np.broadcast_to(lams, (j, q, q)),
        crossed=crossed,
        in_k=in_k,
        along=2.0 * aan - _others(np.einsum("jab,jcd->jabcd", n, n)),
        df=df,
        reml=reml,
    )
    at = Slopes(value, gradient, hessian, root, inverse, df)
    return Without(at, lams[0], s, products, wwn)


def moved(problem: Problem, without: Without, thetas: Array) -> Slopes:
    """Returns the root of S of each at its own theta (J, m) near by, to the second order in the change of
    Lambda Lambda'; value and derivatives stay those of `without`.
    """
    lams = factors(problem.shape, thetas)
    change = lams @ lams.transpose(0, 2, 1) - without.factor @ without.factor.T
    s = without.s - np.einsum("jkalb,jab->jkl", without.products, change)
    s += np.einsum("jkalbcd,jac,jdb->jkl", without.curved, change, change, optimize=True)
    root = upper_roots((s + s.transpose(0, 2, 1)) / 2)
    at = without.at
    return Slopes(at.value, at.gradient, at.hessian, root, _inverted(root), at.df)


def _others(own: Array) -> Array:
    """The sum over all groups less each one's own part: (J, ...)."""
    return np.asarray(own.sum(axis=0) - own)


def _weights(df: Array, k: int, reml: bool) -> Array:
    """What the columns of [X y] weigh in the gradient: (R, k)."""
    weights = np.full((len(df), k), float(reml))
    weights[:, -1] = df
    return weights


def _combined(
    problem: Problem, lams: Array, crossed: Array, in_k: Array, along: Array, df: Array, reml: bool
) -> tuple[Array, Array]:
    """Gradient (R, m) and Hessian (R, m, m) from sums over groups: of a a' (R, k, q, k, q), of what the
    criterion changes by along Lambda Lambda' (R, q, q), and of its products with N (R, q, q, q, q).
    """
    shape = problem.shape
    changed = _changes(problem, lams)
    hessian = np.einsum("rabcd,rkbc,rlda->rkl", along, changed, changed, optimize=True)
    hessian -= _profiled(np.einsum("riakb,rmab->rmik", crossed, changed, optimize=True), df, reml)
    same = shape.cols[:, None] == shape.cols
    basis = shape.basis.T @ in_k @ shape.basis
    hessian += np.where(same, 2.0 * basis[:, shape.rows[:, None], shape.rows], 0.0)
    gradient = (shape.basis.T @ (2.0 * in_k @ lams))[:, shape.rows, shape.cols]
    return gradient, (hessian + hessian.transpose(0, 2, 1)) / 2


def _changes(problem: Problem, lams: Array) -> Array:
    """Derivatives of Lambda Lambda' in each entry of theta: (R, m, q, q)."""
    shape = problem.shape
    half = shape.basis.T[shape.rows][:, :, None] * lams.transpose(0, 2, 1)[:, shape.cols][:, :, None, :]
    return np.asarray(half + half.transpose(0, 1, 3, 2))


def _profiled(u: Array, df: Array, reml: bool) -> Array:
    within = u[:, :, :-1, :-1].reshape(*u.shape[:2], -1)
    between, own = u[:, :, :-1, -1], u[:, :, -1, -1]
    taken = 2.0 * between @ between.transpose(0, 2, 1) + own[:, :, None] * own[:, None, :]
    return float(reml) * within @ within.transpose(0, 2, 1) + df[:, None, None] * taken


def _values(log_det: Array, root: Array, df: Array, reml: bool) -> Array:
    pivots = np.diagonal(root, axis1=1, axis2=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        profile = df * (1.0 + np.log(2.0 * np.pi * pivots[:, -1] ** 2 / df))
        fixed = 2.0 * np.log(pivots[:, :-1]).sum(axis=1) if reml else 0.0
        return np.asarray(log_det + fixed + profile)


def upper_roots(s: Array) -> Array:
    """Returns R with R'R = s for many matrices (R, k, k); NaN for those not positive definite to rounding."""
    return lower_roots(s).transpose(0, 2, 1)


def _inverted(root: Array) -> Array:
    sound = np.isfinite(root).all(axis=(1, 2))
    inverse = np.full_like(root, np.nan)
    inverse[sound] = np.linalg.inv(root[sound])
    return inverse
