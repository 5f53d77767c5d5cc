"""From a table to a Fit: kept sums against rows, rows left out, errors as sentences, sizes, units."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.errors import CountedTwice, MissingColumns
from core.design.moments import Moments
from core.errors import PanelwiseError
from tests.core.result.dense import CODES, LEVELS, columns, henderson, panel

FRAME = panel(9)
Y = FRAME["y"].to_numpy()
VARYING = "(1 + x + w + f + within(x, g) | g)"
KEPT = f"y ~ x*w + f + b + m + center(x) + log(x) + within(x, g) + between(x, g) + {VARYING}"


@pytest.fixture(scope="module")
def kept() -> Moments:
    return core.moments(FRAME, KEPT)


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ x + (1 | g)",
        "y ~ x*w + f + (1 + x || g)",
        "y ~ within(x, g) + between(x, g) + (1 + within(x, g) | g)",
        "y ~ log(x) + (1 | g)",
        "y ~ b + m",
        "y ~ 1 + (1 + w | g)",
        "y ~ 0 + x + (0 + x | g)",
        "x ~ w + (1 | g)",
        "y ~ f + (1 + f | g)",
    ],
)
def test_a_refit_from_kept_sums_is_the_fit_from_rows(kept, formula: str) -> None:
    """Other columns beside them do not touch a column's sums, so agreement is to rounding."""
    method = "ml" if "0 +" in formula or "||" in formula else "reml"
    again, fresh = core.refit(kept, formula, method), core.fit(FRAME, formula, method)
    assert again.criterion == pytest.approx(fresh.criterion, rel=1e-12)
    for a, b in zip(again.linear.optimum.theta, fresh.linear.optimum.theta, strict=True):
        assert a == pytest.approx(b, rel=1e-6, abs=1e-9)
    error = fresh.fixed_effects["std_error"]
    np.testing.assert_allclose(
        (again.fixed_effects["estimate"] - fresh.fixed_effects["estimate"]) / error, 0.0, atol=1e-8
    )
    np.testing.assert_allclose(again.fixed_effects["std_error"], error, rtol=1e-8)
    np.testing.assert_allclose(again.fixed_effects["df"], fresh.fixed_effects["df"], rtol=1e-5)
    if again.linear.problem.random:
        ours, theirs = again.linear.effects.mean, fresh.linear.effects.mean
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-8)
    assert [f.message for f in again.findings()] == [f.message for f in fresh.findings()]
    assert again.reference_levels == fresh.reference_levels
    assert again.n_groups == fresh.n_groups


@pytest.mark.parametrize(
    ("formula", "missing"),
    [
        ("y ~ 0 + f + (1 | g)", "f[a]"),
        ("y ~ x:f + (1 | g)", "x:f[b]"),
        ("y ~ x + (1 | f)", "f"),
        ("y ~ nowhere + (1 | g)", "nowhere"),
        ("f ~ x + (1 | g)", "f"),
        ("y ~ x + (1 | g:f)", "g:f"),
        ("log(y) ~ x", "log(y)"),
        ("y ~ scale(x)", "scale(x)"),
        ("y ~ within(x, f)", "within(x, f)"),
    ],
)
def test_what_was_not_kept_is_named(kept, formula: str, missing: str) -> None:
    with pytest.raises(MissingColumns) as error:
        core.refit(kept, formula)
    assert missing in str(error.value)


@pytest.mark.parametrize(
    ("formula", "fixed", "random"),
    [
        ("y ~ x + w + (1 + w | g)", "1 x w", "1 w"),
        ("y ~ w + (0 + x | g)", "1 w", "x"),
        ("y ~ x + f", "1 x f=b f=c", None),
    ],
)
def test_residuals_come_from_the_rows(formula: str, fixed: str, random: str | None) -> None:
    fit = core.fit(FRAME, formula)
    x = columns(FRAME, fixed)
    if random is None:
        expected = x @ np.linalg.lstsq(x, Y, rcond=None)[0]
    else:
        z = columns(FRAME, random)
        known = henderson(Y, x, z, fit.linear.random_covariance, fit.sigma**2)
        expected = x @ known.b + (z * known.u[CODES]).sum(axis=1)
    table = core.read_table(FRAME)
    np.testing.assert_allclose(core.residuals(fit, table).fitted, expected, rtol=1e-8)
    np.testing.assert_allclose(core.residuals(fit, table).scaled, (Y - expected) / fit.sigma, atol=1e-8)


