"""Quantile residuals: against other packages' distributions, and what they tell of right and wrong models."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import core
from core.result.errors import NotGaussian, NotGeneralised
from core.result.quantile_residuals import Quantiles, quantile_residuals
from core.result.row_draws import OtherRows
from core.result.store import load_fit, save_fit
from core.table.table import Table
from tests.core.fit.generalised_panels import panel

MODELS = {
    "won | trials(tried) ~ x + (1 | g)": "binomial",
    "count ~ x + (1 + x | g)": "poisson",
    "more ~ x + (1 | g) + (1 | h)": "negative_binomial",
    "amount ~ x + (1 | g)": "gamma",
    "count ~ x": "poisson",
}
TABLE = core.read_table(panel())


def made(table: Table, formula: str, family: str) -> Quantiles:
    return quantile_residuals(core.fit(table, formula, family=family), table, seed=3)


def distribution(found: Quantiles) -> object:
    mu, own = found.residuals.fitted, found.dispersion
    match found.rows.family.value:
        case "binomial":
            return stats.binom(found.rows.trials.astype(int), mu)
        case "poisson":
            return stats.poisson(mu)
        case "negative_binomial":
            return stats.nbinom(own, own / (own + mu))
    return stats.gamma(1 / own, scale=mu * own)


@pytest.mark.parametrize(("formula", "family"), MODELS.items())
def test_chances_are_those_of_the_distribution(formula: str, family: str) -> None:
    """SciPy's distribution functions surround them, and are them where outcomes are continuous."""
    found = made(TABLE, formula, family)
    chance, known = stats.norm.cdf(found.residuals.standardised), distribution(found)
    top = known.cdf(found.rows.y)
    if family == "gamma":
        assert chance == pytest.approx(top, abs=1e-12)
    else:
        assert (chance <= top + 1e-12).all()
        assert (chance >= known.cdf(found.rows.y - 1) - 1e-12).all()
    if found.rows.random:  # without its groups the model is wrong
        # One standard normal number a row, 400 of them: the SD errs by 0.035, the mean by 0.05.
        assert np.std(found.residuals.standardised) == pytest.approx(1.0, abs=0.12)
        assert np.mean(found.residuals.standardised) == pytest.approx(0.0, abs=0.17)
    assert found.residuals.fitted + found.residuals.residual == pytest.approx(
        found.rows.y / found.rows.trials
    )


def test_far_rows_are_far_by_a_finite_number() -> None:
    """P(Y >= 100,000) is below 1e-300 at its group's mean, and P(Y > 90) far below what 1 - F can hold."""
    frame = panel()
    frame.loc[[0, 1], "count"] = 100_000, 90
    found = made(core.read_table(frame), "count ~ x + (1 | g)", "poisson").residuals
    assert found.standardised[0] == pytest.approx(-stats.norm.ppf(1e-300))
    first, last = -stats.norm.ppf(stats.poisson(found.fitted[1]).sf([89, 90]))
    assert 8.3 < first <= found.standardised[1] <= last


def test_the_seed_settles_everything_and_another_changes_little() -> None:
    fit = core.fit(TABLE, "count ~ x + (1 | g)", family="poisson")
    one, same, other = (quantile_residuals(fit, TABLE, seed=s).residuals.standardised for s in (1, 1, 2))
    assert (one == same).all()
    assert not (one == other).any()
    # What is randomised is where in its step a count lies: beyond steps both say the same.
    assert np.corrcoef(one, other)[0, 1] > 0.5


def test_saved_fits_say_the_same(tmp_path: Path) -> None:
    fit = core.fit(TABLE, "amount ~ x + (1 | g)", family="gamma")
    save_fit(fit, tmp_path / "fit")
    again = quantile_residuals(load_fit(tmp_path / "fit"), TABLE, seed=1)
    once = quantile_residuals(fit, TABLE, seed=1)
    # The saved model is linearised anew: rounding.
    assert again.residuals.standardised == pytest.approx(once.residuals.standardised, abs=1e-6)


def test_what_they_are_not_for_is_refused_in_words() -> None:
    gaussian = core.fit(TABLE, "amount ~ x + (1 | g)")
    with pytest.raises(NotGeneralised, match=r"core\.residuals"):
        quantile_residuals(gaussian, TABLE)
    counts = core.fit(TABLE, "count ~ x + (1 | g)", family="poisson")
    with pytest.raises(NotGaussian, match="quantile_residuals"):
        core.residuals(counts, TABLE)
    with pytest.raises(OtherRows):
        quantile_residuals(counts, core.read_table(panel(2)))


def test_fitted_effects_take_from_the_spread_what_drawn_ones_leave() -> None:
    """With four rows a group, residuals around the modes scatter too little; a quarter were they free."""
    rng = np.random.default_rng(8)
    g = np.repeat(np.arange(300), 4)
    y = rng.gamma(4.0, np.exp(rng.normal(0, 1, 300)[g]) / 4.0)
    table = core.read_table(pd.DataFrame({"g": [f"g{k:03d}" for k in g], "y": y}))
    fit = core.fit(table, "y ~ 1 + (1 | g)", family="gamma")
    mode = np.exp(fit.generalised.eta)
    at_mode = stats.norm.ppf(stats.gamma(1 / fit.dispersion, scale=mode * fit.dispersion).cdf(y))
    drawn = quantile_residuals(fit, table).residuals.standardised
    # An SD of 1,200 normal numbers errs by 0.02.
    assert np.std(at_mode) < 0.93
    assert np.std(drawn) == pytest.approx(1.0, abs=0.06)
