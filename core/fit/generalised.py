"""A fitted generalised model: what its optimum says, through the Gaussian model it resembles there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.matrix import Design
from core.design.moments import Moments
from core.design.rows import Rows
from core.fit.along import Along
from core.fit.collapsed import VarianceDraws
from core.fit.curvature import Curvature
from core.fit.effects import At, Codes, GroupEffects, Working
from core.fit.estimates import Estimates, singular
from core.fit.family import latent_variance
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.linearised import Near, linearised, predictor
from core.fit.open_variances import open_variances
from core.fit.optimise import Optimum
from core.fit.over_normal import OverNormal, over_normal
from core.fit.problem import Problem
from core.fit.sample import Sample

# Share of a column's variation within groups that is rounding.
STILL = 1e-10
# Of differences of a covariance in the log of an SD.
STEP = 1.01


@dataclass(frozen=True)
class Generalised:
    """Estimates of a generalised model and the rows they were made from.

    Everything is on the scale of the linear predictor: log-odds, log rates, log amounts.
    """

    design: Design
    rows: Rows
    estimates: Estimates

    @cached_property
    def eta(self) -> Array:
        """The linear predictor (n,) at the estimates, offset included."""
        return predictor(self.rows, self.estimates.fixed, self.estimates.effects)

    @cached_property
    def among(self) -> Array:
        """What the fixed effects say of each row (n,), offset left out."""
        return np.asarray(self.rows.x @ self.estimates.fixed)

    @cached_property
    def over_groups(self) -> OverNormal:
        """What is expected of each row (n,) of groups never met, at the average offset."""
        rows, found = self.rows, self.estimates
        square = np.zeros(rows.n)
        for name, z in rows.z.items():
            square += np.einsum("na,ab,nb->n", z, found.spread[name], z)
        eta = self.among + float(np.average(rows.offset, weights=rows.cases))
        sd = np.sqrt(np.maximum(square, 0.0))
        return over_normal(rows.family, rows.link, found.dispersion, eta, sd)

    @cached_property
    def base(self) -> Linear | JointLinear:
        """The Gaussian model that this one resembles at its modes."""
        found = self.estimates
        return linearised(self.design, self.rows, Near(self.eta, found.spread, found.dispersion))

    @property
    def moments(self) -> Moments:
        """Of the working outcome at the modes, weighted by how much each row says there."""
        return self.base.moments

    @property
    def optimum(self) -> Optimum:
        """The variances in the base's working units, and how the search ended."""
        return replace(self.base.optimum, value=self.criterion, stop=self.estimates.stop)

    @property
    def reml(self) -> bool:
        """Likelihoods of generalised models are not restricted ones."""
        return False

    @property
    def criterion(self) -> float:
        """-2 log-likelihood, all constants included."""
        return -2.0 * self.estimates.log_likelihood

    @property
    def centre(self) -> Array:
        """The optimum."""
        return self.base.optimum.theta

    @cached_property
    def plausible(self) -> VarianceDraws:
        """Values of theta that the data leave open."""
        found = self.estimates
        return open_variances(self.rows, self.base, found.dispersion, (found.fixed, found.effects))

    @cached_property
    def sides(self) -> "dict[str, GeneralisedSide]":
        """The fit along each grouping factor, in the model's order."""
        return {name: GeneralisedSide(self, side, name) for name, side in self.base.sides.items()}

    @cached_property
    def lead(self) -> "GeneralisedSide":
        """The side to read the fixed effects from."""
        return next(iter(self.sides.values()), None) or GeneralisedSide(self, self.base.lead, "")

    def at(self, theta: Array) -> dict[str, At]:
        """Returns what another value of theta would say of each factor; of none under ""."""
        sides = self.base.sides or {"": self.base.lead}
        return {name: moved(side.at(theta), self.off) for name, side in sides.items()}

    @cached_property
    def off(self) -> Array:
        """How far the estimates (p,) are from where the density of b and u is highest together.

        The maximum of a likelihood that has integrated over u lies elsewhere than the joint mode.
        """
        return self.estimates.fixed - self.base.lead.fixed

    @cached_property
    def curvature(self) -> Curvature:
        """Uncertainty of the log size of each factor's covariance, and what it does to that of b.

        J groups around k columns that are constant within them tell the size of their variance with J - k
        degrees of freedom at best, Var(log) = 2 / (J - k) (Satterthwaite 1946); chance itself has a variance
        that is known. So what is learned between groups is judged by t with about J - k degrees of freedom,
        what is learned within them by the normal.
        """
        lead, theta = self.base.lead, self.centre
        of = joined_factors(self.base)
        slopes = [
            (lead.at(np.where(of == k, theta * STEP, theta)).fixed_covariance)
            - (lead.at(np.where(of == k, theta / STEP, theta)).fixed_covariance)
            for k in range(len(self.base.sides))
        ]
        p = len(self.rows.fixed)
        free = [left for _, left in self.free_groups]
        spread = np.diag([2.0 / left for left in free]) if free else np.zeros((1, 1))
        return Curvature(spread, np.array(slopes or [np.zeros((p, p))]) / (4.0 * np.log(STEP)))

    @cached_property
    def still(self) -> NDArray[np.bool_]:
        """Which fixed columns, the constant among them, never change within groups: by factor (F, p)."""
        found = []
        for side in self.base.sides.values():
            moments, names = side.moments, self.rows.fixed
            within = np.array(
                [
                    0.0 if name == INTERCEPT else moments.cross[:, k, k].sum()
                    for name in names
                    for k in [0 if name == INTERCEPT else moments.columns.index(name)]
                ]
            )
            found.append(within <= STILL * self.rows.n)
        return np.array(found, dtype=bool).reshape(len(found), len(self.rows.fixed))

    @cached_property
    def free_groups(self) -> list[tuple[int, int]]:
        """Of each factor the number of groups, and how many are left when the columns that are constant
        within them have taken theirs.
        """
        groups = [len(side.moments.rows) for side in self.base.sides.values()]
        return [(j, max(j - int(k), 1)) for j, k in zip(groups, self.still.sum(axis=1), strict=True)]

    def most_df(self, contrasts: Array) -> Array:
        """Returns the most degrees of freedom (k,) that contrasts (k, p) can have: of columns that never
        change within groups, those of the groups that are left; else no end.
        """
        most = np.full(len(contrasts), np.inf)
        for still, (_, left) in zip(self.still, self.free_groups, strict=True):
            between = (contrasts[:, ~still] == 0.0).all(axis=1)
            most[between] = np.minimum(most[between], left)
        return most

    @cached_property
    def judged_covariance(self) -> Array:
        """Covariance of the fixed effects (p, p) that tests and intervals are made of.

        Maximum likelihood takes the fixed effects for known when it estimates how groups differ, which makes
        variances J / (J - k) too small: the part that groups have in the covariance is put right by that.
        """
        covariance = self.estimates.covariance
        for part, (groups, left) in zip(self.curvature.fixed_covariance, self.free_groups, strict=False):
            covariance = covariance + part * (groups / left - 1.0)
        return covariance

    def known(self, theta: Array, z: Mapping[str, Array], codes: Mapping[str, Codes]) -> Array:
        """Returns the variance (n,) of z'u, over all factors, given the fixed effects; see `Linear`."""
        return self.base.known(theta, z, codes)

    def sample(self, theta: Array, n: int, rng: np.random.Generator) -> Sample:
        """Returns n joint draws of everything at one theta, from the Gaussian model around the modes."""
        drawn = self.base.sample(theta, n, rng)
        at = self.at(theta)
        effects = {
            name: values - (at[name].effects.pull @ self.off) for name, values in drawn.effects.items()
        }
        sigma = np.full(n, self.lead.sigma)
        return replace(drawn, fixed=drawn.fixed + self.off, effects=effects, sigma=sigma)


