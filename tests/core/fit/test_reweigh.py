"""Many re-weightings of a model's groups at once say what one fit each says."""

import numpy as np
import pytest

import core
from core.fit.gaussian import fit_gaussian
from core.fit.hessian import criterion_and_slopes
from core.fit.problem import pose
from core.fit.resample import refitted, resampled
from core.fit.reweigh import groups_of, slopes, without_each
from core.fit.settle import settle
from core.result.variance import shares
from tests.core.fit.reweighed import FORMULAS, drawn, panel

formulas = pytest.mark.parametrize("formula", FORMULAS)
methods = pytest.mark.parametrize("reml", [True, False])


@formulas
@methods
def test_a_group_counted_once_is_the_problem_itself(formula: str, reml: bool) -> None:
    kept = core.moments(panel(), formula)
    groups = groups_of(kept)
    rng = np.random.default_rng(0)
    thetas = np.abs(rng.standard_normal((4, len(groups.problem.shape.rows)))) + 0.05
    found = slopes(groups, np.ones((4, groups.count)), thetas, reml)
    for k, theta in enumerate(thetas):
        value, gradient, hessian = criterion_and_slopes(pose(kept), theta, reml)
        # The sums are those of `objective` in another order: rounding alone parts them.
        assert found.value[k] == pytest.approx(value, rel=1e-11)
        np.testing.assert_allclose(found.gradient[k], gradient, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(found.hessian[k], hessian, rtol=1e-8, atol=1e-8)


@formulas
@methods
def test_derivatives_are_those_of_the_value(formula: str, reml: bool) -> None:
    groups = groups_of(core.moments(panel(), formula))
    rng = np.random.default_rng(1)
    counts = rng.multinomial(groups.count, np.full(groups.count, 1 / groups.count), size=3).astype(float)
    m = len(groups.problem.shape.rows)
    thetas = np.abs(rng.standard_normal((3, m))) + 0.2
    at = slopes(groups, counts, thetas, reml)
    for k in range(m):
        step = np.zeros(m)
        step[k] = 1e-5
        ahead, behind = (slopes(groups, counts, thetas + sign * step, reml) for sign in (1, -1))
        # Central differences with a step of 1e-5 keep about six digits.
        np.testing.assert_allclose(
            (ahead.value - behind.value) / 2e-5, at.gradient[:, k], rtol=1e-5, atol=1e-4
        )
        np.testing.assert_allclose(
            (ahead.gradient - behind.gradient) / 2e-5, at.hessian[:, k], rtol=1e-5, atol=1e-4
        )


@formulas
@methods
def test_without_each_group_is_counting_it_zero_times(formula: str, reml: bool) -> None:
    groups = groups_of(core.moments(panel(), formula))
    theta = np.abs(np.random.default_rng(2).standard_normal(len(groups.problem.shape.rows))) + 0.1
    one = without_each(groups, theta, reml).at
    other = slopes(groups, 1 - np.eye(groups.count), np.tile(theta, (groups.count, 1)), reml)
    for name in ("value", "gradient", "hessian", "root", "df"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-8, atol=1e-8)


@formulas
@methods
def test_every_replicate_is_the_fit_of_the_rows_it_drew(formula: str, reml: bool) -> None:
    frame = panel()
    kept = core.moments(frame, formula)
    whole = fit_gaussian(kept, reml=reml)
    groups = groups_of(kept)
    rng = np.random.default_rng(3)
    counts = rng.multinomial(groups.count, np.full(groups.count, 1 / groups.count), size=4).astype(float)
    made = refitted(whole.lead, groups, counts)
    assert made.found.all()
    for k, count in enumerate(counts):
        one = core.fit(drawn(frame, count), formula, "reml" if reml else "ml").linear
        # The search ends where a step promises 1e-12 of the criterion: about six digits of the variances.
        np.testing.assert_allclose(made.fixed[k], one.lead.fixed, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(made.std_error[k], np.sqrt(np.diag(one.lead.fixed_covariance)), rtol=1e-4)
        assert made.sigma[k] == pytest.approx(one.lead.sigma, rel=1e-5)
        np.testing.assert_allclose(made.spread[k], one.lead.random_covariance, rtol=1e-3, atol=1e-5)
        part = shares(one)
        assert made.explained[k] == pytest.approx(part.fixed, rel=1e-4)
        assert made.between[k] == pytest.approx(part.random, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("slope", [0.0, *(pytest.param(s, marks=pytest.mark.slow) for s in (0.05, 0.5))])
def test_no_replicate_is_worse_than_a_search_of_its_own(slope: float) -> None:
    """At and near the boundary, where a variance of zero or a correlation of one is a place to get stuck."""
    frame = panel(groups=8, rows=6, slopes=slope)
    formula = "y ~ x + w + (1 + x | g)"
    kept = core.moments(frame, formula)
    whole, groups = fit_gaussian(kept), groups_of(kept)
    rng = np.random.default_rng(4)
    counts = rng.multinomial(8, np.full(8, 1 / 8), size=40).astype(float)
    settled = settle(groups, counts, whole.optimum.theta, reml=True)
    # Columns are scaled anew in each single fit, so criteria are compared in the columns' own units.
    criteria = np.array([core.fit(drawn(frame, count), formula).criterion for count in counts])
    log_y, log_x = groups.problem.log_scale
    ours = settled.at.value + 2 * settled.at.df * log_y - 2 * log_x
    assert (ours <= criteria + 1e-8 * np.abs(criteria)).all()


def test_the_seed_is_all_the_chance_there_is() -> None:
    lead = core.fit(panel(), FORMULAS[1]).linear.lead
    one, same, other = (resampled(lead, 20, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.fixed, same.fixed)
    assert (one.fixed != other.fixed).any()


def test_replicates_that_cannot_be_fitted_are_said_to_be_none() -> None:
    """One group alone moves w: without it, w repeats nothing and everything."""
    frame = panel(groups=6)
    frame.loc[frame["g"] != "g0002", "w"] = 1.0
    kept = core.moments(frame, "y ~ x + w + (1 | g)")
    counts = np.array([[1.0, 1, 2, 0, 1, 1], [2.0, 1, 0, 1, 1, 1]])
    made = refitted(fit_gaussian(kept).lead, groups_of(kept), counts)
    assert made.found.tolist() == [True, False]
