"""A/B: the figures of one experiment by other roads, and requests that cannot be met."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

import core
from core.errors import UnknownGroup
from core.result import standardised
from core.result.ab import variants
from core.result.ab_sources import arms_in, panel_of
from core.result.arms import NoArms, UnknownArm, WhichArms
from core.result.asked import NoDraws
from core.result.effects import table_of_fixed
from core.result.expected import drawn_around, fixed_draws, lift_of
from core.result.population import population_mean
from core.result.raw import plain_regression
from core.result.standardised import population
from core.spec.model import Link
from tests.core.result.experiments import experiment, revenue

# Two sets of 4,000 draws differ in a mean by 0.022 of an SD, in an end of an interval by three times that.
MEANS, ENDS = 0.06, 0.15


@cache
def sample(formula: str = "converted ~ variant + (1 | user)") -> core.Fit:
    return core.fit(core.read_sample("ab_test"), formula, family="binomial")


def test_the_sample_is_not_settled_and_plain_regression_says_it_is() -> None:
    """data/README.md: B truly raises the odds by 22 %; the sessions of a user are not independent."""
    found = core.ab(sample())
    assert (found.predictor, found.baseline, found.arm, found.grouping) == ("variant", "A", "B", "user")
    assert (found.groups, found.groups_both) == (1500, 0)
    assert found.effect.p_value > 0.1 > 0.05 > found.plain_effect.p_value
    assert found.new.difference.low < 0 < found.new.difference.high
    assert found.plain.difference.low > 0
    # Of the lift, what plain regression claims is 0.77 of the error (0.64 of the coefficients').
    assert found.error_ratio == pytest.approx(0.77, abs=0.02)
    assert 0.9 < found.p_better < 0.95


def test_the_effect_is_the_models_own() -> None:
    found, row = core.ab(sample()).effect, sample().fixed_effects.loc["variant[B]"]
    for name in ("estimate", "std_error", "p_value", "low", "high"):
        assert getattr(found, name) == pytest.approx(row[name], rel=1e-9)


def test_plain_regression_is_that_of_all_sessions_as_unrelated() -> None:
    plain = core.fit(core.read_sample("ab_test"), "converted ~ variant", family="binomial")
    row, found = plain.fixed_effects.loc["variant[B]"], core.ab(sample()).plain_effect
    for name in ("estimate", "std_error", "p_value", "low", "high"):
        assert getattr(found, name) == pytest.approx(row[name], rel=1e-6)


def test_without_groups_both_roads_are_one() -> None:
    found = core.ab(core.fit(core.read_sample("ab_test"), "converted ~ variant", family="binomial"))
    assert (found.grouping, found.groups) == ("", 0)
    assert found.new.difference.estimate == pytest.approx(found.plain.difference.estimate, rel=1e-6)
    assert found.error_ratio == pytest.approx(1.0, abs=1e-6)
    # Two shares: their difference and its error by hand; draws of 4,000 know an SD to 1.1 %, three of those.
    table = core.read_sample("ab_test").frame
    rate = table.groupby("variant")["converted"].agg(["mean", "size"])
    error = np.sqrt((rate["mean"] * (1 - rate["mean"]) / rate["size"]).sum())
    assert found.new.difference.std_error == pytest.approx(error, rel=0.034)
    assert found.new.difference.estimate == pytest.approx(rate["mean"].diff().iloc[-1], abs=MEANS * error)


def test_the_lift_is_that_of_a_population_drawn_by_brute_force() -> None:
    """Each draw of the effects with 20,000 users of its own and all sessions' devices, by averages."""
    fit = sample("converted ~ variant * device + (1 | user)")
    found, own = core.ab(fit, "variant"), fit.generalised
    rng = np.random.default_rng(1)
    drawn = rng.multivariate_normal(own.estimates.fixed, own.estimates.covariance, 600)
    sd = fit.variance_components["sd"].iloc[0]
    table = core.read_sample("ab_test").frame
    devices, share = ("desktop", "mobile", "tablet"), table["device"].value_counts(normalize=True)

    def rate(b: dict[str, float], variant: bool, users: np.ndarray) -> float:
        eta = {one: b["(Intercept)"] + b.get(f"device[{one}]", 0.0) for one in devices}
        if variant:
            eta = {one: e + b["variant[B]"] + b.get(f"variant[B]:device[{one}]", 0) for one, e in eta.items()}
        return sum(share[one] * expit(e + users).mean() for one, e in eta.items())

    lifts = []
    for one in drawn:
        b, users = dict(zip(own.rows.fixed, one, strict=True)), rng.normal(0.0, sd, 20_000)
        lifts.append(rate(b, True, users) - rate(b, False, users))
    # 600 draws know a mean to 0.041 of an SD, an SD to 2.9 %: three of those.
    error = float(np.std(lifts))
    assert found.new.difference.estimate == pytest.approx(np.mean(lifts), abs=0.13 * error)
    assert found.new.difference.std_error == pytest.approx(error, rel=0.1)


