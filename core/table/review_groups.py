"""Findings about the groups: how many, how large, what repeats in them and what never varies in them."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.finding import Finding, Status
from core.table.review_cells import numeric_predictors
from core.table.roles import Roles
from core.table.shown import count, rows_listed, shown, shown_all
from core.table.table import Kind, Table
from core.table.vocabulary import SETTING, UNIT, tokens
from core.table.within import as_floats, group_codes

Codes = NDArray[np.intp]
Whole = NDArray[np.int64]

FEW_GROUPS = 6
TINY = 5
NO_VARIATION = 1e-12
TOTALS = frozenset(
    {
        "total",
        "totals",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "somme",
        "totale",
        "overall",
        "all",
        "grand total",
    }
)


def group_findings(table: Table, roles: Roles) -> Iterator[Finding]:
    """Yields findings about the first guessed group column, or that there is none."""
    if not roles.groups:
        yield _no_groups(table)
        return
    group = roles.groups[0].columns[0]
    codes, labels = group_codes(table, group)
    sizes = np.bincount(codes[codes >= 0], minlength=len(labels))
    if len(labels) < 2 or int(sizes.max(initial=0)) <= 1:
        yield _unusable(group, len(labels))
        return
    yield from _few(group, len(labels))
    if not roles.trials:  # a row of counts out of trials stands for many observations
        yield from _tiny(group, labels, sizes)
    yield from _labels(group, labels)
    yield from _duplicates(table, roles, group, codes)
    yield from _flat_within(table, roles, group, codes, labels)


def _no_groups(table: Table) -> Finding:
    named = [
        c.name for c in table.columns if set(tokens(c.name)) & (UNIT | SETTING) and c.kind is not Kind.EMPTY
    ]
    lone = [name for name in named if len(pd.unique(table.frame[name].dropna())) == 1]
    if lone:
        return Finding(
            "one_group",
            Status.STOP,
            f"{shown(lone[0])} has one value in all {len(table.frame):,} rows: there is only one group.",
            "Add the rows of the other groups; with one there is nothing to compare.",
            {"groups": 1.0},
        )
    return Finding(
        "no_groups",
        Status.UNKNOWN,
        "No column groups the rows: none repeats like a store, region or customer does.",
        "Choose the column that says which store, region or customer a row belongs to.",
    )


def _unusable(group: str, groups: int) -> Finding:
    if groups < 2:
        return Finding(
            "one_group",
            Status.STOP,
            f"{shown(group)} has {count(groups, 'value')}: there is only one group.",
            "Add the rows of the other groups; with one there is nothing to compare.",
            {"groups": float(groups)},
        )
    return Finding(
        "one_row_per_group",
        Status.STOP,
        f"Every value of {shown(group)} occurs in one row only: differences between groups cannot be told "
        "from noise within them.",
        "Add more periods per group, or choose a coarser grouping.",
        {"groups": float(groups)},
    )


def _few(group: str, groups: int) -> Iterator[Finding]:
    if groups < FEW_GROUPS:
        yield Finding(
            "few_groups",
            Status.LOOK,
            f"{shown(group)} has {count(groups, 'value')}: how much groups differ is then estimated from "
            f"{groups} points.",
            f"Treat the variance between them as a rough guide, or use {shown(group)} as a predictor.",
            {"groups": float(groups)},
        )


def _tiny(group: str, labels: pd.Index, sizes: Whole) -> Iterator[Finding]:
    tiny = np.flatnonzero(sizes < TINY)
    if len(tiny):
        smallest = tiny[np.argsort(sizes[tiny], kind="stable")][:5]
        named = ", ".join(f"{shown(labels[i])} ({sizes[i]})" for i in smallest)
        yield Finding(
            "small_groups",
            Status.LOOK,
            f"{len(tiny):,} of {len(labels):,} groups in {shown(group)} "
            f"{'has' if len(tiny) == 1 else 'have'} fewer than {TINY} rows: {named}"
            + (f" and {len(tiny) - len(smallest):,} more." if len(tiny) > len(smallest) else "."),
            "Their estimates lean on the other groups; treat them as a guide.",
            {"groups": float(len(tiny)), "smallest": float(sizes.min())},
        )


def _labels(group: str, labels: pd.Index) -> Iterator[Finding]:
    if not all(isinstance(label, str) for label in labels[:5]) or len(labels) > 50_000:
        return
    folded: dict[str, list[str]] = {}
    for label in labels:
        folded.setdefault(" ".join(str(label).casefold().split()), []).append(str(label))
    twice = [names for names in folded.values() if len(names) > 1]
    if twice:
        yield Finding(
            "spelling",
            Status.LOOK,
            f"Some groups in {shown(group)} differ only in capitals or spaces: {shown_all(twice[0])}"
            + (f" and {len(twice) - 1} more." if len(twice) > 1 else "."),
            "Give them one spelling if they are the same group.",
            {"groups": float(len(twice))},
        )
    totals = [str(label) for label in labels if str(label).casefold() in TOTALS]
    if totals:
        yield Finding(
            "total_rows",
            Status.LOOK,
            f"{shown_all(totals)} in {shown(group)} looks like a total and not like a group.",
            "Take total rows out of the file: they count every sale twice.",
            {"groups": float(len(totals))},
        )


def _duplicates(table: Table, roles: Roles, group: str, codes: Codes) -> Iterator[Finding]:
    time = roles.time.column
    if time is None:
        return
    periods, labels = pd.factorize(table.frame[time])
    use = np.flatnonzero((codes >= 0) & (periods >= 0))
    cells = pd.Series(codes[use].astype(np.int64) * (len(labels) + 1) + periods[use])
    again = use[cells.duplicated(keep="first").to_numpy()]
    if not len(again):
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


def _flat_within(table: Table, roles: Roles, group: str, codes: Codes, labels: pd.Index) -> Iterator[Finding]:
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
