"""Stated: the model's columns on one row that is described by some of the file's columns."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
import pandas as pd

from core.decide.quantity_errors import BlankStated, NoSuchPredictor, StatedAround
from core.design.coding import Array, Coding, column_parts, indicators, label, replay
from core.design.errors import NotANumber, UnseenValues
from core.design.layout import coded_parts
from core.design.met import as_met
from core.result.fit import Fit
from core.result.held import averages
from core.spec.model import NEEDS_GROUP
from core.table.read import read_table
from core.table.table import Kind, Table


def stated_columns(fit: Fit, row: Mapping[str, object]) -> tuple[dict[str, float], float]:
    """Returns the values, by label, of the columns in which a stated predictor has a part, and what stated
    offsets add.

    What is not stated stands at its average: x:w with x stated is that times the average of w.
    Raises NoSuchPredictor, BlankStated, StatedAround, NotANumber, UnseenValues, OutsideDomain.
    """
    layout, spec = fit.linear.moments.layout, fit.spec
    codings = {c.variable: c for c in layout.codings if c.variable != spec.outcome}
    known = tuple(dict.fromkeys(variable.column for variable in codings))
    if unknown := [name for name in row if name not in known]:
        raise NoSuchPredictor(unknown[0], known)
    if not row:
        return {}, 0.0
    if blank := [name for name, value in row.items() if pd.isna(value) or not str(value).strip()]:  # type: ignore[call-overload]
        raise BlankStated(blank[0])
    told = [coding for coding in codings.values() if coding.variable.column in row]
    table = as_met(read_table(pd.DataFrame({name: [value] for name, value in row.items()})), told, {})
    singles = {name: float(column[0]) for name, column in _singles(told, table).items()}
    found: dict[str, float] = {}
    for interaction, full in coded_parts(spec, codings):
        if not any(variable.column in row for variable in interaction):
            continue
        for parts in column_parts(interaction, codings, full):
            unstated = tuple(part for part in parts if part not in singles)
            rest = averages(fit.linear.lead, unstated) if unstated else np.ones(1)
            found[":".join(parts)] = prod(singles[p] for p in parts if p in singles) * float(rest.prod())
    added = sum(singles[label(offset)] for offset in spec.offsets if offset.column in row)
    return found, float(added)


def _singles(told: Sequence[Coding], table: Table) -> dict[str, Array]:
    """The columns of each stated variable by itself."""
    found: dict[str, Array] = {}
    for coding in told:
        name, kind = coding.variable.column, table.column(coding.variable.column).kind
        if any(step.transform in NEEDS_GROUP for step in coding.variable.steps):
            raise StatedAround(name, label(coding.variable))
        if coding.is_text:
            said = str(table.frame[name].iloc[0])
            if said not in coding.levels:
                raise UnseenValues(name, [said], coding.levels)
            found |= indicators(coding, table, None, full=True)
        elif kind is Kind.TEXT or (kind is Kind.DATE) != bool(coding.origin):
            raise NotANumber(name, f"{kind} cells", "a predictor of this model")
        else:
            found[label(coding.variable)] = replay(coding, table, None)
    return found
