"""Gaussian models: what the optimum says about fixed effects, group effects and their uncertainty."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from core.design.coding import Array
from core.design.matrix import Layout
from core.design.moments import Moments
from core.fit.collapsed import VarianceDraws, collapsed, variance_draws
from core.fit.hessian import information_slopes
from core.fit.objective import (
    Pieces,
    assemble,
    fixed_effects,
    in_units,
    reached,
    residual_weights,
    slopes,
)
from core.fit.optimise import Optimum, optimise
from core.fit.problem import Problem, pose
from core.fit.target import is_singular, target

# Values of the variance parameters behind draws: 256 leave an error of about a percentage point in a
# probability of one half. Intervals, which average, take every fourth of them.
PLAUSIBLE = 256


@dataclass(frozen=True, slots=True)
class GroupEffects:
    """Deviations of the groups and what ties them to the fixed effects, in the columns' own units.

    Given the variances, (b, u) is Gaussian: u = mean - pull (b - b_hat) + w with w ~ N(0, conditional).
    """

    mean: Array  # (J, q)           conditional modes
    conditional: Array  # (J, q, q) covariance given the fixed effects (lme4's condVar)
    pull: Array  # (J, q, p)        how an error in the fixed effects moves the modes, with its sign turned


@dataclass(frozen=True, slots=True)
class At:
    """What one value of the variances says: fixed effects (p,), their covariance (p, p), group effects."""

    fixed: Array
    fixed_covariance: Array
    effects: GroupEffects


@dataclass(frozen=True, slots=True)
class Curvature:
    """First-order uncertainty of the variance parameters phi = (theta, log sigma), m of them.

    From the criterion with sigma free (Kuznetsova, Brockhoff, Christensen 2017, section 2).
    """

    covariance: Array  # (m, m)        2 H^-1 over the directions in which the criterion curves
    fixed_covariance: Array  # (m, p, p) derivative of cov(b)


@dataclass(frozen=True)
class Linear:
    """A fitted Gaussian model: the moments it was fitted to, the problem they pose, and the optimum."""

    moments: Moments
    problem: Problem
    optimum: Optimum
    reml: bool

    @cached_property
    def pieces(self) -> Pieces:
        """The pieces at the optimum."""
        return assemble(self.problem, self.optimum.theta, self.reml)

    @cached_property
    def effects(self) -> GroupEffects:
        """Group effects at the optimum."""
        return group_effects(self.problem, self.pieces)

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
        return variance_draws(collapsed(self.problem), self.optimum.theta, sd, n, rng)

    def at(self, theta: Array) -> At:
        """Returns what another value of theta would say, under REML."""
        pieces = assemble(self.problem, theta, reml=True)
        return At(
            fixed=self.problem.to_fixed @ fixed_effects(pieces) + self.problem.shift,
            fixed_covariance=fixed_covariance(self.problem, pieces),
            effects=group_effects(self.problem, pieces),
        )

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
    def singular(self) -> bool:
        """Whether a variance is estimated as zero, or a correlation as one."""
        return is_singular(self.problem, self.optimum.theta)


def fit_moments(moments: Moments, layout: Layout | None = None, *, reml: bool = True) -> Linear:
    """Returns the Gaussian fit of a model to moments that hold its columns; no rows are read.

    Raises what `pose` raises.
    """
    held = moments if layout is None else replace(moments, layout=layout)
    problem = pose(held)
    return Linear(held, problem, optimise(target(problem, reml)), reml)


def working_variance(pieces: Pieces) -> float:
    """Returns the residual variance s2 in working units: r2 / n (ML) or r2 / (n - p) (REML)."""
    return pieces.r2 / pieces.df


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


def with_sigma(
    hessian: Array, r2_slope: Array, s2: float, df: int, root: Array, inverse: Array, information: Array
) -> Curvature:
    """Returns the curvature in (theta, log sigma) from the Hessian with sigma profiled out (m, m).

    Sigma's row and column, known in closed form, put it back: H_tt = H_profiled + h h' / H_ss. `r2_slope`
    (m,) is the derivative of r2, `information` (m, p, p) that of X'V^-1 X; `inverse` (p, p) is R_XX^-1 and
    `root` the same in units.
    """
    m, p = len(r2_slope), len(root)
    cross = -2.0 * r2_slope / s2
    own = 4.0 * df
    full = np.empty((m + 1, m + 1))
    full[:m, :m] = hessian + np.outer(cross, cross) / own
    full[m, :m] = full[:m, m] = cross
    full[m, m] = own
    covariance = np.empty((m + 1, p, p))
    bread = root @ inverse.T
    if m:
        covariance[:m] = -s2 * (bread @ information @ bread.T)
    covariance[m] = 2.0 * s2 * root @ root.T
    return Curvature(_inverse_where_curved(full), covariance)


def _inverse_where_curved(hessian: Array) -> Array:
    """2 H^-1 over the directions of positive curvature: a flat one says nothing about its parameter."""
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    curved = values > 1e-8 * values[-1]
    return np.asarray(2.0 * (vectors[:, curved] / values[curved]) @ vectors[:, curved].T)


class Uncertain(Protocol):
    """A fit that knows how sure it is of its fixed effects and of its variances."""

    @property
    def fixed_covariance(self) -> Array:
        """(p, p)."""

    @property
    def curvature(self) -> Curvature:
        """Of the variance parameters."""


def satterthwaite(linear: Uncertain, contrasts: Array) -> Array:
    """Returns the degrees of freedom (k,) of contrasts (k, p) of the fixed effects.

    2 v^2 / (g' M g), v = c' cov(b) c and g its gradient in the variance parameters (Kuznetsova, Brockhoff,
    Christensen 2017, section 2).
    """
    curve = linear.curvature
    v = np.einsum("kp,pr,kr->k", contrasts, linear.fixed_covariance, contrasts)
    g = np.einsum("kp,mpr,kr->km", contrasts, curve.fixed_covariance, contrasts)
    ratio = np.divide(g, v[:, None], out=np.zeros_like(g), where=v[:, None] > 0)  # v^2 may overflow
    spread = np.einsum("km,mn,kn->k", ratio, curve.covariance, ratio)
    return np.asarray(np.divide(2.0, spread, out=np.full(len(v), np.inf), where=spread > 0))
