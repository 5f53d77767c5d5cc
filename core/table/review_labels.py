"""Findings about the names of groups: two spellings of one, and totals among them."""

from collections.abc import Iterator

import pandas as pd

from core.finding import Finding, Status
from core.table.shown import shown, shown_all

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


def label_findings(group: str, labels: pd.Index) -> Iterator[Finding]:
    """Yields findings about the labels of a group column."""
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
