"""Further groupings are added, changed and taken out; the rest of the formula stays."""

import pytest

from core.spec.change import hidden, view
from core.spec.errors import FormulaError
from core.spec.formula import parse_formula, write_formula
from core.spec.regroup import (
    further_groupings,
    regrouped,
    slopes_by,
    with_grouping,
    with_slopes_by,
    without_grouping,
)

RICH = "log(y) ~ center(x)*w + z + (1 + center(x) || store) + (1 + z | region) + (0 + w | week)"


def test_what_is_grouped_further() -> None:
    assert further_groupings(parse_formula("y ~ x")) == ()
    assert further_groupings(parse_formula(RICH)) == (("region",), ("week",))
    nested = parse_formula("y ~ x + (1 + x | region/store/shelf) + (1 | week)")
    assert further_groupings(nested) == (("region",), ("region", "store"), ("week",))
    assert slopes_by(nested, ("region", "store")) == ("x",)
    assert slopes_by(nested, ("week",)) == ()


def test_the_rest_of_the_formula_stays() -> None:
    spec = with_grouping(parse_formula(RICH), ("brand",))
    assert write_formula(spec) == f"{RICH} + (1 | brand)"
    assert write_formula(without_grouping(spec, ("brand",))) == RICH
    spec = with_slopes_by(parse_formula(RICH), ("region",), ["x"])
    assert write_formula(spec) == RICH.replace("(1 + z | region)", "(1 + center(x) | region)")
    assert view(spec).group == "store"


def test_one_level_of_a_nesting_is_changed_apart() -> None:
    spec = parse_formula("y ~ x + (1 + x | region/store)")
    assert write_formula(with_slopes_by(spec, ("region",), [])) == (
        "y ~ x + (1 + x | region:store) + (1 | region)"
    )
    gone = without_grouping(spec, ("region",))
    assert write_formula(gone) == "y ~ x + (1 + x | region:store)"
    assert view(gone).group == view(spec).group == "store"


def test_values_that_recur_are_taken_apart_and_together() -> None:
    spec = parse_formula("y ~ x + (1 | store) + (1 + x | shelf)")
    apart = regrouped(spec, ("shelf",), ("store", "shelf"))
    assert write_formula(apart) == "y ~ x + (1 | store) + (1 + x | store:shelf)"
    assert regrouped(apart, ("store", "shelf"), ("shelf",)) == spec


def test_the_same_grouping_twice_is_refused() -> None:
    with pytest.raises(FormulaError):
        with_grouping(parse_formula("y ~ x + (1 | store)"), ("store",))


@pytest.mark.parametrize(
    ("formula", "more"),
    [
        ("y ~ x + (1 + x | region/store)", False),
        ("y ~ x + (1 | store) + (1 + x | region)", False),
        ("y ~ x + (1 | store) + (1 + x || region)", True),
        ("y ~ x + (1 | store) + (0 + x | region)", True),
    ],
)
def test_what_the_pickers_cannot_show(formula: str, more: bool) -> None:
    assert hidden(parse_formula(formula)) is more
