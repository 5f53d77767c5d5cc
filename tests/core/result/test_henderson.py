"""Estimates and their joint uncertainty against Henderson's equations with n x n matrices."""

from functools import cache

import numpy as np
import pytest

import core
from core.fit.effects import fixed_covariance, group_effects
from core.fit.objective import assemble, fixed_effects
from core.result.carried import carried
from core.result.ellipse import correlation_at_average, covariance_at_average, ellipse
from core.result.held import averages
from core.result.totals import (
    combine,
    deviations,
    total_estimates,
    totals,
    totals_at_average,
    weights_at_average,
)
from core.result.variance import partition, shares
from tests.core.result.dense import CODES, GROUPS, LEVELS, MODELS, columns, deviance, henderson, panel

FRAME = panel()
Y = FRAME["y"].to_numpy()
# The dense road inverts a 70 x 70 matrix whose condition number is about 1e5 here, so it carries ten digits.
DENSE = 1e-9


@cache
def fitted(formula: str, method: str = "reml") -> core.Fit:
    return core.fit(FRAME, formula, method)


ALL = pytest.mark.parametrize("formula", MODELS)


def matrices(formula: str) -> tuple[np.ndarray, np.ndarray]:
    fixed, random = MODELS[formula]
    return columns(FRAME, fixed), columns(FRAME, random)


# Maximum likelihood differs in the criterion and in s2 only: three models stand for all.
ML = ("y ~ x + w + m + (1 | g)", "y ~ x + w + (1 + x || g)", "y ~ 0 + x + w + (0 + w | g)")


@pytest.mark.parametrize(("formula", "method"), [(f, "reml") for f in MODELS] + [(f, "ml") for f in ML])
def test_criterion_estimates_and_group_effects(formula: str, method: str) -> None:
    x, z = matrices(formula)
    fit = fitted(formula, method)
    linear = fit.linear
    assert fit.converged
    known = henderson(Y, x, z, linear.random_covariance, fit.sigma**2)
    value, covariance = deviance(Y, x, z, linear.random_covariance, fit.sigma**2, method == "reml")
    assert fit.criterion == pytest.approx(value, rel=DENSE)
    assert fit.log_likelihood == pytest.approx(-value / 2, rel=DENSE)
    error = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose((fit.fixed_effects["estimate"] - known.b) / error, 0.0, atol=DENSE)
    np.testing.assert_allclose(fit.fixed_effects["std_error"], error, rtol=DENSE)
    sd = np.sqrt(np.diag(linear.random_covariance))
    size = np.maximum(sd, 1e-3 * fit.sigma)  # a variance may be zero
    np.testing.assert_allclose((linear.effects.mean - known.u) / size, 0.0, atol=DENSE)
    sums = known.u + carried(linear) @ known.b
    np.testing.assert_allclose((total_estimates(linear) - sums) / size, 0.0, atol=1e-8)


def test_the_tables_of_groups_hold_estimates_standard_errors_and_normal_intervals() -> None:
    fit = core.fit(FRAME, "y ~ w + (1 + x | g)", level=0.9)
    for table, said in (
        (fit.group_effects["g"], deviations(fit.linear)),
        (fit.group_coefficients["g"], totals(fit.linear)),
    ):
        assert table.index.name == "g"
        assert table.index.tolist() == list(LEVELS)
        for k, term in enumerate(("(Intercept)", "x")):
            np.testing.assert_array_equal(table[term], said.estimate[:, k])
            np.testing.assert_array_equal(table[f"{term}_se"], said.std_error[:, k])
            # 1.6449 SE to each side hold 90 % of a normal distribution.
            np.testing.assert_allclose(
                table[f"{term}_high"] - table[term], 1.644854 * table[f"{term}_se"], rtol=1e-6
            )
            np.testing.assert_allclose(
                table[term] - table[f"{term}_low"], 1.644854 * table[f"{term}_se"], rtol=1e-6
            )
    # x does not stand among the fixed effects, so a group's total of it is its deviation.
    np.testing.assert_array_equal(fit.group_effects["g"]["x"], fit.group_coefficients["g"]["x"])


@ALL
def test_joint_covariance_of_deviations_and_totals_given_the_variances(formula: str) -> None:
    x, z = matrices(formula)
    fit = fitted(formula)
    linear = fit.linear
    known = henderson(Y, x, z, linear.random_covariance, fit.sigma**2)
    pick, own = carried(linear), np.eye(z.shape[1])
    for of_fixed in (np.zeros_like(pick), pick):
        for j in range(GROUPS):
            lever = of_fixed - linear.effects.pull[j]
            ours = linear.effects.conditional[j] + lever @ linear.fixed_covariance @ lever.T
            dense = known.of_group(j, of_fixed, own)
            # Entries are judged next to their standard errors (or sigma, where an effect has no variance):
            # the dense covariance is a difference of larger terms.
            scale = np.maximum(np.sqrt(np.abs(np.diag(dense))), 1e-3 * fit.sigma)
            np.testing.assert_allclose((ours - dense) / np.outer(scale, scale), 0.0, atol=1e-8)


