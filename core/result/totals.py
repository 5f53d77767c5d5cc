"""Deviations and totals of the groups with their joint uncertainty."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.linear import Linear


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """Estimates of the groups for the terms that vary: (J, q) each, and the joint covariance (J, q, q)."""

    terms: tuple[str, ...]
    levels: tuple[str, ...]
    estimate: Array
    covariance: Array

    @property
    def std_error(self) -> Array:
        """Standard errors (J, q)."""
        return np.sqrt(np.maximum(self.covariance.diagonal(axis1=1, axis2=2), 0.0))


def matching(fixed: tuple[str, ...], random: tuple[str, ...]) -> Array:
    """Returns the 0/1 matrix (q, p) that picks, for each term that varies, the fixed effect it varies
    around.
    """
    return np.array([[float(f == r) for f in fixed] for r in random]).reshape(len(random), len(fixed))


def deviations(linear: Linear) -> GroupSummary:
    """Returns the group effects u with the covariance of (u_hat - u), fixed effects estimated."""
    return _summary(linear, np.zeros((len(linear.problem.random), linear.problem.p)))


def totals(linear: Linear) -> GroupSummary:
    """Returns fixed + deviation of each group, with the covariance of the sum (Henderson 1975, section 3)."""
    return _summary(linear, matching(linear.problem.fixed, linear.problem.random))


def _summary(linear: Linear, pick: Array) -> GroupSummary:
    effects, curve = linear.effects, linear.curvature
    lever = pick - effects.pull
    covariance = effects.conditional + lever @ linear.fixed_covariance @ lever.transpose(0, 2, 1)
    # The variances were estimated too: what moves with them is added to first order (Kass, Steffey 1989).
    moved = curve.effects.transpose(1, 2, 0) + (pick @ curve.fixed.T)
    covariance = covariance + moved @ curve.covariance @ moved.transpose(0, 2, 1)
    return GroupSummary(
        linear.problem.random, linear.moments.levels[0], effects.mean + pick @ linear.fixed, covariance
    )
