"""Fixed and group effects at given variances, with their uncertainty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.objective import Pieces, reached, residual_weights
from core.fit.problem import Problem

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class GroupEffects:
    """Deviations of the groups and what ties them to the fixed effects, in the columns' own units.

    Given the variances, (b, u) is Gaussian: u = mean - pull (b - b_hat) + w with w ~ N(0, conditional).
    """

    mean: Array  # (J, q)           conditional modes
    conditional: Array  # (J, q, q) covariance given the fixed effects (lme4's condVar)
    pull: Array  # (J, q, p)        how an error in the fixed effects moves the modes, with its sign turned


@dataclass(frozen=True, slots=True)
class Working:
    """Fixed effects (p,) and the covariance of the groups' effects (q, q) in working units."""

    fixed: Array
    spread: Array


@dataclass(frozen=True, slots=True)
class At:
    """What one value of the variances says: fixed effects (p,), their covariance (p, p), group effects.

    `spread` (q, q) is the covariance of the groups' effects, `residual` the residual variance, in units.
    """

    fixed: Array
    fixed_covariance: Array
    effects: GroupEffects
    spread: Array
    residual: float


def working_variance(pieces: Pieces) -> float:
    """Returns the residual variance s2 in working units."""
    return pieces.s2


def fixed_covariance(problem: Problem, pieces: Pieces, variance: float | None = None) -> Array:
    """Returns s2 (R_XX' R_XX)^-1 (p, p) in units; with `variance` (working) for the profiled s2 if given."""
    p = problem.p
    root = problem.to_fixed @ pieces.inverse[:p, :p]
    return np.asarray((working_variance(pieces) if variance is None else variance) * root @ root.T)


def modes(problem: Problem, pieces: Pieces) -> Array:
    """Returns the conditional modes of the group effects (J, q), in units."""
    spread = problem.to_random @ pieces.factor @ pieces.factor.T
    residual = np.tensordot(residual_weights(pieces), reached(pieces), axes=1)  # (q, C)
    return np.asarray((spread @ residual).T)


def group_effects(problem: Problem, pieces: Pieces) -> GroupEffects:
    """Returns the conditional distribution of the group effects (Henderson's equations in v, u = Lambda v).

    A singular Lambda needs no special case: everything is Lambda times something finite.
    """
    q, p = len(problem.random), problem.p
    lam, back = pieces.factor, problem.to_random
    pull = (lam @ lam.T) @ reached(pieces)[:p].transpose(2, 1, 0)  # (C, q, p)
    zl = np.tensordot(lam.T, problem.z, axes=1).transpose(2, 1, 0)  # (C, row, effect)
    a = np.eye(q) + zl.transpose(0, 2, 1) @ zl
    conditional = working_variance(pieces) * (lam @ np.linalg.inv(a) @ lam.T)
    return GroupEffects(
        mean=modes(problem, pieces),
        conditional=back @ conditional @ back.T,
        pull=back @ pull @ np.linalg.inv(problem.to_fixed),
    )
