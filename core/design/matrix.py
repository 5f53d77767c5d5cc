"""From a table and a ModelSpec to a Design: the rows in use and every column of the model as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import (
    Array,
    Coding,
    coded_in_full,
    column_labels,
    interaction_columns,
    label,
    learn,
)
from core.design.errors import ConstantOutcome, NoRowsLeft, NotANumber
from core.design.factor import Factor, factor
from core.errors import UnknownColumn
from core.spec.model import Fixed, Interaction, ModelSpec, Variable, columns_used, expand, groupings
from core.table.table import Kind, Table

INTERCEPT = "(Intercept)"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows a model leaves out, and why."""

    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class RandomColumns:
    """One random term: its columns by label (INTERCEPT for the constant), its factor, and `||` or `|`."""

    columns: tuple[str, ...]
    factor: str
    correlated: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns play which part, by label; nothing here is as long as the rows."""

    outcome: str
    fixed: tuple[str, ...]
    random: tuple[RandomColumns, ...]
    codings: tuple[Coding, ...]
    reference_levels: tuple[tuple[str, str], ...]


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


def build_design(table: Table, spec: ModelSpec) -> Design:
    """Returns the design of a model on a table; rows with a blank or infinite cell in use are left out.

    Raises UnknownColumn, NotANumber, OutsideDomain, TooManyLevels, NoRowsLeft, ConstantOutcome.
    """
    used = columns_used(spec)
    for name in used:
        if name not in table.names:
            raise UnknownColumn(name, table.names)
    kept, dropped = _complete_rows(table, used)
    codings = {v: learn(v, table, kept) for v in variables(spec)}
    if codings[spec.outcome].is_text:
        raise NotANumber(spec.outcome.column, "text", "an outcome")

    layout = lay_out(spec, codings)
    values = interaction_columns((spec.outcome,), codings, frozenset(), table, kept)
    outcome = values[layout.outcome]
    if np.ptp(outcome) == 0:
        raise ConstantOutcome(layout.outcome, float(outcome[0]))
    for interaction, full in _parts(spec):
        if not set(column_labels(interaction, codings, full)) <= set(values):
            values |= interaction_columns(interaction, codings, full, table, kept)
    factors = {
        by.name: by for part in spec.random for by in (factor(table, g, kept) for g in groupings(part))
    }
    return Design(layout, values, factors, kept, dropped, len(outcome))


def lay_out(spec: ModelSpec, codings: Mapping[Variable, Coding]) -> Layout:
    """Returns which columns play which part, from the spec and what is known of its variables; reads no
    rows.
    """

    def labels(terms: tuple[Fixed, ...], intercept: bool) -> tuple[str, ...]:
        named = [INTERCEPT] if intercept else []
        for interaction, full in _coded(terms, intercept):
            named += column_labels(interaction, codings, full)
        return tuple(dict.fromkeys(named))

    random = tuple(
        RandomColumns(labels(part.terms, part.intercept), ":".join(names), part.correlated)
        for part in spec.random
        for names in groupings(part)
    )
    references = tuple((v.column, c.levels[0]) for v, c in codings.items() if c.is_text)
    return Layout(
        label(spec.outcome), labels(spec.fixed, spec.intercept), random, tuple(codings.values()), references
    )


def _coded(terms: tuple[Fixed, ...], intercept: bool) -> list[tuple[Interaction, frozenset[Variable]]]:
    """The interactions of some terms, each with the variables that need all their levels."""
    interactions = expand(terms)
    present = frozenset(frozenset(i) for i in interactions)
    if intercept:
        present |= {frozenset()}
    return [(interaction, coded_in_full(interaction, present)) for interaction in interactions]


def _parts(spec: ModelSpec) -> list[tuple[Interaction, frozenset[Variable]]]:
    coded = _coded(spec.fixed, spec.intercept)
    for part in spec.random:
        coded += _coded(part.terms, part.intercept)
    return coded


def variables(spec: ModelSpec) -> tuple[Variable, ...]:
    """Returns each variable of the model once, the outcome first."""
    terms = spec.fixed + tuple(term for part in spec.random for term in part.terms)
    written = (v for term in terms for part in term.parts for v in part)
    return tuple(dict.fromkeys((spec.outcome, *written)))


def _complete_rows(
    table: Table, used: tuple[str, ...]
) -> tuple[NDArray[np.bool_] | None, tuple[Dropped, ...]]:
    """A mask of the rows without gaps in the columns used, and what was left out by which column first."""
    n = len(table.frame)
    keep: NDArray[np.bool_] | None = None
    dropped, blanks = [], []
    for name in used:
        for reason, bad in _gaps(table, name):
            blanks.append((name, int(bad.sum())))
            newly = int((bad if keep is None else bad & keep).sum())
            keep = ~bad if keep is None else keep & ~bad
            if newly:
                dropped.append(Dropped(reason, newly))
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
