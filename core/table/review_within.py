"""Findings about the rows of each group: what repeats in them and what never varies."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.finding import Finding, Status
from core.table.review_cells import numeric_predictors
from core.table.roles import Roles
from core.table.shown import count, rows_listed, shown, shown_all
from core.table.table import Table
from core.table.within import as_floats

Codes = NDArray[np.intp]
NO_VARIATION = 1e-12


def duplicate_findings(table: Table, roles: Roles, group: str, codes: Codes) -> Iterator[Finding]:
    """Yields a finding when a group has several rows in one period; `codes` (n,) numbers the groups."""
    time = roles.time.column
    if time is None:
        return
    periods, labels = pd.factorize(table.frame[time])
    use = np.flatnonzero((codes >= 0) & (periods >= 0))
    cells = pd.Series(codes[use].astype(np.int64) * (len(labels) + 1) + periods[use])
    again = use[cells.duplicated(keep="first").to_numpy()]
    if not len(again):
        return
    if (outer := _told_apart_by(table, roles, group, time, use)) is not None:
        yield _recurring(table, group, time, outer, len(again))
        return
    rows = [table.reading.row(int(i)) for i in again[:6]]
    several = len(again) > 0.5 * len(use)
    yield Finding(
        "duplicates",
        Status.LOOK,
        f"{count(len(again), 'row')} repeat a {shown(group)} and {shown(time)} that came before: "
        f"{rows_listed(rows, len(again))}.",
        "Several rows per group and period are fine if each is an observation of its own."
        if several
        else "Take out rows that were exported twice, or add them up if they are parts of one period.",
        {"rows": float(len(again))},
    )


def _told_apart_by(table: Table, roles: Roles, group: str, time: str, use: Codes) -> str | None:
    """Returns the other grouping column within whose values a group has one row a period."""
    frame = table.frame.iloc[use]
    for guess in roles.groups[1:]:
        outer = guess.columns[0]
        recurs = frame.groupby(group, observed=True)[outer].nunique().max() > 1
        if recurs and not frame.duplicated([group, outer, time]).any():
            return outer
    return None


def _recurring(table: Table, group: str, time: str, outer: str, rows: int) -> Finding:
    most = int(table.frame.groupby(group, observed=True)[outer].nunique().max())
    return Finding(
        "recurring_groups",
        Status.LOOK,
        f"The values of {shown(group)} recur in up to {count(most, 'value')} of {shown(outer)}, one row each "
        f"per {shown(time)}. Is it {shown(group)} within {shown(outer)}?",
        f"If so, group by both: write (1 | {_name(outer)}:{_name(group)}) in the formula. As it stands, rows "
        f"of the same {shown(group)} are pooled over every {shown(outer)}.",
        {"rows": float(rows), "recurs_in": float(most)},
    )


def _name(column: str) -> str:
    """Returns a column as formulas write it."""
    return column if column.isidentifier() else f"`{column}`"


def flat_findings(
    table: Table, roles: Roles, group: str, codes: Codes, labels: pd.Index
) -> Iterator[Finding]:
    """Yields findings about predictors that stand still in all groups or in some."""
    for name in numeric_predictors(table, roles):
        values = as_floats(table, name)
        use = (codes >= 0) & np.isfinite(values)
        if not use.any() or values[use].min() == values[use].max():
            continue
        flat = _flat(values[use], codes[use], len(labels))
        rows = np.bincount(codes[use], minlength=len(labels))
        several = int((rows > 1).sum())
        if several and int(flat.sum()) == several:
            yield Finding(
                "constant_within",
                Status.LOOK,
                f"{shown(name)} never varies within a {shown(group)}: it can say why groups differ, but "
                "not how one responds to it.",
                "Use it as a predictor, without a slope that varies by group.",
                {"groups": float(several)},
            )
        elif flat.any():
            named = [str(label) for label in labels[flat]]
            yield Finding(
                "some_constant_within",
                Status.LOOK,
                f"{shown(name)} never varies in {len(named):,} of {len(labels):,} groups "
                f"({shown_all(named, 4)}): their own rows say nothing about their response to it.",
                "Their slopes are the average of the others; vary it there to learn more.",
                {"groups": float(len(named))},
            )


def _flat(values: NDArray[np.float64], codes: Codes, groups: int) -> NDArray[np.bool_]:
    """Returns which groups (groups,) hold several rows that all have the value of their first."""
    first = np.zeros(groups)
    first[codes[::-1]] = values[::-1]
    differs = np.abs(values - first[codes]) > NO_VARIATION * float(np.abs(values).max())
    different = np.bincount(codes, weights=differs, minlength=groups)
    return np.asarray((different == 0) & (np.bincount(codes, minlength=groups) > 1))
