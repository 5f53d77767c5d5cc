"""Every column of the table at a glance: what it is used as, its values, how they spread, what is missing."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from core.spec.edit import Picked
from core.table.table import Column, Kind, Table
from dashboard.numbers import percent

BINS = 16
EXAMPLES = 3
Profile = list[dict[str, object]]


def profile(table: Table) -> Profile:
    """Returns one row a column for the screen; `used as` is left to the choices of the moment."""
    return [_row(column, table.frame[column.name]) for column in table.columns]


def used_as(
    name: str,
    picks: Picked | None,
    time: str | None,
    groups: Collection[str] = (),
    trials: str | None = None,
) -> str:
    """Returns the parts a column plays in the model and the pictures; `groups` are all that it groups by,
    `trials` what a yes is out of."""
    if picks is None:
        return "time" if name == time else ""
    parts = (
        ("outcome", name == picks.outcome),
        ("trials", name == trials),
        ("groups", name == picks.group or name in groups),
        ("time", name == time),
        ("predictor", name in picks.predictors),
    )
    return ", ".join(part for part, plays in parts if plays)


def _row(column: Column, values: pd.Series) -> dict[str, object]:
    known = values.dropna()
    return {
        "column": column.name,
        "read as": column.kind.value,
        "values": int(known.nunique()),
        "from – to": _span(column.kind, known),
        "spread": _counts(column.kind, known),
        "missing": column.missing,
        "noticed": "; ".join(column.notes),
    }


def _span(kind: Kind, known: pd.Series) -> str:
    if known.empty:
        return ""
    if kind is Kind.NUMBER:
        return f"{known.min():,.6g} – {known.max():,.6g}"
    if kind is Kind.DATE:
        return f"{known.min():%-d %b %Y} – {known.max():%-d %b %Y}"
    if kind is Kind.YES_NO:
        return f"{percent(float(known.mean()))} yes"
    first = [str(value) for value in known.drop_duplicates().head(EXAMPLES + 1)]
    return ", ".join(first[:EXAMPLES]) + (" …" if len(first) > EXAMPLES else "")


def _counts(kind: Kind, known: pd.Series) -> list[int]:
    """How often each sixteenth of the range, or each of the most frequent values, occurs."""
    if known.empty:
        return []
    if kind is Kind.TEXT or kind is Kind.YES_NO:
        return [int(count) for count in known.value_counts().head(BINS)]
    numbers = known.astype("int64") if kind is Kind.DATE else known
    finite = numbers.to_numpy(dtype=float)
    return [int(count) for count in np.histogram(finite[np.isfinite(finite)], BINS)[0]]
