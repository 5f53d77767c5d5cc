"""Complete, no and partial pooling, each against the model that it claims to be."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

import core
from core.decide.pooling import pooling_of
from core.result.effects import coefficients_at_average
from tests.core.result.dense import columns, panel, spread_out

FRAME = panel()
FORMULA = "y ~ x + w + (1 + w | g)"


@pytest.fixture(scope="module")
def found() -> core.Pooling:
    return core.pooling(FRAME, FORMULA)


def test_complete_is_least_squares_without_the_groups(found: core.Pooling) -> None:
    """Read at average predictors: the intercept is the height of the plane over their means."""
    design = columns(FRAME, "1 x w")
    at = np.array([design.mean(axis=0), [0.0, 0.0, 1.0]])
    known = sm.OLS(FRAME["y"].to_numpy(), design).fit().get_prediction(at)
    ours = found.complete
    np.testing.assert_allclose(ours["estimate"], known.predicted_mean, rtol=1e-9)
    np.testing.assert_allclose(ours["std_error"], known.se_mean, rtol=1e-9)
    np.testing.assert_allclose(ours[["low", "high"]], known.conf_int(), rtol=1e-9)
    assert (found.groups["w"]["complete"] == ours.loc["w", "estimate"]).all()


def test_none_is_one_model_with_an_indicator_and_a_slope_for_every_group(found: core.Pooling) -> None:
    big = np.column_stack([spread_out(columns(FRAME, "1 w")), columns(FRAME, "x")])
    with warnings.catch_warnings():  # the group of one row
        warnings.simplefilter("ignore")
        known = sm.OLS(FRAME["y"].to_numpy(), big).fit().params
    own = known[:-1].reshape(-1, 2)
    told = found.groups["w"]["none"].notna().to_numpy()
    assert told.sum() == 11
    np.testing.assert_allclose(found.groups["w"]["none"][told], own[told, 1], rtol=1e-9)
    level = own @ [1.0, FRAME["w"].mean()] + FRAME["x"].mean() * known[-1]
    np.testing.assert_allclose(found.groups["(Intercept)"]["none"][told], level[told], rtol=1e-9)
    assert found.numbers() == (24, 12)


def test_partial_is_what_groups_and_tiers_show(found: core.Pooling) -> None:
    fit = core.fit(FRAME, FORMULA)
    totals = coefficients_at_average(fit.linear, fit.level)["g"]
    tiers = core.tiers(fit, "w", n_draws=10).table
    for term, table in found.groups.items():
        np.testing.assert_allclose(
            table["partial"], totals[term], rtol=1e-12
        )  # the same sums, added up apart
        np.testing.assert_allclose(table["std_error"], totals[f"{term}_se"], rtol=1e-9)
    table = found.groups["w"].loc[tiers.index]
    for ours, theirs in (("none", "raw"), ("partial", "pooled"), ("shrinkage", "shrinkage"), ("n", "n")):
        pd.testing.assert_series_equal(table[ours], tiers[theirs], check_names=False, check_exact=True)


@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_of_other_families_both_ends_are_glms(family: str) -> None:
    rng = np.random.default_rng(5)
    code = np.repeat(np.arange(6), 60)
    x, w = rng.normal(2.0, 1.0, 360), rng.normal(0.0, 1.0, 360)
    eta = -0.4 + rng.normal(0, 0.5, 6)[code] + (0.3 + rng.normal(0, 0.3, 6)[code]) * x + 0.4 * w
    y = rng.random(360) < expit(eta) if family == "binomial" else rng.poisson(np.exp(eta))
    frame = pd.DataFrame({"y": y.astype(int), "x": x, "w": w, "g": [f"g{k}" for k in code]})
    found = core.pooling(frame, "y ~ x + w + (1 + x | g)", family=family)
    kind = sm.families.Binomial() if family == "binomial" else sm.families.Poisson()
    indicators = (code[:, None] == np.arange(6)).astype(float)
    big = np.column_stack([indicators, indicators * x[:, None], w])
    known = sm.GLM(frame["y"], big, family=kind).fit(tol=1e-12).params.to_numpy()
    # Both stop within 1e-8 of the maximum.
    np.testing.assert_allclose(found.groups["x"]["none"], known[6:12], rtol=1e-6, atol=1e-7)
    level = known[:6] + x.mean() * known[6:12] + w.mean() * known[12]
    np.testing.assert_allclose(found.groups["(Intercept)"]["none"], level, rtol=1e-6, atol=1e-7)
    plain = sm.GLM(frame["y"], np.column_stack([np.ones(360), x, w]), family=kind).fit(tol=1e-12)
    assert found.complete.loc["x", "estimate"] == pytest.approx(plain.params.iloc[1], abs=1e-7)
    assert found.complete.loc["x", "std_error"] == pytest.approx(plain.bse.iloc[1], rel=1e-6)


def test_causes_in_words_of_the_core() -> None:
    """200 rows in 20 groups whose slopes hardly differ: most are pulled because there is little to tell."""
    rng = np.random.default_rng(2)
    code = np.repeat(np.arange(20), 10)
    x = rng.normal(0.0, 1.0, 200)
    y = (1.0 + 0.3 * rng.standard_normal(20)[code]) * x + rng.standard_normal(200)
    frame = pd.DataFrame({"y": y, "x": x, "g": [f"g{k:02d}" for k in code]})
    short = pd.concat([frame[frame["g"] != "g07"], frame[frame["g"] == "g07"].head(4)])
    table = core.pooling(short, "y ~ x + (0 + x | g)").groups["x"]
    assert table.loc["g07", "why"] == "few rows"
    typical = table[table["why"] == "typical"]
    little = table[table["why"] == "small variance"]
    assert len(little) >= 3
    assert (little["shrinkage"] >= 0.5).all()
    assert (typical["shrinkage"] < 0.5).all()


def test_a_model_with_several_groupings_has_no_estimates_of_groups_alone() -> None:
    frame = FRAME.assign(h=[f"h{k % 4}" for k in range(len(FRAME))])
    fit = core.fit(frame, "y ~ x + w + (1 + w | g) + (1 | h)")
    found = pooling_of(fit, "g")
    assert not found.alone
    assert found.groups["w"]["none"].isna().all()
    assert found.groups["w"]["partial"].notna().all()
    assert pooling_of(fit).factor == "g"
    assert pooling_of(fit, "h").terms == ("(Intercept)",)


def test_a_posterior_stands_beside_the_same_two_ends() -> None:
    fit = core.fit(FRAME, FORMULA, "posterior")
    ours, other = pooling_of(fit), core.pooling(FRAME, FORMULA)
    for term, table in ours.groups.items():
        for name in ("complete", "none"):
            np.testing.assert_allclose(table[name], other.groups[term][name], rtol=1e-9)
    assert (ours.groups["w"]["partial"] != other.groups["w"]["partial"]).all()


def test_what_cannot_be_pooled_is_refused() -> None:
    with pytest.raises(core.PanelwiseError, match="nothing differs"):
        core.pooling(FRAME, "y ~ x")
    with pytest.raises(core.PanelwiseError, match="does not group by 'h'"):
        core.pooling(FRAME, FORMULA, by="h")
