"""Published figures: the marketing panel of STATISTICS.md section 12, from lme4, lmerTest and statsmodels."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.result.raw import plain_regression
from core.table.table import Table

PREDICTORS = "week + youtube + facebook + newspaper"
RANDOM_INTERCEPT = f"sales ~ {PREDICTORS} + (1 | store_id)"
RANDOM_SLOPE = f"sales ~ {PREDICTORS} + (1 + youtube | store_id)"
CENTRED = "sales ~ week + center(youtube) + facebook + newspaper + (1 + center(youtube) | store_id)"


@pytest.fixture(scope="module")
def panel(shared: Path) -> Table:
    return core.read_table(shared / "data" / "marketing_panel.csv")


def reference(shared: Path, name: str) -> dict:
    return json.loads((shared / "reference" / f"{name}.json").read_text())


@pytest.mark.parametrize(
    ("name", "formula"), [("marketing_ri", RANDOM_INTERCEPT), ("marketing_rs", RANDOM_SLOPE)]
)
def test_figures_of_lme4(shared: Path, panel: Table, name: str, formula: str) -> None:
    known = reference(shared, name)
    fit = core.fit(panel, formula)
    assert fit.criterion == pytest.approx(known["crit"], rel=1e-6)
    assert fit.converged
    assert fit.singular is known["singular"]
    # lme4 stops within about 1e-6 of the optimum in theta, so its SDs carry five digits.
    assert fit.sigma == pytest.approx(known["sigma"], rel=1e-3)
    variances = fit.variance_components.query("term_2 == '' and group != 'Residual'").set_index("term_1")
    for entry in known["varcorr"]:
        if entry["grp"] != "Residual" and "var2" not in entry:
            assert variances.loc[entry["var1"], "sd"] == pytest.approx(entry["sdcor"], rel=1e-3)
    for term, estimate in known["fixef"].items():
        row = fit.fixed_effects.loc[term]
        assert row["estimate"] == pytest.approx(estimate, abs=1e-4 * known["se"][term])
        assert row["std_error"] == pytest.approx(known["se"][term], rel=1e-3)
        assert row["df"] == pytest.approx(known["df"][term], rel=0.01)
        assert row["p_value"] == pytest.approx(known["p"][term], rel=0.05)


@pytest.mark.parametrize(
    ("name", "formula"), [("marketing_ri", RANDOM_INTERCEPT), ("marketing_rs", RANDOM_SLOPE)]
)
def test_group_effects_of_lme4(shared: Path, panel: Table, name: str, formula: str) -> None:
    known = reference(shared, name)["ranef"]["store_id"]
    fit = core.fit(panel, formula)
    effects = fit.group_effects["store_id"]
    for term, values in known["values"].items():
        np.testing.assert_allclose(effects.loc[known["levels"], term], values, rtol=1e-3)
    levels = list(effects.index)
    rows = [levels.index(level) for level in known["levels"]]
    conditional = np.sqrt(fit.linear.effects.conditional[rows, 0, 0])
    np.testing.assert_allclose(conditional, known["condsd1"], rtol=1e-3)


def test_the_centred_model_has_the_same_optimum_and_lme4_missed_it(shared: Path, panel: Table) -> None:
    """lme4 stops at 864.4 (centred, with a convergence failure) and 864.67 (uncentred, default optimiser)."""
    fit = core.fit(panel, CENTRED)
    assert fit.criterion == pytest.approx(863.757743, rel=1e-6)
    assert fit.criterion <= reference(shared, "marketing_rs_centred")["crit"] + 1e-6
    sd = fit.variance_components.set_index("term_1")["sd"]
    assert sd["(Intercept)"].iloc[0] == pytest.approx(0.413695, rel=1e-3)
    assert sd["center(youtube)"] == pytest.approx(0.0063034, rel=1e-3)
    plain = core.fit(panel, RANDOM_SLOPE)
    assert fit.fixed_effects.loc["center(youtube)", "estimate"] == pytest.approx(
        plain.fixed_effects.loc["youtube", "estimate"], rel=1e-5
    )


def test_a_singular_fit_is_a_finding_and_still_has_r_squared_and_icc(panel: Table) -> None:
    fit = core.fit(panel, RANDOM_SLOPE)
    singular = [finding for finding in fit.findings() if finding.topic == "singular"]
    assert len(singular) == 1
    assert "correlation −1" in singular[0].message
    assert singular[0].numbers["correlation"] == pytest.approx(-1.0, abs=1e-6)
    r2, icc = fit.r_squared(), fit.icc()
    assert 0.85 < r2.marginal < r2.conditional < 1
    # By hand from the published SDs: mean over rows of z' Sigma z, against sigma 1.860856.
    youtube = panel.frame["youtube"].to_numpy()
    along = 1.52593 - 0.00630336 * youtube  # correlation -1: one effect moves both
    assert icc.adjusted == pytest.approx(np.mean(along**2) / (np.mean(along**2) + 1.860856**2), rel=1e-3)


def test_random_intercept_icc_and_r_squared(panel: Table) -> None:
    fit = core.fit(panel, RANDOM_INTERCEPT)
    assert fit.icc().adjusted == pytest.approx(0.064, abs=5e-4)
    assert fit.icc().unadjusted == pytest.approx(0.007, abs=5e-4)
    assert fit.r_squared().marginal == pytest.approx(0.895, abs=5e-4)
    assert fit.r_squared().conditional == pytest.approx(0.902, abs=5e-4)
    quantiles = np.quantile(core.residuals(fit, panel).scaled, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(quantiles, [-4.8465, -0.4620, 0.1847, 0.6942, 1.6482], atol=5e-5)


def test_information_criteria_of_the_maximum_likelihood_fits(panel: Table) -> None:
    intercept, slope = (core.fit(panel, f, method="ml") for f in (RANDOM_INTERCEPT, RANDOM_SLOPE))
    for fit, aic, bic, log_likelihood in (
        (intercept, 856.28, 879.36, -421.14),
        (slope, 848.40, 878.08, -415.20),
    ):
        # Published to two places, by a search that stopped 0.005 above the optimum of the second model.
        assert aic - 0.015 <= fit.aic <= aic + 0.005
        assert bic - 0.015 <= fit.bic <= bic + 0.005
        assert log_likelihood - 0.005 <= fit.log_likelihood <= log_likelihood + 0.015
    chi_square = intercept.criterion - slope.criterion
    assert 11.878 - 0.001 <= chi_square <= 11.878 + 0.01
    assert np.exp(-chi_square / 2) == pytest.approx(0.002635, rel=0.005)  # chi-square with 2 df


def test_plain_regression_of_the_tutorial_and_of_statsmodels(panel: Table) -> None:
    ols = plain_regression(core.fit(panel, RANDOM_SLOPE).linear, 0.95)
    np.testing.assert_allclose(ols["estimate"], [3.28937, 0.04179, 0.045816, 0.187639, -0.000401], atol=6e-6)
    np.testing.assert_allclose(ols["std_error"], [0.47170, 0.05048, 0.001397, 0.008685, 0.005926], atol=6e-6)
    import statsmodels.api as sm

    x = sm.add_constant(panel.frame[["week", "youtube", "facebook", "newspaper"]].astype(float))
    other = sm.OLS(panel.frame["sales"], x).fit()
    # Ours comes from cross-products, theirs from a pseudo-inverse of the rows: ten digits on this table.
    np.testing.assert_allclose(ols["estimate"], other.params, rtol=1e-8)
    np.testing.assert_allclose(ols["std_error"], other.bse, rtol=1e-8)
    np.testing.assert_allclose(ols[["low", "high"]], other.conf_int(), rtol=1e-6)


def test_without_groups_the_model_is_ordinary_least_squares(panel: Table) -> None:
    fit = core.fit(panel, f"sales ~ {PREDICTORS}", method="ml")
    assert fit.criterion == pytest.approx(-2 * -422.2947, abs=2e-4)
    assert fit.aic == pytest.approx(856.5893, abs=1e-3)
    assert dict(fit.n_groups) == {}
    assert core.fit(panel, f"sales ~ {PREDICTORS}").sigma == pytest.approx(2.024, abs=5e-4)


def test_statsmodels_agrees_on_a_regular_fit(panel: Table) -> None:
    """An independent engine on a fit that is not singular: Grunfeld's investment panel, random intercept."""
    import statsmodels.formula.api as smf

    grunfeld = core.read_sample("grunfeld")
    fit = core.fit(grunfeld, "invest ~ value + capital + (1 | firm)")
    other = smf.mixedlm("invest ~ value + capital", grunfeld.frame, groups="firm").fit(reml=True, gtol=1e-8)
    assert fit.log_likelihood >= other.llf - 1e-6 * abs(other.llf)
    np.testing.assert_allclose(fit.fixed_effects["estimate"], other.fe_params, rtol=1e-3)
    # Its variance ratio stops a fifth of a percent from the optimum, and the standard errors follow it.
    np.testing.assert_allclose(fit.fixed_effects["std_error"], other.bse_fe, rtol=5e-3)


def test_reading_a_frame_and_a_file_give_the_same_fit(shared: Path, panel: Table) -> None:
    frame = pd.read_csv(shared / "data" / "marketing_panel.csv")
    assert core.fit(frame, RANDOM_SLOPE).criterion == core.fit(panel, RANDOM_SLOPE).criterion
