"""Profile intervals: R's, closed forms, and what they may never do."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2

import core
from tests.core.fit.reweighed import panel
from tests.core.reference.told import figures, table

NAMES = [name for name in figures("profile") if name != "made_by"]


def ours(made: core.Profile) -> dict[str, tuple[float, float]]:
    """Intervals by a name that sorts as lme4's: fixed effects by term, the others by group and terms."""
    found = {str(term): (row["low"], row["high"]) for term, row in made.fixed_effects.iterrows()}
    for row in made.variance_components.itertuples():
        key = "sigma" if row.group == "Residual" else f"{row.group}|{row.term_1}|{row.term_2}"
        found[key] = (row.low, row.high)
    return found


def keys(told: dict, fit: core.Fit) -> dict[str, str]:
    """Our name of each of lme4's: .sig01, .sig02 ... go down each factor's lower triangle, column by column,
    the factor with most levels first."""
    order = sorted(fit.n_groups, key=lambda name: -fit.n_groups[name])
    mine = []
    for group in order:
        terms = list(fit.linear.sides[group].problem.random)
        for col, first in enumerate(terms):
            mine.append(f"{group}|{first}|")
            mine += [f"{group}|{first}|{second}" for second in terms[col + 1 :]]
    names = {f".sig{k + 1:02d}": name for k, name in enumerate(mine)} | {".sigma": "sigma"}
    return {one: names.get(one, one) for one in told["parameters"]}


@pytest.mark.parametrize("name", NAMES)
def test_ends_are_those_of_lme4(name: str, request: pytest.FixtureRequest) -> None:
    """lme4 interpolates its profile between points, to about four digits; an end at zero is exact in both."""
    told = figures("profile")[name]
    shared = request.getfixturevalue("shared") if told["data"] == "marketing_panel" else Path("absent")
    fit = core.fit(table(told["data"], shared), told["formula"], "ml")
    found, named = ours(core.profile(fit)), keys(told, fit)
    for k, parameter in enumerate(told["parameters"]):
        low, high = found[named[parameter]]
        width = told["high"][k] - told["low"][k]
        assert low == pytest.approx(told["low"][k], abs=1e-3 * width), parameter
        assert high == pytest.approx(told["high"][k], abs=1e-3 * width), parameter


def test_without_groups_the_ends_are_known() -> None:
    """n log(1 + (b - b0)^2 / (r2 (X'X)^-1)) = chi^2, and for sigma the two roots of
    n (s - log s - 1) = chi^2, s the share of the residual mean square."""
    frame = panel()
    fit = core.fit(frame, "y ~ x + w", "ml")
    made = core.profile(fit)
    n, allowed = fit.n_rows, chi2.ppf(0.95, 1)
    x = np.column_stack([np.ones(n), frame["x"], frame["w"]])
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ frame["y"]
    r2 = float(((frame["y"] - x @ b) ** 2).sum())
    half = np.sqrt(np.diag(inverse) * r2 * np.expm1(allowed / n))
    np.testing.assert_allclose(made.fixed_effects["low"], b - half, rtol=1e-5)
    np.testing.assert_allclose(made.fixed_effects["high"], b + half, rtol=1e-5)

    def off(share: float) -> float:
        return n * (share - np.log(share) - 1.0) - allowed

    sigma = made.variance_components.iloc[-1]
    assert sigma["low"] == pytest.approx(np.sqrt(r2 / n / brentq(off, 1, 5)), rel=1e-5)
    assert sigma["high"] == pytest.approx(np.sqrt(r2 / n / brentq(off, 0.05, 1)), rel=1e-5)


def test_without_groups_effects_have_their_t_intervals_under_reml() -> None:
    fit = core.fit(panel(), "y ~ x + w")
    made = core.profile(fit)
    np.testing.assert_allclose(made.fixed_effects["low"], fit.fixed_effects["low"], rtol=1e-5)
    np.testing.assert_allclose(made.fixed_effects["high"], fit.fixed_effects["high"], rtol=1e-5)


