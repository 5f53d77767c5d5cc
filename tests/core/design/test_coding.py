"""Text, flags, dates and transforms as columns: R's rule for contrasts, names, reference levels, domains."""

import itertools

import numpy as np
import pandas as pd
import pytest

import core
from core.design.errors import NameClash, NotANumber, OutsideDomain, TooManyLevels
from core.design.layout import INTERCEPT
from core.design.matrix import build_design
from core.errors import PanelwiseError

RNG = np.random.default_rng(5)
# Every combination of the three text columns occurs five times, so no column is aliased by chance.
CELLS = list(itertools.product("ab", "pqr", "uv")) * 5
N = len(CELLS)
FRAME = pd.DataFrame(CELLS, columns=["f", "h", "k"]).assign(
    y=RNG.standard_normal(N),
    x=RNG.gamma(2.0, 1.0, N),
    z=RNG.standard_normal(N),
    yes=RNG.random(N) < 0.5,
    day=pd.Timestamp("2024-03-01") + pd.to_timedelta(np.arange(N), unit="D"),
    g=np.arange(N) % 7,
)


def names(formula: str) -> tuple[str, ...]:
    """The fixed columns as the design names them, before any is left out."""
    return build_design(core.read_table(FRAME), core.parse_formula(formula)).layout.fixed


# The columns of R's model.matrix, with R's fb written f[b]; worked out by hand from TermCode in R's
# src/library/stats/src/model.c: main effects have contrasts, the first text variable of a model without
# intercept is full, a variable of an interaction has contrasts when the rest is contained in an earlier term.
R_COLUMNS = {
    "y ~ f": "1 f[b]",
    "y ~ 0 + f": "f[a] f[b]",
    "y ~ 0 + f + h": "f[a] f[b] h[q] h[r]",
    "y ~ 0 + x + f": "x f[a] f[b]",
    "y ~ f + h": "1 f[b] h[q] h[r]",
    "y ~ f*h": "1 f[b] h[q] h[r] f[b]:h[q] f[b]:h[r]",
    "y ~ 0 + f*h": "f[a] f[b] h[q] h[r] f[b]:h[q] f[b]:h[r]",
    "y ~ f:h": "1 f[a]:h[p] f[b]:h[p] f[a]:h[q] f[b]:h[q] f[a]:h[r] f[b]:h[r]",
    "y ~ f + f:h": "1 f[b] f[a]:h[q] f[b]:h[q] f[a]:h[r] f[b]:h[r]",
    "y ~ h + f:h": "1 h[q] h[r] f[b]:h[p] f[b]:h[q] f[b]:h[r]",
    "y ~ x:f": "1 x:f[a] x:f[b]",
    "y ~ x*f": "1 x f[b] x:f[b]",
    "y ~ f + x:f": "1 f[b] x:f[a] x:f[b]",
    "y ~ f:h + h:k": "1 f[a]:h[p] f[b]:h[p] f[a]:h[q] f[b]:h[q] f[a]:h[r] f[b]:h[r] "
    "h[p]:k[v] h[q]:k[v] h[r]:k[v]",
    "y ~ f*h*k": "1 f[b] h[q] h[r] k[v] f[b]:h[q] f[b]:h[r] f[b]:k[v] h[q]:k[v] h[r]:k[v] "
    "f[b]:h[q]:k[v] f[b]:h[r]:k[v]",
    "y ~ yes*f": "1 yes f[b] yes:f[b]",
}


@pytest.mark.parametrize("formula", R_COLUMNS)
def test_contrasts_are_those_of_r(formula: str) -> None:
    expected = tuple(name.replace("1", INTERCEPT) for name in R_COLUMNS[formula].split())
    assert names(formula) == expected


@pytest.mark.parametrize("formula", R_COLUMNS)
def test_columns_are_products_of_indicators_and_span_the_cells(formula: str) -> None:
    """Each column is the product of what its name says, from the frame alone."""
    design = build_design(core.read_table(FRAME), core.parse_formula(formula))
    for name in design.layout.fixed:
        if name == INTERCEPT:
            continue
        expected = np.ones(N)
        for part in name.split(":"):
            column, bracket, level = part.rstrip("]").partition("[")
            expected *= (FRAME[column] == level) if bracket else FRAME[column].astype(float)
        np.testing.assert_array_equal(design.values[name], expected)


