"""Season passes (Chapman and McDonnell Feit, chapter 9): the published tables, and the channels' model.

Of six counts, of 3,156 yes/no rows, and of brute-force integrals, without glmm or statsmodels.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, special

import core
from tests.conftest import ROOT
from tests.core.reference.told import figures

# Published base levels are NoBundle and Mail; text levels are sorted, so two get other names.
NAMES = {"NoBundle": "Alone", "Email": "email"}
CHANNELS = "bought | trials(contacted) ~ promo + (1 | channel)"


@lru_cache
def counts() -> pd.DataFrame:
    """Returns the six counts."""
    return pd.read_csv(ROOT / "data" / "season_pass.csv").replace(NAMES)


@lru_cache
def contacts() -> pd.DataFrame:
    """Returns one row a contact."""
    cells = counts()
    cells = cells.assign(passed=cells["contacted"] - cells["bought"])
    rows = [
        cells.loc[cells.index.repeat(cells[n])].assign(y=y) for n, y in (("bought", "yes"), ("passed", "no"))
    ]
    return pd.concat(rows, ignore_index=True)[["promo", "channel", "y"]]


@lru_cache
def channels() -> core.Fit:
    """Returns the model with a random intercept of each channel."""
    return core.fit(counts(), CHANNELS, family="binomial")


def test_the_bundle_alone() -> None:
    """Digits as published."""
    fit = core.fit(counts(), "bought | trials(contacted) ~ promo", family="binomial")
    table = fit.fixed_effects
    np.testing.assert_allclose(table["estimate"], [-0.1922226, 0.3887910], atol=1e-7)
    np.testing.assert_allclose(table["std_error"], [0.05219257, 0.07167082], atol=2e-8)
    assert np.exp(table["estimate"].iloc[1]) == pytest.approx(1.475196, abs=1e-6)


def test_the_bundle_alone_is_a_ratio_of_two_rates() -> None:
    """With one two-valued predictor the estimates are the sample's log-odds, and 1/a + 1/b + ... is known."""
    total = counts().groupby("promo")[["bought", "contacted"]].sum()
    won, lost = total["bought"], total["contacted"] - total["bought"]
    table = core.fit(counts(), "bought | trials(contacted) ~ promo", family="binomial").fixed_effects
    odds = np.log(won / lost)
    np.testing.assert_allclose(table["estimate"], [odds["Alone"], odds["Bundle"] - odds["Alone"]], rtol=1e-10)
    parts = 1 / won + 1 / lost
    np.testing.assert_allclose(table["std_error"], np.sqrt([parts["Alone"], parts.sum()]), rtol=1e-8)


def test_interactions() -> None:
    table = core.fit(
        counts(), "bought | trials(contacted) ~ promo * channel", family="binomial"
    ).fixed_effects
    published = [0.2557013, -0.8737864, 1.5014527, -3.1440133, 0.1693652, 2.9808440]
    np.testing.assert_allclose(table["estimate"], published, atol=1e-7)


def test_the_channels() -> None:
    """Laplace, as published, and not worse than glmmTMB's -76.94187276.

    lme4's 0.09026 is by differences; glmmTMB's derivatives say 0.09029, as we do.
    """
    fit = channels()
    table = fit.fixed_effects
    np.testing.assert_allclose(table["estimate"], [-0.11276, -0.55638], atol=6e-6)
    assert table["std_error"].iloc[1] == pytest.approx(0.09026, abs=4e-5)
    assert table["std_error"].iloc[1] == pytest.approx(figures("glmm")["season"]["std_error"][1], rel=1e-4)
    assert fit.variance_components["sd"].iloc[0] == pytest.approx(1.524, abs=6e-4)
    assert fit.log_likelihood >= -76.94187276 - 1e-6