@pytest.mark.parametrize("formula", ["y ~ x + w + m + (1 + x | g)", "y ~ w + (0 + x | g)"])
@pytest.mark.parametrize("what", [deviations, totals, totals_at_average], ids=lambda f: f.__name__)
def test_reported_covariance_is_henderson_averaged_over_plausible_variances(formula: str, what) -> None:
    """The mean over plausible variances of (covariance given them + squared distance from the estimate)."""
    x, z = matrices(formula)
    linear = fitted(formula).linear
    problem = linear.problem
    of_fixed, of_random = carried(linear), np.eye(len(problem.random))
    if what is deviations:
        of_fixed = np.zeros_like(of_fixed)
    if what is totals_at_average and "(Intercept)" in problem.random:
        of_fixed[0], of_random[0] = x.mean(axis=0), z.mean(axis=0)
    said = what(linear)
    estimates, errors = [], []
    for theta in linear.plausible.theta:
        pieces = assemble(problem, theta, reml=True)
        s2 = float(np.exp(2 * problem.log_scale[0]) * pieces.r2 / pieces.df)
        root = problem.to_random @ pieces.factor
        at = henderson(Y, x, z, pieces.r2 / pieces.df * root @ root.T, s2)
        estimates.append(at.u @ of_random.T + of_fixed @ at.b)
        errors.append([at.of_group(j, of_fixed, of_random) for j in range(GROUPS)])
    if what is totals_at_average:  # averaged over the variances itself
        estimate = np.mean(estimates, axis=0)
    else:
        at_optimum = henderson(Y, x, z, linear.random_covariance, linear.sigma**2)
        estimate = at_optimum.u @ of_random.T + of_fixed @ at_optimum.b
    np.testing.assert_allclose(said.estimate, estimate, rtol=1e-7, atol=1e-8)
    missed = np.array(estimates) - estimate
    total = np.mean(errors, axis=0) + np.einsum("tji,tjk->jik", missed, missed) / len(missed)
    np.testing.assert_allclose(said.std_error, np.sqrt(total.diagonal(axis1=1, axis2=2)), rtol=1e-7)


