"""Ranking by contrasts, levels, responses and profit: against other codings of a model, draws and predict."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.errors import InnerGrouping, NeverMoves, WhichGrouping
from core.decide.quantity_errors import (
    BadPrice,
    BadWeights,
    BlankStated,
    NoSuchPredictor,
    NotAnAmount,
    ProfitBent,
    SameForAll,
    StatedAround,
    UnknownTerm,
)
from core.decide.reading import reading
from core.design.errors import UnseenValues
from core.errors import PanelwiseError
from core.result.held import averages
from tests.core.decide.panels import panel

FRAME = panel()
BOTH = "sales ~ tv + web + size + (1 + tv + web | store)"


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(FRAME, BOTH)


def test_a_contrast_is_the_slope_of_the_same_model_on_the_sum() -> None:
    """With s = tv + web in the model, the coefficient of tv is how much more it does than web."""
    summed = FRAME.assign(s=FRAME["tv"] + FRAME["web"])
    ours = core.tiers(core.fit(FRAME, BOTH), core.Contrast({"tv": 1, "web": -1}))
    known = core.tiers(core.fit(summed, "sales ~ tv + s + size + (1 + tv + s | store)"), "tv")
    assert (ours.slope, ours.sizes, ours.detectable) == ("tv - web", known.sizes, True)
    mine, theirs = ours.table.sort_index(), known.table.sort_index()
    np.testing.assert_allclose(mine["raw"], theirs["raw"], rtol=1e-6)  # one likelihood, two codings
    # What the data leave open of 12 stores' variances is weighed by a prior in each coding's own terms.
    assert (np.abs(mine["pooled"] - theirs["pooled"]) < 0.2 * mine["std_error"]).all()
    np.testing.assert_allclose(mine["std_error"], theirs["std_error"], rtol=0.15)
    np.testing.assert_allclose(mine["rank"], theirs["rank"], atol=0.6)
    np.testing.assert_allclose(mine["p_tier_1"], theirs["p_tier_1"], atol=0.08)


def test_a_contrast_is_that_of_the_draws(fit: core.Fit) -> None:
    found = core.tiers(fit, core.Contrast({"tv": 2, "web": 0.5}), seed=3, n_draws=400)
    draws = fit.draws(400, 3).groups["store"]
    totals = 2 * draws[:, :, 1] + 0.5 * draws[:, :, 2]
    table = found.table.sort_index()
    assert found.slope == "2 tv + 0.5 web"
    np.testing.assert_allclose(table["p_positive"], (totals > 0).mean(axis=0))
    ranks = (-totals).argsort(axis=1).argsort(axis=1) + 1
    np.testing.assert_allclose(table["rank"], ranks.mean(axis=0))
    # means of 400 draws: four standard errors
    np.testing.assert_allclose(
        table["pooled"], totals.mean(axis=0), atol=4 * totals.std(axis=0).max() / 400**0.5
    )


def test_a_fixed_slope_may_stand_beside_a_varying_one() -> None:
    fit = core.fit(FRAME, "sales ~ tv + web + (1 + tv | store)")
    found = core.tiers(fit, core.Contrast({"tv": 1, "web": -1}), seed=1, n_draws=300)
    plain = core.tiers(fit, "tv", seed=1, n_draws=300)
    web = fit.fixed_effects.loc["web", "estimate"]
    both = found.table.sort_index(), plain.table.sort_index()
    # web's effect is averaged over the variances too, which moves it by next to nothing
    np.testing.assert_allclose(both[0]["pooled"], both[1]["pooled"] - web, atol=0.01)
    np.testing.assert_allclose(both[0]["rank"], both[1]["rank"])
    draws = fit.draws(300, 1)
    difference = draws.groups["store"][:, :, 1] - draws.fixed[:, [fit.fixed_effects.index.get_loc("web")]]
    np.testing.assert_allclose(both[0]["p_positive"], (difference > 0).mean(axis=0))


def test_the_level_is_the_baseline_at_average_predictors(fit: core.Fit) -> None:
    ours, known = (core.tiers(fit, quantity, n_draws=200) for quantity in (core.Level(), "(Intercept)"))
    pd.testing.assert_frame_equal(ours.table, known.table)
    stated = core.tiers(fit, core.Response({}), n_draws=200)
    pd.testing.assert_frame_equal(stated.table, known.table)
    assert stated.slope == "expected sales at average predictors"


def test_groups_without_a_baseline_of_their_own_have_levels_too() -> None:
    fit = core.fit(FRAME, "sales ~ tv + (0 + tv | store)")
    ours, by_slope = core.tiers(fit, core.Level(), n_draws=200), core.tiers(fit, "tv", n_draws=200)
    assert ours.table.index.tolist() == by_slope.table.index.tolist()


ROWS = {
    "sales ~ tv + web + size + (1 + tv + web | store)": {"tv": 20, "web": 3.0, "size": 2.0},
    "sales ~ tv * region + log(web) + (1 + tv | store)": {"tv": "12.5", "web": 2, "region": "r1"},
    "sales ~ center(tv) * scale(web) + sqrt(tv) + (1 + center(tv) | store)": {"tv": 30, "web": 1},
}


@pytest.mark.parametrize("formula", ROWS)
def test_a_response_is_what_predict_says_of_the_row(formula: str) -> None:
    row = ROWS[formula]
    fit = core.fit(FRAME, formula)
    stores = sorted(set(FRAME["store"]))
    new = pd.DataFrame({**row, "store": stores}).assign(tv=float(row["tv"]))
    found = core.tiers(fit, core.Response(row), n_draws=100)
    table = found.table.loc[stores]
    known = fit.predict(new, groups="known")
    # `predict` has the best-fitting variances, on or near their boundary here; these are averaged over those
    # that the data leave open.
    assert (np.abs(table["pooled"] - known["mean"].to_numpy()) < 0.5 * table["std_error"]).all()
    # The fixed part alone is the typical store's, exactly.
    names = fit.linear.lead.problem.fixed
    weights = reading(fit, core.Response(row)).weights(fit.linear.lead, names)
    typical = fit.predict(new.head(1), groups="typical")["mean"].iloc[0]
    assert float(weights @ fit.linear.lead.fixed) == pytest.approx(typical, rel=1e-9)


def test_what_is_not_stated_stands_at_its_average(fit: core.Fit) -> None:
    names = fit.linear.lead.problem.fixed
    usual = dict(zip(names, averages(fit.linear.lead, names), strict=True))
    told = reading(fit, core.Response({"tv": 5})).weights(fit.linear.lead, names)
    assert dict(zip(names, told, strict=True)) == {**usual, "tv": 5.0}


def test_responses_of_yes_and_no_are_probabilities_and_rank_as_log_odds_do() -> None:
    fit = core.fit(FRAME, "bought ~ tv + (1 | store)", family="binomial")
    at = {"tv": 12.0}
    found = core.tiers(fit, core.Response(at), n_draws=500, seed=2)
    table, level = found.table.sort_index(), core.tiers(fit, core.Level(), n_draws=500, seed=2).table
    np.testing.assert_allclose(table["rank"], level["rank"].sort_index())
    draws = fit.draws(500, 2)
    eta = draws.groups["store"][:, :, 0] + 12.0 * draws.fixed[:, [1]]
    probability = 1 / (1 + np.exp(-eta))
    assert ((table[["pooled", "low", "high", "raw"]] >= 0) & (table[["pooled", "low", "high"]] <= 1)).any(
        axis=None
    )
    # The middle of a bent scale lies within a tenth of an SD of the mean here; five SDs of the mean of 500.
    np.testing.assert_allclose(table["pooled"], np.median(probability, axis=0), atol=0.02)
    np.testing.assert_allclose(table["std_error"], probability.std(axis=0), rtol=0.2)
    np.testing.assert_allclose(table["low"], np.quantile(probability, 0.025, axis=0), atol=0.04)


def test_rates_are_per_unit_of_exposure_unless_it_is_stated() -> None:
    fit = core.fit(FRAME, "orders ~ tv + offset(log(visits)) + (1 | store)", family="poisson")
    one = core.tiers(fit, core.Response({"tv": 10}), n_draws=100).table
    ten = core.tiers(fit, core.Response({"tv": 10, "visits": 40}), n_draws=100).table
    np.testing.assert_allclose(ten["pooled"], 40 * one["pooled"], rtol=1e-9)


def test_profit_is_margin_times_slope_less_cost(fit: core.Fit) -> None:
    paid = core.tiers(fit, core.Profit("tv", margin=2.5, cost=1.2), seed=4, n_draws=400)
    plain = core.tiers(fit, "tv", seed=4, n_draws=400)
    assert paid.break_even == pytest.approx(1.2 / 2.5)
    assert plain.break_even is None
    ours, slopes = paid.table.sort_index(), plain.table.sort_index()
    for name in ("raw", "pooled", "low", "high"):
        np.testing.assert_allclose(ours[name], 2.5 * slopes[name] - 1.2, rtol=1e-9)
    np.testing.assert_allclose(ours["std_error"], 2.5 * slopes["std_error"])
    np.testing.assert_allclose(ours[["rank", "tier"]], slopes[["rank", "tier"]])
    draws = fit.draws(400, 4).groups["store"][:, :, 1]
    np.testing.assert_allclose(ours["p_positive"], (draws > 1.2 / 2.5).mean(axis=0))


@pytest.mark.parametrize(
    "formula", ["sales ~ scale(tv) + (1 + scale(tv) | store)", "scale(sales) ~ tv + (1 + tv | store)"]
)
def test_profit_is_per_unit_of_the_amount_however_the_model_is_coded(formula: str) -> None:
    term = "scale(tv)" if "scale(tv)" in formula else "tv"
    ours = core.tiers(core.fit(FRAME, formula), core.Profit(term, 3.0, 1.0)).table.sort_index()
    fit = core.fit(FRAME, "sales ~ tv + (1 + tv | store)")
    known = core.tiers(fit, core.Profit("tv", 3.0, 1.0)).table.sort_index()
    # The same likelihood in two codings: two searches and two importance samples.
    for name in ("raw", "pooled", "std_error", "p_positive", "rank"):
        np.testing.assert_allclose(ours[name], known[name], rtol=0.05, atol=0.05, err_msg=name)


def test_groups_within_others_hold_those_part() -> None:
    fit = core.fit(FRAME, "sales ~ tv + web + (1 + tv | store) + (0 + tv | region)")
    ours = core.tiers(fit, core.Contrast({"tv": 1}), factor="store", n_draws=200)
    known = core.tiers(fit, "tv", factor="store", n_draws=200)
    pd.testing.assert_frame_equal(ours.table, known.table)
    with pytest.raises(WhichGrouping, match="tv - web"):
        core.tiers(fit, core.Contrast({"tv": 1, "web": -1}))


def test_new_groups_are_told_of_by_any_quantity(fit: core.Fit) -> None:
    paid = core.newcomer(fit, core.Profit("tv", 2.0, 1.0), n_draws=300)
    plain = core.newcomer(fit, "tv", n_draws=300)
    np.testing.assert_allclose(paid.slope, 2.0 * plain.slope - 1.0)
    assert paid.needed == plain.needed
    pd.testing.assert_frame_equal(paid.known, plain.known)


WRONG = {
    "term": (core.Contrast({"tvv": 1}), UnknownTerm, "Did you mean 'tv'"),
    "no weights": (core.Contrast({}), BadWeights, "weighed by nothing"),
    "zero": (core.Contrast({"tv": 0}), BadWeights, "weighed by"),
    "nan": (core.Contrast({"tv": float("nan")}), BadWeights, "weighed by"),
    "words": (core.Contrast({"tv": "much"}), BadWeights, "weighed by"),
    "fixed alone": (core.Contrast({"size": 1, "region[r1]": 1}), UnknownTerm, "region"),
    "no differences": (core.Contrast({"size": 3}), SameForAll, "These differ by group: tv, web"),
    "margin": (core.Profit("tv", 0.0), BadPrice, "margin above zero"),
    "cost": (core.Profit("tv", 1.0, -1.0), BadPrice, "cost of zero or more"),
    "profit of": (core.Profit("radio", 1.0), UnknownTerm, "no slope called 'radio'"),
    "profit of fixed": (core.Profit("size", 1.0), SameForAll, "the same for every group"),
    "stated": (core.Response({"radio": 1}), NoSuchPredictor, "These can be stated: tv, web, size"),
    "outcome stated": (core.Response({"sales": 1}), NoSuchPredictor, "no predictor 'sales'"),
    "blank": (core.Response({"tv": None}), BlankStated, "No value is stated for 'tv'"),
    "text": (core.Response({"tv": "lots"}), PanelwiseError, "tv"),
}


@pytest.mark.parametrize("case", WRONG)
def test_quantities_that_cannot_be_ranked_by_are_sentences(fit: core.Fit, case: str) -> None:
    quantity, kind, words = WRONG[case]
    with pytest.raises(kind, match=words) as error:
        core.tiers(fit, quantity)
    assert str(error.value).endswith(".")


def test_profit_needs_amounts_and_an_outcome_in_their_own_units() -> None:
    logged = core.fit(FRAME, "sales ~ log1p(tv) + (1 + log1p(tv) | store)")
    with pytest.raises(NotAnAmount, match="depends on how much is spent"):
        core.tiers(logged, core.Profit("log1p(tv)", 1.0))
    for formula, family in (("bought ~ tv + (1 + tv | store)", "binomial"), ("log(sales) ~ tv", "gaussian")):
        bent = core.fit(FRAME, formula if "|" in formula else f"{formula} + (1 + tv | store)", family=family)
        with pytest.raises(ProfitBent, match="not in units of"):
            core.tiers(bent, core.Profit("tv", 1.0))


def test_a_row_cannot_state_what_differs_by_group_or_was_never_met() -> None:
    split = core.fit(FRAME, "sales ~ within(tv, store) + between(tv, store) + region + (1 | store)")
    with pytest.raises(StatedAround, match="stands for another amount in every group"):
        core.tiers(split, core.Response({"tv": 3}))
    with pytest.raises(UnseenValues, match="has not met these values of 'region'"):
        core.tiers(split, core.Response({"region": "r9"}))


def test_a_contrast_that_never_moves_in_a_group_ranks_nothing() -> None:
    with pytest.raises(NeverMoves):
        core.tiers(core.fit(FRAME, "sales ~ tv + size + (1 + size | store)"), core.Contrast({"size": 1}))


def test_alike_within_an_outer_group_is_told() -> None:
    rng = np.random.default_rng(1)
    flat = FRAME.assign(sales=rng.normal(size=len(FRAME)) + FRAME["region"].map({"r0": 0, "r1": 3, "r2": 6}))
    fit = core.fit(flat, "sales ~ tv + (1 | region) + (1 | store)")
    if fit.linear.sides["store"].singular:
        with pytest.raises(InnerGrouping):
            core.tiers(fit, core.Level(), factor="store")
