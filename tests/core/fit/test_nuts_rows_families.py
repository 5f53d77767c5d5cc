"""One row's log density in loops, and its slopes, are SciPy's, far into the tails."""

import numpy as np
import pytest
from scipy import special, stats

from core.fit.nuts_rows_families import digamma, log_phi, raised, said_of, shape_terms


@pytest.mark.parametrize("f", [-800.0, -40.0, -3.0, 0.0, 2.5, 37.0, 700.0])
def test_logit_of_successes(f: float) -> None:
    value, slope, _ = said_of(0, 3.0, 10.0, f, 1.0, 0.0, 0.0)
    assert value == pytest.approx(
        3.0 * special.log_expit(f) + 7.0 * special.log_expit(-f), rel=1e-13, abs=1e-300
    )
    known = 3.0 * special.expit(-f) - 7.0 * special.expit(f)
    assert slope == pytest.approx(known, rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("f", [-300.0, -38.0, -30.1, -29.9, -5.0, 0.0, 8.0, 30.0])
def test_probit(f: float) -> None:
    """The share below -38 SDs is no double any more: its logarithm is; the series is cut at 1e-11 of it."""
    value, slope = log_phi(f)
    assert value == pytest.approx(special.log_ndtr(f), rel=1e-10)
    assert slope == pytest.approx(np.exp(stats.norm.logpdf(f) - special.log_ndtr(f)), rel=1e-8, abs=1e-300)


@pytest.mark.parametrize("k", [0.05, 3.0, 19.9, 20.1, 400.0, 1e6])
@pytest.mark.parametrize("y", [0.0, 4.0, 250.0])
def test_negative_binomial(y: float, k: float) -> None:
    """Against SciPy, whose own figure loses digits as k grows: 1e-16 k of it."""
    f = 1.3
    value, slope, in_log_k = said_of(3, y, 1.0, f, k, *raised(y, k))
    mean = np.exp(f)
    known = stats.nbinom.logpmf(y, k, k / (k + mean)) + special.gammaln(y + 1.0)
    assert value == pytest.approx(known, rel=1e-10, abs=1e-11 + 1e-14 * k)
    assert slope == pytest.approx(k * (y - mean) / (k + mean), rel=1e-12)
    gain = special.digamma(y + k) - special.digamma(k) + np.log(k / (k + mean)) + (mean - y) / (k + mean)
    assert in_log_k == pytest.approx(k * gain, rel=1e-8, abs=1e-9 + 1e-15 * k)


def test_negative_binomial_turns_into_poisson() -> None:
    """At a shape of 1e12 the two differ by 1e-11 of a count's square."""
    value, slope, in_log_k = said_of(3, 6.0, 1.0, 1.5, 1e12, *raised(6.0, 1e12))
    assert value == pytest.approx(6.0 * 1.5 - np.exp(1.5), rel=1e-11)
    assert slope == pytest.approx(6.0 - np.exp(1.5), rel=1e-11)
    assert abs(in_log_k) < 1e-3


@pytest.mark.parametrize("k", [0.1, 5.0, 19.9, 20.1, 1e5])
def test_gamma(k: float) -> None:
    amount, f = 2.7, 0.4
    value, slope, in_log_k = said_of(4, np.log(amount), 1.0, f, k, *shape_terms(k))
    mean = np.exp(f)
    assert value - np.log(amount) == pytest.approx(stats.gamma.logpdf(amount, k, scale=mean / k), rel=1e-10)
    assert slope == pytest.approx(k * (amount / mean - 1.0), rel=1e-12)
    gain = np.log(k) + 1.0 + np.log(amount / mean) - amount / mean - special.digamma(k)
    assert in_log_k == pytest.approx(k * gain, rel=1e-10, abs=1e-10 * k)


@pytest.mark.parametrize("k", [1e-3, 0.7, 9.99, 10.0, 1e7])
def test_digamma(k: float) -> None:
    """The series is cut at 1e-13."""
    assert digamma(k) == pytest.approx(special.digamma(k), rel=1e-11)
