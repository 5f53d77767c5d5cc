"""Few points stand for many: quantiles with intervals that hold what they say, bins, samples."""

import numpy as np
import pytest

from core.result.pictures import binned, outside, quantile_points, sampled


@pytest.mark.parametrize("n", [8, 24, 400])
def test_points_of_a_bell_lie_in_their_intervals_as_often_as_said(n: int) -> None:
    rng = np.random.default_rng(1)
    shares = [outside(quantile_points(rng.normal(size=n))) for _ in range(300)]
    # Nominal 0.05; 300 samples leave about 0.01, and the narrowing is that of large samples.
    assert np.mean(shares) == pytest.approx(0.05, abs=0.025)


def test_the_largest_of_n_is_expected_where_half_of_all_samples_have_it() -> None:
    n = 50
    found = quantile_points(np.random.default_rng(0).normal(size=n))
    from scipy import special

    # The median of the largest of n uniforms is 0.5^(1/n).
    assert found["expected"].iloc[-1] == pytest.approx(special.ndtri(0.5 ** (1 / n)), rel=1e-9)
    assert found["expected"].to_numpy() == pytest.approx(-found["expected"].to_numpy()[::-1], abs=1e-9)


def test_many_values_keep_their_extremes() -> None:
    values = np.random.default_rng(2).standard_t(3, size=100_000)
    found = quantile_points(values)
    assert len(found) < 250
    scaled = np.sort((values - values.mean()) / values.std(ddof=1))
    assert found["found"].iloc[:20].to_numpy() == pytest.approx(scaled[:20])
    assert found["found"].iloc[-20:].to_numpy() == pytest.approx(scaled[-20:])
    assert outside(found) > 0.5


def test_nothing_is_drawn_of_nothing() -> None:
    assert quantile_points(np.ones(10)).empty
    assert quantile_points(np.array([1.0, 2.0])).empty
    assert np.isnan(outside(quantile_points(np.ones(10))))


def test_bins_hold_equal_counts_and_their_quartiles() -> None:
    x = np.arange(1000.0)
    found = binned(x, 2 * x)
    assert len(found) == 20
    assert found["n"].tolist() == [50] * 20
    assert found["middle"].to_numpy() == pytest.approx(2 * found["x"].to_numpy())
    assert len(binned(np.ones(100), np.arange(100.0))) == 1
    assert len(binned(np.arange(5.0), np.arange(5.0))) == 1


def test_samples_are_the_same_every_time() -> None:
    assert sampled(10).tolist() == list(range(10))
    assert len(sampled(50_000)) == 2_000
    assert (sampled(50_000) == sampled(50_000)).all()
