"""Yes/no outcomes beside probabilities: every figure by brute force over pairs, and over single rows."""

from math import inf, log

import numpy as np
import pandas as pd
import pytest

from core.result.classification import Classification, classify
from core.result.confusion import confusion, rates
from core.result.cox import cox
from core.result.roc import roc
from core.result.scored import NotProbabilities, Outcomes, outcomes, scored

Panel = tuple[np.ndarray, np.ndarray, np.ndarray]


def panel(seed: int = 0, rows: int = 60) -> Panel:
    """Returns probabilities with ties, successes and trials."""
    rng = np.random.default_rng(seed)
    p = rng.integers(1, 20, rows) / 20
    trials = rng.integers(0, 9, rows)
    return p, rng.binomial(trials, p), trials


def expanded(p: np.ndarray, yes: np.ndarray, trials: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns one row for every trial."""
    single = np.concatenate([np.r_[np.ones(s), np.zeros(t - s)] for s, t in zip(yes, trials, strict=True)])
    return np.repeat(p, trials), single


def pairs(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Returns 1, 1/2 or 0 for every pair of a yes and a no: whether the yes is above."""
    above = p[y == 1][:, None] - p[y == 0][None, :]
    return (above > 0) + 0.5 * (above == 0)


def assert_same(one: Classification, other: Classification) -> None:
    """All numbers are equal to rounding: sums of at most some hundred terms."""
    for name in ("area", "low", "high"):
        assert getattr(one.roc, name) == pytest.approx(getattr(other.roc, name), rel=1e-10)
    for name in ("brier", "brier_base", "log_score", "log_score_base"):
        assert getattr(one.calibration, name) == pytest.approx(getattr(other.calibration, name), rel=1e-10)
    for name in ("slope", "intercept", "too_low"):
        a, b = getattr(one.calibration, name), getattr(other.calibration, name)
        assert (a.value, a.std_error) == pytest.approx((b.value, b.std_error), rel=1e-7)
    for a, b in (
        (one.calibration.bins, other.calibration.bins),
        (one.calibration.histogram, other.calibration.histogram),
        (one.lift.table, other.lift.table),
        (one.roc.curve, other.roc.curve),
        (one.precision_recall.curve, other.precision_recall.curve),
    ):
        pd.testing.assert_frame_equal(a, b, rtol=1e-10)


def test_successes_of_trials_are_that_many_single_rows() -> None:
    p, yes, trials = panel()
    whole = classify(p, yes, trials)
    assert_same(whole, classify(*expanded(p, yes, trials)))
    assert whole.at(0.4) == confusion(scored(outcomes(*expanded(p, yes, trials))), 0.4)
    # Weights that count rows are those rows, too.
    assert_same(whole, classify(np.r_[p, p], np.r_[yes, yes], np.r_[trials, trials], np.r_[p * 0 + 1, p * 0]))


def test_the_area_is_the_share_of_pairs_in_order_and_its_error_is_delong_s() -> None:
    p, y = expanded(*panel(1))
    found = roc(outcomes(p, y), 0.95)
    order = pairs(p, y)
    assert found.area == pytest.approx(order.mean(), abs=1e-12)
    m, n = order.shape
    error = np.sqrt(order.mean(axis=1).var(ddof=1) / m + order.mean(axis=0).var(ddof=1) / n)
    centre = log(found.area / (1 - found.area))
    half = 1.959963984540054 * error / (found.area * (1 - found.area))
    ends = 1 / (1 + np.exp(-np.array([centre - half, centre + half])))
    np.testing.assert_allclose([found.low, found.high], ends, rtol=1e-10)
    # The curve is the same area by trapezoids.
    x, height = (found.curve[name] for name in ("false_positive_rate", "true_positive_rate"))
    assert np.trapezoid(height, x) == pytest.approx(found.area, abs=1e-12)


def test_rows_that_are_groups_of_their_own_have_the_interval_of_rows() -> None:
    p, y = expanded(*panel(2))
    alone = roc(outcomes(p, y), 0.95)
    each = roc(outcomes(p, y), 0.95, groups=np.arange(len(p)))
    # Student's quantile for some 240 groups against the normal one: 0.5 % wider.
    assert each.high - each.low == pytest.approx(alone.high - alone.low, rel=0.01)
    assert each.clustered
    assert not alone.clustered


def test_the_interval_of_groups_is_that_of_drawing_groups_again_and_again() -> None:
    """Rows of a group share a shift that the probabilities do not know: rows alone are far too sure."""
    rng = np.random.default_rng(5)
    groups = np.repeat(np.arange(60), 25)
    x = np.repeat(rng.normal(size=60), 25)
    y = rng.binomial(1, 1 / (1 + np.exp(-(0.8 * x + np.repeat(rng.normal(0, 1.5, 60), 25)))))
    p = 1 / (1 + np.exp(-x))
    found, alone = roc(outcomes(p, y), 0.95, groups=groups), roc(outcomes(p, y), 0.95)
    areas = []
    for _ in range(400):
        times = np.bincount(rng.integers(0, 60, 60), minlength=60)[groups]
        areas.append(roc(outcomes(p, y, weights=times), 0.95).area)
    width = np.quantile(areas, 0.975) - np.quantile(areas, 0.025)
    # 400 draws know a width to about 7 %, and 60 groups its own formula to about as much.
    assert found.high - found.low == pytest.approx(width, rel=0.2)
    assert alone.high - alone.low < 0.5 * width


def test_the_interval_over_folds_of_groups_is_that_of_drawing_groups_again_and_again() -> None:
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(40), 30)
    x = 0.6 * rng.normal(size=1200) + 0.6 * rng.normal(size=40)[groups]
    y = rng.binomial(1, 1 / (1 + np.exp(-(0.8 * x + rng.normal(size=40)[groups]))))
    p, fold = 1 / (1 + np.exp(-0.8 * x)), groups % 10
    found = roc(outcomes(p, y), 0.95, groups=groups, folds=fold)
    areas = []
    for _ in range(250):
        times = np.bincount(rng.integers(0, 40, 40), minlength=40)[groups]
        areas.append(roc(Outcomes(p, y * times, (1 - y) * times), 0.95, folds=fold).area)
    width = np.quantile(areas, 0.975) - np.quantile(areas, 0.025)
    # 250 draws know a width to about 9 %; Student's quantile for 40 groups and I / (I - 1) add 5 %.
    assert 0.85 * width < found.high - found.low < 1.3 * width


