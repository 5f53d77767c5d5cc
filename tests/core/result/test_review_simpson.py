"""Signs that turn round once groups are told apart: found in the panels that have it, in no others."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from core.result.review_simpson import review_simpson


def panel(seed: int, within: float, between: float, shops: int = 20, weeks: int = 25) -> pd.DataFrame:
    """Returns weeks of shops: y rises by `within` with own swings of x, by `between` with its usual level."""
    rng = np.random.default_rng(seed)
    shop = np.repeat(np.arange(shops), weeks)
    usual, swing = rng.normal(0, 2, shops)[shop], rng.normal(0, 1, shops * weeks)
    eta = between * usual + within * swing + rng.normal(0, 0.3, shops)[shop]
    return pd.DataFrame(
        {
            "shop": [f"s{k}" for k in shop],
            "x": usual + swing,
            "y": eta + rng.normal(0, 0.5, len(shop)),
            "yes": (rng.random(len(shop)) < 1 / (1 + np.exp(-2 * eta))).astype(int),
            "count": rng.poisson(np.exp(0.5 + eta / 2)),
            "amount": np.exp(eta + rng.normal(0, 0.5, len(shop))),
        }
    )


def topics(fit: core.Fit) -> list[str]:
    return [finding.topic for finding in fit.findings()]


def test_season_passes_are_the_example() -> None:
    """STATISTICS 12: the bundle sells more in total (odds ratio 1.475196), less in channels (-0.55638)."""
    table = core.read_sample("season_pass")
    fit = core.fit(table, "bought | trials(contacted) ~ promo + (1 | channel)", family="binomial")
    [finding] = review_simpson(fit.linear)
    # The sample's reference is the bundle: signs are turned.
    assert np.exp(-finding.numbers["pooled"]) == pytest.approx(1.475196, abs=1e-6)
    assert finding.numbers["within"] == pytest.approx(0.55638, abs=1e-4)
    assert "lower odds of 'bought' over all rows together (× 0.68)" in finding.message
    assert "higher odds of 'bought' among rows of the same 'channel' (× 1.74)" in finding.message
    assert "Simpson's paradox" in finding.message
    assert "simpson" in topics(fit)


def test_longer_sessions_of_the_sample_convert_more_on_each_page() -> None:
    fit = core.fit(
        core.read_sample("conversions"), "converted ~ duration + (1 | landing_page)", family="binomial"
    )
    [finding] = review_simpson(fit.linear)
    assert finding.numbers["pooled"] < 0 < finding.numbers["within"]


@pytest.mark.parametrize(
    ("outcome", "family", "says"),
    [
        ("y", "gaussian", "lower 'y' over all rows together (−"),
        ("yes", "binomial", "lower odds of 'yes' over all rows together (× 0."),
        ("count", "poisson", "a lower rate of 'count' over all rows together (× 0."),
        ("count", "negative_binomial", "a higher rate of 'count' among rows of the same 'shop' (× 1."),
        ("amount", "gamma", "lower 'amount' over all rows together (× 0."),
    ],
)
def test_every_kind_of_outcome(outcome: str, family: str, says: str) -> None:
    fit = core.fit(panel(0, within=0.6, between=-0.7), f"{outcome} ~ x + (1 | shop)", family=family)
    [finding] = review_simpson(fit.linear)
    assert says in finding.message
    plain = core.fit(panel(0, within=0.6, between=-0.7), f"{outcome} ~ x", family=family)
    assert finding.numbers["pooled"] == pytest.approx(plain.fixed_effects.loc["x", "estimate"], rel=1e-6)
    assert finding.numbers["within"] == fit.fixed_effects.loc["x", "estimate"]


def test_a_probit_says_probabilities() -> None:
    fit = core.fit(
        panel(0, within=0.6, between=-0.7), "yes ~ x + (1 | shop)", family="binomial", link="probit"
    )
    [finding] = review_simpson(fit.linear)
    assert "a lower probability of 'yes' over all rows together (−" in finding.message


def test_a_posterior_says_it_too() -> None:
    fit = core.fit(panel(0, within=0.6, between=-0.7), "y ~ x + (1 | shop)", method="posterior")
    assert "simpson" in topics(fit)


@pytest.mark.parametrize(
    "formula", ["y ~ x", "y ~ 1 + (1 | shop)", "y ~ within(x, shop) + between(x, shop) + (1 | shop)"]
)
def test_nothing_is_said_where_nothing_turns(formula: str) -> None:
    assert review_simpson(core.fit(panel(0, within=0.6, between=-0.7), formula).linear) == []


def test_the_same_sign_is_no_paradox() -> None:
    assert review_simpson(core.fit(panel(1, within=0.6, between=0.2), "y ~ x + (1 | shop)").linear) == []


def test_several_groupings_are_both_named() -> None:
    table = panel(0, within=0.6, between=-0.7)
    table["week"] = [f"w{k % 25}" for k in range(len(table))]
    [finding] = review_simpson(core.fit(table, "y ~ x + (1 | shop) + (1 | week)").linear)
    assert "among rows of the same 'shop' and 'week'" in finding.message


def test_a_sign_that_chance_explains_is_not_named() -> None:
    """No effect at all, over 60 panels: both intervals exclude zero on opposite sides hardly ever.

    Under independence 2 x 0.025 x 0.025 of panels; two signs of one panel go together, so less.
    """
    fits = (core.fit(panel(seed, 0.0, 0.0), "y ~ x + (1 | shop)") for seed in range(60))
    assert sum(len(review_simpson(fit.linear)) for fit in fits) <= 1


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), within=st.floats(-1, 1), between=st.floats(-1, 1))
def test_the_rule_is_the_intervals(seed: int, within: float, between: float) -> None:
    """By the tables a user sees: both intervals exclude zero, on opposite sides."""
    table = panel(seed, within, between)
    model = core.fit(table, "y ~ x + (1 | shop)").fixed_effects.loc["x"]
    plain = core.fit(table, "y ~ x").fixed_effects.loc["x"]
    z = abs(plain["estimate"]) / plain["std_error"]
    if 1.9 < z < 2.0:
        return  # the rule for plain regression is normal, the table's interval t
    turned = (model["low"] > 0 > plain["high"]) or (model["high"] < 0 < plain["low"])
    assert bool(review_simpson(core.fit(table, "y ~ x + (1 | shop)").linear)) == turned
