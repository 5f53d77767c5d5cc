"""Pareto-smoothed weights: equal to ArviZ's, right on distributions of known tail, and at every odd end."""

import numpy as np
import pytest

from core.fit.psis import UnweighableDraws, smoothed


def samples() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    wide = rng.standard_normal(2000) * 3
    cauchy = rng.standard_cauchy(1500)
    return {
        "mild": rng.standard_normal(1000),
        "heavy": 2.5 * rng.standard_exponential(1000),
        "bounded": np.log(rng.uniform(size=800)),
        "few": rng.standard_normal(40),
        "least": rng.standard_normal(30),
        "normal by a wider one": -0.5 * wide**2 + 0.5 * (wide / 3) ** 2,
        "cauchy by a normal": -np.log1p(cauchy**2) * 0.1 - 1e3,
        "huge": 40 * rng.standard_normal(1000) + 1e5,
    }


@pytest.mark.parametrize("relative_ess", [1.0, 0.3, 1.7])
@pytest.mark.parametrize("name", samples())
def test_as_arviz(name: str, relative_ess: float) -> None:
    """The same algorithm by another hand: only rounding apart. ArviZ takes the ratios of LOO: minus ours."""
    from arviz_stats.base import array_stats

    given = samples()[name]
    weights, k = array_stats.psislw(-given, r_eff=relative_ess)
    found = smoothed(given, relative_ess)
    assert found.k == pytest.approx(float(k), abs=1e-9)
    np.testing.assert_allclose(found.log_weights, weights, rtol=1e-9, atol=1e-9)


def test_columns_are_samples_of_their_own() -> None:
    """Rounding apart where the grid is summed in another order; 500 columns are taken in several steps."""
    rng = np.random.default_rng(2)
    given = rng.standard_normal((1000, 500)) * rng.uniform(0.1, 4.0, 500)
    found = smoothed(given)
    for column in (0, 123, 499):
        alone = smoothed(given[:, column])
        np.testing.assert_allclose(found.log_weights[:, column], alone.log_weights, rtol=1e-10, atol=1e-10)
        assert found.k[column] == pytest.approx(float(alone.k), abs=1e-10)
        assert found.ess[column] == pytest.approx(float(alone.ess), rel=1e-10)
    np.testing.assert_allclose(np.exp(found.log_weights).sum(axis=0), 1.0, rtol=1e-12)


@pytest.mark.parametrize("k", [0.2, 0.5, 0.9])
def test_tails_of_known_shape(k: float) -> None:
    """Weights u^-k have a Pareto tail of shape k. Of 4,000 draws 189 are fitted, so k-hat has an SD near
    (1 + k) / sqrt(189), 0.14 at most, and 200 samples a mean within 0.03 beside its prior's pull (5 % of the
    way to 0.5, at most 0.02).
    """
    u = np.random.default_rng(3).uniform(size=(4000, 200))
    assert float(smoothed(-k * np.log(u)).k.mean()) == pytest.approx(k, abs=0.05)


def test_smoothing_steadies_the_average() -> None:
    """The mean of x^2 under N(0, 1) by draws of N(0, 0.8^2), whose weights grow with x^2: k near 0.36. Over
    300 samples the smoothed averages scatter less than the raw ones, and both surround 1.
    """
    x = 0.8 * np.random.default_rng(4).standard_normal((1000, 300))
    raw = -0.5 * x**2 + 0.5 * (x / 0.8) ** 2
    weights = np.exp(smoothed(raw).log_weights)
    steady = (weights * x**2).sum(axis=0)
    plain = (np.exp(raw) / np.exp(raw).sum(axis=0) * x**2).sum(axis=0)
    assert np.std(steady) < np.std(plain)
    assert steady.mean() == pytest.approx(1.0, abs=0.05)  # a bias of a few percent is the price


def test_impossible_draws_have_no_weight() -> None:
    given = np.random.default_rng(5).standard_normal(1000)
    given[::3] = -np.inf
    found = smoothed(given)
    assert np.isneginf(found.log_weights[::3]).all()
    assert np.exp(found.log_weights).sum() == pytest.approx(1.0, rel=1e-12)
    assert found.k < 0.7
    assert found.ess < 667


def test_where_nothing_can_be_told_k_is_infinite() -> None:
    few = smoothed(np.arange(10.0))  # a tail of two
    assert few.k == np.inf
    assert np.exp(few.log_weights).sum() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_allclose(np.diff(few.log_weights), 1.0, rtol=1e-12)  # as given
    one_heavy = np.full(1000, -800.0)
    one_heavy[7] = 0.0
    assert smoothed(one_heavy).k == np.inf
    lone = np.full(1000, -np.inf)
    lone[7] = 3.0
    assert smoothed(lone).ess == pytest.approx(1.0)


def test_equal_weights_are_perfect() -> None:
    for given in (np.zeros(1000), np.full(12, -4e5), np.ones((300, 3))):
        found = smoothed(given)
        assert (found.k == 0.0).all()
        np.testing.assert_allclose(found.ess, len(given), rtol=1e-12)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (np.array([0.0, np.nan, 1.0]), "1 of 3 weights"),
        (np.array([0.0, np.inf]), "1 of 2 weights"),
        (np.full(5, -np.inf), "not one of them is possible"),
        (np.empty(0), "there are none"),
    ],
)
def test_refused(given: np.ndarray, told: str) -> None:
    with pytest.raises(UnweighableDraws, match=told):
        smoothed(given)
