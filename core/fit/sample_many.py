"""Exact draws of fixed effects and group effects, one at each of many values of the variances."""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import factors
from core.fit.density import thetas_of
from core.fit.joint import Joint
from core.fit.joint_many import by_side, carrying, eliminated
from core.fit.many import BLOCK, lower_roots, sums
from core.fit.objective import root_of_one_plus
from core.fit.prior import WorkingPrior
from core.fit.problem import Problem
from core.fit.sample import Sample


def sample_many(
    problem: Problem, factor: str, prior: WorkingPrior, xs: Array, rng: np.random.Generator
) -> Sample:
    """Returns one joint draw of (b, u) given each point x = (log s, psi) (n, 1 + m) of a one-factor model.

    b from its normal given the variances; u given b by Matheron's rule: a draw from the prior moved by what
    it misses of the data, so no group's covariance is ever factored (Journel, Huijbregts 1978, VII.A).
    """
    thetas, s = thetas_of(prior, xs), np.exp(xs[:, 0])
    fixed = _fixed(problem.p, prior, sums(problem, thetas)[1], s, rng)
    sigma = np.exp(problem.log_scale[0]) * s
    in_units = fixed @ problem.to_fixed.T + problem.shift
    if not problem.random:
        return Sample(in_units, {}, sigma, {})
    lam = factors(problem.shape, thetas)
    at_once = max(1, BLOCK // problem.cells)
    v = _residual(fixed)
    parts = [
        _effects(problem, lam[k : k + at_once], s[k : k + at_once], v[k : k + at_once], rng)
        for k in range(0, len(xs), at_once)
    ]
    effects = np.concatenate(parts) @ problem.to_random.T
    root = problem.to_random @ lam * s[:, None, None]
    return Sample(in_units, {factor: effects}, sigma, {factor: root @ root.transpose(0, 2, 1)})


def joint_sample_many(joint: Joint, prior: WorkingPrior, xs: Array, rng: np.random.Generator) -> Sample:
    """Returns one joint draw at each point x of a model with several factors that `sweeps`: b, then the other
    factors' effects given b, then the first's given both.
    """
    first, carried = joint.first, carrying(joint)
    thetas, s = thetas_of(prior, xs), np.exp(xs[:, 0])
    fixed, others = np.empty((len(xs), first.p)), np.empty((len(xs), joint.starts[-1]))
    for place, each in eliminated(joint, carried, thetas):
        fixed[place] = _fixed(first.p, prior, each.s, s[place], rng)
        noise = s[place, None] * rng.standard_normal((each.spread.shape[0], each.spread.shape[2]))
        v = _residual(fixed[place])
        others[place] = (each.modes @ v[:, :, None] + each.spread @ noise[:, :, None])[:, :, 0]
    lams = [factors(side.shape, part) for side, part in zip(joint.sides, by_side(joint, thetas), strict=True)]
    whole = np.column_stack([_residual(fixed), -others])
    step = max(1, BLOCK // first.cells)
    parts = [
        _effects(carried, lams[0][k : k + step], s[k : k + step], whole[k : k + step], rng)
        for k in range(0, len(xs), step)
    ]
    drawn = [np.concatenate(parts)]
    for side, start in zip(joint.sides[1:], joint.starts[:-1], strict=True):
        width = side.cells * len(side.random)
        drawn.append(others[:, start : start + width].reshape(len(xs), side.cells, -1))
    effects, spreads = {}, {}
    for name, side, lam, u in zip(joint.factors, joint.sides, lams, drawn, strict=True):
        root = side.to_random @ lam * s[:, None, None]
        effects[name], spreads[name] = u @ side.to_random.T, root @ root.transpose(0, 2, 1)
    in_units = fixed @ first.to_fixed.T + first.shift
    return Sample(in_units, effects, np.exp(first.log_scale[0]) * s, spreads)


def _residual(fixed: Array) -> Array:
    """v = [-b; 1] (n, p + 1)."""
    return np.column_stack([-fixed, np.ones(len(fixed))])


def _fixed(p: int, prior: WorkingPrior, products: Array, s: Array, rng: np.random.Generator) -> Array:
    """b (n, p) in working units, from S (n, p + 1, p + 1)."""
    upper = lower_roots(products + (s**2)[:, None, None] * prior.fixed).transpose(0, 2, 1)
    right = upper[:, :p, p] + s[:, None] * rng.standard_normal((len(s), p))
    return np.asarray(np.linalg.solve(upper[:, :p, :p], right[:, :, None])[:, :, 0])


def _effects(problem: Problem, lam: Array, s: Array, v: Array, rng: np.random.Generator) -> Array:
    """u (t, C, q) in working units; the residuals are the columns `xy` times v (t, columns)."""
    q, _, cells = problem.z.shape
    left = np.einsum("rkc,tk->rtc", problem.xy, v)
    own = np.einsum("tab,btc->atc", lam, rng.standard_normal((q, len(s), cells))) * s[:, None]
    left -= np.einsum("arc,atc->rtc", problem.z, own) + s[:, None] * rng.standard_normal(left.shape)
    zl = np.einsum("tab,arc->brtc", lam, problem.z).reshape(q, q, -1)
    solved = _solved(root_of_one_plus(zl), left.reshape(q, -1)).reshape(left.shape)
    seen = np.einsum("arc,rtc->atc", problem.z, solved)
    return np.asarray((own + np.einsum("tab,tdb,dtc->atc", lam, lam, seen)).transpose(1, 2, 0))


def _solved(root: list[list[Array]], right: Array) -> Array:
    """M^-1 right (q, k) for M = C C', C by rows."""
    q = len(right)
    half: list[Array] = []
    for i in range(q):
        half.append((right[i] - sum((root[i][k] * half[k] for k in range(i)), np.zeros(1))) / root[i][i])
    whole = list(half)
    for i in reversed(range(q)):
        above = sum((root[k][i] * whole[k] for k in range(i + 1, q)), np.zeros(1))
        whole[i] = (half[i] - above) / root[i][i]
    return np.array(whole)