def test_the_typical_user_is_one_in_the_middle() -> None:
    fixed, found = sample().fixed_effects["estimate"], core.ab(sample()).typical
    middle = expit(fixed["(Intercept)"]), expit(fixed["(Intercept)"] + fixed["variant[B]"])
    # The median of 4,000 draws is known to 0.02 of an error; four of those.
    assert found.baseline.estimate == pytest.approx(middle[0], abs=0.08 * found.baseline.std_error)
    assert found.arm.estimate == pytest.approx(middle[1], abs=0.08 * found.arm.std_error)


def test_many_kinds_of_rows_are_stood_for_by_256() -> None:
    """Of 6,929 different ages the average over 256 is that over all to a thousandth of the lift."""
    table = core.read_sample("ab_test").frame.assign(age=np.random.default_rng(2).normal(40, 12, 6929))
    table["converted"] = np.random.default_rng(3).random(6929) < expit(
        -3 + 0.06 * (table["age"] - 40) + 0.3 * (table["variant"] == "B")
    )
    fit = core.fit(table, "converted ~ variant + age + (1 | user)", family="binomial")
    few = core.ab(fit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standardised, "MOST_PROFILES", 10_000)
        every = core.ab(fit, n=400)
    same = core.ab(fit, n=400)
    assert same.new.difference.estimate == pytest.approx(every.new.difference.estimate, rel=1e-3)
    assert few.new.difference.std_error == pytest.approx(same.new.difference.std_error, rel=0.15)


def test_losses_and_the_probability_are_of_the_same_draws() -> None:
    found = core.ab(sample())
    # One is the mean of all draws, the other their median: 0.02 of an error apart by chance, four of those.
    off = found.loss_baseline - found.loss_arm - found.new.difference.estimate
    assert abs(off) < 0.08 * found.new.difference.std_error
    assert found.loss_arm > 0
    back = core.ab(sample(), baseline="B", arm="A")
    assert back.p_better == pytest.approx(1 - found.p_better, abs=1e-12)
    assert back.loss_arm == pytest.approx(found.loss_baseline, abs=1e-12)


def test_the_chances_are_those_of_the_probability() -> None:
    """Of 50 equally likely values as many are above zero as the probability says, to one dot."""
    found = core.ab(sample())
    assert sum(one > 0 for one in found.chances) == pytest.approx(50 * found.p_better, abs=1)
    assert list(found.chances) == sorted(found.chances)
    assert np.mean(found.chances) == pytest.approx(found.new.difference.estimate, rel=0.02)


def test_rates_are_those_that_prediction_expects_of_new_users() -> None:
    """The average of `fit.predict` over the sessions, all given one variant, at the fit's own estimates."""
    fit = sample("converted ~ variant * device + (1 | user)")
    found, table = core.ab(fit, "variant").new, core.read_sample("ab_test").frame
    for said, arm in ((found.baseline, "A"), (found.arm, "B")):
        rate = fit.predict(table.assign(variant=arm), "new")["mean"].mean()
        # A median of draws, known to 0.02 of an error, of averages of curved functions.
        assert said.estimate == pytest.approx(rate, abs=0.1 * said.std_error)


def test_a_difference_in_a_thousand_rows() -> None:
    found = core.ab(sample()).new
    assert found.per(1000).low == pytest.approx(1000 * found.difference.low)
    assert found.per(1000).estimate == pytest.approx(1000 * found.difference.estimate)


