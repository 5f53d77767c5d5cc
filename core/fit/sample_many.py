"""Exact draws of fixed effects and group effects, one at each of many values of the variances."""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import factors
from core.fit.density import thetas_of
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
    fixed = _fixed(problem, prior, thetas, s, rng)
    sigma = np.exp(problem.log_scale[0]) * s
    in_units = fixed @ problem.to_fixed.T + problem.shift
    if not problem.random:
        return Sample(in_units, {}, sigma, {})
    lam = factors(problem.shape, thetas)
    at_once = max(1, BLOCK // problem.cells)
    parts = [
        _effects(problem, lam[k : k + at_once], s[k : k + at_once], fixed[k : k + at_once], rng)
        for k in range(0, len(xs), at_once)
    ]
    effects = np.concatenate(parts) @ problem.to_random.T
    root = problem.to_random @ lam * s[:, None, None]
    return Sample(in_units, {factor: effects}, sigma, {factor: root @ root.transpose(0, 2, 1)})


def _fixed(problem: Problem, prior: WorkingPrior, thetas: Array, s: Array, rng: np.random.Generator) -> Array:
    """b (n, p) in working units."""
    p = problem.p
    _, products = sums(problem, thetas)
    upper = lower_roots(products + (s**2)[:, None, None] * prior.fixed).transpose(0, 2, 1)
    right = upper[:, :p, p] + s[:, None] * rng.standard_normal((len(s), p))
    return np.asarray(np.linalg.solve(upper[:, :p, :p], right[:, :, None])[:, :, 0])


def _effects(problem: Problem, lam: Array, s: Array, fixed: Array, rng: np.random.Generator) -> Array:
    """u (t, C, q) in working units."""
    q, _, cells = problem.z.shape
    v = np.column_stack([-fixed, np.ones(len(fixed))])
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
