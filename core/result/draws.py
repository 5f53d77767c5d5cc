"""Draws: joint samples of everything a decision needs, whatever the method behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.errors import PanelwiseError
from core.fit.linear import Linear, group_effects
from core.fit.objective import assemble, fixed_effects
from core.result.totals import matching


@dataclass(frozen=True, slots=True)
class Draws:
    """Joint draws of fixed effects, group totals and residual SD.

    `groups[name]` are totals (fixed + deviation) of the terms that vary, `terms[name]` their names in order.
    """

    fixed: Array  # (n, p)
    groups: Mapping[str, Array]  # {factor: (n, J, q)}
    terms: Mapping[str, tuple[str, ...]]
    sigma: Array  # (n,)
    seed: int


class NoDraws(PanelwiseError):
    """Fewer than one draw was asked for."""

    def __init__(self, n: int) -> None:
        super().__init__(f"{n} draws cannot say anything. Ask for at least one; 1,000 or more are usual.")


def gaussian_draws(linear: Linear, n: int, seed: int) -> Draws:
    """Returns n joint draws around a REML or ML fit.

    The variances are drawn from their collapsed posterior; given them, sigma, b and u are drawn exactly (b
    and u jointly Gaussian). Drawing b and u at the estimated variances alone makes rankings of few groups
    sound surer than they are: in simulation, "85 %" was right 70 % of the time.
    """
    if n < 1:
        raise NoDraws(n)
    rng = np.random.default_rng(seed)
    problem = linear.problem
    thetas = linear.plausible.theta
    thetas = thetas[:: max(1, len(thetas) // n)]
    shares = np.diff(np.linspace(0, n, len(thetas) + 1).astype(int))
    parts = [_given(linear, theta, int(k), rng) for theta, k in zip(thetas, shares, strict=True)]
    fixed, groups, sigma = (np.concatenate(part) for part in zip(*parts, strict=True))
    if not problem.random:
        return Draws(fixed, {}, {}, sigma, seed)
    name = linear.moments.factors[0]
    return Draws(fixed, {name: groups}, {name: problem.random}, sigma, seed)


def _given(linear: Linear, theta: Array, n: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """n draws of b, group totals and sigma at one theta."""
    problem = linear.problem
    p, q = problem.p, len(problem.random)
    pieces = assemble(problem, theta, reml=True)
    unit = pieces.r2 / rng.chisquare(pieces.df, n)  # s2 given theta: r2 over a chi-square
    covariance = problem.to_fixed @ pieces.inverse[:p, :p]
    noise = np.sqrt(unit)[:, None] * (rng.standard_normal((n, p)) @ covariance.T)
    fixed = problem.to_fixed @ fixed_effects(pieces) + problem.shift + noise
    sigma = np.exp(problem.log_scale[0]) * np.sqrt(unit)
    if not q:
        return fixed, np.empty((n, 0, 0)), sigma
    effects = group_effects(problem, pieces)
    # A root of the conditional covariance without eigenvalues: Lambda (I + Lambda'Z'Z Lambda)^-1/2.
    zl = np.tensordot(pieces.factor.T, problem.z, axes=1)  # (effect, row, C)
    a = np.einsum("irc,jrc->cij", zl, zl) + np.eye(q)
    half = (problem.to_random @ pieces.factor) @ np.linalg.inv(np.linalg.cholesky(a)).transpose(0, 2, 1)
    groups = np.matmul(rng.standard_normal((problem.cells, n, q)), half.transpose(0, 2, 1))
    groups = groups.transpose(1, 0, 2) * np.sqrt(unit)[:, None, None]
    groups += effects.mean - np.matmul(noise, effects.pull.transpose(0, 2, 1)).transpose(1, 0, 2)
    groups += (fixed @ matching(problem.fixed, problem.random).T)[:, None, :]
    return fixed, groups, sigma
