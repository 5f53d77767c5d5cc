"""Yes/no outcomes held out: each part is foretold as a fit to the others foretells it."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

import core
from core.design.matrix import build_design
from core.result.chances import chances
from core.result.k_fold import NoFoldFitted

TEXT = "y ~ x + (1 + x | g)"


def panel(groups: int = 12, rows: int = 40, seed: int = 4, spread: float = 0.8) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), rows)
    u, v = rng.normal(0, spread, groups), rng.normal(0, 0.4, groups)
    x = rng.normal(size=groups * rows)
    y = rng.binomial(1, expit(-0.4 + u[g] + (0.9 + v[g]) * x))
    return pd.DataFrame({"y": y, "x": x, "g": [f"g{k:02d}" for k in g]})


def normal_mean(eta: float, variance: float) -> float:
    """Returns the mean probability by integrating over the normal distribution directly."""
    sd = sqrt(variance)
    return quad(lambda z: expit(eta + sd * z) * norm.pdf(z), -9, 9, epsabs=1e-11)[0]


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_chances_of_known_groups_are_what_predict_says(link: str) -> None:
    frame = panel()
    fit = core.fit(frame, TEXT, family="binomial", link=link)
    found = chances(fit.generalised, fit.generalised.design)
    np.testing.assert_allclose(found, fit.predict(frame)["mean"], rtol=1e-9)


def test_chances_of_new_groups_by_hand() -> None:
    frame = panel()
    fit = core.fit(frame, TEXT, family="binomial")
    strange = frame.assign(g="n" + frame["g"])
    found = chances(fit.generalised, build_design(core.read_table(strange), fit.spec))
    np.testing.assert_allclose(found, fit.predict(frame, groups="new")["mean"], rtol=1e-9)
    b, covariance = fit.fixed_effects["estimate"].to_numpy(), fit.linear.sides["g"].random_covariance
    for row in (0, 77, 300):
        z = np.array([1.0, frame["x"].iloc[row]])
        assert found[row] == pytest.approx(normal_mean(z @ b, z @ covariance @ z), abs=1e-9)


@pytest.mark.slow
def test_each_group_left_out_is_foretold_by_a_fit_to_the_others() -> None:
    """With as many folds as groups there is one way to hold them out, and pairs lie within a group."""
    frame = panel(groups=8)
    spec = core.parse_formula(TEXT, family="binomial")
    found = core.held_out(core.read_table(frame), spec, "g", folds=8, seed=3)
    order, pairs, surprise = 0.0, 0, 0.0
    for name, held in frame.groupby("g"):
        fit = core.fit(frame[frame["g"] != name], spec)
        covariance = fit.linear.sides["g"].random_covariance
        b = fit.fixed_effects["estimate"].to_numpy()
        z = np.column_stack([np.ones(len(held)), held["x"]])
        p = np.array([normal_mean(row @ b, row @ covariance @ row) for row in z])
        y = held["y"].to_numpy()
        above = p[y == 1][:, None] - p[y == 0][None, :]
        order, pairs = order + (above > 0).sum(), pairs + above.size
        surprise -= np.log(np.where(y == 1, p, 1 - p)).sum()
    # Another search over other columns: estimates agree to about 1e-4 of their errors.
    assert found.roc.area == pytest.approx(order / pairs, abs=2e-3)
    assert found.calibration.log_score == pytest.approx(surprise / len(frame), rel=1e-4)
    assert found.roc.clustered
    assert found.how == "8 parts, whole groups of 'g' held out, seed 3"


def test_rows_held_out_say_what_new_rows_of_the_same_groups_do() -> None:
    """On 20,000 fresh rows of the groups; 2,400 held-out rows know an area to 0.01, folds cost less."""
    rng = np.random.default_rng(9)
    groups, u = 30, np.random.default_rng(1).normal(0, 1.0, 30)

    def drawn(n: int) -> pd.DataFrame:
        g, x = rng.integers(0, groups, n), rng.normal(size=n)
        return pd.DataFrame({"g": g.astype(str), "x": x, "y": rng.binomial(1, expit(-0.5 + u[g] + 0.7 * x))})

    frame, fresh = drawn(2_400), drawn(20_000)
    spec = core.parse_formula("y ~ x + (1 | g)", family="binomial")
    fit = core.fit(frame, spec)
    known = fit.group_coefficients["g"]["(Intercept)"]
    eta = known[fresh["g"]].to_numpy() + fit.fixed_effects.loc["x", "estimate"] * fresh["x"].to_numpy()
    truth = core.classify(expit(eta), fresh["y"].to_numpy())
    table = core.read_table(frame)
    rows, own = core.held_out(table, spec, seed=2), core.classification(fit, table)
    whole = core.held_out(table, spec, "g", seed=2)
    assert rows.roc.area == pytest.approx(truth.roc.area, abs=0.03)
    assert rows.calibration.log_score == pytest.approx(truth.calibration.log_score, rel=0.04)
    assert own.roc.area > rows.roc.area > whole.roc.area + 0.03  # what is known of groups helps
    slope = rows.calibration.slope
    assert abs(slope.value - 1) < 3 * slope.std_error
    assert whole.calibration.design_effect > 3
    assert rows.calibration.design_effect == 1.0


def test_successes_of_trials_are_held_out_one_by_one() -> None:
    table = core.read_sample("season_pass")
    spec = core.parse_formula("bought | trials(contacted) ~ promo * channel", family="binomial")
    found = core.held_out(table, spec, folds=5, seed=1)
    assert found.scores.all_yes == 1589
    assert found.scores.all_yes + found.scores.all_no == 3156
    own = core.classification(core.fit(table, spec), table)
    # Six rates known to two points each: held out they rank as they do in sample, to about their errors.
    assert found.roc.area == pytest.approx(own.roc.area, abs=0.01)
    assert own.calibration.slope.value == pytest.approx(1.0, abs=1e-6)  # a saturated model is its rates


def test_parts_that_cannot_be_fitted_are_counted() -> None:
    """All yes lie in one group: without it nothing is left to learn from."""
    frame = panel(groups=6)
    frame["y"] = ((frame["g"] == "g00") & (frame["y"] == 1)).astype(int)
    spec = core.parse_formula("y ~ x + (1 | g)", family="binomial")
    found = core.held_out(core.read_table(frame), spec, "g", folds=6)
    assert found.how.endswith("seed 0; 1 of them could not be fitted without")
    assert np.isnan(found.roc.area)  # the yes were never foretold
    frame = frame[frame["g"].isin(["g00", "g01"])]
    with pytest.raises(NoFoldFitted):
        core.held_out(core.read_table(frame), spec, "g", folds=2)


def test_outcomes_that_are_no_yes_or_no_are_refused() -> None:
    frame = panel()
    with pytest.raises(core.PanelwiseError, match="Only models of yes/no"):
        core.classification(core.fit(frame, "x ~ y + (1 | g)"), core.read_table(frame))
    with pytest.raises(core.PanelwiseError, match="Only models of yes/no"):
        core.held_out(core.read_table(frame), core.parse_formula("x ~ y + (1 | g)"))