def test_rows_of_contacts_are_the_counts() -> None:
    """One row a contact: the same likelihood but for the orders that counts leave open."""
    rows = core.fit(contacts(), "y ~ promo + (1 | channel)", family="binomial", event="yes")
    fit, cells = channels(), counts()
    np.testing.assert_allclose(rows.fixed_effects["estimate"], fit.fixed_effects["estimate"], atol=1e-5)
    np.testing.assert_allclose(rows.fixed_effects["std_error"], fit.fixed_effects["std_error"], rtol=1e-4)
    n, won = cells["contacted"].to_numpy(), cells["bought"].to_numpy()
    ways = special.gammaln(n + 1) - special.gammaln(won + 1) - special.gammaln(n - won + 1)
    assert rows.log_likelihood + ways.sum() == pytest.approx(fit.log_likelihood, abs=1e-5)


def test_the_laplace_log_likelihood_by_hand() -> None:
    """The mode of each channel by Newton's steps, and the Gaussian integral around it."""
    fit = channels()
    sd = fit.variance_components["sd"].iloc[0]
    total = 0.0
    for log_density in densities(fit):
        grid = np.linspace(-6, 6, 240_001)
        values = log_density(grid) - 0.5 * (grid / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
        top, step = int(np.argmax(values)), grid[1] - grid[0]
        bend = -(values[top + 400] - 2 * values[top] + values[top - 400]) / (400 * step) ** 2
        total += values[top] + 0.5 * np.log(2 * np.pi / bend)
    assert fit.log_likelihood == pytest.approx(total, abs=1e-4)  # differences over 0.02 log-odds


def test_quadrature_is_the_integral() -> None:
    """Adaptive Gauss-Hermite beside SciPy's adaptive integration of each channel."""
    fit = core.fit(counts(), CHANNELS, method="quadrature", family="binomial")
    sd, total = fit.variance_components["sd"].iloc[0], 0.0
    for log_density in densities(fit):
        grid = np.linspace(-6, 6, 2001)
        peak = grid[np.argmax(log_density(grid))]
        height = float(log_density(np.array([peak]))[0])
        found, _ = integrate.quad(
            lambda u, f=log_density, h=height: (
                np.exp(f(np.array([u]))[0] - h - 0.5 * (u / sd) ** 2) / sd / np.sqrt(2 * np.pi)
            ),
            peak - 2,
            peak + 2,
            epsabs=0.0,
            epsrel=1e-10,
            points=[peak],
        )
        total += np.log(found) + height
    assert fit.log_likelihood == pytest.approx(total, abs=1e-6)


def densities(fit: core.Fit) -> list:
    """Returns, for each channel, the log-density of its counts as a function of its deviation (k,)."""
    base, bundle = fit.fixed_effects["estimate"]
    found = []
    for _, cells in counts().groupby("channel"):
        n, won = cells["contacted"].to_numpy(), cells["bought"].to_numpy()
        eta = base + bundle * (cells["promo"] == "Bundle").to_numpy()
        ways = special.gammaln(n + 1) - special.gammaln(won + 1) - special.gammaln(n - won + 1)

        def of(u: np.ndarray, eta=eta, n=n, won=won, ways=ways) -> np.ndarray:
            at = eta + np.asarray(u)[:, None]
            return np.sum(ways + won * at - n * np.logaddexp(0.0, at), axis=1)

        found.append(of)
    return found


def test_probabilities_of_each_channel() -> None:
    """P(buy | bundle): Email 0.30 and Park 0.74, as published of the slopes' posterior."""
    fit = core.fit(counts(), "bought | trials(contacted) ~ promo + (1 + promo | channel)", family="binomial")
    means = fit.predict(counts()).set_index([counts()["promo"], counts()["channel"]])["mean"]
    raw = (counts()["bought"] / counts()["contacted"]).to_numpy()
    assert means["Bundle", "email"] == pytest.approx(0.30, abs=0.015)
    assert means["Bundle", "Park"] == pytest.approx(0.74, abs=0.01)
    error = np.sqrt(raw * (1 - raw) / counts()["contacted"])
    assert np.all(np.abs(means.to_numpy() - raw) < error)  # hundreds of contacts leave little to pool


def test_six_effects_of_six_counts_are_the_rates() -> None:
    fit = core.fit(counts(), "bought | trials(contacted) ~ promo * channel", family="binomial")
    raw = counts()["bought"] / counts()["contacted"]
    np.testing.assert_allclose(fit.predict(counts())["mean"], raw, atol=1e-8)
