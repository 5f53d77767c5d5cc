"""A posterior along one of its grouping factors: what tables of its groups are made from."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.design.coding import Array
from core.design.moments import Moments
from core.fit.along import Along
from core.fit.collapsed import VarianceDraws
from core.fit.curvature import Curvature
from core.fit.effects import At, GroupEffects, Working
from core.fit.problem import Problem
from core.fit.sample import Sample

if TYPE_CHECKING:
    from core.fit.posterior import Posterior


@dataclass(frozen=True)
class PosteriorSide:
    """A posterior seen along one of its grouping factors; without groups, its fixed side."""

    whole: "Posterior"
    base: Along
    factor: str

    @property
    def moments(self) -> Moments:
        """Of this factor's groups alone; without groups, of all rows."""
        return self.base.moments

    @property
    def crossed(self) -> bool:
        """Whether the model has other groupings."""
        return self.base.crossed

    @property
    def problem(self) -> Problem:
        """This factor's model, as if alone."""
        return self.base.problem

    @property
    def drawn(self) -> Sample:
        """Joint draws of everything."""
        return self.whole.drawn

    @property
    def fixed(self) -> Array:
        """Posterior means of the fixed effects (p,)."""
        return np.asarray(self.whole.drawn.fixed.mean(axis=0))

    @property
    def fixed_covariance(self) -> Array:
        """Posterior covariance of the fixed effects (p, p)."""
        return np.cov(self.whole.drawn.fixed.T).reshape(self.problem.p, self.problem.p)

    @property
    def curvature(self) -> Curvature:
        """Variances are averaged over, so nothing is left to be first-order about."""
        p = self.problem.p
        return Curvature(np.zeros((1, 1)), np.zeros((1, p, p)))

    @cached_property
    def effects(self) -> GroupEffects:
        """Posterior means of this factor's effects; what ties them to the fixed ones, at the centre."""
        at = self.whole.at(self.whole.centre)[self.factor].effects
        return replace(at, mean=self.whole.drawn.effects[self.factor].mean(axis=0))

    @cached_property
    def random_covariance(self) -> Array:
        """Posterior mean of Sigma (q, q), in units."""
        return np.asarray(self.whole.spreads[self.factor].mean(axis=0))

    @property
    def sigma(self) -> float:
        """Posterior mean of the residual SD."""
        return float(self.whole.sigmas.mean())

    @cached_property
    def working(self) -> Working:
        """Fixed effects and this factor's covariance in working units."""
        problem = self.problem
        fixed = np.linalg.solve(problem.to_fixed, self.fixed - problem.shift)
        if not problem.random:
            return Working(fixed, np.empty((0, 0)))
        back = np.linalg.inv(problem.to_random)
        return Working(fixed, back @ self.random_covariance @ back.T)

    @property
    def singular(self) -> bool:
        """A posterior never takes a variance for zero."""
        return False

    @property
    def plausible(self) -> VarianceDraws:
        """Points (theta, log s) of the variances, of all factors."""
        return self.whole.plausible

    def at(self, theta: Array) -> At:
        """Returns what one point of the variances says."""
        return self.whole.at(theta)[self.factor]