@dataclass(frozen=True)
class GeneralisedSide:
    """A generalised fit seen along one of its grouping factors; without groups, its fixed side."""

    whole: Generalised
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
    def drawn(self) -> None:
        """No draws: tables are made of the optimum."""

    @property
    def fixed(self) -> Array:
        """Fixed effects (p,)."""
        return self.whole.estimates.fixed

    @property
    def fixed_covariance(self) -> Array:
        """Covariance of the fixed effects (p, p)."""
        return self.whole.estimates.covariance

    @property
    def curvature(self) -> Curvature:
        """Uncertainty of each factor's variances, as one number."""
        return self.whole.curvature

    @cached_property
    def effects(self) -> GroupEffects:
        """This factor's effects at the optimum."""
        return replace(self.base.effects, mean=self.whole.estimates.effects[self.factor])

    @property
    def random_covariance(self) -> Array:
        """Sigma (q, q) of this factor's effects, in units."""
        return self.whole.estimates.spread[self.factor]

    @property
    def sigma(self) -> float:
        """SD of what chance adds on the scale of the linear predictor."""
        return float(np.sqrt(latent_variance(self.whole.rows, self.whole.estimates.dispersion)))

    @property
    def working(self) -> Working:
        """Fixed effects and this factor's covariance in working units."""
        fixed = np.linalg.solve(self.problem.to_fixed, self.fixed - self.problem.shift)
        return replace(self.base.working, fixed=fixed)

    @property
    def singular(self) -> bool:
        """Whether one of this factor's variances is zero, or a correlation one."""
        return singular(self.whole.rows, self.factor, self.random_covariance) if self.factor else False

    @property
    def plausible(self) -> VarianceDraws:
        """Values of theta, of all factors, that the data leave open."""
        return self.whole.plausible

    def at(self, theta: Array) -> At:
        """Returns what another value of theta would say."""
        return self.whole.at(theta)[self.factor]


def moved(at: At, off: Array) -> At:
    """Returns what some variances say when the fixed effects are `off` (p,) from there."""
    effects = replace(at.effects, mean=at.effects.mean - at.effects.pull @ off)
    return replace(at, fixed=at.fixed + off, effects=effects)


def joined_factors(base: Linear | JointLinear) -> NDArray[np.intp]:
    """Returns, for each entry of theta (m,), the place of its factor among the base's sides."""
    if isinstance(base, JointLinear):
        names = list(base.sides)
        sides = zip(base.joint.factors, base.joint.sides, strict=True)
        parts = [np.full(len(side.shape.rows), names.index(name)) for name, side in sides]
        return np.concatenate(parts).astype(np.intp)
    return np.zeros(len(base.optimum.theta), dtype=np.intp)
