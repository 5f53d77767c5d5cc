"""The family of an outcome: from its cells and its name, with the figures that speak for it; else normal."""

import numpy as np
import pandas as pd
import pytest

from core.table.guess import FamilyGuess
from core.table.guess_family import guess_family
from core.table.read import read_table
from core.table.roles import guess_family_of, guess_roles
from core.table.samples import read_sample
from core.table.spread import dispersion

ROWS = 400


def of(name: str, values: object, **given: object) -> FamilyGuess:
    table = read_table(pd.DataFrame({name: values} | {k: v for k, v in given.items() if k != "trials"}))
    group = "store" if "store" in given else None
    return guess_family(table, name, group=group, trials=given.get("trials", ()))  # type: ignore[arg-type]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


SAMPLES = {
    "retail_panel": ("sales", "store", "gaussian", None),
    "season_pass": ("bought", "channel", "binomial", "contacted"),
    "ab_test": ("converted", "user", "binomial", None),
    "conversions": ("converted", "landing_page", "binomial", None),
    "grunfeld": ("invest", "firm", "gaussian", None),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_sample_is_guessed(sample: str) -> None:
    roles = guess_roles(read_sample(sample))
    found = (roles.outcome.column, roles.groups[0].column, roles.family.family, roles.family.trials)
    assert found == SAMPLES[sample]


@pytest.mark.parametrize(("sample", "first"), [("season_pass", "promo"), ("ab_test", "variant")])
def test_what_was_tried_in_a_sample_is_its_first_predictor(sample: str, first: str) -> None:
    assert guess_roles(read_sample(sample)).predictors[0].column == first


@pytest.mark.parametrize(
    ("values", "event", "reason"),
    [
        ([0, 1, 1, 0, 0], None, "'y' holds only 0 and 1"),
        ([0.0, 1.0, np.nan, 0.0, 1.0], None, "'y' holds only 0 and 1"),
        (["yes", "no", "no", "yes", "no"], None, "'y' is yes or no"),
        ([True, False, False, True, True], None, "'y' is yes or no"),
        (["buyer", "visitor", "visitor"], "buyer", "'y' has two values: 'buyer' says yes"),
        ([1, 2] * 10, "2", "'y' holds only 1 and 2; the larger one counts as yes"),
        ([-1, 1] * 10, "1", "'y' holds only -1 and 1; the larger one counts as yes"),
    ],
)
def test_two_values_are_binomial(values: list[object], event: str | None, reason: str) -> None:
    assert of("y", values) == FamilyGuess("binomial", event, None, reason)


def test_successes_of_trials_are_binomial_with_them() -> None:
    roles = guess_roles(read_sample("season_pass"))
    said = "'bought' counts successes out of 'contacted', which it never exceeds"
    assert roles.family == FamilyGuess("binomial", None, "contacted", said)


def test_orders_that_never_exceed_visits_are_not_successes_of_them(rng: np.random.Generator) -> None:
    """A count beside a larger count is no trial unless one of the names says so."""
    visits = rng.poisson(900, ROWS)
    guess = of("orders", rng.poisson(6, ROWS), visits=visits, trials=("visits",))
    assert (guess.family, guess.trials) == ("poisson", None)
    assert of("converted", rng.poisson(6, ROWS), visits=visits, trials=("visits",)).trials == "visits"
    assert of("orders", rng.poisson(6, ROWS), offered=visits, trials=("offered",)).trials == "offered"


def test_counts_are_poisson_while_they_scatter_no_more_than_their_mean(rng: np.random.Generator) -> None:
    guess = of("orders", rng.poisson(4, ROWS))
    assert guess.family == "poisson"
    assert guess.reason.startswith("'orders' holds counts; their variance is ")


def test_counts_that_scatter_more_are_negative_binomial_and_the_figure_is_given(
    rng: np.random.Generator,
) -> None:
    """Variance of a negative binomial of size 2 and mean 4 is 4 + 16/2 = 12, three times its mean.

    The figure said is NumPy's variance over its mean, to one decimal.
    """
    counts = rng.negative_binomial(2, 2 / 6, ROWS)
    guess = of("orders", counts)
    assert guess.family == "negative_binomial"
    assert f"their variance is {np.var(counts, ddof=1) / counts.mean():.1f} times their mean" in guess.reason


def test_stores_of_different_size_do_not_make_counts_scatter(rng: np.random.Generator) -> None:
    """Poisson within 40 stores with means from 1 to 30: over all, the variance is many times the mean."""
    means = np.repeat(np.linspace(1, 30, 40), 10)
    counts, stores = rng.poisson(means), np.repeat([f"S{k}" for k in range(40)], 10)
    assert np.var(counts) > 3 * counts.mean()
    assert of("orders", counts).family == "negative_binomial"
    guess = of("orders", counts, store=stores)
    assert guess.family == "poisson"
    assert "variance within groups" in guess.reason


def test_unnamed_whole_numbers_are_counts_when_they_lean_to_the_right(rng: np.random.Generator) -> None:
    assert of("y", rng.poisson(2, ROWS)).family == "poisson"
    assert of("y", 30 - rng.poisson(2, ROWS)).family == "gaussian"


def test_amounts_that_lean_far_to_the_right_are_gamma(rng: np.random.Generator) -> None:
    guess = of("basket", np.round(rng.gamma(1.5, 20, ROWS) + 0.01, 2))
    assert guess.family == "gamma"
    assert "lean far to the right (skewness" in guess.reason
    assert of("basket", np.exp(rng.normal(3, 0.8, ROWS))).family == "gamma"
    assert of("revenue", np.ceil(rng.gamma(1, 400, ROWS))).family == "gamma"


def test_amounts_that_lean_only_because_stores_differ_are_normal(rng: np.random.Generator) -> None:
    """Sales within 10 % of the store's usual, stores from 1 to 50: skewed over all, symmetrical within."""
    usual = np.repeat(np.exp(rng.normal(0, 1, 40)), 10)
    sales, stores = usual * rng.normal(1, 0.1, ROWS), np.repeat([f"S{k}" for k in range(40)], 10)
    assert of("sales", sales).family == "gamma"
    assert of("sales", sales, store=stores).family == "gaussian"


WRONG = {
    "an id": ("customer_id", lambda rng: np.arange(1001, 1001 + ROWS), "named like codes"),
    "a small id": ("store_no", lambda rng: rng.poisson(3, ROWS), "named like codes or dates"),
    "a year": ("year", lambda rng: 2015 + rng.poisson(2, ROWS), "named like codes or dates"),
    "a rating": ("rating", lambda rng: rng.choice(5, ROWS, p=[0.5, 0.2, 0.1, 0.1, 0.1]) + 1, "like ratings"),
    "a rating by its scale": ("y", lambda rng: rng.integers(1, 6, ROWS), "from 1 to 5, as ratings do"),
    "recommendations": ("nps", lambda rng: rng.integers(0, 11, ROWS), "named like ratings"),
    "units by the hundred": ("units", lambda rng: np.tile([112, 214, 316], 9), "214 on average"),
    "a change": ("change", lambda rng: rng.integers(-3, 9, ROWS), "some below 0"),
    "one value": ("y", lambda rng: np.full(ROWS, 7), "always 7"),
    "two measurements": ("y", lambda rng: [3.5, 4.5], "holds measurements"),
    "two cells": ("y", lambda rng: [3, 19, 3], "do not lean"),
    "normal sales": ("sales", lambda rng: rng.normal(40, 4, ROWS), "holds measurements"),
    "few amounts": ("amount", lambda rng: rng.gamma(1, 1, 20), "holds measurements"),
    "text": ("bought", lambda rng: ["a", "b", "c"], "holds 3 texts, and an outcome may have two"),
    "dates": ("date", lambda rng: pd.date_range("2025-01-01", periods=9), "neither numbers nor two values"),
    "nothing but gaps": ("y", lambda rng: [np.inf, -np.inf, np.nan], "holds no numbers"),
}


@pytest.mark.parametrize(("name", "draw", "reason"), WRONG.values(), ids=WRONG.keys())
def test_what_tempts_stays_normal(name: str, draw: object, reason: str, rng: np.random.Generator) -> None:
    guess = of(name, draw(rng))  # type: ignore[operator]
    assert (guess.family, guess.event, guess.trials) == ("gaussian", None, None)
    assert reason in guess.reason


def test_revenue_with_zeros_is_normal_and_says_why_it_is_no_gamma(rng: np.random.Generator) -> None:
    revenue = np.where(rng.random(ROWS) < 0.5, 0, rng.gamma(1.2, 40, ROWS).round(2) + 0.01)
    guess = of("revenue", revenue)
    assert guess.family == "gaussian"
    zeros = int((revenue == 0).sum())
    assert guess.reason == (
        f"'revenue' holds amounts that lean to the right, but {zeros:,} of them are 0, which no Gamma model "
        "can have"
    )


def test_text_of_two_values_is_the_outcome_by_its_name_only() -> None:
    cells = [
        (f"S{i % 4}", f"{i}.5", "won" if i % 3 else "open", "red" if i % 2 else "blue") for i in range(24)
    ]
    rows = "\n".join(map(",".join, cells))
    roles = guess_roles(read_table(f"store,x,response,colour\n{rows}\n".encode(), name="f.csv"))
    assert roles.outcome.column == "response"
    assert roles.family == FamilyGuess("binomial", "won", None, "'response' has two values: 'won' says yes")
    assert [g.column for g in roles.predictors] == ["x", "colour"]


def test_another_outcome_is_guessed_with_its_own_trials() -> None:
    table = read_sample("season_pass")
    assert guess_family_of(table, "bought", "channel").trials == "contacted"
    assert guess_family_of(table, "contacted", "channel").family == "gaussian"


def test_hostile_names_are_quoted_and_harmless() -> None:
    table = read_table(pd.DataFrame({"<b>x</b>\n" * 30: ["a\u202eb", "c"] * 3}))
    guess = guess_family(table, table.names[0])
    assert guess.family == "binomial"
    assert "\u202e" not in guess.reason and "\n" not in guess.reason
    assert len(guess.reason) < 200


@pytest.mark.parametrize("mean", [0.3, 4.0])
def test_dispersion_of_poisson_counts_is_one_in_groups_of_any_size(mean: float) -> None:
    """40,000 counts in groups of 2: the error of the dispersion is root (2 / 20,000), times 3."""
    counts = np.random.default_rng(8).poisson(mean, 40_000).astype(float)
    means = np.repeat(counts.reshape(-1, 2).mean(axis=1), 2)
    assert dispersion(counts, means, np.full(40_000, 2.0)) == pytest.approx(1, abs=0.03)