def test_folds_are_compared_within_themselves_alone() -> None:
    """Without predictors each fold's rate is above that held out: pooled ranks would call that a skill."""
    rng = np.random.default_rng(8)
    fold = np.arange(300) % 10
    y = rng.binomial(1, 0.4, 300)
    p = np.array([y[fold != k].mean() for k in range(10)])[fold]
    assert roc(outcomes(p, y), 0.95).area < 0.45
    found = classify(p, y, folds=fold)
    assert found.roc.area == pytest.approx(0.5, abs=1e-12)
    np.testing.assert_allclose(found.lift.table["lift"], 1.0, rtol=1e-9)


def test_the_area_over_folds_is_that_of_its_average_curve() -> None:
    p, y = expanded(*panel(3))
    fold = np.random.default_rng(1).integers(0, 4, len(p))
    found = roc(outcomes(p, y), 0.95, folds=fold)
    orders = [pairs(p[fold == k], y[fold == k]) for k in range(4)]
    share = sum(o.sum() for o in orders) / sum(o.size for o in orders)
    assert found.area == pytest.approx(share, abs=1e-12)
    x, height = (found.curve[name] for name in ("false_positive_rate", "true_positive_rate"))
    assert np.trapezoid(height, x) == pytest.approx(found.area, abs=1e-12)
    assert (np.diff(x) >= 0).all()
    assert (np.diff(height) >= -1e-12).all()
    assert found.low < found.area < found.high


def test_all_pairs_in_order_are_no_proof_of_a_perfect_rank() -> None:
    found = roc(outcomes(np.r_[np.full(10, 0.9), np.full(15, 0.1)], np.r_[np.ones(10), np.zeros(15)]), 0.95)
    assert (found.area, found.high) == (1.0, 1.0)
    # Newcombe (2006) at 1: lack = z sqrt(theta lack / mn (1 + (N - 1)(lack / (1 + lack) + theta / (1 +
    # theta)))), with N = 12.5, solved by hand on a grid.
    lack = np.linspace(1e-6, 0.999, 2_000_000)
    theta = 1 - lack
    rest = 1 + 11.5 * (lack / (1 + lack) + theta / (1 + theta))
    far = lack - 1.959963984540054 * np.sqrt(theta * lack / 150 * rest)
    assert found.low == pytest.approx(1 - lack[np.argmax(far > 0)], abs=2e-6)
    assert "Newcombe" in found.how
    fold = np.r_[np.arange(10) % 3, np.arange(15) % 3]  # pairs weigh by thirds, which do not add up to 1
    rows = outcomes(np.r_[np.full(10, 0.9), np.full(15, 0.1)], np.r_[np.ones(10), np.zeros(15)])
    assert roc(rows, 0.95, folds=fold).area == 1.0
    assert roc(rows, 0.95, folds=fold).low == pytest.approx(found.low)
    turned = roc(outcomes(np.r_[np.full(10, 0.1), np.full(15, 0.9)], np.r_[np.ones(10), np.zeros(15)]), 0.95)
    assert (turned.area, turned.low) == (0.0, 0.0)
    assert turned.high == pytest.approx(1 - found.low, abs=1e-12)