def test_draws_follow_their_seed() -> None:
    assert core.ab(sample(), seed=5) == core.ab(sample(), seed=5)
    one, other = core.ab(sample(), seed=5).new.difference, core.ab(sample(), seed=6).new.difference
    assert one != other
    assert one.estimate == pytest.approx(other.estimate, abs=MEANS * one.std_error)
    assert one.low == pytest.approx(other.low, abs=ENDS * one.std_error)


def test_variants_met_by_the_same_users_make_plain_regression_unsure() -> None:
    """What users share cancels within them: the error of the lift is smaller than plain regression claims."""
    found = core.ab(core.fit(experiment(0, within=True), "y ~ variant + (1 | user)", family="binomial"))
    assert found.groups_both > 0.7 * found.groups
    assert found.error_ratio > 1.02


def test_three_variants_are_compared_two_by_two() -> None:
    table = experiment(1)
    table.loc[table["user"].str[-1].isin(["3", "7"]), "variant"] = "C"
    fit = core.fit(table, "y ~ variant + (1 | user)", family="binomial")
    with pytest.raises(WhichArms, match="'variant' has 3 values: A, B, C"):
        core.ab(fit)
    found = core.ab(fit, baseline="B", arm="C")
    b = fit.fixed_effects["estimate"]
    assert found.effect.estimate == pytest.approx(b["variant[C]"] - b["variant[B]"])
    again = core.fit(table.replace({"variant": {"A": "Z"}}), "y ~ variant + (1 | user)", family="binomial")
    assert found.effect.std_error == pytest.approx(
        again.fixed_effects.loc["variant[C]", "std_error"], rel=1e-3
    )


def test_yes_or_no_is_a_variant_too() -> None:
    table = experiment(2)
    flags = table.assign(variant=(table["variant"] == "B").astype(int))
    found = core.ab(core.fit(flags, "y ~ variant + (1 | user)", family="binomial"))
    named = core.ab(core.fit(table, "y ~ variant + (1 | user)", family="binomial"))
    assert (found.baseline, found.arm) == ("no", "yes")
    assert found.new.difference.estimate == pytest.approx(named.new.difference.estimate, rel=1e-4)


def test_successes_of_trials_are_their_single_rows() -> None:
    table = experiment(3)
    cells = table.groupby(["user", "variant"], as_index=False).agg(y=("y", "sum"), n=("y", "size"))
    one = core.ab(core.fit(table, "y ~ variant + (1 | user)", family="binomial"))
    other = core.ab(core.fit(cells, "y | trials(n) ~ variant + (1 | user)", family="binomial"))
    # Two searches for the same optimum agree to 1e-4 of a standard error or better.
    assert other.new.difference.estimate == pytest.approx(
        one.new.difference.estimate, abs=1e-3 * one.new.difference.std_error
    )
    assert other.plain.difference.low == pytest.approx(one.plain.difference.low, rel=1e-6)


@pytest.mark.parametrize("family", ["poisson", "negative_binomial", "gamma"])
def test_counts_and_amounts_have_ratios(family: str) -> None:
    """With a log link the relative lift is the ratio of rates for new and typical users alike."""
    rng, table = np.random.default_rng(4), experiment(4)
    mean = np.exp(
        0.5 + 0.4 * (table["variant"] == "B") + rng.normal(0, 0.5, 300)[table["user"].str[1:].astype(int)]
    )
    table["y"] = (
        rng.gamma(2.0, mean / 2) if family == "gamma" else rng.poisson(mean * rng.gamma(4, 1 / 4, len(mean)))
    )
    found = core.ab(core.fit(table, "y ~ variant + (1 | user)", family=family))
    assert found.new.percent.low == pytest.approx(found.typical.percent.low)
    assert found.new.percent.low == pytest.approx(
        100 * np.expm1(found.effect.low), abs=ENDS * found.new.percent.std_error
    )
    assert found.new.baseline.estimate > found.typical.baseline.estimate


