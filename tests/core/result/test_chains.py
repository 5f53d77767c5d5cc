"""R-hat, effective sample sizes, Monte Carlo error and E-BFMI: equal to ArviZ's, and right where known."""

import numpy as np
import pytest
from scipy.signal import lfilter

from core.result.chains import e_bfmi, measured, table_of_chains


def autoregressive(phi: float, chains: int, n: int, k: int, seed: int) -> np.ndarray:
    """Chains (chains, n, k) whose neighbours correlate by phi, started where they end."""
    noise = np.random.default_rng(seed).standard_normal((chains, n + 200, k)) * np.sqrt(1 - phi**2)
    return np.asarray(lfilter([1.0], [1.0, -phi], noise, axis=1)[:, 200:])


def chains() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    sticky = autoregressive(0.97, 4, 500, 3, 2)
    apart = autoregressive(0.5, 4, 400, 3, 3) + np.arange(4)[:, None, None] * [0.0, 0.2, 2.0]
    wider = rng.standard_normal((4, 400, 2)) * np.array([1.0, 1.0, 1.0, 3.0])[:, None, None]
    return {
        "good": rng.standard_normal((4, 1000, 3)),
        "sticky": sticky,
        "apart": apart,
        "wider": wider,
        "antithetic": autoregressive(-0.7, 4, 501, 3, 4),
        "ties": rng.poisson(2.0, (4, 300, 2)).astype(float),
        "yes or no": (rng.uniform(size=(3, 200, 2)) < 0.3).astype(float),
        "heavy": rng.standard_cauchy((2, 999, 2)),
        "short": rng.standard_normal((2, 4, 3)),
        "odd and short": rng.standard_normal((3, 7, 4)),
        "trend": rng.standard_normal((2, 100, 1)) + np.linspace(0, 9, 100)[:, None],
    }


@pytest.mark.parametrize("name", chains())
def test_as_arviz(name: str) -> None:
    """The same definitions by another hand; 1e-8 leaves room for spectra of another length."""
    from arviz_stats.base import array_stats

    draws = chains()[name]
    found, axes = measured(draws), {"chain_axis": 0, "draw_axis": 1}
    tail = array_stats.ess(draws, **axes, method="tail", prob=(0.05, 0.95))
    np.testing.assert_allclose(found.r_hat, array_stats.rhat(draws, **axes), rtol=1e-8)
    np.testing.assert_allclose(found.ess_bulk, array_stats.ess(draws, **axes, method="bulk"), rtol=1e-8)
    np.testing.assert_allclose(found.ess_tail, tail, rtol=1e-8)
    np.testing.assert_allclose(found.mcse_mean, array_stats.mcse(draws, **axes, method="mean"), rtol=1e-8)
    energy = draws[:, :, 0]
    np.testing.assert_allclose(e_bfmi(energy), array_stats.bfmi(energy, **axes), rtol=1e-12)


@pytest.mark.parametrize("phi", [0.0, 0.6, 0.9])
def test_draws_that_depend_count_for_less(phi: float) -> None:
    """n (1 - phi) / (1 + phi) draws are independent. Averaged over 100 quantities; the estimate's own SD is
    some 6 % for 4 x 1,000 draws (up to 15 % at 0.9), its bias a few percent.
    """
    found = measured(autoregressive(phi, 4, 1000, 100, 5))
    assert found.ess_bulk.mean() == pytest.approx(4000 * (1 - phi) / (1 + phi), rel=0.06)
    assert (found.r_hat < 1.05).all()


def test_the_monte_carlo_error_is_how_far_means_scatter() -> None:
    """An SD of 400 means is known to 1 / sqrt(800), 3.5 %; five of these, and the estimate's own bias."""
    draws = autoregressive(0.8, 4, 500, 400, 6)
    assert measured(draws).mcse_mean.mean() == pytest.approx(draws.mean(axis=(0, 1)).std(), rel=0.2)


def test_order_and_scale_do_not_matter() -> None:
    """All but the error of the mean go by ranks: a monotone map changes rounding, ranks not at all."""
    draws = chains()["apart"]
    one, other = measured(draws), measured(np.exp(draws[:, :, ::-1]) * 1e6)
    np.testing.assert_allclose(one.ess_bulk, other.ess_bulk[::-1], rtol=1e-12)
    np.testing.assert_allclose(one.ess_tail[:2], other.ess_tail[::-1][:2], rtol=0.2)  # ends lie between draws


def test_constants_and_missing_draws() -> None:
    draws = np.random.default_rng(7).standard_normal((4, 100, 5))
    draws[:, :, 1] = 3.0
    draws[:, :, 2] = np.arange(4)[:, None]  # every chain stuck at a place of its own
    draws[2, 50:, 3] = np.nan
    draws[1, 7, 4] = np.inf
    found = measured(draws)
    assert np.isnan(found.r_hat[1]) and found.ess_bulk[1] == 400
    assert found.r_hat[2] > 1e6  # within is zero but for rounding of scores
    for each in (found.r_hat, found.ess_bulk, found.ess_tail, found.mcse_mean):
        assert np.isnan(each[3:]).all()
        assert np.isfinite(each[0])


def test_too_few_draws_say_nothing() -> None:
    assert np.isnan(measured(np.zeros((4, 3, 2))).ess_bulk).all()
    assert measured(np.zeros((4, 100, 0))).r_hat.shape == (0,)


def test_one_chain_is_judged_by_its_halves() -> None:
    draws = np.random.default_rng(8).standard_normal((1, 4000, 2))
    draws[0, 2000:, 1] += 1.0
    found = measured(draws)
    assert found.r_hat[0] < 1.01 < 1.1 < found.r_hat[1]


def test_many_quantities_are_taken_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = np.random.default_rng(9).standard_normal((4, 200, 40))
    whole = measured(draws)
    monkeypatch.setattr("core.result.chains.AT_ONCE", 5_600)  # seven quantities
    np.testing.assert_array_equal(measured(draws).r_hat, whole.r_hat)
    np.testing.assert_array_equal(measured(draws).ess_tail, whole.ess_tail)


def test_the_table_begins_with_what_says_least() -> None:
    apart = np.random.default_rng(10).standard_normal((4, 500)) + np.arange(4)[:, None]
    draws = {
        "fine": np.random.default_rng(11).standard_normal((4, 500)),
        "slow": autoregressive(0.9, 4, 500, 1, 12)[:, :, 0],
        "apart": apart,
        "gone": np.full((4, 500), np.nan),
    }
    found = table_of_chains(draws)
    assert list(found.index) == ["gone", "apart", "slow", "fine"]
    assert found.loc["apart", "mean"] == pytest.approx(apart.mean(), rel=1e-12)
    assert found.loc["fine", "mcse_mean"] == measured(draws["fine"][:, :, None]).mcse_mean[0]