def test_rows_left_out_are_counted_once_by_the_first_reason() -> None:
    frame = FRAME.assign(
        x=FRAME["x"].mask(FRAME.index < 4).where(FRAME.index != 10, np.inf),
        w=FRAME["w"].mask((FRAME.index >= 3) & (FRAME.index < 6)),
        g=FRAME["g"].mask(FRAME.index == 20),
        m=FRAME["m"].mask(FRAME.index > 30),  # not used by the model: its blanks cost nothing
    )
    fit = core.fit(frame, "y ~ x + w + (1 | g)")
    told = {one.reason: one.rows for one in fit.dropped}
    # Row 3 lacks both x and w; it is counted under x, the first in the formula.
    assert told == {"'x' is blank": 4, "'x' is infinite": 1, "'w' is blank": 2, "'g' is blank": 1}
    assert fit.n_rows == len(FRAME) - 8
    rows = [k for k in range(len(FRAME)) if k >= 6 and k not in (10, 20)]
    known = core.fit(FRAME.iloc[rows], "y ~ x + w + (1 | g)")
    assert fit.criterion == pytest.approx(known.criterion, rel=1e-12)
    finding = next(f for f in fit.findings() if f.topic == "dropped_rows")
    assert finding.message.startswith("8 rows were left out (11.4%)")
    assert finding.status == "look"
    assert known.dropped == ()
    assert "dropped_rows" not in [f.topic for f in known.findings()]


BAD = {
    "one group": (FRAME.assign(g="only"), "y ~ x + (1 | g)", r"'g' has one value only \('only'\)"),
    "one row a group": (FRAME.assign(g=[f"r{k}" for k in range(70)]), "y ~ x + (1 | g)", "one row only"),
    "too few rows a group": (
        FRAME.assign(g=[f"r{k // 2}" for k in range(70)]),
        "y ~ x + (1 + x | g)",
        r"70 rows, 35 groups, 2 effects",
    ),
    "constant outcome": (FRAME.assign(y=3), "y ~ x + (1 | g)", "'y' is 3 in every row"),
    "constant after a transform": (FRAME.assign(y=0.1), "log(y) ~ x", "nothing to explain"),
    "rounding only": (
        FRAME.assign(y=np.where(CODES % 2, 0.1 + 0.2, 0.3)),
        "y ~ x + (1 | g)",
        "nothing to explain",
    ),
    "text outcome": (FRAME, "f ~ x + (1 | g)", "'f' holds text"),
    "all missing": (FRAME.assign(x=np.nan), "y ~ x + (1 | g)", r"None of the 70 rows.*'x'"),
    "no complete row": (
        FRAME.assign(x=FRAME["x"].mask(CODES < 6), w=FRAME["w"].mask(CODES > 5)),
        "y ~ x + w + (1 | g)",
        "None of the 70 rows",
    ),
    "unknown column": (FRAME.rename(columns={"x": "youtube"}), "y ~ yuotube", "Did you mean 'youtube'"),
    "unknown group": (FRAME, "y ~ x + (1 | gg)", "No column is called 'gg'"),
    "the same groups twice": (
        FRAME.assign(city=FRAME["g"]),
        "y ~ x + (1 | g) + (1 | city)",
        "'g' and 'city' put the same rows together",
    ),
    "more numbers than rows": (
        FRAME.head(4).assign(g=["a", "a", "b", "b"]),
        "y ~ x + w + m + (1 | g)",
        "only 4 complete rows",
    ),
    "made from the outcome": (FRAME.assign(x=2 * FRAME["y"] + 1), "y ~ x + (1 | g)", "reproduce 'y' exactly"),
    "the outcome again, no groups": (FRAME.assign(x=FRAME["y"]), "y ~ x", "reproduce 'y' exactly"),
}


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_fitted_is_a_sentence(case: str, method: str) -> None:
    frame, formula, words = BAD[case]
    with pytest.raises(PanelwiseError, match=words) as error:
        core.fit(frame, formula, method)
    assert str(error.value).endswith(".")


