"""Effects as ratios and as changes of a typical case, against published figures and by another road."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.of_rows import without_groups
from core.result.ratios import Estimated, _of_draws, as_ratios, case, step_of, typical_change, typical_mean
from core.result.raw import plain_regression
from core.spec.model import Link

LEVEL = 0.95


@pytest.fixture(scope="module")
def passes() -> core.Table:
    return core.read_sample("season_pass")


def test_the_published_odds_ratio_of_the_bundle(passes: core.Table) -> None:
    fit = core.fit(passes, "bought | trials(contacted) ~ promo", family="binomial")
    step = step_of(fit.linear.lead, "promo[NoBundle]", flipped=True)
    row = typical_change(fit.linear.lead, Link.LOGIT, (step,), LEVEL).iloc[0]
    assert np.exp(row["estimate"]) == pytest.approx(1.475196, abs=5e-7)  # printed digits
    assert row["estimate_error"] == pytest.approx(0.07167082, abs=5e-8)
    # Without other predictors the two rates are those of the rows.
    assert row["before"] == pytest.approx((359 + 284 + 27) / (637 + 333 + 512), abs=1e-9)
    assert row["after"] == pytest.approx((242 + 639 + 38) / (691 + 862 + 121), abs=1e-9)
    # Two independent shares: the delta method gives the binomial error of their difference.
    rates, tried = row[["before", "after"]].to_numpy(), np.array([637 + 333 + 512, 691 + 862 + 121])
    assert row["std_error"] == pytest.approx(float(np.sqrt((rates * (1 - rates) / tried).sum())), rel=1e-6)


def test_each_channel_of_an_interaction_is_its_own_two_by_two_table(passes: core.Table) -> None:
    fit = core.fit(passes, "bought | trials(contacted) ~ promo * channel", family="binomial")
    linear = fit.linear.lead
    counts = {"Mail": (359, 637, 242, 691), "Park": (284, 333, 639, 862), "Email": (27, 512, 38, 121)}
    for channel, (won, tried, more, of) in counts.items():
        at = {f"channel[{name}]": float(name == channel) for name in ("Mail", "Park")}
        step = step_of(linear, "promo[NoBundle]", flipped=True, at=at)
        row = typical_change(linear, Link.LOGIT, (step,), LEVEL).iloc[0]
        cells = np.array([won, tried - won, more, of - more], dtype=float)
        assert row["estimate"] == pytest.approx(np.log(cells[2] * cells[1] / (cells[3] * cells[0])), abs=1e-7)
        assert row["estimate_error"] == pytest.approx(float(np.sqrt((1 / cells).sum())), rel=1e-6)  # Woolf
        assert row["after"] == pytest.approx(more / of, abs=1e-8)


def test_ratios_are_exponentials_and_keep_their_order() -> None:
    effects = pd.DataFrame(
        {"estimate": [0.0, -0.5], "low": [-1.0, -0.7], "high": [1.0, -0.3]}, index=["a", "b"]
    )
    found = as_ratios(effects)
    assert found.loc["a"].tolist() == pytest.approx([1.0, np.exp(-1), np.e])
    assert list(found.columns) == ["ratio", "low", "high"]


def counts(link_of_groups: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    shop = np.repeat(np.arange(20), 25)
    x, visits = rng.normal(2.0, 1.5, 500), rng.integers(50, 500, 500)
    eta = -3.0 + 0.3 * x + link_of_groups * rng.normal(size=20)[shop]
    return pd.DataFrame(
        {
            "shop": [f"s{k}" for k in shop],
            "x": x,
            "visits": visits,
            "orders": rng.poisson(visits * np.exp(eta)),
        }
    )


def test_rates_are_per_unit_of_the_exposure_and_for_a_step_of_any_size() -> None:
    fit = core.fit(counts(), "orders ~ x + offset(log(visits)) + (1 | shop)", family="poisson")
    linear = fit.linear.lead
    b, slope = fit.fixed_effects["estimate"]
    average = counts()["x"].mean()
    middle, low, high = typical_mean(linear, Link.LOG, LEVEL)
    assert middle == pytest.approx(np.exp(b + slope * average), rel=1e-9)
    assert low < middle < high
    row = typical_change(linear, Link.LOG, (step_of(linear, "x", 2.0),), LEVEL).iloc[0]
    assert row["after"] / row["before"] == pytest.approx(np.exp(2.0 * slope), rel=1e-9)


def test_the_interval_of_a_change_is_that_of_draws() -> None:
    fit = core.fit(counts(), "orders ~ x + offset(log(visits)) + (1 | shop)", family="poisson")
    linear = fit.linear.lead
    step = step_of(linear, "x")
    row = typical_change(linear, Link.LOG, (step,), LEVEL).iloc[0]
    rng = np.random.default_rng(5)
    draws = rng.multivariate_normal(linear.fixed, linear.fixed_covariance, 200_000)
    moved = np.exp(draws @ case(linear, step.after)) - np.exp(draws @ case(linear, step.before))
    # 200,000 draws know an SD to 0.2 %; the delta method is of first order in errors of about a tenth.
    assert row["std_error"] == pytest.approx(moved.std(), rel=0.03)


def test_plain_regression_of_a_model_without_groups_is_the_model(passes: core.Table) -> None:
    alone = core.fit(passes, "bought | trials(contacted) ~ promo", family="binomial")
    grouped = core.fit(passes, "bought | trials(contacted) ~ promo + (1 | channel)", family="binomial")
    table = plain_regression(grouped.linear.lead, LEVEL)
    for name in ("estimate", "std_error", "low", "high"):
        assert table[name].tolist() == pytest.approx(alone.fixed_effects[name].tolist(), rel=1e-6)
    step = step_of(grouped.linear.lead, "promo[NoBundle]")
    found = without_groups(grouped.linear.rows)
    by = Estimated(found.fixed, found.covariance)
    row = typical_change(grouped.linear.lead, Link.LOGIT, (step,), LEVEL, by).iloc[0]
    assert row["estimate"] == pytest.approx(-0.3887910, abs=5e-8)  # the published slope, turned


def test_a_typical_case_of_draws_fits_their_ratio() -> None:
    """A wide average (SD 3) with an odds ratio known well: odds after are those before times the ratio."""
    rng = np.random.default_rng(1)
    draws = np.c_[rng.normal(0.5, 3.0, 4000), rng.normal(-0.56, 0.1, 4000)]
    found = _of_draws(draws, Link.LOGIT, np.array([[1.0, 0.0]]), np.array([[1.0, 1.0]]), 0.0, LEVEL)
    odds = [float(found[name][0] / (1 - found[name][0])) for name in ("before", "after")]
    assert np.log(odds[1] / odds[0]) == pytest.approx(float(found["estimate"][0]))
    assert found["change"][0] == pytest.approx(found["after"][0] - found["before"][0])


@pytest.mark.parametrize("level", [-0.28, 0.28])
def test_a_change_of_draws_lies_in_its_interval(level: float) -> None:
    """The average anywhere (SD 4) and an odds ratio known to 0.001: at the middle, where the curve is
    steepest, the change is as large as it can be, and beyond nearly all draws.
    """
    rng = np.random.default_rng(2)
    draws = np.c_[rng.normal(level, 4.0, 4000), rng.normal(-2 * level, 0.001, 4000)]
    draws -= draws.mean(axis=0) - [level, -2 * level]
    found = _of_draws(draws, Link.LOGIT, np.array([[1.0, 0.0]]), np.array([[1.0, 1.0]]), 0.0, LEVEL)
    for name in ("", "estimate_"):
        middle = found[name.rstrip("_") or "change"][0]
        assert found[f"{name}low"][0] <= middle <= found[f"{name}high"][0]


def test_ratios_are_judged_as_the_table_of_effects_is() -> None:
    """Eight shops, each with one layout of its own: t with 6 degrees of freedom, for both."""
    frame = counts()[lambda each: each["shop"].isin([f"s{k}" for k in range(8)])]
    frame = frame.assign(layout=np.where(frame["shop"].isin(["s0", "s3", "s4", "s7"]), "new", "old"))
    fit = core.fit(frame, "orders ~ layout + offset(log(visits)) + (1 | shop)", family="poisson")
    row = fit.fixed_effects.loc["layout[old]"]
    assert row["df"] == pytest.approx(6.0, abs=0.5)
    step = typical_change(fit.linear.lead, Link.LOG, (step_of(fit.linear.lead, "layout[old]"),), LEVEL).iloc[
        0
    ]
    assert (step["estimate_low"], step["estimate_high"]) == pytest.approx((row["low"], row["high"]), rel=1e-9)
    assert step["estimate_error"] == pytest.approx(row["std_error"], rel=1e-9)
    assert step["low"] < step["change"] < step["high"]
