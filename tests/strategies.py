"""Hypothesis strategies for Panelwise's values."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from core.spec.model import (
    NEEDS_GROUP,
    Family,
    Fixed,
    ModelSpec,
    Random,
    Step,
    Transform,
    Variable,
    expand,
    groupings,
)

HOSTILE_NAMES = (
    "sales",
    "Sepal.Length",
    "_",
    "..",
    ".5",
    ".",
    "",
    " ",
    "1",
    "0",
    "2020",
    "net sales",
    "log",
    "within",
    "trials",
    "I",
    "a:b",
    "a*b",
    "(1 | g)",
    "y ~ x",
    "x, g",
    "`",
    "``",
    "a`b",
    "`a`",
    "'quoted'",
    '"quoted"',
    "\\",
    "line\nbreak",
    "tab\t",
    "\x00",
    "\ufeffbom",
    "zero\u200bwidth",
    "{found}",
    "%s",
    "%in%",
    "😀",
    "👩‍👩‍👧",
    "größe",
    "prix_été",
    "e\u0301",
    "売上",
    "विक्रय",
    "מכירות",
    "مبيعات صافية",
    "\u202egnisrever",
    "x²",
    "__import__('os').system('touch x')",
    "<script>alert(1)</script>",
    "=cmd()",
    "$\\alpha$",
    "**bold**",
    "-",
    "~",
    "|",
    "||",
)
"""Column names that a careless reader would take apart, run, or fail to write back."""


def column_names() -> st.SearchStrategy[str]:
    """Any text can be a column name; the hostile ones come often."""
    return st.sampled_from(HOSTILE_NAMES) | st.text(max_size=8)


SLOTS = ("c0", "c1", "c2", "c3")
"""Places for columns: models are drawn on these, then named; nesting the draws would be five times slower."""


def specs() -> st.SearchStrategy[ModelSpec]:
    """Models that a formula can stand for: every part of the grammar, hostile column names."""
    names = st.lists(column_names(), min_size=5, max_size=5, unique=True)
    return st.builds(_named, _specs, names)


def _named(spec: ModelSpec, names: Sequence[str]) -> ModelSpec:
    """The model with its slots, and the outcome, renamed."""
    name = dict(zip(("y", *SLOTS), names, strict=True))

    def variable(old: Variable) -> Variable:
        steps = [Step(s.transform, None if s.group is None else name[s.group]) for s in old.steps]
        return Variable(name[old.column], tuple(steps))

    def terms(old: Sequence[Fixed]) -> tuple[Fixed, ...]:
        return tuple(Fixed(tuple(tuple(map(variable, part)) for part in term.parts)) for term in old)

    return replace(
        spec,
        outcome=variable(spec.outcome),
        fixed=terms(spec.fixed),
        random=tuple(
            replace(part, terms=terms(part.terms), group=tuple(name[g] for g in part.group))
            for part in spec.random
        ),
        trials=None if spec.trials is None else name[spec.trials],
        weights=None if spec.weights is None else name[spec.weights],
        offsets=tuple(map(variable, spec.offsets)),
    )


def _regardless_of_order(term: Fixed) -> frozenset[frozenset[Variable]]:
    return frozenset(map(frozenset, term.parts))


def _variables_of(column: str) -> st.SearchStrategy[Variable]:
    plain = [Step(t) for t in Transform if t not in NEEDS_GROUP]
    grouped = [Step(t, g) for t in sorted(NEEDS_GROUP) for g in SLOTS if g != column]
    steps = st.lists(st.sampled_from(plain + grouped), max_size=3).map(tuple)
    return st.builds(Variable, st.just(column), steps)


_variables = st.one_of([_variables_of(column) for column in SLOTS])
_interactions = st.lists(_variables, min_size=1, max_size=3, unique=True).map(tuple)
_products = st.lists(_interactions, min_size=1, max_size=3, unique_by=frozenset).map(tuple)
_terms = st.lists(_products.map(Fixed), max_size=2, unique_by=_regardless_of_order).map(tuple)


def _random(
    terms: tuple[Fixed, ...], group: tuple[str, ...], intercept: bool, correlated: bool, nested: bool
) -> Random:
    return Random(terms, group, intercept or not terms, correlated, nested and len(group) > 1)


_groups = st.lists(st.sampled_from(SLOTS), min_size=1, max_size=3, unique=True).map(tuple)
_random_parts = st.builds(_random, _terms, _groups, st.booleans(), st.booleans(), st.booleans())


def _each_effect_once(parts: Sequence[Random]) -> tuple[Random, ...]:
    """Leaves out the parts that repeat an effect of an earlier one for the same group."""
    kept: list[Random] = []
    seen: set[object] = set()
    for part in parts:
        effects = [*([()] if part.intercept else []), *expand(part.terms)]
        keys = {(frozenset(g), frozenset(e)) for g in groupings(part) for e in effects}
        if not keys & seen:
            kept.append(part)
            seen |= keys
    return tuple(kept)


def _spec(
    outcome: Variable,
    fixed: tuple[Fixed, ...],
    random: tuple[Random, ...],
    intercept: bool,
    family: Family,
    trials: str | None,
    weights: str | None,
    offsets: tuple[Variable, ...],
) -> ModelSpec:
    counts = trials if family is Family.BINOMIAL else None
    plain = outcome if counts is None else Variable("y")
    return ModelSpec(plain, fixed, random, intercept, family, counts, weights, offsets)


_specs = st.builds(
    _spec,
    _variables_of("y"),
    _terms,
    st.lists(_random_parts, max_size=2).map(_each_effect_once),
    st.booleans(),
    st.sampled_from(Family),
    st.none() | st.sampled_from(SLOTS),
    st.none() | st.sampled_from(SLOTS),
    st.lists(_variables, max_size=2, unique=True).map(tuple),
)