def test_without_an_intercept_the_first_factor_takes_its_place() -> None:
    """Same fit, other names: the criterion of ML does not depend on the coding."""
    for one, other in (("y ~ f + h", "y ~ 0 + f + h"), ("y ~ f*h", "y ~ f:h"), ("y ~ f*h", "y ~ 0 + f:h")):
        a, b = (core.fit(FRAME, f"{formula} + (1 | g)", "ml") for formula in (one, other))
        assert a.criterion == pytest.approx(b.criterion, rel=1e-8)
    assert core.fit(FRAME, "y ~ 0 + f + h + (1 | g)").aliased == ()
    # As in R, where the last of the six is NA beside the intercept.
    assert core.fit(FRAME, "y ~ f:h + (1 | g)").aliased == ("f[b]:h[r]",)


def test_reference_levels_are_named_where_something_is_compared() -> None:
    assert core.fit(FRAME, "y ~ f + h + (1 | g)").reference_levels == {"f": "a", "h": "p"}
    assert core.fit(FRAME, "y ~ 0 + f + h + (1 | g)").reference_levels == {"h": "p"}
    topics = [finding.topic for finding in core.fit(FRAME, "y ~ 0 + f + (1 | g)").findings()]
    assert "reference_levels" not in topics
    message = next(
        finding.message
        for finding in core.fit(FRAME, "y ~ f + (1 | g)").findings()
        if finding.topic == "reference_levels"
    )
    assert "'f' against 'a'" in message


def test_text_varies_by_group_with_the_same_rule() -> None:
    fit = core.fit(FRAME, "y ~ f + (0 + f | g)")
    assert fit.linear.problem.random == ("f[a]", "f[b]")
    assert core.fit(FRAME, "y ~ f + (1 + f | g)").linear.problem.random == (INTERCEPT, "f[b]")


def test_flags_are_zero_and_one_and_dates_are_days_since_the_first_row_in_use() -> None:
    values = build_design(core.read_table(FRAME), core.parse_formula("y ~ yes + day")).values
    np.testing.assert_array_equal(values["yes"], FRAME["yes"].astype(float))
    np.testing.assert_allclose(values["day"], np.arange(N))
    late = FRAME.assign(x=FRAME["x"].where(FRAME.index >= 10))
    values = build_design(core.read_table(late), core.parse_formula("y ~ day + x")).values
    np.testing.assert_allclose(values["day"], np.arange(N - 10))


def test_transforms_are_learned_on_the_rows_in_use() -> None:
    frame = FRAME.assign(z=FRAME["z"].where(FRAME.index != 3))
    used = frame.dropna()
    simple = "y ~ z + center(x) + scale(x) + log(x) + log1p(x) + sqrt(x)"
    formula = f"{simple} + center(log(x)) + within(x, g) + between(x, g)"
    values = build_design(core.read_table(frame), core.parse_formula(formula)).values
    x = used["x"].to_numpy()
    mean = used.groupby("g")["x"].transform("mean").to_numpy()
    for name, expected in {
        "center(x)": x - x.mean(),
        "scale(x)": (x - x.mean()) / x.std(ddof=1),
        "log(x)": np.log(x),
        "log1p(x)": np.log1p(x),
        "sqrt(x)": np.sqrt(x),
        "center(log(x))": np.log(x) - np.log(x).mean(),
        "within(x, g)": x - mean,
        "between(x, g)": mean,
    }.items():
        np.testing.assert_allclose(values[name], expected, rtol=1e-12, atol=1e-14)


def test_the_row_named_outside_a_domain_is_the_tables_row() -> None:
    """Rows left out before it, for blanks in another column, do not shift the number."""
    x = FRAME["x"].copy()
    x[9] = -1.0
    frame = FRAME.assign(x=x, z=FRAME["z"].where(FRAME.index >= 5))
    for formula in ("y ~ log(x) + z", "y ~ sqrt(x) + z + (1 | g)"):
        with pytest.raises(OutsideDomain, match=r"1 row\b.*row 10 \(x = -1\)"):
            core.fit(frame, formula)
    with pytest.raises(OutsideDomain, match=r"2 rows.*log1p"):
        core.fit(FRAME.assign(x=FRAME["x"].where(FRAME.index > 1, 0.0)), "y ~ log(x)")


