"""What plain regressions say: all groups as one, no groups at all, and each group on its own."""

import numpy as np
import pytest
import statsmodels.api as sm

import core
from core.result.raw import plain_regression, raw_coefficients
from core.result.shrink import shrinkage
from core.result.variance import partition, shares
from tests.core.result.dense import CODES, GROUPS, SIZES, columns, panel, spread_out

FRAME = panel()
Y = FRAME["y"].to_numpy()

FIXED = {
    "y ~ x + w + f + b + (1 + x | g)": "1 x w f=b f=c b",
    "y ~ 0 + x + w + (1 | g)": "x w",
    "y ~ 0 + f + x + (1 | g)": "f=a f=b f=c x",
    "y ~ x*f": "1 x f=b f=c x*f=b x*f=c",
    "y ~ 1": "1",
}


@pytest.mark.parametrize("formula", FIXED)
def test_ordinary_least_squares_is_that_of_statsmodels(formula: str) -> None:
    known = sm.OLS(Y, columns(FRAME, FIXED[formula])).fit()
    tables = [plain_regression(core.fit(FRAME, formula).linear, 0.95)]
    if "|" not in formula:
        tables.append(core.fit(FRAME, formula).fixed_effects)
    for table in tables:
        # x*f has a condition number of 1e3, so a thousand units of rounding are left to both packages.
        np.testing.assert_allclose((table["estimate"] - known.params) / known.bse, 0.0, atol=1e-11)
        np.testing.assert_allclose(table["std_error"], known.bse, rtol=1e-11)
        np.testing.assert_allclose(table["statistic"], known.tvalues, rtol=1e-9)
        np.testing.assert_allclose(table["p_value"], known.pvalues, rtol=1e-7, atol=1e-300)
        np.testing.assert_allclose(table[["low", "high"]], known.conf_int(), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(table["df"], known.df_resid)


def test_likelihood_and_information_criteria_without_groups() -> None:
    known = sm.OLS(Y, columns(FRAME, "1 x w f=b f=c")).fit()
    fit = core.fit(FRAME, "y ~ x + w + f", "ml")
    assert fit.log_likelihood == pytest.approx(known.llf, rel=1e-12)
    # statsmodels does not count sigma among the parameters; everyone else does.
    assert fit.aic == pytest.approx(known.aic + 2, rel=1e-12)
    assert fit.bic == pytest.approx(known.bic + np.log(len(Y)), rel=1e-12)
    assert fit.n_parameters == 6
    assert core.fit(FRAME, "y ~ x + w + f").sigma == pytest.approx(np.sqrt(known.scale), rel=1e-12)
    assert fit.sigma == pytest.approx(np.sqrt(known.ssr / len(Y)), rel=1e-12)


def test_a_model_without_groups_has_the_same_tables() -> None:
    fit = core.fit(FRAME, "y ~ x + w")
    assert fit.group_effects == {}
    assert fit.group_coefficients == {}
    assert fit.n_groups == {}
    assert not fit.singular
    assert fit.converged
    assert fit.variance_components["group"].tolist() == ["Residual"]
    assert fit.icc().adjusted == 0.0
    known = sm.OLS(Y, columns(FRAME, "1 x w")).fit()
    # Explained over explained + residual variance with n - 1 and n - p rows: 1 - (1 - adjusted R2) moved by
    # the ratio of those, so by hand from the fitted values.
    explained = np.var(known.fittedvalues, ddof=1)
    assert fit.r_squared().marginal == pytest.approx(explained / (explained + known.scale), rel=1e-10)
    assert fit.r_squared().conditional == fit.r_squared().marginal
    assert raw_coefficients(fit.linear).empty
    assert shrinkage(fit.linear).empty
    assert fit.linear.effects.mean.shape[1] == 0


def on_their_own(shared: str, random: str, held: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """One regression with an indicator and own slopes per group (J, q); NaN where the rows cannot tell.

    `held` is taken off the outcome first: predictors whose effect the mixed model keeps.
    """
    z = columns(FRAME, random)
    big = np.column_stack([spread_out(z), columns(FRAME, shared)]) if shared else spread_out(z)
    solved, _, rank, _ = np.linalg.lstsq(big, Y - held, rcond=1e-10)
    told = np.abs(np.diag(np.linalg.pinv(big, rcond=1e-10) @ big) - 1.0) < 1e-6
    residual = Y - held - big @ solved
    variance = residual @ residual / (len(Y) - rank) * np.diag(np.linalg.pinv(big.T @ big, rcond=1e-12))
    size = GROUPS * z.shape[1]
    error = np.sqrt(np.maximum(variance, 0.0))
    shape = (GROUPS, z.shape[1])
    return (
        np.where(told, solved, np.nan)[:size].reshape(shape),
        np.where(told, error, np.nan)[:size].reshape(shape),
    )


@pytest.mark.parametrize(
    ("formula", "shared", "random", "terms"),
    [
        ("y ~ x + w + (1 + x + w | g)", "", "1 x w", ["(Intercept)", "x", "w"]),
        ("y ~ 0 + x + w + (1 | g)", "x w", "1", ["(Intercept)"]),
        ("y ~ 0 + x + w + (0 + x | g)", "w", "x", ["x"]),
        ("y ~ x + w + f + (1 + x | g)", "w f=b f=c", "1 x", ["x"]),
        ("y ~ w + (1 + x || g)", "w", "1 x", ["x"]),
    ],
)
def test_a_groups_own_estimate_is_that_of_one_regression_with_indicators(
    formula: str, shared: str, random: str, terms: list[str]
) -> None:
    raw = raw_coefficients(core.fit(FRAME, formula).linear)
    assert raw["n"].tolist() == list(SIZES)
    known, error = on_their_own(shared, random)
    places = [k for k, name in enumerate(random.split()) if name.replace("1", "(Intercept)") in terms]
    np.testing.assert_array_equal(np.isnan(raw[terms]), np.isnan(known[:, places]))
    told = np.isfinite(known[:, places])
    ours, known, error = raw[terms].to_numpy()[told], known[:, places][told], error[:, places][told]
    np.testing.assert_allclose((ours - known) / error, 0.0, atol=1e-9)


def test_a_group_has_no_own_slope_when_its_rows_cannot_tell_one() -> None:
    """One row; two rows for three numbers; a predictor that never moved there."""
    raw = raw_coefficients(core.fit(FRAME, "y ~ x + w + (1 + x + w | g)").linear)
    assert raw.loc[["s00", "s01"], ["(Intercept)", "x", "w"]].isna().all(axis=None)
    assert np.isnan(raw.loc["s03", "x"])
    assert np.isfinite(raw.loc["s03", "w"])  # x stood still there, w moved
    assert raw.loc["s02":"s02", ["x", "w"]].notna().all(axis=None)  # three rows, three numbers: exact


def test_shrinkage_is_the_share_of_the_way_to_the_chain() -> None:
    """The baseline is that at average predictors: of the same model on centred columns, the one at zero."""
    fit = core.fit(FRAME, "y ~ center(x) + center(w) + (1 + center(x) + center(w) | g)")
    raw, table = raw_coefficients(fit.linear), shrinkage(fit.linear)
    plain = shrinkage(core.fit(FRAME, "y ~ x + w + (1 + x + w | g)").linear)
    for term, name in (("(Intercept)", "(Intercept)"), ("center(x)", "x"), ("center(w)", "w")):
        chain = fit.fixed_effects.loc[term, "estimate"]
        effect = fit.linear.effects.mean[:, fit.linear.problem.random.index(term)]
        own = raw[term].to_numpy() - chain
        known = np.where(np.isnan(own), 1.0, np.clip(1 - np.abs(effect / own), 0.0, 1.0))
        np.testing.assert_allclose(table[term], known, atol=1e-9)
        np.testing.assert_allclose(plain[name], known, atol=1e-4)  # two searches for one optimum
        assert (table[f"{term}_why"] == "no own estimate").tolist() == np.isnan(own).tolist()
    assert table["n"].tolist() == list(SIZES)


def test_few_rows_are_named_as_the_reason() -> None:
    """Below half the median number of rows; with a shared intercept even one row tells a slope."""
    table = shrinkage(core.fit(FRAME, "y ~ w + (0 + w | g)").linear)
    few = np.array(SIZES) < 0.5 * np.median(SIZES)
    assert set(table.loc[few, "w_why"]) == {"few rows"}
    assert "few rows" not in set(table.loc[~few, "w_why"])


def test_a_balanced_intercept_shrinks_by_the_textbook_factor() -> None:
    """k rows in every group and no predictors: u = k t / (1 + k t) times the group mean's distance."""
    rng = np.random.default_rng(2)
    code = np.repeat(np.arange(10), 8)
    frame = FRAME.reindex(range(80))[["y", "g"]].assign(
        y=rng.standard_normal(10)[code] + rng.standard_normal(80), g=[f"g{k}" for k in code]
    )
    fit = core.fit(frame, "y ~ 1 + (1 | g)")
    ratio = fit.linear.random_covariance[0, 0] / fit.sigma**2
    np.testing.assert_allclose(shrinkage(fit.linear)["(Intercept)"], 1 / (1 + 8 * ratio), rtol=1e-9)
    means = frame.groupby("g")["y"].mean()
    np.testing.assert_allclose(raw_coefficients(fit.linear)["(Intercept)"], means, rtol=1e-12)
    assert set(shrinkage(fit.linear)["(Intercept)_why"]) == {"typical"}


def test_no_differences_are_named_as_the_reason() -> None:
    rng = np.random.default_rng(3)
    # Group means are equal by construction, so the variance between groups is estimated as zero.
    noise = rng.standard_normal((6, 5))
    y = (noise - noise.mean(axis=1, keepdims=True)).ravel()
    frame = FRAME.reindex(range(30))[["y", "g"]].assign(y=y, g=np.repeat([f"g{k}" for k in range(6)], 5))
    table = shrinkage(core.fit(frame, "y ~ 1 + (1 | g)").linear)
    assert set(table["(Intercept)_why"]) == {"no differences"}


def test_the_reference_panel_has_the_awkward_groups_it_promises() -> None:
    assert (CODES == 0).sum() == 1
    assert FRAME.loc[FRAME["g"] == "s03", "x"].nunique() == 1


def test_without_baselines_that_vary_all_group_differences_are_responses() -> None:
    """Johnson's mean of z' Sigma z over the rows is then the slope's variance times the mean of x squared."""
    fit = core.fit(FRAME, "y ~ x + (0 + x | g)")
    part = shares(fit.linear)
    variance = fit.variance_components["variance"].iloc[0]
    assert part.baseline == 0.0
    np.testing.assert_allclose(part.slopes, variance * (FRAME["x"] ** 2).mean(), rtol=1e-9)
    assert partition(fit.linear)["part"].tolist() == ["predictors", "response", "residual"]
    assert partition(fit.linear)["share"].sum() == pytest.approx(1.0, rel=1e-12)
