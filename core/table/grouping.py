"""Which columns group the rows, which of them say the same, and which lie inside another."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.table.evidence import Evidence, pairs
from core.table.shown import count, shown
from core.table.table import Kind
from core.table.vocabulary import (
    IDENTIFIER,
    OUTCOME_BEST,
    OUTCOME_GOOD,
    SETTING,
    SPEND,
    TIME,
    TRIALS,
    UNIT,
    WEIGHTS,
)

MOST_CANDIDATES = 8
MANY_CATEGORIES = 6
LABELS = IDENTIFIER | {"name", "names", "label", "title"}


@dataclass(frozen=True, slots=True)
class Group:
    """A column that groups the rows, and why."""

    evidence: Evidence
    reason: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """`groups`, best first; `nested` as (outer, inner, reason)."""

    groups: tuple[Group, ...]
    nested: tuple[tuple[str, str, str], ...]


def find_groups(seen: Sequence[Evidence]) -> Grouping:
    """Returns the columns that group the rows and how they nest."""
    able = sorted((e for e in seen if _able(e)), key=_rank, reverse=True)[:MOST_CANDIDATES]
    if not able:
        able = [e for e in seen if _coded(e)][:1] or [e for e in seen if _lonely(e)][:1]
    first: list[Evidence] = []
    twins: list[Group] = []
    for e in able:
        twin = next((f for f in first if _same_groups(e, f)), None)
        if twin is None:
            first.append(e)
            continue
        if twin.levels > e.levels:  # one group spelled in two ways: the code is the truth
            first[first.index(twin)], e, twin = e, twin, e
        twins.append(Group(e, _twin_reason(e, twin)))
    return Grouping((*(Group(e, _reason(e)) for e in first), *twins), _nested(first))


def _same_groups(a: Evidence, b: Evidence) -> bool:
    """Returns whether two columns number the same groups: one to one, or nearly and named alike."""
    together = pairs(a, b)
    if a.levels == b.levels == together:
        return True
    alike = set(a.words) - LABELS == set(b.words) - LABELS
    return alike and together <= 1.1 * min(a.levels, b.levels)


def _twin_reason(e: Evidence, twin: Evidence) -> str:
    said = f"{shown(e.name)} stands for the same groups as {shown(twin.name)}"
    spare = e.levels - twin.levels
    return f"{said}, but spells {spare} of them in two ways" if spare else said


def _named(e: Evidence) -> bool:
    return e.named(UNIT | SETTING)


def _able(e: Evidence) -> bool:
    """Returns whether the column can group rows: text or named codes, at least two levels that repeat."""
    if e.levels < 2 or e.repeats < 1.25:
        return False
    if e.kind is Kind.TEXT:
        return _named(e) or e.named(IDENTIFIER) or e.levels >= MANY_CATEGORIES
    measured = e.named(SPEND | OUTCOME_BEST | OUTCOME_GOOD | TRIALS | WEIGHTS) and not e.named(IDENTIFIER)
    return e.kind is Kind.NUMBER and (_named(e) or e.named(IDENTIFIER)) and not measured


def _coded(e: Evidence) -> bool:
    """Returns whether unnamed whole numbers look like group codes: few, each about equally often."""
    named = e.named(SPEND | OUTCOME_BEST | OUTCOME_GOOD | TRIALS | WEIGHTS | TIME)
    if e.kind is not Kind.NUMBER or not e.whole or named or e.codes is None or e.levels < 3 or e.repeats < 3:
        return False
    runs = 1 + int((e.codes[1:] != e.codes[:-1]).sum())
    return runs == e.levels  # sorted by it: rows of one group stand together


def _lonely(e: Evidence) -> bool:
    """Returns whether a column is named like a unit although each value occurs about once."""
    return e.named(UNIT) and e.levels >= 2 and e.kind in (Kind.TEXT, Kind.NUMBER)


def _rank(e: Evidence) -> tuple[float, float, int, bool]:
    """Returns the order of candidates: named units, then settings, then others; finer first; then labels."""
    named = 3.0 if e.named(UNIT) else 2.0 if e.named(SETTING) else 1.0 if e.named(IDENTIFIER) else 0.0
    sound = (1.0 if e.repeats >= 2 else 0.0) + (0.5 if e.levels >= MANY_CATEGORIES else 0.0)
    return named + sound, named, e.levels, e.kind is Kind.TEXT


def _reason(e: Evidence) -> str:
    said = f"{shown(e.name)} repeats: {count(e.levels, 'value')} over {count(e.filled, 'row')}"
    return (
        said if e.repeats >= 1.25 else f"{shown(e.name)} is named like a group, but its values hardly repeat"
    )


def _nested(groups: Sequence[Evidence]) -> tuple[tuple[str, str, str], ...]:
    """Returns the direct (outer, inner) pairs: with store in city and city in region, not store in region."""
    found = [
        (outer, inner)
        for outer in groups
        for inner in groups
        if inner.levels > outer.levels >= 2 and pairs(outer, inner) == inner.levels
    ]
    direct = [
        (outer, inner)
        for outer, inner in found
        if not any((outer, middle) in found and (middle, inner) in found for middle in groups)
    ]
    return tuple((o.name, i.name, f"{i.levels:,} in {o.levels:,}") for o, i in direct)
