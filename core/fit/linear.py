"""A Gaussian model with one grouping factor, or none: what the optimum says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.design.coding import Array
from core.design.moments import Moments
from core.fit.collapsed import VarianceDraws, collapsed, variance_draws
from core.fit.curvature import Curvature, with_sigma
from core.fit.effects import (
    At,
    Codes,
    GroupEffects,
    Working,
    fixed_covariance,
    group_effects,
    working_variance,
)
from core.fit.hessian import information_slopes
from core.fit.objective import Given, Pieces, assemble, fixed_effects, in_units, slopes
from core.fit.optimise import Optimum
from core.fit.problem import Problem
from core.fit.sample import Sample, sample
from core.fit.target import is_singular
from core.fit.threads import one_thread

# Values of the variance parameters behind draws: 256 leave an error of about a percentage point in a
# probability of one half.
PLAUSIBLE = 256


@dataclass(frozen=True)
class Linear:
    """A fitted Gaussian model: the moments it was fitted to, the problem they pose, and the optimum.

    `given` holds the residual variance where it is known.
    """

    moments: Moments
    problem: Problem
    optimum: Optimum
    reml: bool
    given: Given | None = None

    @cached_property
    def pieces(self) -> Pieces:
        """The pieces at the optimum."""
        return assemble(self.problem, self.optimum.theta, self.reml, self.given)

    @cached_property
    def effects(self) -> GroupEffects:
        """Group effects at the optimum."""
        return group_effects(self.problem, self.pieces)

    @property
    def crossed(self) -> bool:
        """Whether the model has other groupings."""
        return False

    @property
    def drawn(self) -> None:
        """No draws: tables are made of the optimum."""

    @property
    def centre(self) -> Array:
        """The optimum."""
        return self.optimum.theta

    @property
    def lead(self) -> "Linear":
        """The side to read the fixed effects from."""
        return self

    @property
    def sides(self) -> dict[str, "Linear"]:
        """The fit along its grouping factor, if it has one."""
        return {self.moments.factors[0]: self} if self.problem.random else {}

    def sample(self, theta: Array, n: int, rng: np.random.Generator) -> Sample:
        """Returns n joint draws of everything at one theta."""
        return sample(self.problem, "".join(self.moments.factors), theta, n, rng, self.given)

    @cached_property
    def curvature(self) -> Curvature:
        """Uncertainty of the variance parameters."""
        return curvature(self)

    @cached_property
    def plausible(self) -> VarianceDraws:
        """Values of theta that the data leave open: draws from the collapsed posterior, seed 0.

        Hundreds of groups pin the variances down, so fewer draws say the same there.
        """
        if not len(self.optimum.theta):
            return VarianceDraws(np.empty((1, 0)), 1.0, 0)
        n = PLAUSIBLE if self.problem.cells <= 400 else PLAUSIBLE // 4
        sd = float(np.sqrt(working_variance(self.pieces)))
        rng = np.random.default_rng(0)
        with one_thread():
            return variance_draws(collapsed(self.problem), self.optimum.theta, sd, n, rng)

    def at(self, theta: Array) -> At:
        """Returns what another value of theta would say, under REML."""
        return at_pieces(self.problem, assemble(self.problem, theta, reml=True, given=self.given))

    def known(self, theta: Array, z: Mapping[str, Array], codes: Mapping[str, Codes]) -> Array:
        """Returns the variance (n,) of z'u given the fixed effects, for rows of known groups.

        `z` (n, q) and `codes` (n,) by factor; -1 for a row whose group is not known, which adds nothing.
        """
        name = self.moments.factors[0]
        pieces = assemble(self.problem, theta, reml=True, given=self.given)
        conditional = group_effects(self.problem, pieces).conditional
        found = np.einsum("na,nab,nb->n", z[name], conditional[codes[name]], z[name])
        return np.where(codes[name] >= 0, found, 0.0)

    @property
    def criterion(self) -> float:
        """REML criterion or -2 log-likelihood, in the columns' own units."""
        return in_units(self.problem, self.optimum.value, self.reml)

    @property
    def sigma(self) -> float:
        """Residual SD in the outcome's units."""
        return float(np.exp(self.problem.log_scale[0]) * np.sqrt(working_variance(self.pieces)))

    @property
    def fixed(self) -> Array:
        """Fixed effects (p,)."""
        return self.problem.to_fixed @ fixed_effects(self.pieces) + self.problem.shift

    @property
    def fixed_covariance(self) -> Array:
        """Covariance of the fixed effects (p, p), given the variances."""
        return fixed_covariance(self.problem, self.pieces)

    @property
    def random_covariance(self) -> Array:
        """Sigma (q, q): covariance of the group effects, in units."""
        root = self.problem.to_random @ self.pieces.factor
        return np.asarray(working_variance(self.pieces) * root @ root.T)

    @property
    def working(self) -> Working:
        """Fixed effects and covariances in working units, which lose no digits to offsets."""
        spread = working_variance(self.pieces) * self.pieces.factor @ self.pieces.factor.T
        return Working(fixed_effects(self.pieces), spread)

    @property
    def singular(self) -> bool:
        """Whether a variance is estimated as zero, or a correlation as one."""
        return is_singular(self.problem, self.optimum.theta)


def at_pieces(problem: Problem, pieces: Pieces) -> At:
    """Returns what some pieces say."""
    back = problem.to_random @ pieces.factor
    return At(
        fixed=problem.to_fixed @ fixed_effects(pieces) + problem.shift,
        fixed_covariance=fixed_covariance(problem, pieces),
        effects=group_effects(problem, pieces),
        spread=working_variance(pieces) * back @ back.T,
        residual=working_variance(pieces) * float(np.exp(2 * problem.log_scale[0])),
    )


def curvature(linear: Linear) -> Curvature:
    """Returns the uncertainty of the variance parameters."""
    problem, pieces, p = linear.problem, linear.pieces, linear.problem.p
    return with_sigma(
        hessian=linear.optimum.hessian,
        r2_slope=slopes(problem, pieces, linear.reml)[1],
        s2=working_variance(pieces),
        df=pieces.df,
        root=problem.to_fixed @ pieces.inverse[:p, :p],
        inverse=pieces.inverse[:p, :p],
        information=information_slopes(problem, pieces),
    )
