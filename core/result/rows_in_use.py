"""The rows a fit was made from, as numbers: what was learned then, replayed on its table."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array, interaction_columns
from core.design.complete import complete_rows
from core.design.factor import Factor, factor
from core.design.layout import INTERCEPT, coded_parts
from core.design.weights import with_weight
from core.fit.effects import Codes
from core.result.fit import Fit
from core.spec.model import Variable, columns_used, groupings
from core.table.table import Table


@dataclass(frozen=True, slots=True)
class RowsInUse:
    """The complete rows of a table as columns by label, groups by name, and weights of average 1."""

    at: NDArray[np.intp]  # (n,) positions in the table
    values: Mapping[str, Array]  # (n,) each, the outcome among them
    codes: Mapping[str, Codes]  # (n,) each: place of the row's group among the fit's, -1 for one not met
    weights: Array  # (n,)

    def matrix(self, names: tuple[str, ...]) -> Array:
        """Returns the columns of some terms: (n, k)."""
        found = np.empty((len(self.at), len(names)), order="F")
        for k, name in enumerate(names):
            found[:, k] = 1.0 if name == INTERCEPT else self.values[name]
        return found

    def where(self, kept: NDArray[np.bool_]) -> "RowsInUse":
        """Returns the rows a mask keeps."""
        values = {name: column[kept] for name, column in self.values.items()}
        codes = {name: code[kept] for name, code in self.codes.items()}
        return RowsInUse(self.at[kept], values, codes, self.weights[kept])


def rows_in_use(fit: Fit, table: Table) -> RowsInUse:
    """Returns the complete rows of the table a fit was made from, coded as it learned then.

    Raises UnknownColumn, OutsideDomain.
    """
    spec, moments = fit.spec, fit.linear.moments
    mask, _ = complete_rows(table, columns_used(spec))
    if spec.weights is not None:
        mask = with_weight(table, spec.weights, mask).rows
    at = np.arange(len(table.frame)) if mask is None else np.flatnonzero(mask)
    codings = {coding.variable: coding for coding in moments.layout.codings}
    plain = frozenset[Variable]()
    whole = [((v,), plain) for v in (spec.outcome, *spec.offsets)]
    values: dict[str, Array] = {}
    for interaction, full in [*coded_parts(spec, codings), *whole]:
        values |= interaction_columns(interaction, codings, full, table, mask)
    factors = (factor(table, group, mask) for part in spec.random for group in groupings(part))
    codes = {by.name: _places(fit, by) for by in factors}
    weights = np.ones(len(at))
    if spec.weights is not None:
        weights = table.frame[spec.weights].to_numpy(dtype=np.float64)[at] / moments.unit
    return RowsInUse(at, values, codes, weights)


def _places(fit: Fit, by: Factor) -> Codes:
    """Place of each row's group among the fit's, -1 for one it has not met."""
    known = {level: k for k, level in enumerate(fit.linear.sides[by.name].moments.levels[0])}
    return np.array([known.get(level, -1) for level in by.levels], dtype=np.intp)[by.codes]
