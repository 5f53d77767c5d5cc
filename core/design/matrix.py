"""From a table and a ModelSpec to a Design: the rows in use and every column of the model as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import (
    Array,
    Coding,
    column_labels,
    column_parts,
    interaction_columns,
    label,
    learn,
)
from core.design.errors import ConstantOutcome, NameClash, NoRowsLeft, NotANumber
from core.design.factor import Factor, factor
from core.design.sides import check_sides
from core.design.weights import ALIKE, Weights, weights_of, with_weight
from core.errors import UnknownColumn
from core.spec.model import Fixed, Interaction, ModelSpec, Variable, columns_used, expand, groupings
from core.table.table import Kind, Table

INTERCEPT = "(Intercept)"
# An outcome whose range is a few steps between neighbouring doubles varies by rounding only.
ROUNDING = 8.0
# What tables of groups keep beside the column of each varying term, by the ending of its name.
BESIDE = {
    "_se": "the standard error of",
    "_low": "the lower bound of",
    "_high": "the upper bound of",
    "_why": "the reason given for pulling",
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows a model leaves out, and why: `column` is where a cell is missing."""

    reason: str
    rows: int
    column: str = ""


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


@dataclass(frozen=True, slots=True)
class Design:
    """The model's columns on the rows in use.

    `values` holds each distinct column (n,) by label, the outcome among them and the intercept not;
    `factors` the grouping factors by name; `kept` is a mask over the table's rows, None when all are used.
    """

    layout: Layout
    values: Mapping[str, Array]
    factors: Mapping[str, Factor]
    kept: NDArray[np.bool_] | None
    dropped: tuple[Dropped, ...]
    n_rows: int
    weights: Weights = ALIKE


def build_design(table: Table, spec: ModelSpec) -> Design:
    """Returns the design of a model on a table; rows with a blank or infinite cell in use are left out.

    Raises UnknownColumn, NotANumber, OutsideDomain, TooManyLevels, NoRowsLeft, ConstantOutcome,
    NegativeWeights.
    """
    used = columns_used(spec)
    for name in used:
        if name not in table.names:
            raise UnknownColumn(name, table.names)
    kind = table.column(spec.outcome.column).kind
    if kind not in (Kind.NUMBER, Kind.YES_NO):
        raise NotANumber(spec.outcome.column, f"{kind} cells", "an outcome")
    for offset in spec.offsets:
        if (found := table.column(offset.column).kind) not in (Kind.NUMBER, Kind.YES_NO):
            raise NotANumber(offset.column, f"{found} cells", "an offset")
    kept, dropped = complete_rows(table, used)
    if spec.weights is not None:
        weighed = with_weight(table, spec.weights, kept)
        kept = weighed.rows
        if weighed.weightless:
            dropped = (*dropped, Dropped(f"'{spec.weights}' is zero", weighed.weightless, spec.weights))
    codings = {v: learn(v, table, kept) for v in variables(spec)}
    layout = lay_out(spec, codings)
    check_labels(spec, codings)
    check_factors(layout.random)

    values = interaction_columns((spec.outcome,), codings, frozenset(), table, kept)
    outcome = values[layout.outcome]
    check_moves(layout.outcome, outcome)
    for interaction, full in [*coded_parts(spec, codings), *_multiplied(spec, codings)]:
        if not set(column_labels(interaction, codings, full)) <= set(values):
            values |= interaction_columns(interaction, codings, full, table, kept)
    for offset in spec.offsets:
        values |= interaction_columns((offset,), codings, frozenset(), table, kept)
    factors = {
        by.name: by for part in spec.random for by in (factor(table, g, kept) for g in groupings(part))
    }
    weights = ALIKE if spec.weights is None else weights_of(table, spec.weights, kept)
    return Design(layout, values, factors, kept, dropped, len(outcome), weights)


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


def _multiplied(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> Coded:
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


def check_labels(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> None:
    """Raises NameClash when two different columns of the model, or of what is kept, would carry one name.

    `codings` may hold more variables than the model's: a refit meets columns kept for other models.
    """
    owners: dict[str, frozenset[Variable]] = {
        INTERCEPT: frozenset(),
        label(spec.outcome): frozenset({spec.outcome}),
    }
    if label(spec.outcome) == INTERCEPT:
        raise NameClash(INTERCEPT)
    varying = {c for part in lay_out(spec, codings).random for c in part.columns}
    if "n" in varying:
        raise NameClash("n", "a group's number of rows")
    for name, (ending, beside) in product(sorted(varying), BESIDE.items()):
        if f"{name}{ending}" in varying:
            raise NameClash(f"{name}{ending}", f"{beside} '{name}'")
    none = frozenset[Variable]()
    every = [*coded_parts(spec, codings), *_multiplied(spec, codings), *(((v,), none) for v in codings)]
    for interaction, full in every:
        for name in column_labels(interaction, codings, full):
            if owners.setdefault(name, frozenset(interaction)) != frozenset(interaction):
                raise NameClash(name)


def check_factors(random: tuple[RandomColumns, ...]) -> None:
    """Raises NameClash when a column such as "g:h" groups rows beside the pairs g:h."""
    owners: dict[str, tuple[str, ...]] = {}
    for part in random:
        if owners.setdefault(part.factor, part.by) != part.by:
            raise NameClash(part.factor)


def check_moves(outcome: str, values: Array) -> None:
    """Raises ConstantOutcome when the values (n,) of an outcome differ by rounding or not at all."""
    if np.ptp(values) <= ROUNDING * np.spacing(np.abs(values).max()):
        raise ConstantOutcome(outcome, float(values[0]))


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


def complete_rows(
    table: Table, used: tuple[str, ...]
) -> tuple[NDArray[np.bool_] | None, tuple[Dropped, ...]]:
    """Returns a mask of the rows without gaps in the columns used (None: all), and what was left out."""
    n = len(table.frame)
    keep: NDArray[np.bool_] | None = None
    dropped, blanks = [], []
    for name in used:
        for reason, bad in _gaps(table, name):
            blanks.append((name, int(bad.sum())))
            newly = int((bad if keep is None else bad & keep).sum())
            keep = ~bad if keep is None else keep & ~bad
            if newly:
                dropped.append(Dropped(reason, newly, name))
    left = n if keep is None else int(keep.sum())
    if left == 0:
        raise NoRowsLeft(n, blanks)
    return keep, tuple(dropped)


def _gaps(table: Table, name: str) -> list[tuple[str, NDArray[np.bool_]]]:
    cells = table.frame[name]
    if cells.dtype.kind in "iub":
        return []
    gaps = []
    if table.column(name).kind is Kind.NUMBER and cells.dtype.kind == "f":
        numbers = cells.to_numpy()
        if np.isfinite(numbers.sum()) or np.isfinite(numbers).all():
            return []
        infinite = np.isinf(numbers)
        if infinite.any():
            gaps.append((f"'{name}' is infinite", infinite))
    missing = pd.isna(cells).to_numpy(dtype=bool)
    if missing.any():
        gaps.append((f"'{name}' is blank", missing))
    return gaps
