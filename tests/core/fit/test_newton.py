"""Newton's method with a region of trust: valleys, saddles, cliffs, and a search far from zero."""

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.hessian import criterion_and_slopes
from core.fit.newton import Point, minimise, model_step
from core.fit.objective import criterion_and_gradient
from core.fit.optimise import Stop
from core.fit.target import effect_columns
from tests.core.fit.test_collapsed import FORMULAS, problem
from tests.core.fit.test_search import best_of_starts


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("formula", FORMULAS)
def test_the_hessian_is_the_slope_of_the_gradient(formula: str, reml: bool) -> None:
    posed = problem(formula)
    theta = np.random.default_rng(0).standard_normal(len(posed.shape.rows))
    value, gradient, hessian = criterion_and_slopes(posed, theta, reml)
    assert (value, pytest.approx(gradient, rel=1e-12)) == criterion_and_gradient(posed, theta, reml)
    steps = 1e-5 * np.eye(len(theta))
    ahead = np.array([criterion_and_gradient(posed, theta + step, reml)[1] for step in steps])
    behind = np.array([criterion_and_gradient(posed, theta - step, reml)[1] for step in steps])
    # Differences over 1e-5 of gradients known to 1e-14 of their size.
    np.testing.assert_allclose(hessian, (ahead - behind) / 2e-5, atol=1e-8 * np.abs(hessian).max())


def rosenbrock(at: np.ndarray) -> Point:
    x, y = at
    return Point(
        at,
        float((1 - x) ** 2 + 100 * (y - x**2) ** 2),
        np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)]),
        np.array([[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200.0]]),
    )


@pytest.mark.parametrize("start", [(-1.2, 1.0), (30.0, -40.0), (0.0, 0.0)])
def test_a_curved_valley_is_followed_to_its_end(start: tuple[float, float]) -> None:
    end = minimise(rosenbrock, np.array(start), radius=1.0)
    np.testing.assert_allclose(end.x, [1.0, 1.0], atol=1e-8)


def test_a_saddle_is_left_though_the_gradient_there_is_zero() -> None:
    def wave(at: np.ndarray) -> Point:
        x, y = at
        hessian = np.diag([12 * x**2 - 2, 2.0])
        return Point(at, float(x**4 - x**2 + y**2), np.array([4 * x**3 - 2 * x, 2 * y]), hessian)

    end = minimise(wave, np.zeros(2), radius=0.1)
    np.testing.assert_allclose([abs(end.x[0]), end.x[1]], [np.sqrt(0.5), 0.0], atol=1e-8)


def test_where_the_function_has_no_value_the_step_is_shortened() -> None:
    def cliff(at: np.ndarray) -> Point:  # x - log x, undefined from zero down
        x = float(at[0])
        if x <= 0:
            return Point(at, np.inf, np.zeros(1), np.zeros((1, 1)))
        return Point(at, x - np.log(x), np.array([1 - 1 / x]), np.array([[1 / x**2]]))

    assert minimise(cliff, np.array([50.0]), radius=100.0).x[0] == pytest.approx(1.0, abs=1e-8)
    stuck = minimise(cliff, np.array([-1.0]), radius=1.0)
    assert stuck.x[0] == -1.0 and not stuck.ready


@pytest.mark.parametrize("lowest", [-3.0, 0.0, 1e-9, 2.0])
def test_no_step_within_the_radius_beats_the_models_own(lowest: float) -> None:
    rng = np.random.default_rng(5)
    axes = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    hessian = axes @ np.diag([lowest, 1.0, 20.0]) @ axes.T
    for gradient in (rng.standard_normal(3), axes[:, 2], np.zeros(3)):
        step, gain = model_step(Point(np.zeros(3), 0.0, gradient, hessian), 0.7)
        assert np.linalg.norm(step) <= 0.7 * (1 + 1e-9)
        others = rng.standard_normal((5000, 3))
        others *= 0.7 * rng.uniform(0, 1, (5000, 1)) / np.linalg.norm(others, axis=1, keepdims=True)
        promised = -(others @ gradient) - 0.5 * np.einsum("ki,ij,kj->k", others, hessian, others)
        assert gain >= promised.max() - 1e-12


@pytest.mark.parametrize("seed", range(12))
def test_a_slope_without_an_intercept_finds_its_optimum_far_from_zero(seed: int) -> None:
    """Columns up to 30,000 SDs from zero, whose effect reaches the rows multiplied by as much."""
    rng = np.random.default_rng(seed)
    groups = int(rng.choice([6, 12, 30]))
    g = np.repeat(np.arange(groups), 8)
    x = 10.0 ** rng.uniform(0.0, 4.5) + rng.standard_normal(len(g))
    u = rng.standard_normal((groups, 2)) * rng.choice([0.0, 0.3, 1.0, 3.0], 2) / [1.0, np.mean(x)]
    y = 1 + x + u[g, 0] + u[g, 1] * x + rng.standard_normal(len(g))
    frame = pd.DataFrame({"y": y, "x": x, "g": g.astype(str)})
    fit = core.fit(frame, "y ~ x + (1 + x || g)")
    assert fit.stop in (Stop.OPTIMUM, Stop.ON_BOUNDARY)
    assert fit.criterion <= best_of_starts(fit, True, seed) + 1e-7 * abs(fit.criterion)
    assert np.max(effect_columns(fit.linear.problem)[1]) > 1.5
