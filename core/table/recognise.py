"""A column of words -> numbers, dates, yes/no or text, decided on its distinct words.

A million cells with two thousand different words are looked at two thousand times. A column is of a kind
when at least 95 % of its filled cells are; the others become missing and are named with their rows. Below
that it stays text and nothing is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.dates import read_dates
from core.table.distinct import Words
from core.table.errors import CannotReadAs
from core.table.flags import read_flags
from core.table.numbers import read_numbers, read_plain
from core.table.shown import shown
from core.table.table import Column, Kind

ENOUGH = 0.95
GLANCE = 200
_DATE_NAMES = ("date", "datum", "fecha", "data", "day", "tag", "jour", "dia", "week_start", "semana")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the user, or the file's other columns, say about punctuation ("" and None: nothing)."""

    decimal: str = ""
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A column as understood. `decimal` and `day_first` are evidence for the file's other columns."""

    cells: pd.Series
    column: Column
    decimal: str = ""
    thousands: str = ""
    day_first: bool | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """One way to read the distinct words: values (D,), which are readable (D,), and what to say."""

    kind: Kind
    values: NDArray[np.generic]
    readable: NDArray[np.bool_]
    notes: tuple[str, ...] = ()
    evidence: dict[str, object] = field(default_factory=dict)


def recognise_plain(name: str, cells: pa.Array, hints: Hints) -> Recognised | None:
    """Returns a column of bare numbers and blanks without looking for distinct words; None for any other."""
    blank = pc.equal(cells, "")
    filled = cells.filter(pc.invert(blank)) if pc.any(blank).as_py() else cells
    filled = filled.drop_null() if filled.null_count else filled
    if len(filled) == 0 or _named_date(name):
        return None
    found = read_plain(filled, hints.decimal)
    if found is None or found.identifiers or not np.isfinite(found.values).all():
        return None
    missing = len(cells) - len(filled)
    values = found.values
    if missing:
        values = np.full(len(cells), np.nan)
        gaps = np.asarray(pc.fill_null(blank, True).to_numpy(zero_copy_only=False), bool)
        values[~gaps] = found.values
    elif _integral(values):
        values = values.astype(np.int64)
    column = Column(name, Kind.NUMBER, missing, found.notes)
    return Recognised(pd.Series(values), column, decimal=found.decimal)


def recognise(words: Words, kind: Kind | None, hints: Hints, keep: pd.Series | None = None) -> Recognised:
    """Returns the column read as `kind`, or as the kind its words show when None; raises CannotReadAs.

    `keep` is a column that already holds the cells as text, returned as it is when nothing changes.
    """
    missing = int((words.codes < 0).sum())
    if len(words.words) == 0:
        cells = pd.Series(np.full(len(words.codes), np.nan))
        return Recognised(cells, Column(words.name, Kind.EMPTY, missing, words.notes))
    if kind is Kind.EMPTY:
        raise CannotReadAs(words.name, kind, words.words[0].as_py())
    tried: list[str] = []
    for wanted, reader in _READERS:
        if kind not in (None, wanted):
            continue
        read = reader(words, hints, kind is not None)
        if read is None:
            continue
        share = float(words.counts[read.readable].sum()) / max(int(words.counts.sum()), 1)
        if share >= ENOUGH or (kind is wanted and share > 0):
            return _accept(words, read, missing)
        if share >= 0.5:
            tried.append(read.notes[0] if read.kind is Kind.TEXT else _refusal(words, read))
    if kind not in (None, Kind.TEXT):
        raise CannotReadAs(words.name, kind, words.words[0].as_py())
    return _as_text(words, missing, keep, tuple(tried))


def _named_date(name: str) -> bool:
    return any(part in name.casefold() for part in _DATE_NAMES)


def _numbers(words: Words, hints: Hints, forced: bool) -> _Read | None:
    glance = words.words.slice(0, GLANCE)
    if len(words.words) > GLANCE:
        first = read_numbers(glance, words.counts[:GLANCE], hints.decimal)
        if not forced and first.readable.mean() < 0.5:
            return None
    found = read_numbers(words.words, words.counts, hints.decimal)
    if found.identifiers and not forced:
        return _Read(Kind.TEXT, found.values, found.readable, (found.identifiers,))
    evidence: dict[str, object] = {
        "decimal": found.decimal,
        "thousands": found.thousands,
        "unsure": found.unsure,
    }
    notes = found.notes
    if bool(np.isinf(found.values).any()):
        notes = (*notes, "holds infinite numbers")
    return _Read(Kind.NUMBER, found.values, found.readable, notes, evidence)


