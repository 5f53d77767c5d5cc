"""Findings about the groups: whether there are any, how many, how large, and what is odd in them."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.finding import Finding, Status
from core.table.review_labels import label_findings
from core.table.review_within import duplicate_findings, flat_findings
from core.table.roles import Roles
from core.table.shown import count, shown
from core.table.table import Kind, Table
from core.table.vocabulary import SETTING, UNIT, tokens
from core.table.within import group_codes

Whole = NDArray[np.int64]

FEW_GROUPS = 6
TINY = 5


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
    yield from label_findings(group, labels)
    yield from duplicate_findings(table, roles, group, codes)
    yield from flat_findings(table, roles, group, codes, labels)


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
