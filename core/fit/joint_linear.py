"""Gaussian models with several groupings: what the optimum says about effects and their uncertainty."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.design.coding import Array
from core.design.moments import Moments
from core.fit.collapsed import Collapsed, VarianceDraws, variance_draws
from core.fit.covariance import joined
from core.fit.curvature import Curvature, with_sigma
from core.fit.effects import At, Codes, GroupEffects, Working
from core.fit.hessian import forms
from core.fit.joint import Joint, alone
from core.fit.joint_effects import joint_effects, known_variance
from core.fit.joint_objective import (
    JointPieces,
    Latest,
    assemble_joint,
    joint_criterion,
    joint_slopes,
    split,
)
from core.fit.linear import PLAUSIBLE
from core.fit.objective import Given, fixed_effects, in_units
from core.fit.optimise import Optimum
from core.fit.problem import Problem
from core.fit.sample import Sample, joint_sample
from core.fit.target import is_singular, joint_hessian
from core.fit.threads import one_thread


@dataclass(frozen=True)
class JointLinear:
    """A fitted Gaussian model with several grouping factors; `given` as in Linear."""

    moments: Moments
    joint: Joint
    optimum: Optimum
    reml: bool
    latest: Latest | None = field(default=None, compare=False, repr=False)
    given: Given | None = None

    @cached_property
    def pieces(self) -> JointPieces:
        """The pieces at the optimum."""
        if self.given is not None:
            return assemble_joint(self.joint, self.optimum.theta, self.reml, self.given)
        return (self.latest or Latest(self.joint, self.reml))(self.optimum.theta)

    @cached_property
    def effects(self) -> dict[str, GroupEffects]:
        """Group effects at the optimum, by factor."""
        return joint_effects(self.joint, self.pieces)

    @cached_property
    def plausible(self) -> VarianceDraws:
        """Values of theta that the data leave open: draws from the collapsed posterior, seed 0.

        In a large model one value of the criterion takes so long that the proposal's draws are taken as they
        come; there the data pin the variances down.
        """
        large = self.joint.large
        sd, rng = float(np.sqrt(self.working_variance)), np.random.default_rng(0)
        n = PLAUSIBLE // 16 if large else PLAUSIBLE // 2
        given = joint_collapsed(self.joint)
        with nullcontext() if self.joint.dense else one_thread():
            return variance_draws(given, self.optimum.theta, sd, n, rng, weighted=not large)

    def at(self, theta: Array) -> dict[str, At]:
        """Returns what another value of theta would say of each factor, under REML."""
        return joint_at(self.joint, assemble_joint(self.joint, theta, reml=True, given=self.given))

    def known(self, theta: Array, z: Mapping[str, Array], codes: Mapping[str, Codes]) -> Array:
        """Returns the variance (n,) of the sum of z'u over the factors given the fixed effects.

        `z` (n, q) and `codes` (n,) by factor; -1 for a row whose group is not known, which adds nothing.
        """
        pieces = assemble_joint(self.joint, theta, reml=True, given=self.given)
        return pieces.s2 * known_variance(self.joint, pieces, z, codes)

    @property
    def centre(self) -> Array:
        """The optimum."""
        return self.optimum.theta

    @property
    def lead(self) -> "JointSide":
        """The side to read the fixed effects from."""
        return self.sides[self.joint.factors[0]]

    @cached_property
    def sides(self) -> dict[str, "JointSide"]:
        """The fit along each grouping factor, in the model's order."""
        return {name: JointSide(self, name) for name in self.moments.factors}

    def sample(self, theta: Array, n: int, rng: np.random.Generator) -> Sample:
        """Returns n joint draws of everything at one theta."""
        return joint_sample(self.joint, theta, n, rng, self.given)

    @cached_property
    def hessian(self) -> Array:
        """Second derivatives of the criterion at the optimum (m, m); the search of a large model has none."""
        if not self.joint.large:
            return self.optimum.hessian
        return joint_hessian(self.joint, self.optimum.theta, self.reml, self.optimum.gradient)

    @cached_property
    def curvature(self) -> Curvature:
        """Uncertainty of the variance parameters."""
        return joint_curvature(self)

    @property
    def criterion(self) -> float:
        """REML criterion or -2 log-likelihood, in the columns' own units."""
        return in_units(self.joint.first, self.optimum.value, self.reml)

    @property
    def working_variance(self) -> float:
        """Residual variance in working units."""
        return self.pieces.s2

    @property
    def sigma(self) -> float:
        """Residual SD in the outcome's units."""
        return float(np.exp(self.joint.first.log_scale[0]) * np.sqrt(self.working_variance))

    @property
    def fixed(self) -> Array:
        """Fixed effects (p,)."""
        first = self.joint.first
        return first.to_fixed @ fixed_effects(self.pieces) + first.shift

    @property
    def fixed_covariance(self) -> Array:
        """Covariance of the fixed effects (p, p), given the variances."""
        root = self.joint.first.to_fixed @ self.pieces.inverse[:-1, :-1]
        return np.asarray(self.working_variance * root @ root.T)

    @property
    def random_covariance(self) -> dict[str, Array]:
        """Sigma (q, q) of each factor's effects, in units."""
        sides = zip(self.joint.factors, self.joint.sides, self.pieces.factors, strict=True)
        roots = {name: side.to_random @ lam for name, side, lam in sides}
        return {name: np.asarray(self.working_variance * root @ root.T) for name, root in roots.items()}


