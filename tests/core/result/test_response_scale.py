"""Predictions on the outcome's own scale, shares of variation on both scales: against draws and theory."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

import core
from core.fit.over_normal import over_normal
from core.result.predict_response import response_columns
from core.spec.model import Family, Link
from tests.core.fit.generalised_panels import FAMILIES, OUTCOME, panel

DISPERSION = {"negative_binomial": 1.5, "gamma": 0.4}


@pytest.mark.parametrize(("eta", "sd"), [(-1.0, 0.5), (2.0, 3.0), (0.0, 6.0), (0.3, 0.0)])
@pytest.mark.parametrize("link", [Link.LOGIT, Link.PROBIT])
def test_probabilities_over_groups_are_the_integral(link: Link, eta: float, sd: float) -> None:
    found = over_normal(Family.BINOMIAL, link, 1.0, np.array([eta]), np.array([sd]))
    given = stats.norm.cdf if link is Link.PROBIT else stats.logistic.cdf

    def over(of):
        return integrate.quad(lambda t: stats.norm.pdf(t) * of(given(eta + sd * t)), -9, 9, epsabs=1e-12)[0]

    mean = over(lambda p: p)
    # Both roads are good to far more than a percent of a percent.
    assert found.mean[0] == pytest.approx(mean, abs=1e-9)
    assert found.between[0] == pytest.approx(over(np.square) - mean**2, abs=1e-9)
    assert found.chance[0] == pytest.approx(over(lambda p: p * (1 - p)), abs=1e-9)


def test_many_rows_share_one_curve() -> None:
    eta = np.random.default_rng(0).normal(0.0, 2.0, 6_000)
    sd = np.full(6_000, 0.9)
    many = over_normal(Family.BINOMIAL, Link.LOGIT, 1.0, eta, sd)
    few = over_normal(Family.BINOMIAL, Link.LOGIT, 1.0, eta[:50], sd[:50])
    for one, other in ((many.mean, few.mean), (many.between, few.between), (many.chance, few.chance)):
        np.testing.assert_allclose(one[:50], other, atol=1e-10)


@pytest.mark.parametrize("family", ["poisson", "negative_binomial", "gamma"])
def test_counts_and_amounts_over_groups_are_lognormal_mixtures(family: str) -> None:
    dispersion = DISPERSION.get(family, 1.0)
    found = over_normal(Family(family), Link.LOG, dispersion, np.array([0.4]), np.array([0.7]))
    mu = np.exp(0.4 + 0.7 * np.random.default_rng(0).normal(size=400_000))
    # Monte Carlo with 400,000 draws: a relative error of 0.3 %.
    assert found.mean[0] == pytest.approx(mu.mean(), rel=0.01)
    assert found.between[0] == pytest.approx(mu.var(), rel=0.03)
    chance = {"poisson": mu, "negative_binomial": mu + mu**2 / 1.5, "gamma": 0.4 * mu**2}[family]
    assert found.chance[0] == pytest.approx(chance.mean(), rel=0.03)


@pytest.mark.parametrize("family", FAMILIES)
def test_kinds_of_groups(family: str) -> None:
    frame = panel()
    fit = core.fit(frame, f"{OUTCOME[family]} ~ x + (1 + x | g)", family=family)
    new = frame.iloc[:40]
    known, typical, unmet = (fit.predict(new, kind) for kind in ("known", "typical", "new"))
    link = np.log if family != "binomial" else lambda p: np.log(p / (1 - p))
    b, u = fit.fixed_effects["estimate"], fit.group_effects["g"].loc[new["g"]]
    eta = b["(Intercept)"] + b["x"] * new["x"].to_numpy()
    np.testing.assert_allclose(link(typical["mean"]), eta, atol=1e-9)
    own = eta + u["(Intercept)"].to_numpy() + u["x"].to_numpy() * new["x"].to_numpy()
    np.testing.assert_allclose(link(known["mean"]), own, atol=1e-9)
    for told in (known, typical, unmet):
        assert (told["low"] < told["high"]).all()
        assert (told["prediction_low"] <= told["prediction_high"]).all()
    assert (unmet["high"] - unmet["low"] > known["high"] - known["low"]).mean() > 0.9
    if family != "binomial":  # the mean of exp(eta + u) is above exp(eta)
        assert (unmet["mean"] > typical["mean"]).all()
    else:  # and probabilities are drawn toward one half
        assert (np.abs(unmet["mean"] - 0.5) <= np.abs(typical["mean"] - 0.5) + 1e-12).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_single_outcomes_are_the_quantiles_of_their_draws(family: str) -> None:
    frame = panel(n=900)
    outcome = "won | trials(tried)" if family == "binomial" else OUTCOME[family]
    fit = core.fit(frame, f"{outcome} ~ x + (1 | g)", family=family)
    row = frame.iloc[[3]]
    told = fit.predict(row, "known", interval=0.9).iloc[0]
    rng = np.random.default_rng(5)
    draws = fit.draws(20_000, seed=2)
    level = list(fit.group_effects["g"].index).index(row["g"].iloc[0])
    eta = draws.groups["g"][:, level, 0] + draws.fixed[:, 1] * row["x"].iloc[0]
    mu = np.exp(eta) if family != "binomial" else 1 / (1 + np.exp(-eta))
    size, shape = row["tried"].iloc[0], fit.dispersion
    drawn = {
        "binomial": lambda: rng.binomial(size, mu) / size,
        "poisson": lambda: rng.poisson(mu),
        "negative_binomial": lambda: rng.negative_binomial(shape, shape / (shape + mu)),
        "gamma": lambda: rng.gamma(1 / shape, mu * shape),
    }[family]()
    low, high = np.quantile(drawn, [0.05, 0.95])
    # One step of a count or a share where the quantile falls between two; 5 % of an amount.
    step = {"binomial": 1 / size, "gamma": 0.05 * high}.get(family, 1.0)
    assert abs(told["prediction_low"] - low) <= step and abs(told["prediction_high"] - high) <= step
    assert told["low"] == pytest.approx(np.quantile(mu, 0.05), rel=0.1)
    assert told["high"] == pytest.approx(np.quantile(mu, 0.95), rel=0.1)


def test_trials_of_a_new_row_need_not_be_known() -> None:
    fit = core.fit(panel(), "won | trials(tried) ~ x + (1 | g)", family="binomial")
    told = fit.predict(panel()[["x", "g"]].head(5))
    assert set(told["prediction_low"]) <= {0.0, 1.0} and told["mean"].between(0, 1).all()


def test_shares_of_variation_on_both_scales() -> None:
    """Latent by the definition, observed by drawing groups and outcomes from the fitted model."""
    frame = panel(n=1500)
    fit = core.fit(frame, "yes ~ x + (1 | g)", family="binomial")
    b = fit.fixed_effects["estimate"]
    between = fit.variance_components.loc[0, "variance"]
    fixed = float(np.var(b["x"] * frame["x"]))
    chance = np.pi**2 / 3
    assert fit.icc().adjusted == pytest.approx(between / (between + chance), rel=1e-6)
    assert fit.r_squared().marginal == pytest.approx(fixed / (fixed + between + chance), rel=1e-6)
    rng = np.random.default_rng(1)
    u = np.sqrt(between) * rng.normal(size=(4_000, 1))
    p = 1 / (1 + np.exp(-(b["(Intercept)"] + b["x"] * frame["x"].to_numpy() + u)))
    within_rows, noise = p.var(axis=0).mean(), (p * (1 - p)).mean()
    # 4,000 drawn groups: an error of about 2 %.
    assert fit.icc().observed == pytest.approx(within_rows / (within_rows + noise), rel=0.06)
    total = p.mean(axis=0).var() + within_rows + noise
    assert fit.r_squared().observed_marginal == pytest.approx(p.mean(axis=0).var() / total, rel=0.06)
    parts = core.fit(frame, "amount ~ x", family="gamma")
    assert parts.icc().adjusted == pytest.approx(0.0) and 0 < parts.r_squared().marginal < 1


def test_gaussian_fits_have_one_scale() -> None:
    fit = core.fit(panel(), "amount ~ x + (1 | g)")
    assert np.isnan(fit.icc().observed) and np.isnan(fit.r_squared().observed_marginal)


def test_raw_estimates_are_each_groups_own_rate() -> None:
    frame = panel(n=900)
    frame.loc[frame["g"] == "g03", ["yes", "count"]] = 0
    for family, outcome in (("binomial", "yes"), ("poisson", "count")):
        fit = core.fit(frame, f"{outcome} ~ 1 + (1 | g)", family=family)
        table = core.tiers(fit, slope="(Intercept)", n_tiers=2).table
        rate = frame.groupby("g")[outcome].mean()
        rest = table.index.drop("g03")
        own = np.log(rate[rest] / (1 - rate[rest])) if family == "binomial" else np.log(rate[rest])
        np.testing.assert_allclose(table.loc[rest, "raw"], own[rest], atol=1e-6)
        assert np.isnan(table.loc["g03", "raw"]) and np.isfinite(table.loc["g03", "pooled"])
        assert table.loc["g03", "n"] == (frame["g"] == "g03").sum()


def test_raw_slopes_are_each_groups_own_regression() -> None:
    import statsmodels.api as sm

    frame = panel(n=2000, groups=5)
    fit = core.fit(frame, "count ~ x + (1 + x | g)", family="poisson")
    raw = core.tiers(fit, slope="x", n_tiers=2).table["raw"]
    for level, rows in frame.groupby("g"):
        own = sm.GLM(rows["count"], sm.add_constant(rows["x"]), family=sm.families.Poisson()).fit()
        assert raw[level] == pytest.approx(own.params["x"], abs=1e-6)


def found(fit: core.Fit, topic: str) -> list[core.Finding]:
    return [one for one in fit.findings() if one.topic == topic]


def test_overdispersion_is_found_where_it_is() -> None:
    frame = panel(n=800)
    more = core.fit(frame, "more ~ x + (1 + x | g)", family="poisson")
    (told,) = found(more, "overdispersion")
    assert told.status is core.Status.LOOK and told.numbers["ratio"] > 1.5
    (calm,) = found(core.fit(frame, "count ~ x + (1 + x | g) + (1 | h)", family="poisson"), "overdispersion")
    assert calm.status is core.Status.GOOD and calm.numbers["ratio"] == pytest.approx(1.0, abs=0.2)
    same = core.fit(frame.assign(count=3), "count ~ x + (1 | g)", family="negative_binomial")
    assert found(same, "as_poisson")


def test_counts_that_vary_less_than_chance_are_told() -> None:
    frame = panel(n=400)
    filled = np.round(20 + 2 * frame["x"] + np.random.default_rng(1).normal(0, 0.6, len(frame)))
    (told,) = found(
        core.fit(frame.assign(filled=filled), "filled ~ x + (1 | g)", family="poisson"), "overdispersion"
    )
    assert told.status is core.Status.LOOK and "too wide" in told.message


def test_predictions_far_outside_are_numbers() -> None:
    fit = core.fit(panel(), "count ~ x + (1 + x | g)", family="poisson")
    told = fit.predict(pd.DataFrame({"x": [1e3, -1e3], "g": ["g01", "g02"]}), "new")
    assert np.isfinite(told.to_numpy()).all()


def test_a_model_of_six_rows_that_misses_them_is_told() -> None:
    """Season passes: the bundle sells by email and not by mail, and one effect for all channels misses it."""
    passes = core.read_sample("season_pass")
    formula = "bought | trials(contacted) ~ promo + (1 | channel)"
    (told,) = found(core.fit(passes, formula, family="binomial"), "overdispersion")
    assert told.status is core.Status.LOOK and told.numbers["ratio"] > 20 and "far too narrow" in told.message
    apart = core.fit(passes, formula.replace("(1", "(1 + promo"), family="binomial")
    assert not [one for one in found(apart, "overdispersion") if one.status is core.Status.LOOK]


def test_groups_that_all_say_the_same_are_named() -> None:
    frame = panel(n=900)
    frame.loc[frame["g"] == "g03", ["yes", "count"]] = 0
    for family, outcome in (("binomial", "yes"), ("poisson", "count")):
        (told,) = found(core.fit(frame, f"{outcome} ~ x + (1 | g)", family=family), "same_answer")
        assert "g03" in told.message and told.status is core.Status.LOOK
    assert not found(core.fit(panel(n=900), "yes ~ x + (1 | g)", family="binomial"), "same_answer")


def test_users_of_few_sessions_that_all_say_the_same_are_no_alarm() -> None:
    fit = core.fit(core.read_sample("ab_test"), "converted ~ variant + (1 | user)", family="binomial")
    (told,) = found(fit, "same_answer")
    # 779 of 1,500 users; a session in six converts, and users have under five of them.
    assert told.status is core.Status.GOOD and told.numbers["expected"] > told.numbers["groups"] / 2


def test_few_cases_a_group_ask_for_quadrature() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"user": np.repeat(np.arange(200), 3).astype(str), "y": rng.binomial(1, 0.4, 600)})
    (told,) = found(core.fit(frame, "y ~ 1 + (1 | user)", family="binomial"), "approximation")
    assert "3.0 cases" in told.message and "quadrature" in told.advice
    assert not found(core.fit(frame, "y ~ 1 + (1 | user)", "quadrature", family="binomial"), "approximation")


@pytest.mark.parametrize("family", ["poisson", "gamma", "binomial"])
@pytest.mark.parametrize("reach", [0.3, 3.0, 7.0, 30.0])
def test_quantiles_hold_however_far_the_means_reach(family: str, reach: float) -> None:
    """Against draws: means that reach `reach` times as far as chance does."""
    sd, rng = 0.5, np.random.default_rng(3)
    size = (reach / sd) ** 2
    trials = {"binomial": max(round(4 * size), 1)}.get(family, 1)
    dispersion = 1 / size if family == "gamma" else 1.0
    centre = {"poisson": np.log(size)}.get(family, 0.0)
    rows = core.fit(panel(n=60), f"{OUTCOME[family]} ~ x", family=family).generalised
    assert rows is not None
    eta = np.full(1, centre), np.full(1, sd)
    ends = (eta[0], eta[0])
    for level in (0.5, 0.9):
        told = response_columns(
            rows.rows, dispersion, eta, ends, (eta[0], eta[1]), np.full(1, float(trials)), level
        )
        drawn_eta = centre + sd * rng.normal(size=400_000)
        drawn = {
            "poisson": lambda e: rng.poisson(np.exp(e)),
            "gamma": lambda e: rng.gamma(1 / dispersion, np.exp(e) * dispersion),
            "binomial": lambda e: rng.binomial(trials, 1 / (1 + np.exp(-e))) / trials,
        }[family](drawn_eta)
        low, high = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2])
        # 400,000 draws: a fifth of a percent of the distribution on either side, and one step of a count.
        inside = ((told["prediction_low"] <= drawn) & (drawn <= told["prediction_high"])).mean()
        coarse = (drawn == low).mean() + (drawn == high).mean() if family != "gamma" else 0.0
        assert abs(inside - level) < 0.012 + coarse, (low, high, told)