def test_wrong_options_are_sentences() -> None:
    with pytest.raises(PanelwiseError, match="No method is called 'mle'"):
        core.fit(FRAME, "y ~ x", "mle")
    with pytest.raises(PanelwiseError, match="No method for outcomes of the kind 'poisson' is called 'reml'"):
        core.fit(FRAME, "y ~ x", "reml", family="poisson")
    with pytest.raises(PanelwiseError, match="'y' is used as a count, a whole number from 0"):
        core.fit(FRAME, core.parse_formula("y ~ x", family="poisson"))
    for level in (0.0, 1.0, 95.0, -0.5, float("nan"), "0.95", None):
        with pytest.raises(PanelwiseError, match=r"0\.95\.$"):
            core.fit(FRAME, "y ~ x", level=level)
    for spec in (None, 3, ["y ~ x"]):
        for ask in (core.fit, core.moments, lambda _, asked: core.refit(core.moments(FRAME, "y ~ x"), asked)):
            with pytest.raises(PanelwiseError, match="A model is a formula such as"):
                ask(FRAME, spec)


@pytest.mark.parametrize(
    ("make", "levels"),
    [
        (lambda code: code, [str(k) for k in range(12)]),
        (lambda code: code * 1.0, [str(k) for k in range(12)]),
        (lambda code: code * 10_000_000_019 - 5, [str(k * 10_000_000_019 - 5) for k in range(12)]),
        (lambda code: code + 0.5, [f"{k}.5" for k in range(12)]),
        (
            lambda code: pd.Timestamp("2024-01-01") + pd.to_timedelta(code, unit="D"),
            [f"2024-01-{k + 1:02d}" for k in range(12)],
        ),
        (lambda code: [LEVELS[k] for k in code], list(LEVELS)),
    ],
    ids=["whole", "float", "wide", "fractions", "dates", "text"],
)
def test_groups_of_any_kind_have_their_names_and_the_same_fit(make, levels: list[str]) -> None:
    fit = core.fit(FRAME.assign(g=make(CODES)), "y ~ x + w + (1 + w | g)")
    assert fit.criterion == pytest.approx(core.fit(FRAME, "y ~ x + w + (1 + w | g)").criterion, rel=1e-12)
    assert fit.linear.moments.levels == (tuple(levels),)


def test_groups_of_yes_and_no_and_of_two_columns() -> None:
    two = core.fit(FRAME, "y ~ x + (1 | b)")
    assert two.linear.moments.levels == (("False", "True"),)
    assert [f.topic for f in two.findings() if f.topic == "few_groups"] == ["few_groups"]
    joined = core.fit(FRAME, "y ~ x + (1 | b:f)")
    by_hand = core.fit(FRAME.assign(bf=FRAME["b"].astype(str) + ":" + FRAME["f"]), "y ~ x + (1 | bf)")
    assert joined.linear.moments.levels == by_hand.linear.moments.levels
    assert joined.criterion == by_hand.criterion
    assert list(joined.group_effects) == ["b:f"]


def test_the_order_of_the_rows_changes_nothing() -> None:
    shuffled = FRAME.sample(frac=1.0, random_state=3)
    one, other = (core.fit(frame, "y ~ x + w + f + (1 + w | g)") for frame in (FRAME, shuffled))
    assert other.criterion == pytest.approx(one.criterion, rel=1e-12)
    pd.testing.assert_frame_equal(
        other.group_coefficients["g"], one.group_coefficients["g"], rtol=1e-5, atol=1e-8
    )


@pytest.mark.parametrize("unit", [1e-9, 1e-3, 1e6, 1e12])
@pytest.mark.parametrize("column", ["y", "w"])
def test_units_scale_the_answers_and_change_nothing_else(column: str, unit: float) -> None:
    formula = "y ~ x + w + (1 + w | g)"
    one = core.fit(FRAME, formula)
    other = core.fit(FRAME.assign(**{column: FRAME[column] * unit}), formula)
    by = unit if column == "y" else 1.0 / unit
    # Two searches from scaled starts stop within 1e-6 of one optimum.
    for name in ("estimate", "std_error"):
        ratio = other.fixed_effects.loc["w", name] / one.fixed_effects.loc["w", name]
        assert ratio == pytest.approx(by, rel=1e-5)
    np.testing.assert_allclose(other.fixed_effects["p_value"], one.fixed_effects["p_value"], rtol=1e-3)
    assert other.icc().adjusted == pytest.approx(one.icc().adjusted, rel=1e-5)
    assert other.r_squared().marginal == pytest.approx(one.r_squared().marginal, rel=1e-5)
    np.testing.assert_allclose(
        other.group_coefficients["g"]["w_se"], by * one.group_coefficients["g"]["w_se"], rtol=1e-3
    )


