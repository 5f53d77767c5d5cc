"""Hypothesis strategies for Panelwise's values."""

from collections.abc import Sequence

from hypothesis import strategies as st

from core.spec.model import (
    NEEDS_GROUP,
    Family,
    Fixed,
    Interaction,
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


def specs() -> st.SearchStrategy[ModelSpec]:
    """Models that a formula can stand for: every part of the grammar, hostile column names."""
    return st.lists(column_names(), min_size=4, max_size=7, unique=True).flatmap(_specs_on)


@st.composite
def _specs_on(draw: st.DrawFn, columns: Sequence[str]) -> ModelSpec:
    outcome, *others = columns
    family = draw(st.sampled_from(Family))
    trials = draw(st.none() | st.sampled_from(others)) if family is Family.BINOMIAL else None
    steps = draw(_steps(outcome, others)) if trials is None else ()
    return ModelSpec(
        outcome=Variable(outcome, steps),
        fixed=draw(_terms(others)),
        random=_each_effect_once(draw(st.lists(_random_parts(others), max_size=3))),
        intercept=draw(st.booleans()),
        family=family,
        trials=trials,
    )


def _steps(column: str, groups: Sequence[str]) -> st.SearchStrategy[tuple[Step, ...]]:
    plain = st.sampled_from([t for t in Transform if t not in NEEDS_GROUP]).map(Step)
    others = [group for group in groups if group != column]
    grouped = st.builds(Step, st.sampled_from(sorted(NEEDS_GROUP)), st.sampled_from(others))
    return st.lists(plain | grouped, max_size=3).map(tuple)


def _variables(columns: Sequence[str]) -> st.SearchStrategy[Variable]:
    names = st.sampled_from(list(columns))
    return names.flatmap(lambda name: _steps(name, columns).map(lambda steps: Variable(name, steps)))


def _interactions(columns: Sequence[str]) -> st.SearchStrategy[Interaction]:
    return st.lists(_variables(columns), min_size=1, max_size=3, unique=True).map(tuple)


def _terms(columns: Sequence[str]) -> st.SearchStrategy[tuple[Fixed, ...]]:
    parts = st.lists(_interactions(columns), min_size=1, max_size=3, unique_by=frozenset).map(tuple)
    return st.lists(parts.map(Fixed), max_size=3, unique_by=_regardless_of_order).map(tuple)


def _regardless_of_order(term: Fixed) -> frozenset[frozenset[Variable]]:
    return frozenset(map(frozenset, term.parts))


@st.composite
def _random_parts(draw: st.DrawFn, columns: Sequence[str]) -> Random:
    terms = draw(_terms(columns))
    group = tuple(draw(st.lists(st.sampled_from(list(columns)), min_size=1, max_size=3, unique=True)))
    return Random(
        terms=terms,
        group=group,
        intercept=draw(st.booleans()) if terms else True,
        correlated=draw(st.booleans()),
        nested=draw(st.booleans()) if len(group) > 1 else False,
    )


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
