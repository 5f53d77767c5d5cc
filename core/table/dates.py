"""Dates as people write them: 2024-01-31, 31.01.2024, 1/31/24, 3 Jan 2024, 2024-W05, 2024-03, 2024-Q1.

Works on the distinct words of a column. Whether 03/04 is the third of April or the fourth of March is
decided for the whole column: one 25/04 settles it, for both.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.calendar import Parts, days, month_number, weeks
from core.table.date_order import find_order, order_notes
from core.table.date_parts import Stamps, clock, local, whole, year

Mask = NDArray[np.bool_]

_ZONE = r"(?:\s*(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
_CLOCK = r"(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?(?P<pm>\s*[AaPp][Mm])?"
_TIME = rf"(?:(?:T|,?\s+){_CLOCK}{_ZONE})?"
ISO = rf"^(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_TIME}$"
LOCAL = rf"^(?P<a>\d{{1,2}})(?P<sep>[-/.])\s?(?P<b>\d{{1,2}})[-/.]\s?(?P<y>\d{{4}}|\d{{2}}){_TIME}$"
WEEK = r"^(?P<y>\d{4})[-\s]?(?:W|KW)(?P<w>\d{1,2})(?:-(?P<wd>[1-7]))?$"
MONTH = r"^(?P<y>\d{4})[-/](?P<m>\d{1,2})$"
MONTH_LAST = r"^(?P<m>\d{1,2})[/.](?P<y>\d{4})$"
QUARTER = r"^(?P<y>\d{4})[-\s]?Q(?P<q>[1-4])$"
QUARTER_FIRST = r"^Q(?P<q>[1-4])[-\s/]?(?P<y>\d{4})$"
_NAME = r"(?P<name>[^\d\s.,/-]+)"  # month names are looked up later; \pL{3,12} takes milliseconds to compile
_WEEKDAY, _NTH = r"(?:[^\d\s.,/-]+\.?,\s+)?", r"(?:st|nd|rd|th|\.)?"
NAMED = rf"^{_WEEKDAY}(?P<d>\d{{1,2}}){_NTH}[-\s/]*{_NAME}\.?,?[-\s/]*(?P<y>\d{{4}}|\d{{2}})$"
NAMED_US = rf"^{_NAME}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})$"
NAMED_MONTH = rf"^{_NAME}\.?[-\s/]+(?P<y>\d{{4}})$"
COMPACT = r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})$"


@dataclass(frozen=True, slots=True)
class Dates:
    """The distinct words read as dates: `values` (D,) is NaT where `readable` (D,) is False.

    `day_first` is what the column's own cells settle (None when they do not), `unsure` says that a choice
    was made without evidence.
    """

    values: Stamps
    readable: Mask
    day_first: bool | None = None
    unsure: bool = False
    notes: tuple[str, ...] = ()


def read_dates(
    words: pa.Array, counts: NDArray[np.int64], day_first: bool | None = None, compact: bool = False
) -> Dates:
    """Returns the distinct words (trimmed, none missing) as dates; `counts` (D,) weighs them by cells.

    `day_first` is used where the column itself does not settle the order; `compact` also reads 20240131.
    """
    values = np.full(len(words), np.datetime64("NaT", "us"))
    notes: list[str] = []
    for pattern, reader, note in _READERS:
        if compact or pattern is not COMPACT:
            found = _extract(words, pattern, np.isnat(values))
            if found is not None:
                at, parts = found
                values[at] = reader(parts)
                if note and note not in notes and not np.isnat(values[at]).all():
                    notes.append(note)
    either = _extract(words, LOCAL, np.isnat(values))
    if either is None:
        return Dates(values, ~np.isnat(values), notes=tuple(notes))
    at, parts = either
    order = find_order(parts, counts[at], day_first)
    values[at] = local(parts, order.first)
    return Dates(
        values, ~np.isnat(values), order.evidence, order.unsure, (*notes, *order_notes(parts, order))
    )


def _extract(words: pa.Array, pattern: str, open_: Mask) -> tuple[NDArray[np.int64], Parts] | None:
    """Returns the positions (among the still unread words) that fit, and their named parts."""
    fits = np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), bool) & open_
    if not fits.any():
        return None
    at = np.flatnonzero(fits)
    parts = pc.extract_regex(words.take(pa.array(at)), pattern)
    return at, {field.name: pc.struct_field(parts, field.name) for field in parts.type}


def _iso(parts: Parts) -> Stamps:
    return days(year(parts), whole(parts, "m", 1), whole(parts, "d", 1), clock(parts))


def _named(parts: Parts) -> Stamps:
    return days(year(parts), month_number(parts["name"]), whole(parts, "d", 1), clock(parts))


def _quarter(parts: Parts) -> Stamps:
    return days(year(parts), whole(parts, "q") * 3 - 2, whole(parts, "d", 1), clock(parts))


def _week(parts: Parts) -> Stamps:
    return weeks(year(parts), whole(parts, "w"), whole(parts, "wd", 1))


_READERS = (
    (ISO, _iso, ""),
    (WEEK, _week, "calendar weeks, each read as its Monday"),
    (MONTH, _iso, "months, each read as its first day"),
    (MONTH_LAST, _iso, "months, each read as its first day"),
    (QUARTER, _quarter, "quarters, each read as its first day"),
    (QUARTER_FIRST, _quarter, "quarters, each read as its first day"),
    (NAMED, _named, ""),
    (NAMED_US, _named, ""),
    (NAMED_MONTH, _named, "months, each read as its first day"),
    (COMPACT, _iso, "eight digits read as year, month and day"),
)