def test_counts_at_every_threshold() -> None:
    p, y = expanded(*panel(4))
    whole = scored(outcomes(p, y))
    for threshold in [0.0, 1.0, *np.unique(p), *np.linspace(0.013, 0.97, 50)]:
        called = p >= threshold
        found = confusion(whole, threshold)
        hand = [(called & (y == 1)).sum(), (called & (y == 0)).sum(), (~called & (y == 1)).sum()]
        assert [found.true_positive, found.false_positive, found.false_negative] == hand
        assert found.n == len(y)
        assert found.accuracy == pytest.approx((called == (y == 1)).mean())
    half = rates(confusion(whole, 0.5), 0.95)
    called, right = p >= 0.5, (p >= 0.5) == (y == 1)
    assert half.loc["precision", "estimate"] == pytest.approx(y[called].mean())
    assert half.loc["recall", "estimate"] == pytest.approx(called[y == 1].mean())
    assert half.loc["specificity", "estimate"] == pytest.approx((~called)[y == 0].mean())
    assert half.loc["accuracy", "estimate"] == pytest.approx(right.mean())
    both = half.loc[["precision", "recall"], "estimate"]
    assert half.loc["f1", "estimate"] == pytest.approx(2 / (1 / both).sum())
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(right.sum(), len(right), method="wilson")
    assert tuple(half.loc["accuracy", ["low", "high"]]) == pytest.approx((low, high))


def test_what_is_undefined_is_unknown_with_a_reason_and_not_0() -> None:
    none = scored(outcomes(np.array([0.2, 0.3]), np.array([0, 1])))
    found = confusion(none, 0.9)
    assert np.isnan(found.precision)
    assert np.isnan(found.f1)
    assert found.recall == 0.0
    assert "No row is called a yes" in found.undefined["precision"]
    for y, missing in ((np.zeros(5), "recall"), (np.ones(5), "specificity")):
        one = classify(np.linspace(0.1, 0.9, 5), y)
        assert np.isnan([one.roc.area, one.roc.low, one.calibration.slope.value]).all()
        assert np.isnan(getattr(one.at(0.5), missing))
        assert missing in one.at(0.5).undefined
    assert np.isnan(classify(np.linspace(0.1, 0.9, 5), np.zeros(5)).lift.table["lift"]).all()
    nothing = classify(np.array([0.5]), np.array([0]), np.array([0]))
    assert np.isnan(nothing.at(0.5).accuracy)
    assert np.isnan(nothing.calibration.brier)
    assert set(nothing.at(0.5).undefined) == set(rates(nothing.at(0.5), 0.95).index)


def test_equal_rows_that_differ_by_rounding_are_ties() -> None:
    p = np.array([0.3, 0.3 * (1 + 1e-15), 0.1 + 0.2, 0.6])
    whole = scored(outcomes(p, np.array([1, 0, 1, 1])))
    assert len(whole.probability) == 2
    assert confusion(whole, 0.3).called == 4


def test_average_precision_by_hand() -> None:
    p, y = expanded(*panel(6))
    found = classify(p, y).precision_recall
    total, before = 0.0, 0.0
    for threshold in np.unique(p)[::-1]:
        recall = (y[p >= threshold] == 1).sum() / y.sum()
        total += (recall - before) * y[p >= threshold].mean()
        before = recall
    assert found.average == pytest.approx(total, rel=1e-12)
    assert found.curve["recall"].iloc[-1] == 1.0
    assert found.curve["precision"].iloc[-1] == pytest.approx(found.rate)


