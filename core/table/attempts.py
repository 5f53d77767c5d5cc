"""Attempts to read a column's distinct words as one kind: number, date or yes/no, the likeliest first."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.dates import read_dates
from core.table.distinct import Words
from core.table.flags import read_flags
from core.table.numbers import read_numbers
from core.table.table import Kind

GLANCE = 200
_DATE_NAMES = ("date", "datum", "fecha", "data", "day", "tag", "jour", "dia", "week_start", "semana")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the user, or the file's other columns, say about punctuation ("" and None: nothing)."""

    decimal: str = ""
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to read the distinct words: values (D,), which are readable (D,), and what to say."""

    kind: Kind
    values: NDArray[np.generic]
    readable: NDArray[np.bool_]
    notes: tuple[str, ...] = ()
    evidence: dict[str, object] = field(default_factory=dict)


def named_date(name: str) -> bool:
    """Returns whether a column is named like a date."""
    return any(part in name.casefold() for part in _DATE_NAMES)


def _numbers(words: Words, hints: Hints, forced: bool) -> Attempt | None:
    glance = words.words.slice(0, GLANCE)
    if len(words.words) > GLANCE:
        first = read_numbers(glance, words.counts[:GLANCE], hints.decimal)
        if not forced and first.readable.mean() < 0.5:
            return None
    found = read_numbers(words.words, words.counts, hints.decimal)
    if found.identifiers and not forced:
        return Attempt(Kind.TEXT, found.values, found.readable, (found.identifiers,))
    evidence: dict[str, object] = {
        "decimal": found.decimal,
        "thousands": found.thousands,
        "unsure": found.unsure,
    }
    notes = found.notes
    if bool(np.isinf(found.values).any()):
        notes = (*notes, "holds infinite numbers")
    return Attempt(Kind.NUMBER, found.values, found.readable, notes, evidence)


def _flags(words: Words, hints: Hints, forced: bool) -> Attempt | None:
    if len(words.words) > 2 and not forced:
        return None
    found = read_flags(words.words.slice(0, 50).to_pylist(), forced)
    if found is None or len(words.words) > 50:
        return None
    return Attempt(Kind.YES_NO, found.values, found.readable, (found.note,))


def _dates(words: Words, hints: Hints, forced: bool) -> Attempt | None:
    compact = forced or named_date(words.name)
    if len(words.words) > GLANCE and not forced:
        first = read_dates(words.words.slice(0, GLANCE), words.counts[:GLANCE], hints.day_first, compact)
        if first.readable.mean() < 0.5:
            return None
    found = read_dates(words.words, words.counts, hints.day_first, compact)
    evidence: dict[str, object] = {"day_first": found.day_first, "unsure": found.unsure}
    return Attempt(Kind.DATE, found.values, found.readable, found.notes, evidence)


def _compact_dates(words: Words, hints: Hints, forced: bool) -> Attempt | None:
    """Returns 20240131 read as dates when the column's name says so and every cell is one; before numbers."""
    if forced or not named_date(words.name):
        return None
    if not bool(pc.all(pc.match_substring_regex(words.words.slice(0, GLANCE), r"^(19|20)\d{6}$")).as_py()):
        return None
    read = _dates(words, hints, forced)
    return read if read is not None and bool(read.readable.all()) else None


READERS: tuple[tuple[Kind, Callable[[Words, Hints, bool], Attempt | None]], ...] = (
    (Kind.DATE, _compact_dates),
    (Kind.NUMBER, _numbers),
    (Kind.YES_NO, _flags),
    (Kind.DATE, _dates),
)
