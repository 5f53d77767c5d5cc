"""Which columns play which part in a model, by label: nothing here is as long as the rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.design.coding import Coding, column_labels, column_parts, label
from core.design.sides import check_sides
from core.spec.model import Fixed, Interaction, ModelSpec, Variable, expand, groupings

INTERCEPT = "(Intercept)"


@dataclass(frozen=True, slots=True)
class RandomColumns:
    """One random term: its columns by label (INTERCEPT for the constant), its factor, and `||` or `|`.

    `by` are the columns of the file that the factor is made of: a column may be called "g:h" too.
    """

    columns: tuple[str, ...]
    factor: str
    correlated: bool
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns play which part, by label; nothing here is as long as the rows.

    `products` says what is multiplied in each column of an interaction, by label: a column of the file may
    be called "x:w" too, so a label alone cannot tell.
    """

    outcome: str
    fixed: tuple[str, ...]
    random: tuple[RandomColumns, ...]
    codings: tuple[Coding, ...]
    reference_levels: tuple[tuple[str, str], ...]
    one_level: tuple[str, ...] = ()  # text predictors with a single value: they have no column
    products: tuple[tuple[str, tuple[str, ...]], ...] = ()
    offsets: tuple[str, ...] = ()  # columns added as they are
    weights: str | None = None  # the column of the file that weighs the rows


def lay_out(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> Layout:
    """Returns which columns play which part, from the spec and what is known of its variables.

    Raises WrittenTwoWays.
    """
    check_sides(spec)

    def labels(terms: tuple[Fixed, ...], intercept: bool) -> tuple[str, ...]:
        named = [INTERCEPT] if intercept else []
        for interaction, full in _coded(terms, intercept, codings):
            named += column_labels(interaction, codings, full)
        return tuple(dict.fromkeys(named))

    random = tuple(
        RandomColumns(
            labels(_in_one_order(spec, part.terms), part.intercept), ":".join(names), part.correlated, names
        )
        for part in spec.random
        for names in groupings(part)
    )
    compared = {v for interaction, full in coded_parts(spec, codings) for v in interaction if v not in full}
    text = [(v, coding) for v, coding in codings.items() if coding.is_text]
    return Layout(
        outcome=label(spec.outcome),
        fixed=labels(spec.fixed, spec.intercept),
        random=random,
        codings=tuple(codings.values()),
        reference_levels=tuple(
            (v.column, c.levels[0]) for v, c in text if v in compared and len(c.levels) > 1
        ),
        one_level=tuple(v.column for v, c in text if len(c.levels) == 1),
        products=_products(spec, codings),
        offsets=tuple(label(variable) for variable in spec.offsets),
        weights=spec.weights,
    )


Coded = list[tuple[Interaction, frozenset[Variable]]]


def _coded(terms: tuple[Fixed, ...], intercept: bool, codings: Mapping[Variable, Coding]) -> Coded:
    """The interactions of some terms, each with the text variables that need all their levels.

    As R codes them: without an intercept the first text predictor has all its levels; a variable of an
    interaction has a reference level exactly when the interaction without it is part of an earlier term
    (Chambers, Hastie 1992, Statistical Models in S, section 2.4.1).
    """
    earlier: list[frozenset[Variable]] = []
    coded: Coded = []
    spare = not intercept
    for interaction in expand(terms):
        everything = frozenset(interaction)
        if len(interaction) == 1:
            full = everything if spare and codings[interaction[0]].is_text else frozenset[Variable]()
            spare = spare and not full
        else:
            full = frozenset(v for v in everything if not any(everything - {v} <= e for e in earlier))
        earlier.append(everything)
        coded.append((interaction, full))
    return coded


def coded_parts(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> Coded:
    """Returns every interaction of a model, fixed and random, and the text variables that need all levels."""
    coded = _coded(spec.fixed, spec.intercept, codings)
    for part in spec.random:
        coded += _coded(_in_one_order(spec, part.terms), part.intercept, codings)
    return coded


def _products(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is multiplied in each column of an interaction, by label."""
    every = (
        parts
        for interaction, full in coded_parts(spec, codings)
        for parts in column_parts(interaction, codings, full)
    )
    return tuple(dict.fromkeys((":".join(parts), parts) for parts in every if len(parts) > 1))


def multiplied(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> Coded:
    """The variables of interactions, each by itself: x:w needs the averages of x and w to be read."""
    return [
        ((variable,), full & {variable})
        for interaction, full in coded_parts(spec, codings)
        if len(interaction) > 1
        for variable in interaction
    ]


def _in_one_order(spec: ModelSpec, terms: tuple[Fixed, ...]) -> tuple[Fixed, ...]:
    """The interactions of random terms, each in the order the fixed part writes it: w:x varies around x:w."""
    known = {frozenset(interaction): interaction for interaction in expand(spec.fixed)}
    return tuple(Fixed((known.get(frozenset(one), one),)) for one in expand(terms))


def columns_of(layout: Layout) -> frozenset[str]:
    """Returns the columns of the file that a layout needs."""
    read = {coding.variable.column for coding in layout.codings}
    steps = {step.group for coding in layout.codings for step in coding.variable.steps if step.group}
    weights = {layout.weights} if layout.weights is not None else set()
    return frozenset(read | steps | weights | {column for part in layout.random for column in part.by})


def variables(spec: ModelSpec) -> tuple[Variable, ...]:
    """Returns each variable of the model once, the outcome first."""
    terms = spec.fixed + tuple(term for part in spec.random for term in part.terms)
    written = (v for term in terms for part in term.parts for v in part)
    return tuple(dict.fromkeys((spec.outcome, *written, *spec.offsets)))
