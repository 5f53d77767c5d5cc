"""The mean over a population of groups: a mixture of normals beside sums on a fine grid and beside draws."""

import numpy as np
import pytest
from scipy.special import expit, ndtr

from core.fit.over_normal import over_normal
from core.result.population import SHARES, population_mean
from core.spec.model import Family, Link

GRID = np.linspace(-12.0, 12.0, 200_001)
BELL = np.exp(-np.square(GRID) / 2)
BELL = BELL / BELL.sum()
RESPONSES = {Link.LOGIT: expit, Link.PROBIT: ndtr, Link.LOG: np.exp, Link.IDENTITY: lambda eta: eta}
# Of exp(10 u) the mass lies beyond the grid's ends.
WITHIN = [(link, sd) for link in RESPONSES for sd in (0.01, 1.0, 3.0, 10.0) if (link, sd) != (Link.LOG, 10.0)]


@pytest.mark.parametrize("eta", [-6.0, -1.5, 0.0, 2.0])
@pytest.mark.parametrize(("link", "sd"), WITHIN)
def test_the_mean_is_the_integral(link: Link, eta: float, sd: float) -> None:
    """By brute force on 200,001 points, exact to rounding for analytic functions; the mixture is to 3e-9."""
    by_grid = float(RESPONSES[link](eta + sd * GRID) @ BELL)
    found = float(population_mean(link, np.array(eta), np.array(sd**2)))
    assert found == pytest.approx(by_grid, abs=4e-9, rel=1e-9 if link is Link.LOG else None)


def test_the_mean_is_that_of_many_draws() -> None:
    """A million users: Monte Carlo error of a mean of probabilities is below 5e-4, four of them allowed."""
    users = np.random.default_rng(0).normal(0.0, 1.3, 1_000_000)
    found = population_mean(Link.LOGIT, np.array([-2.0, 0.7]), np.array([1.69, 1.69]))
    for eta, one in zip((-2.0, 0.7), found.tolist(), strict=True):
        assert one == pytest.approx(expit(eta + users).mean(), abs=4 * 3e-4)


def test_without_a_spread_it_is_the_response_itself() -> None:
    eta = np.linspace(-30.0, 30.0, 61)
    for link, response in RESPONSES.items():
        np.testing.assert_allclose(population_mean(link, eta, np.zeros(61)), response(eta), rtol=1e-14)


def test_the_shares_are_a_distribution() -> None:
    assert pytest.approx(1.0, abs=1e-14) == SHARES.sum()


def test_the_mean_is_that_of_predictions() -> None:
    """The mixture of normals beside the trapezoidal rule that predictions use, which leaves 1e-13."""
    eta, sd = np.linspace(-8.0, 8.0, 33), np.tile([0.3, 1.0, 4.0], 11)
    by_sum = over_normal(Family.BINOMIAL, Link.LOGIT, 1.0, eta, sd).mean
    np.testing.assert_allclose(population_mean(Link.LOGIT, eta, sd**2), by_sum, atol=3e-9)