def test_calibration_beside_statsmodels_and_single_rows() -> None:
    import statsmodels.api as sm

    p, y = expanded(*panel(7, rows=200))
    p = p**1.3
    found = classify(p, y).calibration
    x = np.log(p / (1 - p))
    fit = sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial()).fit(tol=1e-12)
    ours = [found.intercept.value, found.slope.value, found.intercept.std_error, found.slope.std_error]
    np.testing.assert_allclose(ours, [*fit.params, *fit.bse], rtol=1e-6)
    assert found.brier == pytest.approx(np.mean((y - p) ** 2))
    assert found.log_score == pytest.approx(-np.mean(np.where(y == 1, np.log(p), np.log(1 - p))))
    assert found.brier_base == pytest.approx(np.mean((y - y.mean()) ** 2))
    assert found.log_score_base == pytest.approx(
        -(y.mean() * log(y.mean())) - (1 - y.mean()) * log(1 - y.mean())
    )
    assert found.bins["n"].sum() == len(y)
    assert found.bins["n"] @ found.bins["observed"] == pytest.approx(y.sum())
    assert found.bins["n"] @ found.bins["predicted"] == pytest.approx(p.sum())
    assert found.bins["predicted"].is_monotonic_increasing
    assert (found.bins["low"] <= found.bins["observed"]).all()
    assert found.histogram["high"].iloc[-1] == 1.0
    assert found.histogram[["yes", "no"]].sum().tolist() == [y.sum(), (1 - y).sum()]
    # Equal parts but for ties: no part is above 1.6 times a tenth here, where a value has about a 20th.
    assert found.bins["n"].between(0.4 * len(y) / 10, 1.6 * len(y) / 10).all()


def test_true_probabilities_are_calibrated() -> None:
    rng = np.random.default_rng(11)
    p = rng.beta(1, 3, 40_000)
    found = classify(p, rng.binomial(1, p)).calibration
    for line, truth in ((found.slope, 1.0), (found.intercept, 0.0)):
        assert abs(line.value - truth) < 3.5 * line.std_error
    inside = (found.bins["low"] <= found.bins["predicted"]) & (found.bins["predicted"] <= found.bins["high"])
    assert inside.sum() >= 8  # ten 95 % intervals: fewer than 8 once in a hundred


def test_separated_or_equal_probabilities_have_no_slope_and_sure_failures_an_endless_score() -> None:
    for p in (np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.9, 0.8, 0.2, 0.1]), np.full(4, 0.5)):
        intercept, slope = cox(p, np.array([0.0, 0, 1, 1]), np.array([1.0, 1, 0, 0]))
        assert np.isnan([intercept.value, slope.value]).all()
    assert classify(np.array([0.0, 0.5]), np.array([1, 0])).calibration.log_score == inf
    assert np.isfinite(classify(np.array([0.0, 0.5]), np.array([0, 1])).calibration.log_score)


def test_bars_of_small_probabilities_end_at_a_round_number() -> None:
    for most, end in ((0.013, 0.02), (0.05, 0.05), (0.21, 0.5), (3e-6, 1e-5), (1.0, 1.0)):
        spread = classify(np.array([most, most / 3]), np.array([1, 0])).calibration.histogram
        assert spread["high"].iloc[-1] == pytest.approx(end)
        assert spread[["yes", "no"]].sum().tolist() == [1, 1]


def test_gains_and_lift_by_hand() -> None:
    p, y = expanded(*panel(9, rows=300))
    found = classify(p, y).lift.table
    rng = np.random.default_rng(2)
    for share in (0.1, 0.37, 1.0):
        most = round(share * len(y))
        caught = []
        for _ in range(300):  # ties are asked in any order
            order = np.lexsort((rng.random(len(p)), -p))
            caught.append(y[order][:most].sum())
        error = 4 * np.std(caught) / np.sqrt(300) + 1.0  # and up to one for a part of an outcome
        assert found.loc[share, "reached"] * y.sum() == pytest.approx(np.mean(caught), abs=error)
    assert found.loc[1.0, "lift"] == pytest.approx(1.0)
    assert found.loc[0.1, "low"] < found.loc[0.1, "lift"] < found.loc[0.1, "high"]
    assert (found["reached"] <= found["best"] + 1e-12).all()


def test_large_tables_are_quick_and_drawn_with_few_points() -> None:
    rng = np.random.default_rng(12)
    p = rng.random(200_000)
    found = classify(p, rng.binomial(1, p))
    assert len(found.roc.curve) <= 402
    assert len(found.precision_recall.curve) <= 402
    x, height = (found.roc.curve[name] for name in ("false_positive_rate", "true_positive_rate"))
    # Four hundred straight pieces of a smooth curve; its area is 5/6 when y is drawn with evenly spread p.
    assert np.trapezoid(height, x) == pytest.approx(found.roc.area, abs=1e-4)
    assert found.roc.area == pytest.approx(5 / 6, abs=0.004)


@pytest.mark.parametrize(
    ("p", "yes", "trials"),
    [
        ([0.5, 1.2], [0, 1], [1, 1]),
        ([0.5, np.nan], [0, 1], [1, 1]),
        ([0.5], [3], [2]),
        ([0.5], [0, 1], [1, 1]),
    ],
)
def test_what_are_no_probabilities_is_refused(p: list[float], yes: list[float], trials: list[float]) -> None:
    with pytest.raises(NotProbabilities):
        classify(np.array(p), np.array(yes), np.array(trials))
