"""Exact draws of fixed effects, group effects and sigma, given the relative factors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.effects import group_effects
from core.fit.joint import Joint
from core.fit.joint_objective import JointPieces, assemble_joint, by_factor
from core.fit.objective import Given, Pieces, assemble, fixed_effects
from core.fit.problem import Problem
from core.fit.reach import times


@dataclass(frozen=True, slots=True)
class Sample:
    """n joint draws: fixed effects (n, p), deviations of the groups by factor (n, J, q), residual SD (n,),
    and the covariance of each factor's effects (n, q, q).
    """

    fixed: Array
    effects: Mapping[str, Array]
    sigma: Array
    spread: Mapping[str, Array]


def gathered(parts: Sequence[Sample]) -> Sample:
    """Returns the draws of all parts, in their order."""
    return Sample(
        np.concatenate([part.fixed for part in parts]),
        {name: np.concatenate([part.effects[name] for part in parts]) for name in parts[0].effects},
        np.concatenate([part.sigma for part in parts]),
        {name: np.concatenate([part.spread[name] for part in parts]) for name in parts[0].spread},
    )


def sample(
    problem: Problem,
    factor: str,
    theta: Array,
    n: int,
    rng: np.random.Generator,
    given: Given | None = None,
) -> Sample:
    """Returns draws at theta of a model with one grouping factor, or none.

    s2 is r2 over a chi-square unless it is given; given it, b and u are jointly Gaussian.
    """
    pieces = assemble(problem, theta, reml=True, given=given)
    unit, noise = _fixed_noise(problem, pieces, n, rng)
    fixed = problem.to_fixed @ fixed_effects(pieces) + problem.shift + noise
    sigma = np.exp(problem.log_scale[0]) * np.sqrt(unit)
    if not problem.random:
        return Sample(fixed, {}, sigma, {})
    effects = group_effects(problem, pieces)
    groups = _own_noise(problem, pieces.factor, n, rng) * np.sqrt(unit)[:, None, None]
    groups += effects.mean - np.matmul(noise, effects.pull.transpose(0, 2, 1)).transpose(1, 0, 2)
    return Sample(fixed, {factor: groups}, sigma, {factor: _spread(problem, pieces.factor, unit)})


def joint_sample(
    joint: Joint, theta: Array, n: int, rng: np.random.Generator, given: Given | None = None
) -> Sample:
    """Returns draws at theta of a model with several: b, then the smaller factors given b, then the first."""
    pieces, first = assemble_joint(joint, theta, reml=True, given=given), joint.first
    unit, noise = _fixed_noise(first, pieces, n, rng)
    working = np.linalg.solve(first.to_fixed, noise.T)  # (p, n)
    v = np.concatenate([-(fixed_effects(pieces)[:, None] + working), np.ones((1, n))])
    root = np.linalg.cholesky(pieces.inverse_a)
    away = root @ (np.sqrt(unit) * rng.standard_normal((len(root), n)))
    away = np.concatenate(
        [
            np.matmul(lam, part).reshape(-1, n)
            for lam, part in zip(pieces.factors[1:], by_factor(joint, away), strict=True)
        ]
    )
    others = by_factor(joint, pieces.modes @ v + away)
    lam = pieces.factors[0]
    seen = np.tensordot(v, pieces.reached[0], axes=(0, 0)) - times(pieces.e, away).transpose(
        2, 1, 0
    )  # (n, q, J)
    own = np.einsum("ab,nbj->nja", lam @ lam.T, seen) @ first.to_random.T
    own += _own_noise(first, lam, n, rng) * np.sqrt(unit)[:, None, None]
    drawn = [
        own,
        *(
            np.einsum("ab,jbn->nja", side.to_random, part)
            for side, part in zip(joint.sides[1:], others, strict=True)
        ),
    ]
    fixed = first.to_fixed @ fixed_effects(pieces) + first.shift + noise
    sigma = np.exp(first.log_scale[0]) * np.sqrt(unit)
    spread = [_spread(side, lam, unit) for side, lam in zip(joint.sides, pieces.factors, strict=True)]
    by = joint.factors
    return Sample(fixed, dict(zip(by, drawn, strict=True)), sigma, dict(zip(by, spread, strict=True)))


def _spread(problem: Problem, lam: Array, unit: Array) -> Array:
    """Covariance of one factor's effects in units (n, q, q), at residual variances `unit` (n,)."""
    root = problem.to_random @ lam
    return np.asarray(unit[:, None, None] * (root @ root.T))


def _fixed_noise(
    problem: Problem, pieces: Pieces | JointPieces, n: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """s2 in working units (n,), and errors of the fixed effects in units (n, p)."""
    unit = pieces.r2 / rng.chisquare(pieces.df, n) if pieces.given is None else np.full(n, pieces.given)
    root = problem.to_fixed @ pieces.inverse[:-1, :-1]
    return unit, np.sqrt(unit)[:, None] * (rng.standard_normal((n, problem.p)) @ root.T)


def _own_noise(problem: Problem, lam: Array, n: int, rng: np.random.Generator) -> Array:
    """What the groups' own rows leave open of their effects, with residual SD 1 in working units: (n, J, q).

    A root of the conditional covariance without eigenvalues: Lambda (I + Lambda'Z'Z Lambda)^-1/2.
    """
    q = len(problem.random)
    zl = np.tensordot(lam.T, problem.z, axes=1)  # (effect, row, C)
    a = np.einsum("irc,jrc->cij", zl, zl) + np.eye(q)
    half = (problem.to_random @ lam) @ np.linalg.inv(np.linalg.cholesky(a)).transpose(0, 2, 1)
    drawn = np.matmul(rng.standard_normal((problem.cells, n, q)), half.transpose(0, 2, 1))
    return np.asarray(drawn.transpose(1, 0, 2))
