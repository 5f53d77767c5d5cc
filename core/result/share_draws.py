"""Where the outcome's variation lies, as parts that add up; of a posterior, in every one of its draws."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.fit.fixed_columns import pooled_products, working_basis
from core.fit.posterior import Posterior


@dataclass(frozen=True, slots=True)
class GroupShare:
    """Variance that one factor's groups add: of their baselines, and of their slopes.

    Slopes are split from baselines at the slope variables' (weighted) means, so the two add up. Without a
    varying intercept (`0 + x | g`) groups differ in slopes alone.
    """

    baseline: float
    slopes: float

    @property
    def total(self) -> float:
        """Mean over rows of z' Sigma z (Johnson 2014, Methods Ecol. Evol. 5)."""
        return self.baseline + self.slopes


@dataclass(frozen=True, slots=True)
class Shares:
    """Variances in the outcome's squared units: predictors, each factor's groups, residual."""

    fixed: float
    groups: Mapping[str, GroupShare]
    residual: float

    @property
    def baseline(self) -> float:
        """Of the groups' baselines, over all factors."""
        return sum(part.baseline for part in self.groups.values())

    @property
    def slopes(self) -> float:
        """Of the groups' slopes, over all factors."""
        return sum(part.slopes for part in self.groups.values())

    @property
    def random(self) -> float:
        """Variance of the random part, over all factors."""
        return sum(part.total for part in self.groups.values())

    @property
    def total(self) -> float:
        """All of it."""
        return self.fixed + self.random + self.residual


@dataclass(frozen=True, slots=True)
class ShareDraws:
    """Variances by source in each of n draws: predictors (n,), each factor's baselines and slopes (2, n),
    residual (n,).
    """

    fixed: Array
    groups: Mapping[str, Array]
    residual: Array

    @property
    def random(self) -> Array:
        """Of the groups, over all factors (n,)."""
        return np.asarray(sum((part.sum(axis=0) for part in self.groups.values()), np.zeros(len(self.fixed))))

    @property
    def total(self) -> Array:
        """All of it (n,)."""
        return self.fixed + self.random + self.residual

    @property
    def mean(self) -> Shares:
        """Parts in the proportion of their mean shares, the residual's at its mean."""
        size = float(self.residual.mean() / (self.residual / self.total).mean())
        groups = {
            name: GroupShare(*(float(size * each) for each in (part / self.total).mean(axis=1)))
            for name, part in self.groups.items()
        }
        fixed = float(size * (self.fixed / self.total).mean())
        return Shares(fixed, groups, float(self.residual.mean()))


def share_draws(fitted: Posterior) -> ShareDraws:
    """Returns the variance of the outcome by source in each draw; see `variance.shares` for the parts."""
    lead, drawn = fitted.lead, fitted.drawn
    problem, moments = lead.problem, lead.moments
    units = float(np.exp(2 * problem.log_scale[0]))
    working = np.linalg.solve(problem.to_fixed, (drawn.fixed - problem.shift).T)
    b = working_basis(moments, problem.fixed) @ working  # (1 + d, n)
    pooled = pooled_products(moments)
    around = (
        np.einsum("an,ab,bn->n", b[1:], pooled[1:, 1:], b[1:]) - (pooled[0, 1:] @ b[1:]) ** 2 / pooled[0, 0]
    )
    fixed = units * around / pooled[0, 0] * problem.n_rows / max(problem.n_rows - 1, 1)
    groups = {name: _groups(side, drawn.spread[name]) for name, side in fitted.sides.items()}
    return ShareDraws(np.maximum(fixed, 0.0), groups, drawn.sigma**2)


def _groups(side: Along, spread: Array) -> Array:
    """Baselines and slopes (2, n) of draws of Sigma (n, q, q)."""
    problem = side.problem
    flat = problem.z.reshape(len(problem.random), -1)
    back = np.linalg.inv(problem.to_random)
    units = float(np.exp(2 * problem.log_scale[0]))
    weights = units * back.T @ (flat @ flat.T) @ back / float(side.moments.weight.sum())
    total = np.einsum("nab,ab->n", spread, weights)
    if INTERCEPT not in problem.random:
        return np.stack([np.zeros_like(total), total])
    row = back.T @ average_row(side)
    baseline = units * np.einsum("nab,a,b->n", spread, row, row)
    return np.stack([baseline, np.maximum(total - baseline, 0.0)])


def average_row(side: Along) -> Array:
    """Returns the random columns at the rows' weighted means, in working units: (q,).

    Columns are centred at plain means; around any point but the weighted one, slopes and baselines that vary
    together leave a covariance, and one share would take from the other.
    """
    moments = side.moments
    mean = moments.weight @ moments.mean / moments.weight.sum()
    places = {name: k for k, name in enumerate(moments.columns.names)}
    return np.array([1.0 if t == INTERCEPT else float(mean[places[t]]) for t in side.problem.random])
