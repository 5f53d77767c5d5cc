"""New rows as numbers: what was learned on the fitted rows, replayed on others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array, Coding, interaction_columns, label
from core.design.complete import complete_rows
from core.design.errors import NotANumber, UnmetMeans, UnseenValues
from core.design.factor import factor, level_name, names_of
from core.design.layout import INTERCEPT, Layout, coded_parts
from core.design.met import as_met
from core.design.weights import of_new_rows
from core.errors import UnknownColumn
from core.spec.model import ModelSpec, columns_used, groupings
from core.table.table import Kind, Table


@dataclass(frozen=True, slots=True)
class NewRows:
    """The complete rows of another table: columns (n,) by label, groups (n,) by name, and which they are."""

    values: Mapping[str, Array]
    groups: Mapping[str, NDArray[np.object_]]
    kept: NDArray[np.intp]  # (n,) positions in the table
    n_all: int
    weights: Array  # (n,), 1 for a row of the average weight of those fitted
    trials: Array  # (n,), 1 where the table has none

    def matrix(self, names: tuple[str, ...]) -> Array:
        """Returns the columns of some terms: (n, k)."""
        ones = np.ones(len(self.kept))
        columns = [ones if name == INTERCEPT else self.values[name] for name in names]
        return np.column_stack(columns) if columns else np.empty((len(self.kept), 0))


def replayed(
    table: Table,
    spec: ModelSpec,
    layout: Layout,
    unit: float = 1.0,
    levels: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    grouped: bool = True,
) -> NewRows:
    """Returns the model's columns on the rows of another table; its outcome may be missing there.

    `levels` are the groups of each factor that the fitted rows had, whose way of writing is followed.
    Means, spreads, levels and dates are those learned on the fitted rows. Rows with a blank are left out.
    A row weighs as its column of weights says, in the `unit` of the fitted rows; as their average where the
    table has no such column. Not `grouped`: whose rows they are is not asked, and may be missing.
    Raises UnknownColumn, NotANumber, UnseenValues, UnmetMeans, OutsideDomain.
    """
    random = spec.random if grouped else tuple(replace(part, group=()) for part in spec.random)
    used = columns_used(replace(spec, weights=None, trials=None, random=random))[1:]
    if absent := [name for name in used if name not in table.names]:
        raise UnknownColumn(absent[0], table.names)
    codings = {coding.variable: coding for coding in layout.codings if coding.variable != spec.outcome}
    table = as_met(table, tuple(codings.values()), levels)
    mask, _ = complete_rows(table, used)
    kept = np.arange(len(table.frame)) if mask is None else np.flatnonzero(mask)
    for variable, coding in codings.items():
        kind = table.column(variable.column).kind
        if coding.is_text:
            cells = table.frame[variable.column].iloc[kept].astype("str")
            if unseen := sorted(set(cells) - set(coding.levels)):
                raise UnseenValues(variable.column, unseen, coding.levels)
        elif kind is Kind.TEXT or (kind is Kind.DATE) != bool(coding.origin):
            raise NotANumber(variable.column, f"{kind} cells", "a predictor of this model")
        _check_means(table, coding, mask)
    values: dict[str, Array] = {}
    for interaction, full in [*coded_parts(spec, codings), *(((v,), frozenset()) for v in spec.offsets)]:
        values |= interaction_columns(interaction, codings, full, table, mask)
    named = {":".join(group): group for part in spec.random for group in groupings(part) if grouped}
    groups = {name: _names(table, group, kept, levels.get(name, ())) for name, group in named.items()}
    weights = of_new_rows(table, layout.weights, kept, unit)
    trials = of_new_rows(table, spec.trials, kept, 1.0)
    return NewRows(values, groups, kept, len(table.frame), weights, trials)


def _names(
    table: Table, columns: tuple[str, ...], kept: NDArray[np.intp], known: tuple[str, ...]
) -> NDArray[np.object_]:
    parts = []
    for column in columns:
        codes, found = pd.factorize(table.frame[column].iloc[kept])
        parts.append(np.array([level_name(one) for one in found.tolist()], dtype=object)[codes])
    return names_of(parts, known)


def _check_means(table: Table, coding: Coding, mask: NDArray[np.bool_] | None) -> None:
    for step, one in zip(coding.variable.steps, coding.learned, strict=False):
        if step.group and (unmet := sorted(set(factor(table, (step.group,), mask).levels) - set(one.levels))):
            raise UnmetMeans(label(coding.variable), step.group, unmet)
