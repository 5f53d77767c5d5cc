"""From a table and a ModelSpec to a Design: the rows in use and every column of the model as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.checks import check_factors, check_labels, check_moves
from core.design.coding import Array, Coding, column_labels, interaction_columns, label, learn
from core.design.complete import Dropped, complete_rows
from core.design.errors import NotANumber
from core.design.factor import Factor, factor
from core.design.layout import Layout, coded_parts, lay_out, multiplied, variables
from core.design.response import response, with_trials
from core.design.weights import ALIKE, Weights, weights_of, with_weight
from core.errors import UnknownColumn
from core.spec.model import Family, ModelSpec, Variable, columns_used, groupings
from core.table.table import Kind, Table


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
    trials: Array | None = None  # (n,) of successes out of trials


def build_design(table: Table, spec: ModelSpec) -> Design:
    """Returns the design of a model on a table; rows with a blank or infinite cell in use are left out.

    Raises UnknownColumn, NotANumber, OutsideDomain, TooManyLevels, NoRowsLeft, ConstantOutcome,
    NegativeWeights, and what `response` raises.
    """
    used = columns_used(spec)
    for name in used:
        if name not in table.names:
            raise UnknownColumn(name, table.names)
    kind = table.column(spec.outcome.column).kind
    if spec.family is Family.GAUSSIAN and kind not in (Kind.NUMBER, Kind.YES_NO):
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
    if spec.trials is not None:
        kept, untried = with_trials(table, spec.trials, kept)
        if untried:
            dropped = (*dropped, Dropped(f"'{spec.trials}' is zero", untried, spec.trials))
    codings = {v: learn(v, table, kept) for v in variables(spec)}
    layout = lay_out(spec, codings)
    check_labels(spec, codings)
    check_factors(layout.random)

    outcome, trials = _outcome(table, spec, codings, kept)
    values = {layout.outcome: outcome}
    for interaction, full in [*coded_parts(spec, codings), *multiplied(spec, codings)]:
        if not set(column_labels(interaction, codings, full)) <= set(values):
            values |= interaction_columns(interaction, codings, full, table, kept)
    for offset in spec.offsets:
        values |= interaction_columns((offset,), codings, frozenset(), table, kept)
    factors = {
        by.name: by for part in spec.random for by in (factor(table, g, kept) for g in groupings(part))
    }
    weights = ALIKE if spec.weights is None else weights_of(table, spec.weights, kept)
    return Design(layout, values, factors, kept, dropped, len(outcome), weights, trials)


def _outcome(
    table: Table, spec: ModelSpec, codings: Mapping[Variable, Coding], kept: NDArray[np.bool_] | None
) -> tuple[Array, Array | None]:
    """The outcome (n,), and the trials it is out of."""
    if spec.family is not Family.GAUSSIAN:
        return response(table, spec, kept)
    (outcome,) = interaction_columns((spec.outcome,), codings, frozenset(), table, kept).values()
    check_moves(label(spec.outcome), outcome)
    return outcome, None
