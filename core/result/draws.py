"""Draws: joint samples of everything a decision needs, whatever the method behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.along import Fitted
from core.fit.posterior import Posterior
from core.fit.sample import Sample, gathered
from core.fit.threads import one_thread
from core.result.asked import check_draws
from core.result.carried import carried


@dataclass(frozen=True, slots=True)
class Draws:
    """Joint draws of fixed effects, group totals and residual SD.

    `groups[name]` are totals (fixed + deviation) of the terms that vary, `terms[name]` their names in order.
    """

    fixed: Array  # (n, p)
    groups: Mapping[str, Array]  # {factor: (n, J, q)}
    terms: Mapping[str, tuple[str, ...]]
    sigma: Array  # (n,)
    spread: Mapping[str, Array]  # {factor: (n, q, q)} covariance of the terms between groups
    seed: int


def gaussian_draws(fitted: Fitted, n: int, seed: int) -> Draws:
    """Returns n joint draws from a posterior, or around a REML or ML fit.

    Around a fit the variances are drawn from their collapsed posterior; given them, sigma, b and u are drawn
    exactly (b and u jointly Gaussian). Drawing b and u at the estimated variances alone makes rankings of few
    groups sound surer than they are: in simulation, "85 %" was right 70 % of the time. Raises NoDraws,
    BadSeed.
    """
    check_draws(n, seed)
    rng = np.random.default_rng(seed)
    with one_thread():
        drawn = fitted.sample_at(n, rng) if isinstance(fitted, Posterior) else _around(fitted, n, rng)
    groups = {
        name: drawn.effects[name] + (drawn.fixed @ carried(side).T)[:, None, :]
        for name, side in fitted.sides.items()
    }
    terms = {name: side.problem.random for name, side in fitted.sides.items()}
    return Draws(drawn.fixed, groups, terms, drawn.sigma, drawn.spread, seed)


def _around(fitted: Fitted, n: int, rng: np.random.Generator) -> Sample:
    """n draws spread over the values of the variances that the data leave open."""
    thetas = fitted.plausible.theta
    thetas = thetas[:: max(1, len(thetas) // n)]
    shares = np.diff(np.linspace(0, n, len(thetas) + 1).astype(int))
    parts = [fitted.sample(theta, int(k), rng) for theta, k in zip(thetas, shares, strict=True) if k]
    return gathered(parts)
