"""Likelihoods, means and curvatures of the families, against SciPy's distributions and differences."""

import numpy as np
import pytest
from scipy import stats

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.family import (
    derivatives,
    latent_variance,
    linked,
    log_likelihood,
    mean,
    slope,
    variance,
    working,
)
from core.spec.model import Family, Link
from tests.core.fit.generalised_panels import FAMILIES, OUTCOME, rows_for

CASES = [(family, None) for family in FAMILIES] + [("binomial", "probit")]
DISPERSION = {"negative_binomial": 1.7, "gamma": 0.4}


def rows(family: str, link: str | None) -> Rows:
    outcome = (
        "won | trials(tried) + weights(w)" if family == "binomial" else f"{OUTCOME[family]} | weights(w)"
    )
    return rows_for(f"{outcome} ~ x + offset(exposure)", family, link)


def by_scipy(given: Rows, mu: Array, dispersion: float) -> Array:
    """Each row's log-likelihood by SciPy's distributions."""
    match given.family:
        case Family.BINOMIAL:
            return stats.binom.logpmf(given.y, given.trials, mu)
        case Family.POISSON:
            return stats.poisson.logpmf(given.y, mu)
        case Family.NEGATIVE_BINOMIAL:
            return stats.nbinom.logpmf(given.y, dispersion, dispersion / (dispersion + mu))
        case _:
            return stats.gamma.logpdf(given.y, 1.0 / dispersion, scale=mu * dispersion)


@pytest.mark.parametrize(("family", "link"), CASES)
def test_log_likelihood_is_that_of_scipy(family: str, link: str | None) -> None:
    given, dispersion = rows(family, link), DISPERSION.get(family, 1.0)
    eta = np.random.default_rng(2).normal(size=given.n)
    expected = given.weights * by_scipy(given, mean(given.link, eta), dispersion)
    # SciPy takes logs of probabilities that were rounded first.
    np.testing.assert_allclose(log_likelihood(given, eta, dispersion), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("family", "link"), CASES)
def test_derivatives_are_those_of_the_log_likelihood(family: str, link: str | None) -> None:
    given, dispersion = rows(family, link), DISPERSION.get(family, 1.0)
    eta, step = np.random.default_rng(3).normal(size=given.n), 1e-4
    up, here, down = (log_likelihood(given, eta + k * step, dispersion) for k in (1, 0, -1))
    rise, curve = derivatives(given, eta, dispersion)
    # Central differences: errors of step^2 and of rounding over step^2.
    np.testing.assert_allclose(rise, (up - down) / (2 * step), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(curve, -(up - 2 * here + down) / step**2, rtol=1e-4, atol=1e-5)
    outcome, weights = working(given, eta, dispersion)
    np.testing.assert_allclose(weights * (outcome - eta), rise, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("link", list(Link))
def test_links_and_means_are_inverse(link: Link) -> None:
    eta = np.linspace(-3.0, 3.0, 13)
    np.testing.assert_allclose(linked(link, mean(link, eta)), eta, atol=1e-10)
    difference = (mean(link, eta + 1e-5) - mean(link, eta - 1e-5)) / 2e-5
    np.testing.assert_allclose(slope(link, eta), difference, rtol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_variance_is_that_of_the_distribution(family: str) -> None:
    mu, dispersion = np.array([0.2, 0.7]), DISPERSION.get(family, 1.0)
    expected = {
        "binomial": stats.binom.var(1, mu),
        "poisson": stats.poisson.var(mu),
        "negative_binomial": stats.nbinom.var(dispersion, dispersion / (dispersion + mu)),
        "gamma": stats.gamma.var(1 / dispersion, scale=mu * dispersion),
    }[family]
    np.testing.assert_allclose(variance(Family(family), mu, dispersion), expected, rtol=1e-12)


@pytest.mark.parametrize(("family", "link"), CASES)
def test_nothing_overflows_far_out(family: str, link: str | None) -> None:
    given, dispersion = rows(family, link), DISPERSION.get(family, 1.0)
    for far in (-1e4, -60.0, 60.0, 1e4):
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            outcome, weights = working(given, np.full(given.n, far), dispersion)
        assert np.isfinite(outcome).all() and (weights > 0).all()


def test_chance_on_the_latent_scale_is_the_logistic_or_normal_variance() -> None:
    assert latent_variance(rows("binomial", None), 1.0) == pytest.approx(stats.logistic.var(), rel=1e-12)
    assert latent_variance(rows("binomial", "probit"), 1.0) == 1.0
