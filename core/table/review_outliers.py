"""Findings about cells that lie far from the rest, each with its row."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.finding import Finding, Status
from core.table.review_cells import numeric_predictors
from core.table.roles import Roles
from core.table.shown import count, rows_listed, shown
from core.table.table import Kind, Table
from core.table.within import as_floats, group_codes

Floats = NDArray[np.float64]

FAR_OUTCOME = 7.0
FAR_PREDICTOR = 10.0
"""Robust standard deviations beyond which a cell is pointed out; spend, which bursts, may go further."""
SKEWED = 20.0
"""Largest over smallest positive cell from which distance is judged by logarithms (Grunfeld's firms)."""


def outliers(table: Table, roles: Roles) -> Iterator[Finding]:
    """Yields a finding for each column with cells far from the rest, with their rows.

    Distance is from the group's median (the outcome) or the column's (predictors), in robust standard
    deviations: 1.4826 times the median absolute distance. Positive columns that span more than a factor of 20
    are judged by their logarithm, without their zeros. A column whose robust deviation is zero is not judged.
    """
    outcome = roles.outcome.column
    if outcome is not None and table.column(outcome).kind is Kind.NUMBER:
        scaled = _scaled(as_floats(table, outcome))
        yield from _far(
            table, outcome, _around_groups(table, roles, scaled), FAR_OUTCOME, "its group's middle"
        )
    for name in numeric_predictors(table, roles):
        values = as_floats(table, name)
        scaled = _scaled(values)
        above = scaled is not values  # a spend near zero is nothing odd, however far its logarithm
        yield from _far(table, name, scaled - _median(scaled), FAR_PREDICTOR, "the column's middle", above)


def _scaled(values: Floats) -> Floats:
    """Returns the values, or their logarithms when they are positive and span more than a factor of 20."""
    finite = values[np.isfinite(values)]
    positive = finite[finite > 0]
    if len(positive) == 0 or (finite < 0).any() or positive.max() <= SKEWED * positive.min():
        return values
    return np.log(values, where=np.isfinite(values) & (values > 0), out=np.full(len(values), np.nan))


def _median(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else float("nan")


def _around_groups(table: Table, roles: Roles, values: Floats) -> Floats:
    """Returns values less their group's median."""
    if not roles.groups:
        return values - _median(values)
    codes, _ = group_codes(table, roles.groups[0].columns[0])
    finite = pd.Series(np.where(np.isfinite(values) & (codes >= 0), values, np.nan))
    middles = finite.groupby(codes).transform("median").to_numpy(dtype="float64")
    return np.asarray(values - middles)


def _far(
    table: Table, name: str, away: Floats, limit: float, middle: str, above: bool = False
) -> Iterator[Finding]:
    distance = np.abs(away[np.isfinite(away)])
    spread = 1.4826 * float(np.median(distance)) if len(distance) else 0.0
    if spread <= 0 or len(distance) < 10:
        return
    size = away if above else np.abs(away)
    at = np.flatnonzero(np.nan_to_num(size, nan=0.0, posinf=0.0) > limit * spread)
    if not len(at):
        return
    worst = at[np.argsort(-np.abs(away[at]))]
    rows = [table.reading.row(int(i)) for i in worst[:5]]
    first = float(as_floats(table, name)[worst[0]])
    also = f", also {rows_listed(rows[1:], len(at) - 1)}" if rows[1:] else ""
    yield Finding(
        "outliers",
        Status.LOOK,
        f"{count(len(at), 'cell')} of {shown(name)} {'lies' if len(at) == 1 else 'lie'} far from {middle}: "
        f"{first:,.6g} in row {rows[0]:,}{also}.",
        "Check them at the source. If they are right, keep them; a typing error pulls every estimate.",
        {"cells": float(len(at)), "row": float(rows[0]), "value": first},
    )