@pytest.mark.parametrize("source", ["p", "center(p)"])
def test_a_predictor_that_never_moves_within_groups_leaves_no_noise_behind(source: str) -> None:
    """Group means of 0.1, 0.7, ... are rounded, and the differences of 1e-17 are not data."""
    prices = np.array([0.1, 0.7, 1.3, 2.9, 3.3, 4.7, 5.1])
    frame = FRAME.assign(p=prices[FRAME["g"]])
    variable = "within(p, g)" if source == "p" else "within(center(p), g)"
    fit = core.fit(frame, f"y ~ x + {variable} + (1 | g)")
    assert fit.aliased == (variable,)
    assert fit.criterion == pytest.approx(core.fit(frame, "y ~ x + (1 | g)").criterion, rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "column"),
    [
        ("y ~ log(x) + `log(x)` + (1 | g)", "log(x)"),
        ("y ~ x:z + `x:z` + (1 | g)", "x:z"),
        ("y ~ f + `f[b]` + (1 | g)", "f[b]"),
        ("y ~ x + `(Intercept)` + (1 | g)", "(Intercept)"),
        ("`log(x)` ~ log(x) + (1 | g)", "log(x)"),
    ],
)
def test_a_column_with_the_name_of_a_term_is_refused_not_taken_for_it(formula: str, column: str) -> None:
    with pytest.raises(NameClash) as error:
        core.fit(FRAME.assign(**{column: FRAME["z"]}), formula)
    assert f"'{column}'" in str(error.value)


def test_a_column_named_like_a_term_is_fine_where_the_term_is_not_used() -> None:
    frame = FRAME.assign(**{"log(x)": FRAME["z"]})
    fit = core.fit(frame, "y ~ x + `log(x)` + (1 | g)")
    known = core.fit(FRAME, "y ~ x + z + (1 | g)")
    np.testing.assert_array_equal(fit.fixed_effects["estimate"], known.fixed_effects["estimate"])


def test_text_with_one_value_is_named_as_left_out() -> None:
    fit = core.fit(FRAME.assign(one="same"), "y ~ x + one + (1 | g)")
    assert fit.aliased == ("one",)
    assert "reference_levels" not in [finding.topic for finding in fit.findings()]


@pytest.mark.parametrize(
    ("frame", "formula", "error", "words"),
    [
        (FRAME, "y ~ log(f) + (1 | g)", NotANumber, "'f' holds text"),
        (FRAME, "f ~ x + (1 | g)", NotANumber, "'f' holds text"),
        (FRAME, "day ~ x + (1 | g)", NotANumber, "'day' holds date"),
        (FRAME.assign(f=[f"level {k % 40}" for k in range(N)]), "y ~ f", None, ""),
    ],
)
def test_what_needs_numbers_says_so(
    frame, formula: str, error: type[PanelwiseError] | None, words: str
) -> None:
    if error is None:
        assert len(core.fit(frame, formula).fixed_effects) == 40
    else:
        with pytest.raises(error, match=words):
            core.fit(frame, formula)


def test_very_many_levels_are_a_grouping_not_a_predictor() -> None:
    frame = pd.DataFrame({"y": RNG.standard_normal(402), "shop": [f"s{k % 201}" for k in range(402)]})
    with pytest.raises(TooManyLevels, match=r"201 different values.*\(1 \| shop\)"):
        core.fit(frame, "y ~ shop")


def test_repeated_predictors_are_dropped_after_the_first_and_change_nothing_else() -> None:
    """As R's lm does: of columns that say the same, the later one goes."""
    frame = FRAME.assign(twice=2 * FRAME["x"] + 3, three=FRAME["x"] - FRAME["z"], still=4.2)
    fit = core.fit(frame, "y ~ x + twice + z + three + still + f + (1 | g)")
    assert fit.aliased == ("twice", "three", "still")
    known = core.fit(frame, "y ~ x + z + f + (1 | g)")
    assert fit.fixed_effects.index.tolist() == known.fixed_effects.index.tolist()
    np.testing.assert_allclose(fit.fixed_effects["estimate"], known.fixed_effects["estimate"], rtol=1e-9)
    assert fit.criterion == pytest.approx(known.criterion, rel=1e-12)
    message = next(finding.message for finding in fit.findings() if finding.topic == "aliased")
    assert "twice, three, still" in message
