"""Lines on one predictor, from coefficients and plain averages of the rows."""

import numpy as np
import pytest

import core
from core.result.errors import NoGroups, UnknownLevel, UnknownTerm
from core.result.lines import group_lines, readings
from core.result.rows import group_rows
from core.result.spread import in_spreads
from tests.core.result.dense import LEVELS, panel

FRAME = panel(9)
GROUPED = FRAME.groupby("g")


@pytest.mark.parametrize("formula", ["y ~ x + w + f + (1 + w | g)", "y ~ x + w + (1 + x + w | g)"])
def test_every_groups_line_stands_at_the_average_of_the_other_predictors(formula: str) -> None:
    fit = core.fit(FRAME, formula)
    lines = group_lines(fit.linear, "w")
    at = {"x": FRAME["x"].mean(), "f[b]": (FRAME["f"] == "b").mean(), "f[c]": (FRAME["f"] == "c").mean()}
    fixed = fit.fixed_effects["estimate"]
    total = fit.group_coefficients["g"]

    def value(w, pick) -> np.ndarray:
        others = sum(pick(name) * at[name] for name in fixed.index if name in at)
        return pick("(Intercept)") + others + pick("w") * w

    def of_groups(name: str):
        return total[name] if name in total.columns else fixed[name]

    low, high = GROUPED["w"].min(), GROUPED["w"].max()
    np.testing.assert_allclose(lines.table["x_low"], low, rtol=1e-12)
    np.testing.assert_allclose(lines.table["x_high"], high, rtol=1e-12)
    np.testing.assert_allclose(lines.table["y_low"], value(low, of_groups), rtol=1e-9)
    np.testing.assert_allclose(lines.table["y_high"], value(high, of_groups), rtol=1e-9)
    ends = FRAME["w"].min(), FRAME["w"].max()
    assert lines.middle[:2] == pytest.approx(ends)
    assert lines.middle[2:] == pytest.approx([value(end, lambda name: fixed[name]) for end in ends])


def test_readings_of_one_group_go_through_its_own_averages() -> None:
    fit = core.fit(FRAME, "y ~ x + w + (1 + w | g)")
    level = LEVELS[5]
    rows = FRAME[FRAME["g"] == level]
    lines = readings(fit.linear, level, "w")
    assert lines.index.tolist() == ["own", "pooled", "chain"]
    fixed, total = fit.fixed_effects["estimate"], fit.group_coefficients["g"].loc[level]
    ends = rows["w"].min(), rows["w"].max()
    for name, base, slope in (
        ("pooled", total["(Intercept)"], total["w"]),
        ("chain", fixed["(Intercept)"], fixed["w"]),
    ):
        for end, column in zip(ends, ("y_low", "y_high"), strict=True):
            expected = base + fixed["x"] * rows["x"].mean() + slope * end
            assert lines.loc[name, column] == pytest.approx(expected, rel=1e-9)
    # The group's own line has its own slope and goes through the middle of its rows, as least squares does.
    own = lines.loc["own"]
    slope = (own["y_high"] - own["y_low"]) / (own["x_high"] - own["x_low"])
    middle = own["y_low"] + slope * (rows["w"].mean() - own["x_low"])
    assert middle == pytest.approx(rows["y"].mean(), rel=1e-9)


def test_a_group_whose_rows_cannot_tell_has_no_own_line() -> None:
    fit = core.fit(FRAME, "y ~ x + w + (1 + x | g)")
    assert readings(fit.linear, "s03", "x").index.tolist() == ["pooled", "chain"]  # x never moved there
    assert readings(fit.linear, "s00", "x").index.tolist() == ["pooled", "chain"]  # one row


def test_effects_per_standard_deviation() -> None:
    """The same as a fit to standardised predictors, with the SD over n."""
    fit = core.fit(FRAME, "y ~ x + w + (1 + w | g)")
    standard = FRAME.assign(x=FRAME["x"] / FRAME["x"].std(ddof=0), w=FRAME["w"] / FRAME["w"].std(ddof=0))
    known = core.fit(standard, "y ~ x + w + (1 + w | g)").fixed_effects.loc[["x", "w"]]
    ours = in_spreads(fit.linear, fit.fixed_effects)
    assert ours.index.tolist() == ["x", "w"]
    for name in ("estimate", "std_error", "low", "high"):
        np.testing.assert_allclose(ours[name], known[name], rtol=1e-5)


def test_rows_to_draw_are_what_the_model_explains() -> None:
    table = core.read_table(FRAME)
    plain = group_rows(table, core.parse_formula("y ~ x + (1 | g)"), "s05", "x")
    less = group_rows(table, core.parse_formula("y ~ x + offset(w) + (1 | g)"), "s05", "x")
    own = FRAME.loc[FRAME["g"] == "s05", "w"].to_numpy()
    np.testing.assert_allclose(less["y"], plain["y"] - own, rtol=1e-12, atol=1e-12)


def test_what_the_model_does_not_have_is_named_with_a_way_out() -> None:
    fit = core.fit(FRAME.rename(columns={"w": "youtube"}), "y ~ youtube + x + (1 + youtube | g)")
    with pytest.raises(UnknownTerm, match=r"no predictor called 'yuotube'.*Did you mean 'youtube'\?"):
        group_lines(fit.linear, "yuotube")
    with pytest.raises(UnknownTerm, match=r"'\(Intercept\)'.*It has: youtube, x"):
        readings(fit.linear, "s05", "(Intercept)")
    with pytest.raises(
        UnknownLevel, match=r"No value of 'g' is called 's5'.*Did you mean 's05'\?.*It has: s00"
    ):
        readings(fit.linear, "s5", "youtube")
    with pytest.raises(UnknownLevel, match="No value of 'g' is called 'Zürich'"):
        group_rows(core.read_table(FRAME), core.parse_formula("y ~ x + (1 | g)"), "Zürich", "x")
    with pytest.raises(UnknownTerm, match="no predictor called 'f'"):
        group_rows(core.read_table(FRAME), core.parse_formula("y ~ x + (1 | g)"), "s05", "f")


def test_a_model_without_groups_has_no_lines_to_draw_apart() -> None:
    linear = core.fit(FRAME, "y ~ x + w").linear
    with pytest.raises(NoGroups, match="no groups"):
        group_lines(linear, "x")
    with pytest.raises(NoGroups, match="Choose a grouping"):
        readings(linear, "s05", "x")