def test_effects_at_any_variances_not_only_at_the_optimum() -> None:
    formula = "y ~ x + w + f + (1 + x + w | g)"
    x, z = matrices(formula)
    problem = fitted(formula).linear.problem
    theta = np.array([0.5, -2.0, 0.1, 0.0, 1.5, 3.0])  # a correlation near one and one zero
    pieces = assemble(problem, theta, reml=True)
    root = problem.to_random @ pieces.factor
    variance = pieces.r2 / pieces.df
    known = henderson(Y, x, z, variance * root @ root.T, variance * float(np.exp(2 * problem.log_scale[0])))
    effects = group_effects(problem, pieces)
    b = problem.to_fixed @ fixed_effects(pieces) + problem.shift
    covariance = fixed_covariance(problem, pieces)
    np.testing.assert_allclose(b, known.b, rtol=1e-7)
    np.testing.assert_allclose(covariance, known.covariance[:5, :5], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(effects.mean, known.u, rtol=1e-6, atol=1e-8)


@ALL
def test_variance_summaries_are_averages_over_the_rows(formula: str) -> None:
    """Johnson (2014): mean over rows of z' Sigma z; variance of X b over rows; both on singular fits too."""
    x, z = matrices(formula)
    fit = fitted(formula)
    linear = fit.linear
    random = np.einsum("ij,jk,ik->i", z, linear.random_covariance, z).mean()
    fixed = np.var(x @ linear.fixed, ddof=1) if x.shape[1] > 1 else 0.0
    residual = fit.sigma**2
    total = fixed + random + residual
    assert fit.icc().adjusted == pytest.approx(random / (random + residual), rel=1e-8)
    assert fit.icc().unadjusted == pytest.approx(random / total, rel=1e-8)
    assert fit.r_squared().marginal == pytest.approx(fixed / total, rel=1e-8, abs=1e-12)
    assert fit.r_squared().conditional == pytest.approx((fixed + random) / total, rel=1e-8)

    parts = partition(linear).set_index("part")
    assert parts["share"].sum() == pytest.approx(1.0, abs=1e-12)
    assert parts["variance"].sum() == pytest.approx(total, rel=1e-8)
    np.testing.assert_allclose(parts["sd"] ** 2, parts["variance"])
    if "(Intercept)" in linear.problem.random:
        at_average = z.mean(axis=0)
        baseline = at_average @ linear.random_covariance @ at_average
        assert parts.loc["baseline", "variance"] == pytest.approx(baseline, rel=1e-8, abs=1e-12 * total)
    else:
        assert "baseline" not in parts.index
        assert parts.loc["response", "variance"] == pytest.approx(random, rel=1e-8)
    assert ("response" in parts.index) == (linear.problem.random != ("(Intercept)",))
    assert shares(linear).random == pytest.approx(random, rel=1e-8)


@ALL
def test_variance_components_are_the_covariance_matrix_cell_by_cell(formula: str) -> None:
    fit = fitted(formula)
    sigma, terms = fit.linear.random_covariance, list(fit.linear.problem.random)
    table = fit.variance_components
    for row in table.itertuples():
        if row.group == "Residual":
            assert (row.variance, row.sd) == pytest.approx((fit.sigma**2, fit.sigma))
            continue
        i = terms.index(row.term_1)
        k = terms.index(row.term_2) if row.term_2 else i
        assert row.variance == pytest.approx(sigma[i, k], rel=1e-12, abs=1e-300)
        if row.term_2 and row.correlation == row.correlation:
            expected = sigma[i, k] / np.sqrt(sigma[i, i] * sigma[k, k])
            assert row.correlation == pytest.approx(np.clip(expected, -1, 1), abs=1e-9)
    assert table["group"].iloc[-1] == "Residual"
    pairs = int((table["term_2"] != "").sum())
    independent = "||" in formula or "(1 | g) + (0" in formula
    assert pairs == (0 if independent else len(terms) * (len(terms) - 1) // 2)


def test_the_covariance_at_average_is_that_of_the_centred_model() -> None:
    """Baseline at average predictors = the intercept of the same model on centred columns."""
    plain = core.fit(FRAME, "y ~ x + w + (1 + x + w | g)").linear
    centred = core.fit(FRAME, "y ~ center(x) + center(w) + (1 + center(x) + center(w) | g)").linear
    centre, covariance = covariance_at_average(plain)
    # Two searches on two parametrisations stop within 1e-6 of the same optimum.
    np.testing.assert_allclose(covariance, centred.random_covariance, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(centre, centred.fixed, rtol=1e-5)
    expected = centred.random_covariance[0, 1] / np.sqrt(
        centred.random_covariance[0, 0] * centred.random_covariance[1, 1]
    )
    assert correlation_at_average(plain, ("(Intercept)", "x")) == pytest.approx(expected, abs=1e-3)
    at_optimum = combine(plain, plain.problem.random, *weights_at_average(plain))
    np.testing.assert_allclose(
        at_optimum.estimate[:, 0], totals(centred).estimate[:, 0], rtol=1e-5, atol=1e-4
    )
    np.testing.assert_allclose(averages(plain, ("(Intercept)", "w")), [1.0, FRAME["w"].mean()])


def test_the_ellipse_holds_the_share_it_says() -> None:
    """Every point of the outline is at the Mahalanobis distance that holds the share: -2 log(1 - share)."""
    linear = core.fit(panel(9), "y ~ x + w + (1 + w | g)").linear  # its correlation is not one
    assert not linear.singular
    outline = ellipse(linear, ("(Intercept)", "w"), share=0.8)
    assert outline is not None
    centre, covariance = covariance_at_average(linear)
    away = np.array(outline).T - centre
    distance = np.einsum("ij,jk,ik->i", away, np.linalg.inv(covariance), away)
    np.testing.assert_allclose(distance, -2 * np.log(0.2), rtol=1e-8)
    # By simulation: four fifths of groups drawn from the fitted covariance lie inside (3 standard errors).
    drawn = np.random.default_rng(1).multivariate_normal(np.zeros(2), covariance, 20_000)
    inside = np.einsum("ij,jk,ik->i", drawn, np.linalg.inv(covariance), drawn) < -2 * np.log(0.2)
    assert inside.mean() == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / 20_000))


def test_one_row_groups_lean_on_the_others_and_know_less() -> None:
    table = core.fit(FRAME, "y ~ x + w + (1 + w | g)").group_coefficients["g"]
    assert (CODES == 0).sum() == 1
    assert table.loc[LEVELS[0], "w_se"] > table.loc[LEVELS[10], "w_se"]
