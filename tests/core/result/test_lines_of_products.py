"""Lines of models with interactions are cuts through the fitted surface; look-alike labels are no product."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.lines import group_lines, readings
from tests.core.result.dense import LEVELS, panel

FRAME = panel(9)
YES = (FRAME["b"]).astype(float)


def surface(fit: core.Fit, level: str | None, x: float, w: float) -> float:
    """The fitted value at (x, w), from the tables alone: b0 + bx x + bw w + bxw x w, with a group's own."""
    value = fit.fixed_effects["estimate"].copy()
    if level is not None:
        for name in ("(Intercept)", "x", "w", "x:w", "w:x"):
            if name in fit.group_coefficients["g"].columns:
                value[name] = fit.group_coefficients["g"].loc[level, name]
    product = "x:w" if "x:w" in value.index else "w:x"
    return value["(Intercept)"] + value["x"] * x + value.get("w", 0.0) * w + value[product] * x * w


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ x*w + (1 + x | g)",
        "y ~ w*x + (1 + x | g)",
        "y ~ x + w:x + (1 + x | g)",
        "y ~ x + x:w + (1 + x | g)",
        "y ~ w + x + w:x + (1 + x + x:w | g)",
    ],
)
def test_a_line_is_a_cut_through_the_fitted_surface(formula: str) -> None:
    """Heights are of the size of 10 and sums of a handful of terms up to 100: rounding is far below."""
    fit = core.fit(FRAME, formula)
    lines = group_lines(fit.linear, "x")
    x_low, x_high, y_low, y_high = lines.middle
    everywhere = FRAME["w"].mean()
    assert y_low == pytest.approx(surface(fit, None, x_low, everywhere), abs=1e-7)
    assert y_high == pytest.approx(surface(fit, None, x_high, everywhere), abs=1e-7)
    for level in (LEVELS[5], LEVELS[9]):
        row = lines.table.loc[level]
        assert row["y_low"] == pytest.approx(surface(fit, level, row["x_low"], everywhere), abs=1e-7)
        assert row["y_high"] == pytest.approx(surface(fit, level, row["x_high"], everywhere), abs=1e-7)

        here = FRAME.loc[FRAME["g"] == level, "w"].mean()
        assert abs(here - everywhere) > 0.02  # so that holding w at the wrong one is seen
        drawn = readings(fit.linear, level, "x")
        for name, who in (("pooled", level), ("chain", None)):
            for end in ("low", "high"):
                at = drawn.loc[name, f"x_{end}"]
                assert drawn.loc[name, f"y_{end}"] == pytest.approx(surface(fit, who, at, here), abs=1e-7)


def test_the_own_line_of_a_group_is_its_least_squares_surface_at_its_own_averages() -> None:
    fit = core.fit(FRAME, "y ~ x*w + (1 + x + w + x:w | g)")
    level = LEVELS[10]
    rows = FRAME[FRAME["g"] == level]
    x, w = rows["x"].to_numpy(), rows["w"].to_numpy()
    solved = np.linalg.lstsq(np.column_stack([np.ones_like(x), x, w, x * w]), rows["y"], rcond=None)[0]
    drawn = readings(fit.linear, level, "x").loc["own"]
    for at, height in ((drawn["x_low"], drawn["y_low"]), (drawn["x_high"], drawn["y_high"])):
        known = solved @ [1.0, at, w.mean(), at * w.mean()]
        assert height == pytest.approx(known, abs=1e-6)


def test_a_column_of_the_file_called_like_an_interaction_is_a_column() -> None:
    frame = FRAME.assign(**{"x:w": np.cos(np.arange(len(FRAME)))})
    other = frame.rename(columns={"x:w": "plain"})
    formula = "y ~ x + w + {} + (1 + x | g)"
    odd = core.fit(frame, formula.format("`x:w`"))
    known = core.fit(other, formula.format("plain"))
    pd.testing.assert_frame_equal(group_lines(odd.linear, "x").table, group_lines(known.linear, "x").table)
    assert group_lines(odd.linear, "x").middle == group_lines(known.linear, "x").middle
    for level in (LEVELS[4], LEVELS[9]):
        pd.testing.assert_frame_equal(readings(odd.linear, level, "x"), readings(known.linear, level, "x"))


@pytest.mark.parametrize("formula", ["y ~ x + x:b + (1 | g)", "y ~ x*b + (1 | g)"])
def test_a_partner_without_an_effect_of_its_own_is_held_at_its_average_too(formula: str) -> None:
    """The share of yes rows: the slope there lies between the slopes of yes and of no."""
    fit = core.fit(FRAME, formula)
    fixed = fit.fixed_effects["estimate"]
    x_low, x_high, y_low, y_high = group_lines(fit.linear, "x").middle
    product = next(name for name in fixed.index if ":" in name)
    assert (y_high - y_low) / (x_high - x_low) == pytest.approx(
        fixed["x"] + fixed[product] * YES.mean(), rel=1e-9
    )
    level = LEVELS[9]
    drawn = readings(fit.linear, level, "x").loc["chain"]
    slope = (drawn["y_high"] - drawn["y_low"]) / (drawn["x_high"] - drawn["x_low"])
    here = YES[FRAME["g"] == level].mean()
    assert slope == pytest.approx(fixed["x"] + fixed[product] * here, rel=1e-9)


def test_a_partner_with_average_zero_leaves_the_slope_and_no_height_behind() -> None:
    """x times a centred w is zero at the average of w, though x:w itself averages to their covariance."""
    fit = core.fit(FRAME, "y ~ x*center(w) + (1 | g)")
    fixed = fit.fixed_effects["estimate"]
    x_low, _, y_low, _ = group_lines(fit.linear, "x").middle
    assert y_low == pytest.approx(fixed["(Intercept)"] + fixed["x"] * x_low, abs=1e-7)


def test_a_column_that_only_varies_is_held_at_the_groups_own_average() -> None:
    fit = core.fit(FRAME, "y ~ w + (1 + w | g) + (0 + x | g)")
    level = LEVELS[9]
    rows, total = FRAME[FRAME["g"] == level], fit.group_coefficients["g"].loc[level]
    drawn = readings(fit.linear, level, "w").loc["pooled"]
    expected = total["(Intercept)"] + total["w"] * drawn["x_low"] + total["x"] * rows["x"].mean()
    assert drawn["y_low"] == pytest.approx(expected, abs=1e-7)