@dataclass(frozen=True)
class JointSide:
    """A fit with several grouping factors, seen along one of them."""

    whole: JointLinear
    factor: str

    @cached_property
    def moments(self) -> Moments:
        """Of this factor's groups alone."""
        return alone(self.whole.moments, self.factor)

    @property
    def crossed(self) -> bool:
        """Whether the model has other groupings."""
        return True

    @property
    def drawn(self) -> None:
        """No draws: tables are made of the optimum."""

    @property
    def problem(self) -> Problem:
        """This factor's model, as if alone."""
        return self.whole.joint.sides[self._place]

    @property
    def fixed(self) -> Array:
        """Fixed effects (p,)."""
        return self.whole.fixed

    @property
    def fixed_covariance(self) -> Array:
        """Covariance of the fixed effects (p, p), given the variances."""
        return self.whole.fixed_covariance

    @property
    def curvature(self) -> Curvature:
        """Uncertainty of all variance parameters."""
        return self.whole.curvature

    @property
    def effects(self) -> GroupEffects:
        """Group effects at the optimum."""
        return self.whole.effects[self.factor]

    @property
    def random_covariance(self) -> Array:
        """Sigma (q, q): covariance of the group effects, in units."""
        return self.whole.random_covariance[self.factor]

    @property
    def sigma(self) -> float:
        """Residual SD in the outcome's units."""
        return self.whole.sigma

    @property
    def working(self) -> Working:
        """Fixed effects and covariances in working units, which lose no digits to offsets."""
        pieces = self.whole.pieces
        lam = pieces.factors[self._place]
        return Working(fixed_effects(pieces), self.whole.working_variance * lam @ lam.T)

    @property
    def singular(self) -> bool:
        """Whether a variance of this factor is estimated as zero, or a correlation as one."""
        return is_singular(self.problem, split(self.whole.joint, self.whole.optimum.theta)[self._place])

    @property
    def plausible(self) -> VarianceDraws:
        """Values of theta, of all factors, that the data leave open."""
        return self.whole.plausible

    def at(self, theta: Array) -> At:
        """Returns what another value of theta would say, under REML."""
        return self.whole.at(theta)[self.factor]

    @property
    def _place(self) -> int:
        return self.whole.joint.factors.index(self.factor)


def joint_at(joint: Joint, pieces: JointPieces) -> dict[str, At]:
    """Returns what some pieces say of each factor."""
    first, s2 = joint.first, pieces.s2
    root = first.to_fixed @ pieces.inverse[:-1, :-1]
    fixed = first.to_fixed @ fixed_effects(pieces) + first.shift
    effects = joint_effects(joint, pieces)
    residual = s2 * float(np.exp(2 * first.log_scale[0]))
    found = {}
    for name, side, lam in zip(joint.factors, joint.sides, pieces.factors, strict=True):
        back = side.to_random @ lam
        found[name] = At(fixed, s2 * root @ root.T, effects[name], s2 * back @ back.T, residual)
    return found


def joint_collapsed(joint: Joint) -> Collapsed:
    """Returns the criterion of a model with several grouping factors."""
    return Collapsed(
        shape=joined(tuple(side.shape for side in joint.sides)),
        slopes=lambda theta: joint_slopes(joint, theta, reml=True),
        values=lambda thetas: np.array([_value(joint, theta) for theta in thetas]),
    )


def _value(joint: Joint, theta: Array) -> float:
    try:
        return joint_criterion(joint, theta, reml=True)
    except np.linalg.LinAlgError:  # so far out that the fixed columns can no longer be told apart
        return np.inf


def joint_curvature(linear: JointLinear) -> Curvature:
    """Returns the uncertainty of the variance parameters, theta factor by factor."""
    joint, pieces, p = linear.joint, linear.pieces, linear.joint.first.p
    sides = list(zip(joint.sides, pieces.factors, pieces.reached, strict=True))
    along = [forms(side.shape, lam, np.tensordot(pieces.inverse.T, w, axes=1)) for side, lam, w in sides]
    information = [-forms(side.shape, lam, w[:p]) for side, lam, w in sides]
    return with_sigma(
        hessian=linear.hessian,
        r2_slope=-pieces.r2 * np.concatenate([u[:, -1, -1] for u in along]),
        s2=linear.working_variance,
        df=pieces.df,
        root=joint.first.to_fixed @ pieces.inverse[:p, :p],
        inverse=pieces.inverse[:p, :p],
        information=np.concatenate(information),
    )
