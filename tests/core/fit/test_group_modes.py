"""Sums by group say what the general road says, and slopes are those of the values."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.covariance import factor
from core.fit.generalised import Generalised
from core.fit.group_sums import panel as group_panel
from core.fit.group_sums import sums_at
from core.fit.joint_linear import JointLinear
from core.fit.joint_objective import split
from core.fit.linear import Linear
from core.fit.open_panel import PanelMarginal, normal_draws, units
from core.fit.open_variances import WEIGHED, Marginal, open_variances
from tests.core.fit.step_modes import find_mode

FAMILIES = ("binomial", "probit", "poisson", "negative_binomial", "gamma")
FORMULAS = ("y ~ x + (1 | store)", "y ~ x + (1 + x | store)")
families = pytest.mark.parametrize("family", FAMILIES)


@lru_cache
def panel(family: str, stores: int = 25, weeks: int = 24) -> pd.DataFrame:
    """Returns rows of stores, shuffled, with a slope that differs, far from zero, and an offset."""
    rng = np.random.default_rng(len(family))
    store = rng.permutation(np.repeat(np.arange(stores), weeks))
    n = len(store)
    x, known = 5.0 + rng.standard_normal(n), 0.2 * rng.standard_normal(n)
    own = rng.standard_normal((stores, 2)) @ np.array([[0.7, 0.1], [0.0, 0.3]])
    eta = 0.3 + own[store, 0] + known + (0.4 + own[store, 1]) * (x - 5.0)
    if family in ("binomial", "probit"):
        y = (rng.random(n) < 1 / (1 + np.exp(-eta))).astype(float)
    elif family == "gamma":
        y = rng.gamma(3.0, np.exp(eta) / 3.0)
    else:
        y = rng.poisson(np.exp(eta) * (rng.gamma(2.0, 0.5, n) if family == "negative_binomial" else 1.0))
    return pd.DataFrame({"y": y, "x": x, "known": known, "store": [f"s{k}" for k in store]})


@lru_cache
def fitted(family: str, formula: str, stores: int = 25, weeks: int = 24) -> Generalised:
    """Returns the fit, whose variances are looked at."""
    name, link = ("binomial", "probit") if family == "probit" else (family, None)
    text = formula.replace("+ (", "+ offset(known) + (")
    fit = core.fit(panel(family, stores, weeks), text, family=name, link=link)
    assert isinstance(fit.linear, Generalised)
    return fit.linear


def marginal(fit: Generalised) -> tuple[PanelMarginal, Linear]:
    """Returns the sums by group of a fit, and the base whose coordinates they are in."""
    assert isinstance(fit.base, Linear)
    return PanelMarginal(fit.base, fit.rows, fit.estimates.dispersion, fit.eta), fit.base


def prior_sd(base: Linear) -> float:
    """Returns what SDs are beside, as the prior has it."""
    assert base.given is not None
    return float(np.sqrt(base.given.s2) * np.exp(base.problem.log_scale[0]))


@families
@pytest.mark.parametrize("formula", FORMULAS)
def test_values_are_those_of_the_general_road(family: str, formula: str) -> None:
    """Up to a constant, at the estimates, at half and at twice the SDs.

    Searches end some 1e-6 of log density below the top, which moves the determinant by its root.
    """
    fit = fitted(family, formula)
    ours, base = marginal(fit)
    theta, found = base.optimum.theta, []
    for times in (1.0, 0.5, 2.0):
        root = base.problem.to_random @ factor(base.problem.shape, times * theta)
        spread = {"store": base.given.s2 * root @ root.T}
        mode = find_mode(fit.design, fit.rows, spread, fit.estimates.dispersion)
        found.append(-2.0 * mode.over_fixed - ours(times * theta))
    np.testing.assert_allclose(found, found[0], atol=2e-3)


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_values_of_crossed_factors_are_those_of_the_general_road(family: str) -> None:
    """Stores with a slope crossed with weeks within seasons, at the estimates and away from them."""
    frame = panel(family)
    week = np.random.default_rng(7).integers(0, 12, len(frame))
    frame = frame.assign(week=[f"w{k}" for k in week], season=[f"q{k // 3}" for k in week])
    formula = "y ~ x + (1 + x | store) + (1 + x | week) + (1 | season)"
    fit = core.fit(frame, formula, family=family).linear
    assert isinstance(fit, Generalised) and isinstance(fit.base, JointLinear)
    base, rows = fit.base, fit.rows
    roots = dict(zip(base.joint.factors, base.joint.sides, strict=True))
    data = group_panel(rows, 1.0, {name: units(side, base.given.s2) for name, side in roots.items()})
    ours = Marginal(base, data, sums_at(data, fit.eta[data.order]))
    found = []
    for times in (1.0, 0.6, 1.5):
        theta = times * base.optimum.theta + 0.01
        parts = zip(roots.items(), split(base.joint, theta), strict=True)
        root = {name: side.to_random @ factor(side.shape, own) for (name, side), own in parts}
        spread = {name: base.given.s2 * one @ one.T for name, one in root.items()}
        found.append(-2.0 * find_mode(fit.design, rows, spread, 1.0).over_fixed - ours(theta))
    np.testing.assert_allclose(found, found[0], atol=2e-3)


@families
@pytest.mark.parametrize("formula", FORMULAS)
def test_the_gradient_is_that_of_the_values(family: str, formula: str) -> None:
    """Central differences, whose own error is a few millionths of the values' curvature."""
    ours, base = marginal(fitted(family, formula))
    theta = 0.8 * base.optimum.theta
    step = 1e-3 * np.abs(theta).max()
    ahead, behind = ([ours(theta + sign * e) for e in step * np.eye(len(theta))] for sign in (1.0, -1.0))
    by_values = (np.array(ahead) - behind) / (2.0 * step)
    np.testing.assert_allclose(
        ours.gradient(theta), by_values, rtol=2e-3, atol=1e-4 * np.abs(by_values).max()
    )


@families
def test_effects_at_the_estimates_are_the_fits(family: str) -> None:
    """The top over fixed and group effects together is near that of the likelihood."""
    fit = fitted(family, FORMULAS[0])
    ours, base = marginal(fit)
    modes = ours.modes(base.optimum.theta)
    assert modes is not None
    effects = modes.v[:, 0] * modes.lower[0, 0]  # in working coordinates; levels are in order
    there = fit.estimates.effects["store"][:, 0]
    assert np.corrcoef(effects, there)[0, 1] > 0.9999


def test_many_rows_and_a_grid_say_the_same_of_one_sd() -> None:
    """Normal in log SD with 150 groups, beside quantiles from 33 values of the posterior itself."""
    fit = fitted("poisson", FORMULAS[0], 150, 12)
    ours, base = marginal(fit)
    assert fit.rows.n <= WEIGHED  # so that the grid is what is taken
    grid = open_variances(fit.rows, base, 1.0, (fit.estimates.fixed, fit.estimates.effects)).theta
    normal = normal_draws(ours, base.optimum.theta, prior_sd(base), 64)
    assert normal is not None
    assert normal.mean() == pytest.approx(grid.mean(), rel=0.02)
    assert normal.std() == pytest.approx(grid.std(), rel=0.1)


def test_few_groups_are_not_taken_for_normal() -> None:
    ours, base = marginal(fitted("poisson", FORMULAS[0], 6, 20))
    assert normal_draws(ours, base.optimum.theta, prior_sd(base), 16) is None