def test_many_predictors_and_many_groups() -> None:
    """Twenty predictors against a direct solution; 5,000 groups of two to four rows, with their truth."""
    rng = np.random.default_rng(1)
    wide = pd.DataFrame(rng.standard_normal((70, 20)), columns=[f"p{k}" for k in range(20)])
    frame = wide.assign(y=Y, g=FRAME["g"])
    fit = core.fit(frame, f"y ~ {' + '.join(wide.columns)} + (1 | g)")
    x = np.column_stack([np.ones(70), wide])
    known = henderson(Y, x, np.ones((70, 1)), fit.linear.random_covariance, fit.sigma**2)
    np.testing.assert_allclose(fit.fixed_effects["estimate"], known.b, rtol=1e-7, atol=1e-9)

    groups = 5000
    code = np.repeat(np.arange(groups), rng.integers(2, 5, groups))
    u = 0.7 * rng.standard_normal(groups)
    x = rng.standard_normal(len(code))
    frame = pd.DataFrame({"y": 2 + 0.3 * x + u[code] + rng.standard_normal(len(code)), "x": x, "g": code})
    fit = core.fit(frame, "y ~ x + (1 | g)")
    assert fit.n_groups == {"g": groups}
    # The SD of 5,000 groups is known to about 2 %; four standard errors.
    assert fit.variance_components["sd"].iloc[0] == pytest.approx(0.7, rel=0.08)
    table = fit.group_effects["g"]
    covered = (table["(Intercept)_low"] <= u) & (u <= table["(Intercept)_high"])
    assert covered.mean() == pytest.approx(0.95, abs=0.02)


def test_an_interaction_in_either_order_is_one_column() -> None:
    one = core.fit(FRAME, "y ~ x:w + (1 + x:w | g)")
    other = core.fit(FRAME, "y ~ x:w + (1 + w:x | g)")
    assert other.criterion == one.criterion
    pd.testing.assert_frame_equal(other.group_coefficients["g"], one.group_coefficients["g"])


def test_groups_whose_names_would_run_together_keep_apart() -> None:
    odd = np.arange(len(FRAME)) % 2
    frame = FRAME.assign(one=np.where(odd, "x:y", "x"), two=np.where(odd, "z", "y:z"))
    levels = core.fit(frame, "y ~ x + (1 | one:two)").linear.moments.levels[0]
    assert len(set(levels)) == 2
    shifts = FRAME.assign(g=np.where(odd, "shift", "shift 00:00:00"))
    assert core.fit(shifts, "y ~ x + (1 | g)").linear.moments.levels == (("shift", "shift 00:00:00"),)


def test_rows_of_groups_that_the_fit_has_not_met_are_counted() -> None:
    """Sums kept for a longer formula left out a whole group; its rows are in the table again."""
    frame = FRAME.assign(w=FRAME["w"].where(FRAME["g"] != "s00"))
    fit = core.refit(core.moments(frame, "y ~ x + w + (1 | g)"), "y ~ x + (1 | g)")
    assert fit.n_groups == {"g": 11}
    found = core.residuals(fit, core.read_table(frame))
    assert (found.n, found.unknown) == (len(frame) - 1, 1)


def test_differences_a_million_times_the_noise_are_fitted_not_refused() -> None:
    """Against ordinary least squares with an indicator per group, the limit for such groups."""
    rng = np.random.default_rng(1)
    code = np.repeat(np.arange(12), 6)
    x = rng.standard_normal(72)
    y = 1e6 * rng.standard_normal(12)[code] + x + rng.standard_normal(72)
    frame = pd.DataFrame({"y": y, "x": x, "g": [f"g{k}" for k in code]})
    fit = core.fit(frame, "y ~ x + (1 | g)")
    known = np.linalg.lstsq(np.column_stack([np.eye(12)[code], x]), y, rcond=None)[0][-1]
    # The mixed model leans on the groups' differences by one part in (1e6)^2.
    assert fit.fixed_effects.loc["x", "estimate"] == pytest.approx(known, rel=1e-8)
    assert fit.sigma == pytest.approx(1.0, rel=0.25)  # 59 degrees of freedom: SD 9 %