def test_few_groups_are_known_to_be_few() -> None:
    """A slope of the variant for 6 stores is judged by t with about 5 degrees of freedom, as its table is."""
    rng = np.random.default_rng(8)
    store = np.repeat(np.arange(6), 200)
    variant = rng.integers(0, 2, 1200)
    own = rng.normal(0.4, 0.5, 6)[store]
    yes = rng.random(1200) < expit(-0.5 + rng.normal(0, 0.5, 6)[store] + own * variant)
    table = pd.DataFrame({"store": [f"s{k}" for k in store], "variant": variant, "y": yes.astype(int)})
    fit = core.fit(table, "y ~ variant + (1 + variant | store)", family="binomial")
    found, row = core.ab(fit), fit.fixed_effects.loc["variant"]
    assert row["df"] < 12
    assert (found.effect.p_value, found.effect.low) == pytest.approx((row["p_value"], row["low"]))
    # What log-odds come to in probability changes by less than a tenth over the interval; draws add 3 %.
    rate = found.typical.baseline.estimate
    width = found.typical.difference.high - found.typical.difference.low
    assert width == pytest.approx(rate * (1 - rate) * (found.effect.high - found.effect.low), rel=0.13)


def test_a_slope_of_the_variant_widens_the_arm_alone() -> None:
    fit = core.fit(experiment(5, within=True), "y ~ variant + (1 + variant | user)", family="binomial")
    found = core.ab(fit)
    assert np.isfinite([found.p_better, found.new.difference.std_error, found.loss_arm]).all()


def test_candidates_are_named_in_the_models_order() -> None:
    fit = sample("converted ~ variant * device + (1 | user)")
    assert [one.predictor for one in variants(fit)] == ["variant", "device"]
    with pytest.raises(NoArms, match=r"Say which predictor holds the variants.*variant, device"):
        core.ab(fit)
    with pytest.raises(NoArms, match=r"'variants' holds no variants to compare. Did you mean 'variant'"):
        core.ab(fit, "variants")


def test_requests_that_cannot_be_met_are_sentences() -> None:
    with pytest.raises(UnknownArm, match="'variant' has no value 'C'"):
        core.ab(sample(), arm="C")
    with pytest.raises(WhichArms):
        core.ab(sample(), baseline="B", arm="B")
    with pytest.raises(UnknownGroup):
        core.ab(sample(), by="device")
    with pytest.raises(NoDraws):
        core.ab(sample(), n=0)
    with pytest.raises(NoArms, match="The model has no such predictor"):
        core.ab(core.fit(core.read_sample("ab_test"), "converted ~ 1 + (1 | user)", family="binomial"))


@pytest.mark.parametrize("method", ["reml", "ml", "posterior"])
def test_amounts_around_an_average_have_the_effect_as_lift(method: str) -> None:
    fit = core.fit(revenue(0), "spent ~ variant + device + (1 | user)", method=method)
    assert [one.predictor for one in variants(fit)] == ["variant", "device"]
    found, row = core.ab(fit, "variant"), fit.fixed_effects.loc["variant[B]"]
    assert (found.groups, found.groups_both) == (300, 0)
    assert found.effect.std_error == pytest.approx(row["std_error"])
    lift = found.new.difference
    assert lift.estimate == pytest.approx(row["estimate"], abs=0.08 * row["std_error"])
    assert (lift.low, lift.high) == pytest.approx((row["low"], row["high"]), abs=ENDS * row["std_error"])
    assert found.typical == found.new
    plain = plain_regression(fit.linear.lead, 0.95).loc["variant[B]"]
    assert found.plain_effect.std_error == pytest.approx(plain["std_error"])
    assert found.error_ratio < 0.9


def test_amounts_know_who_met_both_and_what_is_yes_or_no() -> None:
    mobile = (revenue(1)["device"] == "mobile").astype(int)
    table = revenue(1).assign(given=mobile, size=1 + np.arange(len(mobile)) % 3)
    fit = core.fit(table, "spent ~ given + size + variant + (1 | user)")
    assert [one.predictor for one in variants(fit)] == ["given", "variant"]
    found = core.ab(core.fit(table, "spent ~ given + (1 | user)"))
    both = table.groupby("user")["given"].nunique()
    assert (found.baseline, found.arm, found.groups_both) == ("no", "yes", int((both == 2).sum()))
    text = core.ab(core.fit(table, "spent ~ device + (1 | user)"))
    assert text.groups_both == found.groups_both
    assert text.effect.estimate == pytest.approx(found.effect.estimate)


