"""Text to value and back is the identity, for canonical text and for every value."""

import pytest
from hypothesis import given

from core.spec.errors import FormulaError, UnwritableSpec
from core.spec.formula import parse_formula, write_formula
from core.spec.model import Family, Fixed, ModelSpec, Random, Step, Transform, Variable
from tests.strategies import HOSTILE_NAMES, column_names, specs

x, z, g = Variable("x"), Variable("z"), "g"

CANONICAL = [
    "y ~ 1",
    "y ~ 0",
    "y ~ x",
    "y ~ 0 + x",
    "log(y) ~ x + z",
    "scale(log1p(y)) ~ sqrt(x)",
    "y ~ x + z + x:z",
    "y ~ x*z",
    "y ~ z*x",
    "y ~ a:b*c",
    "y ~ x + x*z",
    "y ~ within(x, g) + between(x, g) + (1 + within(x, g) | g)",
    "y ~ center(within(log(x), g))",
    "y ~ 1 + (1 | g)",
    "y ~ 0 + (1 | g)",
    "y ~ x + (1 + x | g)",
    "y ~ x + (0 + x | g)",
    "y ~ x + (1 + x || g)",
    "y ~ x + (1 || g)",
    "y ~ x + (1 | g) + (0 + x | g)",
    "y ~ 1 + (1 | a/b)",
    "y ~ 1 + (1 | a/b/c)",
    "y ~ 1 + (1 | a:b)",
    "y ~ x + (1 + log(x)*z + x:z | a) + (1 | b)",
    "Sepal.Length ~ Sepal.Width",
    "größe ~ prix_été + 売上 + विक्रय + (1 | מכירות)",
    "`net sales` ~ `a``b` + `2020` + `log(x)` + (1 | `store id`)",
    "`y ~ x` ~ `(1 | g)`",
    "log ~ within + trials + log(sqrt) + (1 | scale)",
    "y ~ `.` + `` + ` `",
]


@pytest.mark.parametrize("text", CANONICAL)
def test_canonical_text_comes_back_unchanged(text: str) -> None:
    assert write_formula(parse_formula(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("  y~x ", "y ~ x"),
        ("y\n~\n x\t+\n z", "y ~ x + z"),
        ("y ~ 1 + x", "y ~ x"),
        ("y ~ x + 1", "y ~ x"),
        ("y ~ x - 1", "y ~ 0 + x"),
        ("y ~ -1 + x", "y ~ 0 + x"),
        ("y ~ x + -1", "y ~ 0 + x"),
        ("y ~ x + 0", "y ~ 0 + x"),
        ("y~a * b : c", "y ~ a*b:c"),
        ("y ~ log ( x )", "y ~ log(x)"),
        ("y ~ within( x,g )", "y ~ within(x, g)"),
        ("y ~ (x|g)", "y ~ 1 + (1 + x | g)"),
        ("y ~ (x||g)", "y ~ 1 + (1 + x || g)"),
        ("y ~ (x - 1|g)", "y ~ 1 + (0 + x | g)"),
        ("y ~ (1|g) + x", "y ~ x + (1 | g)"),
        ("y ~ (1 | a / b) + (0+x | a : b)", "y ~ 1 + (1 | a/b) + (0 + x | a:b)"),
        ("`y` ~ `x`", "y ~ x"),
        ("y ~ x\u00a0+ z", "y ~ x + z"),
    ],
)
def test_other_spellings_come_back_canonical(text: str, canonical: str) -> None:
    # (1 | a/b) with (0 + x | a:b) is allowed: the intercept and the slope are different effects of a:b.
    assert write_formula(parse_formula(text)) == canonical


