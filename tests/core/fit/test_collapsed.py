"""The collapsed posterior: one theta and many agree, coordinates invert, draws agree with a grid."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.matrix import build_design
from core.design.moments import summarise
from core.fit.collapsed import _energy, collapsed, log_prior, variance_draws
from core.fit.many import criteria
from core.fit.objective import criterion
from core.fit.problem import Problem, pose
from core.fit.spherical import jacobian, spherical, to_theta


def problem(formula: str, groups: int = 12, slope_sd: float = 0.3) -> Problem:
    rng = np.random.default_rng(3)
    g = np.repeat(np.arange(groups), 8)
    x, w = rng.standard_normal((2, len(g)))
    u = rng.standard_normal((groups, 2)) * [1.0, slope_sd]
    y = 1 + x + u[g, 0] + u[g, 1] * x + rng.standard_normal(len(g))
    frame = pd.DataFrame({"y": y, "x": x, "w": w, "g": g})
    return pose(summarise(build_design(core.read_table(frame), core.parse_formula(formula))))


FORMULAS = ("y ~ x + (1 | g)", "y ~ x + (1 + x | g)", "y ~ x + w + (1 + x + w | g)", "y ~ x + (1 + x || g)")


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("formula", FORMULAS)
def test_many_thetas_at_once_give_what_each_gives(formula: str, reml: bool) -> None:
    posed = problem(formula)
    thetas = np.random.default_rng(0).standard_normal((40, len(posed.shape.rows)))
    one_by_one = [criterion(posed, theta, reml) for theta in thetas]
    # The same sums in another order: rounding only.
    np.testing.assert_allclose(criteria(posed, thetas, reml), one_by_one, rtol=1e-12)


@pytest.mark.parametrize("formula", FORMULAS)
def test_coordinates_invert_and_their_slopes_are_slopes(formula: str) -> None:
    posed = problem(formula)
    frame = spherical(posed.shape)
    psi = 0.5 * np.random.default_rng(1).standard_normal(len(posed.shape.rows))
    np.testing.assert_allclose(frame.start(to_theta(frame, psi), floor=1e-9), psi, atol=1e-10)
    steps = 1e-6 * np.eye(len(psi))
    numeric = np.array([(to_theta(frame, psi + s) - to_theta(frame, psi - s)) / 2e-6 for s in steps]).T
    np.testing.assert_allclose(jacobian(frame, psi), numeric, atol=1e-8)
    energy = np.array(
        [
            _energy(collapsed(posed), frame, psi + s, 0.5).value
            - _energy(collapsed(posed), frame, psi - s, 0.5).value
            for s in steps
        ]
    )
    at = _energy(collapsed(posed), frame, psi, 0.5)
    np.testing.assert_allclose(at.gradient, energy / 2e-6, rtol=1e-5, atol=1e-5)
    slopes = np.array(
        [
            (
                _energy(collapsed(posed), frame, psi + s, 0.5).gradient
                - _energy(collapsed(posed), frame, psi - s, 0.5).gradient
            )
            for s in 10 * steps
        ]
    )
    # Differences over 1e-5 carry eight digits of gradients whose size is that of the largest.
    np.testing.assert_allclose(at.hessian, slopes / 2e-5, rtol=1e-6, atol=1e-6 * np.abs(slopes).max() / 2e-5)


@pytest.mark.parametrize("slope_sd", [0.0, 0.4])
def test_draws_agree_with_a_grid(slope_sd: float) -> None:
    """Two SDs without correlation: mean and SD of the log SDs over a grid, inside and at a boundary."""
    posed = problem("y ~ x + (1 + x || g)", slope_sd=slope_sd)
    frame = spherical(posed.shape)
    axis = np.linspace(-9.0, 3.0, 120)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    energy = criteria(posed, to_theta(frame, grid), reml=True) / 2.0 - log_prior(frame, grid, 0.7)[0]
    weight = np.exp(energy.min() - energy)
    weight /= weight.sum()
    mean = weight @ grid
    sd = np.sqrt(weight @ (grid - mean) ** 2)
    runs = [
        variance_draws(collapsed(posed), np.array([0.5, 0.3]), 0.7, 256, np.random.default_rng(s))
        for s in range(6)
    ]
    logs = np.concatenate([np.log(run.theta) for run in runs])
    # 6 x 256 draws: a mean is known to sd / sqrt(1,500), an SD to a few percent more in a long left tail.
    np.testing.assert_allclose(logs.mean(axis=0), mean, atol=0.15 * float(sd.max()))
    np.testing.assert_allclose(logs.std(axis=0), sd, rtol=0.25)
    assert min(run.ess for run in runs) > 100
