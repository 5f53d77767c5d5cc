"""Density curves of draws: SciPy's estimate, known densities, floors, spikes."""

import numpy as np
import pytest
from scipy import stats

from core.result.curves import curves, spanning


def test_as_scipy_with_the_same_kernel() -> None:
    """Cells of a quarter step smear a draw by an eighth of it at most; the kernel is some five steps wide."""
    draws = np.random.default_rng(1).standard_normal((2, 3000)) * [[1.0], [2.0]] + [[0.0], [3.0]]
    found = curves(draws)
    for k, one in enumerate(draws):
        iqr = float(np.subtract(*np.quantile(one, [0.75, 0.25])))
        width = 0.9 * min(one.std(), iqr / 1.34) * 3000**-0.2
        told = stats.gaussian_kde(one, width / one.std(ddof=1))(found.grid)
        np.testing.assert_allclose(found.heights[k], told, atol=2e-3 * told.max())


def test_a_density_at_its_floor_is_not_halved() -> None:
    """Half-normal draws: at zero the density is highest. Of 20,000 draws it is known to some 3 % there; the
    kernel flattens it a little more.
    """
    draws = np.abs(np.random.default_rng(2).standard_normal((1, 20_000)))
    found = curves(draws, floor=0.0)
    assert found.grid[0] == 0.0
    np.testing.assert_allclose(found.heights[0], 2 * stats.norm.pdf(found.grid), atol=0.06)
    free = curves(draws, found.grid)
    assert free.heights[0, 0] == pytest.approx(found.heights[0, 0] / 2, rel=1e-3)  # other cells


def test_a_density_between_two_ends() -> None:
    """Even draws of a correlation: 1/2 everywhere, at the ends too; 20,000 draws, to some 5 %."""
    draws = np.random.default_rng(5).uniform(-1, 1, (1, 20_000))
    found = curves(draws, floor=-1.0, ceiling=1.0)
    assert (found.grid[0], found.grid[-1]) == (-1.0, 1.0)
    np.testing.assert_allclose(found.heights[0], 0.5, atol=0.06)


def test_areas_are_the_share_of_draws_on_the_grid() -> None:
    draws = np.random.default_rng(3).standard_normal((1, 50_000))
    whole = curves(draws)
    area = np.trapezoid(whole.heights[0], whole.grid)
    assert area == pytest.approx(1.0, abs=0.005)  # 0.4 % of the draws may lie beyond
    half = curves(draws, np.linspace(0.0, 6.0, 300))
    assert np.trapezoid(half.heights[0], half.grid) == pytest.approx(0.5, abs=0.01)


def test_spikes_gaps_and_nothing() -> None:
    found = curves(np.array([[2.0, 2.0, 2.0], [np.nan, 1.0, 3.0], [np.nan] * 3]))
    assert np.isfinite(found.heights).all()
    assert np.trapezoid(found.heights[0], found.grid) == pytest.approx(1.0, abs=0.02)
    assert (found.heights[2] == 0).all()
    still = curves(np.zeros((1, 5)))
    assert still.grid[0] < 0 < still.grid[-1] and np.isfinite(still.heights).all()


def test_one_far_draw_does_not_widen_the_grid() -> None:
    draws = np.random.default_rng(4).standard_normal(5000)
    draws[0] = 1e9
    assert spanning(draws)[-1] < 5
