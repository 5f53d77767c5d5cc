"""Models that a table cannot carry are refused in the words a user reads."""

import re

import pytest

import core
from core.design.errors import (
    ConstantOutcome,
    ConstantSlope,
    ExtremeUnits,
    NameClash,
    NotANumber,
    SlopesAlike,
    StillOutcome,
)
from tests.core.design.test_coding import FRAME


def test_a_name_that_group_tables_use_names_that_column_and_no_other() -> None:
    frame = FRAME.assign(x_se=FRAME["z"], n=FRAME["z"])
    with pytest.raises(NameClash) as error:
        core.fit(frame, "y ~ x + x_se + (1 + x + x_se | g)")
    assert str(error.value) == (
        "'x_se' is a column of this model, and the tables of groups use the same name for the standard error "
        "of 'x'. Rename the column 'x_se' in the file, and load it again."
    )
    with pytest.raises(NameClash) as error:
        core.fit(frame, "y ~ n + (1 + n | g)")
    assert str(error.value) == (
        "'n' is a column of this model, and the tables of groups use the same name for a group's number of "
        "rows. Rename the column 'n' in the file, and load it again."
    )
    # Where they do not differ by group no table has both.
    assert core.fit(frame, "y ~ x + x_se + n + (1 + x | g)").converged


def test_a_partner_in_an_interaction_is_not_taken_for_a_column_of_its_name() -> None:
    with pytest.raises(NameClash, match=r"'f\[b\]'"):
        core.fit(FRAME.assign(**{"f[b]": FRAME["z"]}), "y ~ x + x:f + `f[b]` + (1 | g)")


def test_units_beyond_arithmetic_are_named() -> None:
    with pytest.raises(ExtremeUnits) as error:
        core.fit(FRAME.assign(x=FRAME["x"] * 1e90), "y ~ x + (1 | g)")
    assert re.fullmatch(
        r"'x' varies by \de\+\d\d, which is beyond what can be computed with\. "
        r"Give it in other units, such as thousands or millions\.",
        str(error.value),
    )
    with pytest.raises(ExtremeUnits, match="'y' varies by"):
        core.fit(FRAME.assign(y=FRAME["y"] * 1e-90), "y ~ x + (1 | g)")


def test_an_outcome_that_is_one_figure_a_group_is_refused() -> None:
    frame = FRAME.assign(y=FRAME.groupby("g")["y"].transform("mean"))
    with pytest.raises(StillOutcome) as error:
        core.fit(frame, "y ~ x + (1 | g)")
    assert str(error.value) == (
        "'y' never changes within a value of 'g', so each group has one figure and nothing to learn a spread "
        "from. Choose an outcome that moves, or group by something coarser."
    )


def test_a_slope_of_something_that_never_varies_is_refused() -> None:
    with pytest.raises(ConstantSlope) as error:
        core.fit(FRAME.assign(x=4.2), "y ~ z + x + (1 + x | g)")
    assert str(error.value) == (
        "'x' has one value in all rows, so its effect cannot differ between groups. "
        "Take it out of the slopes that differ."
    )


def test_effects_that_cannot_be_told_apart_may_not_each_differ() -> None:
    """Their covariance had no answer: any one of a whole valley came out, as sure as the rest."""
    frame = FRAME.assign(v=2 * FRAME["x"] + 1, h=["h0", "h1"] * (len(FRAME) // 2))
    for text in (
        "y ~ x + (1 + x + v | g)",
        "y ~ x + (1 + x | g) + (0 + v | g)",
        "y ~ x + (1 + x + v | g) + (1 | h)",
        "y ~ (1 | g) + (0 + f | g)",
    ):
        with pytest.raises(SlopesAlike) as error:
            core.fit(frame, text)
    with pytest.raises(SlopesAlike) as error:
        core.fit(frame, "y ~ x + (1 + x + v | g)")
    assert str(error.value) == (
        "Of 'x', 'v' one follows from the others on every row, so how each one's effect differs between the "
        "values of 'g' cannot be told. Let fewer of them differ."
    )


@pytest.mark.parametrize("random", ["(0 + x + v | g)", "(0 + x + v || g)", "(1 | g) + (0 + f || g)"])
def test_dependent_columns_whose_variances_can_be_told_are_fitted(random: str) -> None:
    """x and 2 x + 1 span baseline and slope; a baseline and one deviation a level differ in what they tie."""
    assert core.fit(FRAME.assign(v=2 * FRAME["x"] + 1), f"y ~ x + {random}").converged


def test_a_refit_refuses_the_names_that_a_fit_refuses() -> None:
    """Sums may hold x and x_se beside each other; it is in a table of groups that they meet."""
    frame = FRAME.assign(x_se=FRAME["z"], n=FRAME["z"] + FRAME["x"])
    kept = core.moments(frame, "y ~ x + x_se + n + (1 | g)")
    for formula, name in (("y ~ x_se + (1 + x + x_se | g)", "x_se"), ("y ~ x + (1 + n | g)", "n")):
        with pytest.raises(NameClash) as fresh:
            core.fit(frame, formula)
        with pytest.raises(NameClash, match=f"'{name}' is a column") as again:
            core.refit(kept, formula)
        assert str(again.value) == str(fresh.value)
    assert core.refit(kept, "y ~ x + x_se + n + (1 + x | g)").converged


@pytest.mark.parametrize(
    ("column", "formula"), [("x:z", "y ~ x:z + (1 | g)"), ("f[a]", "y ~ 0 + f + (1 | g)")]
)
def test_a_refit_does_not_take_a_kept_column_for_a_term_of_its_name(column: str, formula: str) -> None:
    kept = core.moments(FRAME.assign(**{column: FRAME["x"]}), f"y ~ x + z + f + `{column}` + (1 | g)")
    with pytest.raises(NameClash) as error:
        core.refit(kept, formula)
    assert f"'{column}'" in str(error.value)


def test_a_refit_refuses_the_outcomes_that_a_fit_refuses() -> None:
    frame = FRAME.assign(still=0.1)
    kept = core.moments(frame, "y ~ x + still + day + (1 | g)")
    for formula, error in (("still ~ x", ConstantOutcome), ("day ~ x + (1 | g)", NotANumber)):
        with pytest.raises(error) as fresh:
            core.fit(frame, formula)
        with pytest.raises(error) as again:
            core.refit(kept, formula)
        assert str(again.value) == str(fresh.value)


def test_a_grouping_column_called_like_a_pair_of_columns_is_not_taken_for_the_pair() -> None:
    frame = FRAME.assign(**{"f:h": FRAME["g"]})
    column, pair = "(1 | `f:h`)", "(1 | f:h)"
    for make in (core.fit, core.moments):
        with pytest.raises(NameClash, match="'f:h'"):
            make(frame, f"y ~ x + {column} + {pair}")
    for kept, asked in ((column, pair), (pair, column)):
        with pytest.raises(NameClash, match="'f:h'"):
            core.refit(core.moments(frame, f"y ~ x + {kept}"), f"y ~ x + {asked}")
        assert core.refit(core.moments(frame, f"y ~ x + {kept}"), f"y ~ x + {kept}").n_groups