def test_a_large_offset_costs_no_digits_that_the_column_holds() -> None:
    """At 1e12 a double's step is 1e-4; what is left of the column there is fitted as it is near zero."""
    offset = FRAME.assign(y=1e12 + Y)
    near = FRAME.assign(y=(1e12 + Y) - 1e12)
    one, other = (core.fit(frame, "y ~ x + w + (1 | g)").fixed_effects for frame in (offset, near))
    for name in ("estimate", "std_error"):
        np.testing.assert_allclose(one.loc[["x", "w"], name], other.loc[["x", "w"], name], rtol=1e-6)


def test_an_outcome_made_of_group_lines_is_named_as_such() -> None:
    u = np.random.default_rng(2).standard_normal((12, 2))
    frame = FRAME.assign(y=u[CODES, 0] + u[CODES, 1] * FRAME["w"])
    with pytest.raises(PanelwiseError, match="Within each 'g'"):
        core.fit(frame, "y ~ w + (1 + w | g)")


TWICE = {
    "level": ("y ~ x + f + (1 | f)", "'f' already gives every value of 'f' a level of its own"),
    "no intercept": ("y ~ 0 + f + (1 | f)", "'f' already gives every value of 'f' a level of its own"),
    "response": ("y ~ x + x:f + (0 + x | f)", "'x:f' already gives every value of 'f' a response to 'x'"),
    "crossed": ("y ~ f*g + (1 | f:g)", "'f:g' already gives every value of 'f:g' a level of its own"),
    "finer": ("y ~ f:g + (1 | f)", "'f:g' already gives every value of 'f' a level of its own"),
    "two groups": ("y ~ x + b + (1 | b)", "'b' already gives every value of 'b' a level of its own"),
    "two responses": ("y ~ x*b + (0 + x | b)", "'x:b' already gives every value of 'b' a response to 'x'"),
    "nested": ("y ~ f + (1 | f/g)", "Take 'f' out of the predictors, or group by another column"),
}


@pytest.mark.parametrize("case", TWICE)
def test_differences_that_would_be_counted_twice_are_refused_by_name(case: str) -> None:
    formula, words = TWICE[case]
    for ask in (core.fit, lambda frame, asked: core.refit(core.moments(frame, asked), asked)):
        with pytest.raises(CountedTwice, match=words) as error:
            ask(FRAME, formula)
        assert "counted twice" in str(error.value)


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ f + (1 | g)",
        "y ~ x + f + (0 + x | f)",
        "y ~ x:f + (1 | f)",
        "y ~ f + (1 | f:b)",
        "y ~ t + (1 | t)",
    ],
)
def test_what_is_counted_once_is_fitted(formula: str) -> None:
    """Levels and responses are different things, groups may be finer, and weeks stray from their trend."""
    assert np.isfinite(core.fit(FRAME.assign(t=np.arange(70) % 10), formula).criterion)


def test_rows_left_out_for_a_column_of_another_model_are_explained() -> None:
    frame = FRAME.assign(w=FRAME["w"].mask(FRAME.index < 31), x=FRAME["x"].mask(FRAME.index == 40))
    kept = core.moments(frame, "y ~ x + w + (1 | g)")

    def told(fit: core.Fit) -> str:
        return next(f.message for f in fit.findings() if f.topic == "dropped_rows")

    again = told(core.refit(kept, "y ~ x + (1 | g)"))
    assert again.startswith("32 rows were left out")
    assert again.endswith(
        "This model does not use 'w': it was fitted again from sums of the rows that are complete in all "
        "columns kept."
    )
    assert "does not use" not in told(core.refit(kept, "y ~ x + w + (1 | g)"))
    assert "does not use" not in told(core.fit(frame, "y ~ x + within(w, g) + (1 | g)"))
    nested = frame.assign(g=frame["g"].mask(frame.index == 50), f=frame["f"].mask(frame.index == 60))
    assert "does not use" not in told(core.fit(nested, "y ~ x + (1 | f:g)"))