def test_a_formula_with_every_part_gives_the_value_it_says() -> None:
    text = "log(y) ~ 0 + x*z + within(x, g) + (1 + x:z || a/b) + (0 + x | g)"
    assert parse_formula(text, "gamma") == ModelSpec(
        outcome=Variable("y", (Step(Transform.LOG),)),
        fixed=(Fixed(((x,), (z,))), Fixed(((Variable("x", (Step(Transform.WITHIN, g),)),),))),
        random=(
            Random((Fixed(((x, z),)),), ("a", "b"), correlated=False, nested=True),
            Random((Fixed(((x,),)),), (g,), intercept=False),
        ),
        intercept=False,
        family=Family.GAMMA,
    )


def test_functions_are_kept_innermost_first() -> None:
    outcome = parse_formula("center(log(y)) ~ 1").outcome
    assert [step.transform for step in outcome.steps] == [Transform.LOG, Transform.CENTER]


def test_counts_out_of_trials_round_trip() -> None:
    spec = parse_formula("passes | trials( `site visits` ) ~ 1", Family.BINOMIAL)
    assert (spec.outcome, spec.trials, spec.family) == (Variable("passes"), "site visits", Family.BINOMIAL)
    assert write_formula(spec) == "passes | trials(`site visits`) ~ 1"


def test_weights_and_offsets_round_trip() -> None:
    spec = parse_formula("log(sales)|weights( `n rows` ) ~ x+offset(log(area))+(1|g)+offset(z)")
    assert (spec.weights, spec.trials) == ("n rows", None)
    assert [variable.column for variable in spec.offsets] == ["area", "z"]
    assert (
        write_formula(spec) == "log(sales) | weights(`n rows`) ~ x + offset(log(area)) + offset(z) + (1 | g)"
    )
    both = parse_formula("passes | weights(w) + trials(n) ~ offset(z)", Family.BINOMIAL)
    assert write_formula(both) == "passes | trials(n) + weights(w) ~ 1 + offset(z)"


def test_columns_may_be_called_offset_and_weights() -> None:
    text = "y | weights(offset) ~ offset + weights + offset(trials) + (1 | g)"
    spec = parse_formula(text)
    assert spec.weights == "offset"
    assert [variable.column for variable in spec.offsets] == ["trials"]
    assert write_formula(spec) == text


@given(specs())
def test_every_value_is_written_and_read_back(spec: ModelSpec) -> None:
    text = write_formula(spec)
    assert parse_formula(text, spec.family) == spec
    assert write_formula(parse_formula(text, spec.family)) == text


@given(column_names())
def test_any_column_name_can_be_an_outcome_in_backticks(name: str) -> None:
    quoted = "`" + name.replace("`", "``") + "`"
    assert parse_formula(f"{quoted} ~ 1").outcome == Variable(name)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_all_writable(name: str) -> None:
    grouped = Variable("x", (Step(Transform.WITHIN, name),))
    spec = ModelSpec(Variable("y"), (Fixed(((grouped,),)),), (Random((), (name,)),))
    assert parse_formula(write_formula(spec)) == spec


def test_a_value_that_reads_back_as_another_is_refused() -> None:
    spec = ModelSpec(Variable("y"), random=(Random((), ("g",), nested=True),))
    with pytest.raises(UnwritableSpec, match=r"the nearest, y ~ 1 \+ \(1 \| g\), means another model"):
        write_formula(spec)


@pytest.mark.parametrize(
    "spec",
    [
        ModelSpec(Variable("y"), (Fixed(((Variable("x", (Step(Transform.LOG, "g"),)),),)),)),
        ModelSpec(Variable("y"), (Fixed(((Variable("x", (Step(Transform.WITHIN),)),),)),)),
        ModelSpec(Variable("y"), (Fixed(()),)),
        ModelSpec(Variable("y"), (Fixed(((x,),)), Fixed(((x,),)))),
        ModelSpec(Variable("y"), random=(Random((), ()),)),
        ModelSpec(Variable("y"), random=(Random((), ("g",), intercept=False),)),
        ModelSpec(Variable("y"), (Fixed(((Variable("y"),),)),)),
    ],
)
def test_a_value_outside_the_grammar_is_refused(spec: ModelSpec) -> None:
    with pytest.raises(FormulaError):
        write_formula(spec)