def _flags(words: Words, hints: Hints, forced: bool) -> _Read | None:
    if len(words.words) > 2 and not forced:
        return None
    found = read_flags(words.words.slice(0, 50).to_pylist(), forced)
    if found is None or len(words.words) > 50:
        return None
    return _Read(Kind.YES_NO, found.values, found.readable, (found.note,))


def _dates(words: Words, hints: Hints, forced: bool) -> _Read | None:
    compact = forced or _named_date(words.name)
    if len(words.words) > GLANCE and not forced:
        first = read_dates(words.words.slice(0, GLANCE), words.counts[:GLANCE], hints.day_first, compact)
        if first.readable.mean() < 0.5:
            return None
    found = read_dates(words.words, words.counts, hints.day_first, compact)
    evidence: dict[str, object] = {"day_first": found.day_first, "unsure": found.unsure}
    return _Read(Kind.DATE, found.values, found.readable, found.notes, evidence)


def _compact_dates(words: Words, hints: Hints, forced: bool) -> _Read | None:
    """Returns 20240131 read as dates when the column's name says so and every cell is one; before numbers."""
    if forced or not _named_date(words.name):
        return None
    if not bool(pc.all(pc.match_substring_regex(words.words.slice(0, GLANCE), r"^(19|20)\d{6}$")).as_py()):
        return None
    read = _dates(words, hints, forced)
    return read if read is not None and bool(read.readable.all()) else None


_READERS: tuple[tuple[Kind, Callable[[Words, Hints, bool], _Read | None]], ...] = (
    (Kind.DATE, _compact_dates),
    (Kind.NUMBER, _numbers),
    (Kind.YES_NO, _flags),
    (Kind.DATE, _dates),
)


def _accept(words: Words, read: _Read, missing: int) -> Recognised:
    if read.kind is Kind.TEXT:
        return _as_text(words, missing, None, read.notes)
    lost = int(words.counts[~read.readable].sum())
    notes = (*read.notes, *words.notes)
    if lost:
        notes = (*notes, f"{_unread(words, read, lost)}, taken as missing")
    cells = _spread(words, read)
    column = Column(words.name, read.kind, missing + lost, notes)
    return Recognised(cells, column, **read.evidence)  # type: ignore[arg-type]


def _spread(words: Words, read: _Read) -> pd.Series:
    """Returns the words' values laid out over the cells."""
    whole = bool(read.readable.all()) and bool((words.codes >= 0).all())
    if read.kind is Kind.YES_NO:
        if whole:
            return pd.Series(read.values[words.codes])
        gaps = (words.codes < 0) | ~read.readable[words.codes]
        return pd.Series(pd.arrays.BooleanArray(read.values[words.codes].astype(bool), gaps))
    empty = np.datetime64("NaT", "us") if read.kind is Kind.DATE else np.nan
    values = np.append(np.where(read.readable, read.values, empty), empty)
    cells = values[words.codes]
    if read.kind is Kind.NUMBER and whole and _integral(read.values):
        return pd.Series(cells.astype(np.int64))
    return pd.Series(cells)


def _integral(values: NDArray[np.generic]) -> bool:
    numbers = values.astype(np.float64)
    return bool((np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < 2**53)).all())


def _as_text(words: Words, missing: int, keep: pd.Series | None, notes: tuple[str, ...]) -> Recognised:
    column = Column(words.name, Kind.TEXT, missing, (*notes, *words.notes))
    if keep is not None and words.untouched:
        return Recognised(keep, column)
    where = pa.array(words.codes, mask=words.codes < 0)
    return Recognised(text_series(words.words.take(where)), column)


def text_series(cells: pa.Array) -> pd.Series:
    """Returns a string array as a pandas str column."""
    return pd.Series(pd.array(cells, dtype="str"))


def _refusal(words: Words, read: _Read) -> str:
    lost = int(words.counts[~read.readable].sum())
    return f"{_unread(words, read, lost)}; kept as text, because that is more than 5 % of the cells"


def _unread(words: Words, read: _Read, lost: int) -> str:
    """Returns "3 cells are not numbers: 'n/k' in row 14, ..."."""
    what = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.YES_NO: "yes/no word"}[read.kind]
    bad = np.append(~read.readable, False)
    at = np.flatnonzero(bad[words.codes])[:4]
    cells = [f"{shown(words.words[int(words.codes[i])].as_py())} in row {words.row(int(i)):,}" for i in at]
    more = f" and {lost - len(at):,} more" if lost > len(at) else ""
    verb = f"cell is not a {what}" if lost == 1 else f"cells are not {what}s"
    return f"{lost:,} {verb}: {', '.join(cells)}{more}"
