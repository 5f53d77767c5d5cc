"""Pickers change one thing of any formula and leave the rest as it was written."""

from dataclasses import replace

import pytest

from core.spec.change import (
    changed,
    interactions,
    view,
    weighed,
    with_interaction,
    with_offsets,
    without_interaction,
)
from core.spec.edit import Centring, GroupNeeded
from core.spec.errors import FormulaError
from core.spec.formula import parse_formula, write_formula
from core.spec.split import measure, measured

RICH = "log(y) ~ log(x) + a*b + within(z, g) + between(z, g) + (1 + within(z, g) || g) + (1 | h)"


@pytest.mark.parametrize(
    ("formula", "to", "after"),
    [
        (RICH, {}, RICH),
        ("y ~ x + z + (1 | g)", {"outcome": "w"}, "w ~ x + z + (1 | g)"),
        ("y ~ x + z + (1 + x | g)", {"predictors": ("z", "w"), "slopes": ()}, "y ~ z + w + (1 | g)"),
        ("y ~ a*b + (1 | g)", {"predictors": ("a",)}, "y ~ a + (1 | g)"),
        ("y ~ a + b + a:b + (1 + a | g)", {"predictors": ("b",), "slopes": ()}, "y ~ b + (1 | g)"),
        ("y ~ a*b + (1 | g)", {"slopes": ("a",)}, "y ~ a*b + (1 + a | g)"),
        ("y ~ log(x) + (1 | g)", {"slopes": ("x",)}, "y ~ log(x) + (1 + log(x) | g)"),
        (
            "y ~ within(x, g) + between(x, g) + (1 | g)",
            {"slopes": ("x",)},
            "y ~ within(x, g) + between(x, g) + (1 + within(x, g) | g)",
        ),
        (
            "y ~ within(x, g) + between(x, g) + (1 + within(x, g) | g)",
            {"group": "h"},
            "y ~ within(x, h) + between(x, h) + (1 + within(x, h) | h)",
        ),
        (
            "y ~ within(x, g) + between(x, g) + (1 + within(x, g) | g)",
            {"group": None, "slopes": ()},
            "y ~ x",
        ),
        ("y ~ x + (1 + x | g) + (1 | h)", {"slopes": ()}, "y ~ x + (1 | g) + (1 | h)"),
        ("y ~ x + (1 | g) + (1 | h)", {"group": "h"}, "y ~ x + (1 | h)"),
        ("y ~ x + (0 + x | g)", {"slopes": ()}, "y ~ x + (1 | g)"),
        ("y ~ x + (1 + x | g)", {"correlated": False}, "y ~ x + (1 + x || g)"),
        ("y ~ x", {"group": "g"}, "y ~ x + (1 | g)"),
        ("y ~ 0 + x + (1 | g)", {"predictors": ("x", "z")}, "y ~ 0 + x + z + (1 | g)"),
    ],
)
def test_one_choice_changes_one_thing(formula: str, to: dict[str, object], after: str) -> None:
    spec = parse_formula(formula)
    assert write_formula(changed(spec, replace(view(spec), **to))) == after


def test_slopes_need_a_group() -> None:
    spec = parse_formula("y ~ x")
    with pytest.raises(GroupNeeded):
        changed(spec, replace(view(spec), slopes=("x",)))


@pytest.mark.parametrize(
    ("formula", "how", "after"),
    [
        (
            "y ~ x + z + (1 + x | g)",
            Centring.WITHIN_BETWEEN,
            "y ~ within(x, g) + between(x, g) + z + (1 + within(x, g) | g)",
        ),
        (
            "y ~ x*z + (1 | g)",
            Centring.WITHIN_BETWEEN,
            "y ~ within(x, g) + between(x, g) + z + within(x, g):z + (1 | g)",
        ),
        ("y ~ log(x) + (1 | g)", Centring.GRAND, "y ~ center(log(x)) + (1 | g)"),
        ("y ~ center(x) + (1 + center(x) | g)", Centring.SCALED, "y ~ scale(x) + (1 + scale(x) | g)"),
        (
            "y ~ within(x, g) + between(x, g) + within(x, g):z + z + (1 + within(x, g) | g)",
            Centring.NONE,
            "y ~ x + x:z + z + (1 + x | g)",
        ),
        ("y ~ z + (1 | g)", Centring.GRAND, "y ~ z + (1 | g)"),
    ],
)
def test_a_column_is_measured_in_another_way_wherever_it_stands(
    formula: str, how: Centring, after: str
) -> None:
    found = measure(parse_formula(formula), "x", how, "g")
    assert write_formula(found) == after
    if "x" in view(found).predictors:
        assert measured(found, "x") is how


def test_own_swings_need_a_group_that_is_another_column() -> None:
    spec = parse_formula("y ~ x + (1 | g)")
    with pytest.raises(GroupNeeded):
        measure(spec, "x", Centring.WITHIN_BETWEEN)
    with pytest.raises(FormulaError, match="by itself"):
        measure(spec, "x", Centring.WITHIN_BETWEEN, "x")


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("y ~ z", None),
        ("y ~ x + center(x)", None),
        ("y ~ within(x, g)", None),
        ("y ~ log(x) + log(x):z", Centring.NONE),
    ],
)
def test_how_a_column_is_measured(formula: str, says: Centring | None) -> None:
    assert measured(parse_formula(formula), "x") is says


def test_interactions_come_and_go() -> None:
    spec = parse_formula("y ~ within(x, g) + between(x, g) + (1 + within(x, g) | g)")
    crossed = with_interaction(spec, "x", "size")
    assert write_formula(crossed) == (
        "y ~ within(x, g) + between(x, g) + size + within(x, g):size + (1 + within(x, g) | g)"
    )
    assert interactions(crossed) == (("x", "size"),)
    assert with_interaction(crossed, "size", "x") == crossed
    assert interactions(without_interaction(crossed, ("size", "x"))) == ()
    written = parse_formula("y ~ a*b*c + (1 + a:b | g)")
    assert write_formula(without_interaction(written, ("b", "a"))) == ("y ~ a + b + c + a:c + b:c + (1 | g)")


def test_weights_and_offsets_change_alone() -> None:
    spec = parse_formula(RICH)
    both = with_offsets(weighed(spec, "n"), ["t", "u"])
    assert write_formula(both) == RICH.replace("log(y)", "log(y) | weights(n)").replace(
        " + (1 + within", " + offset(t) + offset(u) + (1 + within"
    )
    assert with_offsets(weighed(both, None), []) == spec
    with pytest.raises(FormulaError, match="both the outcome and its weights"):
        weighed(spec, "y")


def test_offsets_in_functions_stay_as_they_are_written() -> None:
    spec = parse_formula("y ~ x + offset(log(t)) + offset(u)")
    assert write_formula(with_offsets(spec, ["v", "t"])) == "y ~ x + offset(log(t)) + offset(v)"
