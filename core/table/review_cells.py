"""Findings about single columns: gaps, infinities, constants, ids."""

from collections.abc import Iterator

import numpy as np

from core.finding import Finding, Status
from core.table.roles import Roles
from core.table.shown import count, rows_listed, shown, shown_all
from core.table.table import Kind, Table
from core.table.within import as_floats

FEW_LEFT_OUT = 0.05  # as a fit judges the rows it leaves out


def used(roles: Roles) -> list[str]:
    """Returns outcome, first group, time and predictors, each once."""
    group = [roles.groups[0].column] if roles.groups else []
    names = [roles.outcome.column, *group, roles.time.column, *(g.column for g in roles.predictors)]
    return list(dict.fromkeys(name for name in names if name is not None))


def numeric_predictors(table: Table, roles: Roles) -> list[str]:
    """Returns the predictors that are numbers or yes/no."""
    names = [g.columns[0] for g in roles.predictors]
    return [name for name in names if table.column(name).kind in (Kind.NUMBER, Kind.YES_NO)]


def missing(table: Table, roles: Roles) -> Iterator[Finding]:
    """Yields one finding with the gaps in the columns that matter and the rows a model would leave out."""
    gaps = {name: table.column(name).missing for name in used(roles) if table.column(name).missing}
    if not gaps:
        return
    rows = int(table.frame[list(gaps)].isna().any(axis=1).sum())
    parts = ", ".join(f"{shown(name)} in {count(n, 'row')}" for name, n in list(gaps.items())[:6])
    yield Finding(
        "missing",
        Status.LOOK if rows >= FEW_LEFT_OUT * len(table.frame) else Status.GOOD,
        f"Cells are missing: {parts}. A model with all these columns leaves out {rows:,} of "
        f"{len(table.frame):,} rows.",
        "Fill them in at the source where you can, or leave out a column with many gaps. "
        "Nothing is filled in here.",
        {"rows": float(rows), **{name: float(n) for name, n in gaps.items()}},
    )


def infinities(table: Table, roles: Roles) -> Iterator[Finding]:
    """Yields a finding for every used column of numbers that holds infinite ones."""
    for name in used(roles):
        if table.column(name).kind is not Kind.NUMBER:
            continue
        at = np.flatnonzero(np.isinf(as_floats(table, name)))
        if len(at):
            rows = [table.reading.row(int(i)) for i in at[:6]]
            yield Finding(
                "infinite",
                Status.STOP,
                f"{shown(name)} holds {count(len(at), 'infinite number')}: {rows_listed(rows, len(at))}.",
                "They usually come from a division by zero. Correct or empty those cells.",
                {"cells": float(len(at))},
            )


def constants(table: Table, roles: Roles) -> Iterator[Finding]:
    """Yields findings for an outcome or predictors that never vary, and for an outcome that is not there."""
    outcome = roles.outcome.column
    if outcome is None:
        yield Finding("no_outcome", Status.UNKNOWN, roles.outcome.reason, "Choose the column to explain.")
    elif _constant(table, outcome):
        yield Finding(
            "constant_outcome",
            Status.STOP,
            f"The outcome {shown(outcome)} has the same value in every row.",
            "Nothing can be explained where nothing varies: choose another outcome.",
        )
    flat = [g.columns[0] for g in roles.predictors if _constant(table, g.columns[0])]
    if flat:
        yield Finding(
            "constant_predictor",
            Status.LOOK,
            f"{shown_all(flat)} {'has' if len(flat) == 1 else 'have'} the same value in every row.",
            "Leave it out: a column that never varies teaches nothing.",
            {"columns": float(len(flat))},
        )


def _constant(table: Table, name: str) -> bool:
    cells = table.frame[name]
    if table.column(name).kind is Kind.NUMBER:
        values = as_floats(table, name)
        finite = values[np.isfinite(values)]
        return len(finite) == 0 or float(finite.min()) == float(finite.max())
    return bool(cells.nunique() <= 1)


def id_like(table: Table, roles: Roles) -> Iterator[Finding]:
    """Yields a finding for text columns without a role whose every cell differs: they name rows."""
    taken = {*used(roles), *(g.columns[0] for g in roles.groups)}
    names = [
        c.name
        for c in table.columns
        if c.kind is Kind.TEXT
        and c.name not in taken
        and _all_differ(table, c.name)
        and len(table.frame) > 10
    ]
    if names:
        yield Finding(
            "id_like",
            Status.LOOK,
            f"{shown_all(names)} {'has' if len(names) == 1 else 'have'} a different value in every row: "
            "it names rows rather than groups.",
            "Leave it out of the model.",
            {"columns": float(len(names))},
        )


def _all_differ(table: Table, name: str) -> bool:
    """Returns whether no value repeats; the first thousand rows settle most columns."""
    cells = table.frame[name].dropna()
    return bool(cells.iloc[:1000].is_unique) and bool(cells.is_unique)
