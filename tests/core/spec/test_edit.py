"""Pickers and formula are two views of one model."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spec.edit import Centring, GroupNeeded, Picked, build_spec, picked
from core.spec.errors import FormulaError
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, ModelSpec
from tests.strategies import column_names, specs


@pytest.mark.parametrize(
    ("centring", "formula"),
    [
        (Centring.NONE, "y ~ x + z + (1 + x | g)"),
        (Centring.GRAND, "y ~ center(x) + center(z) + (1 + center(x) | g)"),
        (
            Centring.WITHIN_BETWEEN,
            "y ~ within(x, g) + between(x, g) + within(z, g) + between(z, g) + (1 + within(x, g) | g)",
        ),
    ],
)
def test_centring_wraps_every_predictor_and_slope(centring: Centring, formula: str) -> None:
    assert write_formula(build_spec("y", ["x", "z"], "g", ["x"], centring=centring)) == formula


def test_columns_without_a_mean_stay_as_they_are() -> None:
    spec = build_spec("y", ["x", "region"], "g", ["x"], centring=Centring.GRAND, as_is=["region"])
    assert write_formula(spec) == "y ~ center(x) + region + (1 + center(x) | g)"


@pytest.mark.parametrize(
    ("spec", "formula"),
    [
        (build_spec("y", [], None), "y ~ 1"),
        (build_spec("y", ["x"], None), "y ~ x"),
        (build_spec("y", [], "g"), "y ~ 1 + (1 | g)"),
        (build_spec("y", [], "g", ["x"]), "y ~ 1 + (1 + x | g)"),
        (build_spec("y", ["x"], "g", ["x"], correlated=False), "y ~ x + (1 + x || g)"),
        (build_spec("net sales", ["a`b"], "store id"), "`net sales` ~ `a``b` + (1 | `store id`)"),
        (build_spec("y", ["x"], "g", family=Family.BINOMIAL, trials="n"), "y | trials(n) ~ x + (1 | g)"),
    ],
)
def test_what_the_pickers_say(spec: ModelSpec, formula: str) -> None:
    assert write_formula(spec) == formula


def test_slopes_and_group_centring_need_a_group() -> None:
    with pytest.raises(GroupNeeded, match=r"slopes vary by group\. Choose the group column"):
        build_spec("y", ["x"], None, ["x"])
    with pytest.raises(GroupNeeded, match="this centring takes off group means"):
        build_spec("y", ["x"], None, centring=Centring.WITHIN_BETWEEN)


@pytest.mark.parametrize(
    ("predictors", "centring", "fragment"),
    [
        (["y"], Centring.NONE, "'y' is the outcome"),
        (["x", "x"], Centring.GRAND, r"The term center\(x\) is in the formula twice"),
        (["g"], Centring.WITHIN_BETWEEN, "asked to group 'g' by itself"),
    ],
)
def test_choices_that_make_no_model_are_refused(
    predictors: list[str], centring: Centring, fragment: str
) -> None:
    with pytest.raises(FormulaError, match=fragment):
        build_spec("y", predictors, "g", centring=centring)


@st.composite
def picks(draw: st.DrawFn) -> Picked:
    outcome, group, *columns = draw(st.lists(column_names(), min_size=2, max_size=6, unique=True))
    chosen = draw(st.sampled_from([None, group]))
    centrings = list(Centring) if chosen is not None else [Centring.NONE, Centring.GRAND]
    centring = draw(st.sampled_from(centrings))
    as_is = tuple(c for c in columns if draw(st.booleans()))
    centred = centring is not Centring.NONE and len(as_is) < len(columns)
    slopes = tuple(c for c in columns if chosen is not None and draw(st.booleans()))
    return Picked(
        outcome=outcome,
        predictors=tuple(columns),
        group=chosen,
        slopes=slopes,
        correlated=draw(st.booleans()) if chosen is not None else True,
        centring=centring if centred else Centring.NONE,
        as_is=as_is if centred else (),
        family=draw(st.sampled_from(Family)),
    )


@given(picks())
def test_pickers_to_model_and_back(choice: Picked) -> None:
    spec = build_spec(**asdict(choice))
    assert picked(spec) == choice
    assert picked(parse_formula(write_formula(spec), spec.family)) == choice


@given(specs())
def test_model_to_pickers_and_back(spec: ModelSpec) -> None:
    choice = picked(spec)
    assert choice is None or build_spec(**asdict(choice)) == spec


@pytest.mark.parametrize(
    "formula",
    [
        "log(y) ~ x + (1 | g)",
        "y ~ log(x) + (1 | g)",
        "y ~ a:b + (1 | g)",
        "y ~ a*b + (1 | g)",
        "y ~ 0 + x + (1 | g)",
        "y ~ x + (0 + x | g)",
        "y ~ x + (1 | g) + (1 | h)",
        "y ~ x + (1 | g/h)",
        "y ~ x + (1 | g:h)",
        "y ~ center(log(x)) + (1 | g)",
        "y ~ within(x, g) + (1 | g)",
        "y ~ within(x, h) + between(x, h) + (1 | g)",
        "y ~ within(x, g) + between(x, g)",
        "y ~ center(x) + within(z, g) + between(z, g) + (1 | g)",
        "y ~ x + center(x) + (1 | g)",
        "y ~ center(x) + (1 + x | g)",
        "y ~ x + (1 + a:b | g)",
    ],
)
def test_formulas_beyond_the_pickers_say_so(formula: str) -> None:
    assert picked(parse_formula(formula)) is None