def test_a_variant_without_a_single_success_has_an_answer() -> None:
    """Separation: the coefficient has no end, the probability of being worse has."""
    rng = np.random.default_rng(6)
    table = pd.DataFrame({"variant": np.repeat(["A", "B"], 200), "y": 0})
    table.loc[:199, "y"] = rng.integers(0, 2, 200)
    fit = core.fit(table, "y ~ variant", family="binomial")
    found = core.ab(replace(fit, level=0.9))
    assert found.p_better < 0.5
    assert -1 <= found.new.difference.low <= found.new.difference.high <= 1


@pytest.mark.parametrize("family", ["binomial", "gaussian"])
def test_what_the_arm_adds_is_the_difference_of_both_outcomes(family: str) -> None:
    """At the estimates, so to rounding; and the other way round it is the same with its sign turned."""
    fit = core.fit(core.read_sample("ab_test"), "converted ~ variant + (1 | user)", family=family)
    found, back = core.ab(fit, n=200), core.ab(fit, baseline="B", arm="A", n=200)
    for name in ("new", "typical", "plain"):
        lift, turned = getattr(found, name), getattr(back, name)
        gap = lift.arm.estimate - lift.baseline.estimate
        assert lift.difference.estimate == pytest.approx(gap, rel=1e-9)
        assert lift.percent.estimate == pytest.approx(100 * gap / lift.baseline.estimate, rel=1e-9)
        assert turned.difference.estimate == pytest.approx(-gap, rel=1e-9)
    assert core.ab(fit, n=200, seed=9).new.difference.estimate == found.new.difference.estimate


def test_the_average_over_new_groups_is_as_open_as_the_typical_case() -> None:
    """Three channels: eta of a typical case is t with 2 degrees of freedom. What it comes to on average over
    channels never met is the population's mean at either end of that, a road without a draw.
    """
    fit = core.fit(
        core.read_sample("season_pass"),
        "bought | trials(contacted) ~ promo + (1 | channel)",
        family="binomial",
    )
    found, linear = core.ab(fit), fit.linear.lead
    variance = np.array(linear.random_covariance[0, 0])
    for said, alone, arm in (
        (found.new.baseline, found.typical.baseline, "Bundle"),
        (found.new.arm, found.typical.arm, "NoBundle"),
    ):
        weights = np.array([[1.0, float(arm == "NoBundle")]])
        row = table_of_fixed(linear, (arm,), weights, fit.level).iloc[0]
        ends = np.array([row["low"], row["high"]])
        # 4,000 draws know the ends of a t of 2 degrees of freedom to 0.25 in log-odds; three of those.
        assert logit([alone.low, alone.high]) == pytest.approx(ends, abs=0.75)
        average = population_mean(Link.LOGIT, ends, variance)
        assert logit([said.low, said.high]) == pytest.approx(logit(average), abs=0.75)
    # What the bundle adds is known as its table says, whatever the level is.
    draws = drawn_around(
        fit.linear,
        population(panel_of(fit.linear), arms_in(fit.linear)[0], "Bundle", "NoBundle", linear.fixed),
        4000,
        0,
    ).fixed
    row = fit.fixed_effects.loc["promo[NoBundle]"]
    ends = np.quantile(draws[:, 1], [0.025, 0.975])
    assert ends == pytest.approx([row["low"], row["high"]], abs=ENDS * row["std_error"])


def test_an_estimate_is_in_its_interval_however_open_the_level() -> None:
    """At a probability of a half nothing moves more than the estimate, and the level is anywhere."""
    rng = np.random.default_rng(0)
    level = rng.normal(0.0, 4.0, 4000)
    before, after = expit(level), expit(level + 0.5 + rng.normal(0.0, 0.001, 4000))
    at = np.array([expit(-0.25)]), np.array([expit(0.25)])
    for lift in (lift_of((before, after), 0.95, at), lift_of((after, before), 0.95, at[::-1])):
        for one in (lift.baseline, lift.arm, lift.difference, lift.percent):
            assert one.low <= one.estimate <= one.high


def test_draws_of_hardly_any_degrees_of_freedom_are_finite() -> None:
    drawn = fixed_draws(np.zeros(2), np.eye(2), np.array([0.0, 1.0]), (1e-3, 1e-3), 4000, 0)
    assert np.isfinite(drawn).all()
