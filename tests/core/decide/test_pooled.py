"""The pooled slope of a tier table: averaged over plausible variances, of one mind with the ranks."""

import itertools

import numpy as np
import pandas as pd
import pytest

import core
from core.fit.covariance import factor
from core.result.held import held
from tests.core.result.dense import CODES, LEVELS, columns, henderson, panel

FRAME = panel()


def test_it_is_the_mean_of_hendersons_answers_over_the_variances() -> None:
    """At each set of variances by n x n inverses; estimates and mean squared errors are then averaged."""
    fit = core.fit(FRAME, "y ~ x + w + (1 + w | g)")
    linear = fit.linear
    x, z, y = columns(FRAME, "1 x w"), columns(FRAME, "1 w"), FRAME["y"].to_numpy()
    estimates, errors = [], []
    for theta in linear.plausible.theta:
        root = linear.problem.to_random @ factor(linear.problem.shape, theta)
        relative = root @ root.T / np.exp(2 * linear.problem.log_scale[0])
        s2 = _residual_variance(y, x, z, relative)
        solved = henderson(y, x, z, s2 * relative, s2)
        estimates.append(solved.b[2] + solved.u[:, 1])
        pick = np.array([[0.0, 0.0, 1.0]]), np.array([[0.0, 1.0]])
        errors.append([solved.of_group(j, *pick)[0, 0] for j in range(len(LEVELS))])
    table = core.tiers(fit, "w", n_draws=10).table.loc[list(LEVELS)]
    # Inverses of 70 x 70 matrices with variances up to a thousand times the noise: eight digits are left.
    np.testing.assert_allclose(table["pooled"], np.mean(estimates, axis=0), rtol=1e-6)
    known = np.sqrt(np.mean(errors, axis=0) + np.var(estimates, axis=0))
    np.testing.assert_allclose(table["std_error"], known, rtol=1e-6)


def _residual_variance(y: np.ndarray, x: np.ndarray, z: np.ndarray, relative: np.ndarray) -> float:
    """r2 / (n - p) at relative variances, by generalised least squares."""
    same = CODES[:, None] == CODES[None, :]
    v = np.eye(len(y)) + same * (z @ relative @ z.T)
    inverse = np.linalg.inv(v)
    b = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    residual = y - x @ b
    return float(residual @ inverse @ residual / (len(y) - x.shape[1]))


def test_where_the_data_pin_the_variances_down_it_is_the_fits_own() -> None:
    rng = np.random.default_rng(4)
    code = np.repeat(np.arange(200), 25)
    x = rng.standard_normal(len(code))
    u = rng.standard_normal((200, 2))
    y = u[code, 0] + (0.5 + u[code, 1]) * x + rng.standard_normal(len(code))
    fit = core.fit(pd.DataFrame({"y": y, "x": x, "g": [f"g{k:03d}" for k in code]}), "y ~ x + (1 + x | g)")
    table = core.tiers(fit, "x").table
    known = fit.group_coefficients["g"].loc[table.index]
    # The SD of 200 slopes is known to 5 %, which moves an estimate by a few hundredths of its error.
    assert (np.abs(table["pooled"] - known["x"]) < 0.05 * table["std_error"]).all()
    np.testing.assert_allclose(table["std_error"], known["x_se"], rtol=0.01)


@pytest.mark.parametrize("seed", [8, 9, 10])
def test_dots_and_ranks_are_of_one_mind(seed: int) -> None:
    """Also on singular fits, where one set of variances reverses them by up to a standard error."""
    fit = core.fit(panel(seed), "y ~ x + w + (1 + x + w | g)")
    table = core.tiers(fit, "w").table.sort_values("rank")
    typical = table["std_error"].mean()
    for above, below in itertools.combinations(table["pooled"], 2):
        assert below - above < 0.25 * typical


@pytest.mark.parametrize("formula", ["y ~ x*{} + (1 + x | g)", "y ~ {}*x + (1 + x | g)"])
def test_with_an_interaction_the_slope_is_the_one_at_the_average_of_the_partner(formula: str) -> None:
    """The same model on a centred partner has it in its own coefficient."""
    fit = core.fit(FRAME, formula.format("w"))
    ours = core.tiers(fit, "x")
    known = core.tiers(core.fit(FRAME, formula.format("center(w)")), "x")
    assert ours.held == (("w", pytest.approx(FRAME["w"].mean())),)
    assert known.held == (("center(w)", pytest.approx(0.0, abs=1e-12)),)
    for name in ("raw", "pooled", "std_error", "low", "high", "shrinkage", "p_positive", "rank", "p_tier_1"):
        mine, theirs = (one.table.loc[list(LEVELS), name] for one in (ours, known))
        # Two searches and two importance samples of one posterior: the same to rounding of the criterion.
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-3)
    product = next(name for name in fit.fixed_effects.index if ":" in name)
    shift = fit.fixed_effects.loc[product, "estimate"] * FRAME["w"].mean()
    assert abs(shift) > 0.05  # the slopes at w = 0 are this far away


def test_interactions_that_vary_by_group_carry_their_part_in_every_draw() -> None:
    fit = core.fit(FRAME, "y ~ x + w + x:w + (1 + x + x:w | g)")
    tiers = core.tiers(fit, "x", seed=2, n_draws=400)
    draws = fit.draws(400, 2).groups["g"]
    slopes = draws[:, :, 1] + draws[:, :, 2] * FRAME["w"].mean()
    table = tiers.table.loc[list(LEVELS)]
    np.testing.assert_allclose(table["p_positive"], (slopes > 0).mean(axis=0))
    ranks = (-slopes).argsort(axis=1).argsort(axis=1) + 1
    np.testing.assert_allclose(table["rank"], ranks.mean(axis=0))
    np.testing.assert_allclose(table["pooled"], slopes.mean(axis=0), atol=4 * slopes.std(axis=0).max() / 20)


def test_an_interaction_that_varies_without_a_fixed_effect_counts_too() -> None:
    fit = core.fit(FRAME, "y ~ x + w + (1 + x | g) + (0 + x:w | g)")
    assert [name for name, _ in core.tiers(fit, "x", n_draws=10).held] == ["w"]


@pytest.mark.parametrize(
    ("formula", "slope", "names"),
    [
        ("y ~ x*f + (1 + x | g)", "x", ["f[b]", "f[c]"]),
        ("y ~ x*w*m + (1 + x | g)", "x", ["w", "m"]),
        ("y ~ x*w + m + (1 + w | g)", "w", ["x"]),
        ("y ~ x + w + (1 + x | g)", "x", []),
        ("y ~ x + w*m + (1 + x | g)", "x", []),
        ("y ~ x*w + (1 + x:w | g)", "x:w", []),
    ],
)
def test_what_is_held_is_named_with_its_average(formula: str, slope: str, names: list[str]) -> None:
    averages = FRAME.mean(numeric_only=True).to_dict()
    averages |= {f"f[{level}]": (FRAME["f"] == level).mean() for level in "abc"}
    found = held(core.fit(FRAME, formula).linear, slope)
    assert [name for name, _ in found] == names
    assert [value for _, value in found] == pytest.approx([averages[name] for name in names])
