"""A column of words -> numbers, dates, yes/no or text, decided on its distinct words.

A million cells with two thousand different words are looked at two thousand times. A column is of a kind
when at least 95 % of its filled cells are; the others become missing and are named with their rows. Below
that it stays text and nothing is lost.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.table.attempts import READERS, Attempt, Hints, named_date
from core.table.distinct import Words
from core.table.errors import CannotReadAs
from core.table.laid_out import integral, spread, text_series
from core.table.numbers import read_plain
from core.table.shown import shown
from core.table.table import Column, Kind

ENOUGH = 0.95


@dataclass(frozen=True, slots=True)
class Recognised:
    """A column as understood. `decimal` and `day_first` are evidence for the file's other columns."""

    cells: pd.Series
    column: Column
    decimal: str = ""
    thousands: str = ""
    day_first: bool | None = None
    unsure: bool = False


def recognise_plain(name: str, cells: pa.Array, hints: Hints) -> Recognised | None:
    """Returns a column of bare numbers and blanks without looking for distinct words; None for any other."""
    blank = pc.equal(cells, "")
    filled = cells.filter(pc.invert(blank)) if pc.any(blank).as_py() else cells
    filled = filled.drop_null() if filled.null_count else filled
    if len(filled) == 0 or named_date(name):
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
    elif integral(values):
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
    for wanted, reader in READERS:
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


def _accept(words: Words, read: Attempt, missing: int) -> Recognised:
    if read.kind is Kind.TEXT:
        return _as_text(words, missing, None, read.notes)
    lost = int(words.counts[~read.readable].sum())
    notes = (*read.notes, *words.notes)
    if lost:
        notes = (*notes, f"{_unread(words, read, lost)}, taken as missing")
    cells = spread(words, read)
    column = Column(words.name, read.kind, missing + lost, notes)
    return Recognised(cells, column, **read.evidence)  # type: ignore[arg-type]


def _as_text(words: Words, missing: int, keep: pd.Series | None, notes: tuple[str, ...]) -> Recognised:
    column = Column(words.name, Kind.TEXT, missing, (*notes, *words.notes))
    if keep is not None and words.untouched:
        return Recognised(keep, column)
    where = pa.array(words.codes, mask=words.codes < 0)
    return Recognised(text_series(words.words.take(where)), column)


def _refusal(words: Words, read: Attempt) -> str:
    lost = int(words.counts[~read.readable].sum())
    return f"{_unread(words, read, lost)}; kept as text, because that is more than 5 % of the cells"


def _unread(words: Words, read: Attempt, lost: int) -> str:
    """Returns "3 cells are not numbers: 'n/k' in row 14, ..."."""
    what = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.YES_NO: "yes/no word"}[read.kind]
    bad = np.append(~read.readable, False)
    at = np.flatnonzero(bad[words.codes])[:4]
    cells = [f"{shown(words.words[int(words.codes[i])].as_py())} in row {words.row(int(i)):,}" for i in at]
    more = f" and {lost - len(at):,} more" if lost > len(at) else ""
    verb = f"cell is not a {what}" if lost == 1 else f"cells are not {what}s"
    return f"{lost:,} {verb}: {', '.join(cells)}{more}"