def test_a_balanced_trait_has_the_t_interval_of_the_group_means() -> None:
    """Equal groups: what a trait of the groups does is a regression of their means, with J - 2 df; away from
    a group variance of zero the adjusted profile knows it."""
    rng = np.random.default_rng(12)
    frame = panel(groups=10, rows=8)
    trait = rng.standard_normal(10).repeat(8)
    frame = frame.assign(m=trait, y=frame["y"] + 2 * rng.standard_normal(10).repeat(8))
    made = core.profile(core.fit(frame, "y ~ m + (1 | g)"))
    means = core.fit(frame.groupby("g", as_index=False)[["y", "m"]].mean(), "y ~ m").fixed_effects
    width = means.loc["m", "high"] - means.loc["m", "low"]
    assert made.fixed_effects.loc["m", "low"] == pytest.approx(means.loc["m", "low"], abs=0.02 * width)
    assert made.fixed_effects.loc["m", "high"] == pytest.approx(means.loc["m", "high"], abs=0.02 * width)


@pytest.mark.parametrize("slopes", [0.0, 0.5])
def test_what_is_impossible_is_not_inside(slopes: float) -> None:
    made = core.profile(core.fit(panel(groups=8, rows=6, slopes=slopes), "y ~ x + w + (1 + x | g)"))
    parts = made.variance_components
    assert parts[["low", "high"]].notna().all(axis=None)
    assert (parts["low"] <= parts["estimate"] + 1e-8).all()
    assert (parts["high"] >= parts["estimate"] - 1e-8).all()
    assert (parts.query("measure == 'sd'")["low"] >= 0).all()
    tied = parts.query("measure == 'correlation'")
    assert (tied["low"] >= -1).all()
    assert (tied["high"] <= 1).all()
    if not slopes:
        assert parts.query("term_1 == 'x'")["low"].item() == 0.0


def test_wider_levels_hold_narrower_ones() -> None:
    fit = core.fit(panel(), "y ~ x + w + (1 | g)")
    narrow, wide = core.profile(fit, level=0.5), core.profile(fit, level=0.99)
    for one, other in (
        (narrow.fixed_effects, wide.fixed_effects),
        (narrow.variance_components, wide.variance_components),
    ):
        assert (other["low"] < one["low"]).all()
        assert (other["high"] > one["high"]).all()
    assert "50 % profile interval" in narrow.how


def test_units_do_not_matter() -> None:
    frame = panel()
    text = "y ~ x + w + (1 + x | g)"
    plain = core.profile(core.fit(frame, text))
    scaled = core.profile(core.fit(frame.assign(y=frame["y"] * 1000, x=frame["x"] / 50), text))
    np.testing.assert_allclose(
        scaled.fixed_effects.loc["x", ["low", "high"]].astype(float),
        plain.fixed_effects.loc["x", ["low", "high"]].astype(float) * 50_000,
        rtol=1e-4,
    )
    sds = plain.variance_components.query("term_1 == 'x'")[["low", "high"]].to_numpy() * 50_000
    np.testing.assert_allclose(
        scaled.variance_components.query("term_1 == 'x'")[["low", "high"]], sds, rtol=1e-3, atol=1.0
    )


def test_progress_is_told() -> None:
    heard: list[int] = []
    core.profile(core.fit(panel(), "y ~ x + w + (1 | g)"), done=heard.append)
    assert heard == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("seed", [3, 9, 17, 24])
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_a_variance_of_zero_has_the_end_of_its_dense_profile(seed: int, method: str) -> None:
    """The search begins where the variance is stationary in its root; by n x n matrices for the end."""
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(8), 6)
    x = rng.standard_normal(48)
    share = [0.0, 0.3][seed % 2] * rng.standard_normal(8)[g]
    frame = pd.DataFrame({"y": 5 + 2 * x + share + rng.standard_normal(48), "x": x, "g": g.astype(str)})
    fit = core.fit(frame, "y ~ x + (1 | g)", method=method)
    design, same, y = np.column_stack([np.ones(48), x]), np.equal.outer(g, g), frame["y"].to_numpy()

    def deviance(sd: float, log_s: float) -> float:
        v = np.exp(2 * log_s) * np.eye(48) + sd**2 * same
        inner = design.T @ np.linalg.solve(v, design)
        e = y - design @ np.linalg.solve(inner, design.T @ np.linalg.solve(v, y))
        logs = np.linalg.slogdet(v)[1] + (np.linalg.slogdet(inner)[1] if method == "reml" else 0.0)
        return float(logs + e @ np.linalg.solve(v, e))

    def best(sd: float) -> float:
        return float(minimize_scalar(lambda s: deviance(sd, s), bounds=(-2, 2), method="bounded").fun)

    estimate, low, high = core.profile(fit).variance_components.loc[0, ["estimate", "low", "high"]]
    assert low == 0.0
    assert best(high) - best(estimate) == pytest.approx(chi2.ppf(0.95, 1), abs=1e-3)
