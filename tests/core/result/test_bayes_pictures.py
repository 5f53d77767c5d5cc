"""What pictures of chains and posteriors are drawn from."""

import numpy as np
import pytest
from scipy import stats

from core.result.chain_pictures import energies, ranks
from core.result.posterior_pictures import beside_prior, group_curves
from tests.core.result.test_chains import autoregressive


def test_ranks_of_agreeing_chains_stay_in_the_band() -> None:
    """All 80 counts of a run do in 95 of 100 runs: of 100 runs, at least 88 (three SDs below 95)."""
    inside = 0
    for seed in range(100):
        found = ranks(np.random.default_rng(seed).standard_normal((4, 500)))
        assert found.counts.sum(axis=1) == pytest.approx(np.full(4, 500.0), abs=0)
        assert found.counts.sum(axis=0) == pytest.approx(np.full(20, 100.0), abs=0)
        inside += not found.outside.any()
    assert inside >= 88


def test_draws_that_stick_are_allowed_their_spells_and_apart_chains_are_not() -> None:
    sticky = autoregressive(0.9, 4, 1000, 1, 1)[:, :, 0]
    assert not ranks(sticky).outside.any()
    apart = sticky + np.array([0, 0, 0, 3.0])[:, None]
    assert ranks(apart).outside[3].any()


def test_spells_in_the_tails_are_no_disagreement() -> None:
    """Draws whose scale wanders for dozens of draws visit both ends in spells, which the middle never shows:
    at the band of their middle 57 % of sound runs would stand out; of 60 at most 16 % + 2 SDs of 5 % do.
    """
    away = 0
    for seed in range(60):
        noise = np.random.default_rng(seed).standard_normal((4, 1000))
        scale = np.exp(0.7 * autoregressive(0.95, 4, 1000, 1, seed)[:, :, 0])
        found = ranks(noise * scale)
        away += found.outside.any()
        assert found.high[0] > found.high[10]
    assert away <= 15


def test_energy_steps_of_slow_chains_are_narrow() -> None:
    """Independent energies step sqrt(2) times as wide as they spread; those that correlate by 0.95, 0.32."""
    for phi, ratio in ((0.0, 2**0.5), (0.95, 0.1**0.5)):
        found = energies(autoregressive(phi, 4, 2000, 1, 2)[:, :, 0] + 100)
        around, steps = (
            np.sqrt(np.trapezoid(height * found.grid**2, found.grid)) for height in found.heights
        )
        # Curves are a few percent wider than their draws; the ends of the grid cut 0.4 %.
        assert steps / around == pytest.approx(ratio, rel=0.1)


def test_what_the_data_leave_of_a_prior() -> None:
    rng = np.random.default_rng(3)
    found = beside_prior("slope", 10 * rng.standard_normal(20_000), rng.standard_normal(20_000) + 1)
    assert found.left == pytest.approx(0.1, rel=0.05)  # quantiles of 20,000 draws: to 1 or 2 %
    assert np.interp(1.0, found.grid, found.posterior) == pytest.approx(stats.norm.pdf(0), rel=0.05)
    assert np.interp(1.0, found.grid, found.prior) == pytest.approx(stats.norm.pdf(0.1) / 10, rel=0.08)
    # A prior a thousand times as wide does not press the posterior to a spike.
    wide = beside_prior("slope", 1000 * rng.standard_normal(20_000), rng.standard_normal(20_000))
    assert wide.grid[-1] - wide.grid[0] < 60


def test_an_sd_starts_at_zero() -> None:
    rng = np.random.default_rng(4)
    found = beside_prior("sd", np.abs(rng.standard_t(3, 5000)), np.abs(rng.standard_normal(5000)), 0.0)
    assert found.grid[0] == 0.0 and found.posterior[0] == pytest.approx(0.8, abs=0.1)


def test_groups_stand_highest_first() -> None:
    draws = np.random.default_rng(5).standard_normal((3000, 7)) + np.array([3, 1, 2, 7, 5, 4, 6])
    found = group_curves(draws, list("abcdefg"))
    assert found.levels == tuple("dgefacb")
    peaks = found.grid[found.heights.argmax(axis=1)]
    np.testing.assert_allclose(peaks, [7, 6, 5, 4, 3, 2, 1], atol=0.5)  # a peak is flat
    np.testing.assert_allclose(found.high - found.low, 2 * 1.96, rtol=0.1)
    assert found.left_out == 0


def test_figures_told_elsewhere_are_those_shown() -> None:
    draws = np.random.default_rng(5).standard_normal((300, 3)) * 0.1 + np.array([1.0, 1.001, 2.0])
    told = np.array([1.01, 1.0, 2.0]), np.array([0.8, 0.8, 1.8]), np.array([1.2, 1.2, 2.2])
    found = group_curves(draws, ["a", "b", "c"], told=told)
    assert found.levels == ("c", "a", "b")
    np.testing.assert_array_equal(found.low, [1.8, 0.8, 0.8])


def test_thousands_show_their_ends_and_the_chosen_one() -> None:
    draws = np.random.default_rng(6).standard_normal((200, 2000)) * 0.1 + np.linspace(0, 50, 2000)
    names = [f"s{k}" for k in range(2000)]
    found = group_curves(draws, names, keep="s777")
    assert len(found.levels) == 31 and found.left_out == 1969
    assert {"s1999", "s0", "s777"} <= set(found.levels)
    assert (np.diff(found.mean) <= 0).all() and len(found.means) == 2000
