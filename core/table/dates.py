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

Mask = NDArray[np.bool_]
Stamps = NDArray[np.datetime64]

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
    local = _extract(words, LOCAL, np.isnat(values))
    if local is None:
        return Dates(values, ~np.isnat(values), notes=tuple(notes))
    at, parts = local
    order = _order(parts, counts[at], day_first)
    values[at] = _local(parts, order.first)
    return Dates(
        values, ~np.isnat(values), order.evidence, order.unsure, (*notes, *_order_notes(parts, order))
    )


def _extract(words: pa.Array, pattern: str, open_: Mask) -> tuple[NDArray[np.int64], Parts] | None:
    """Returns the positions (among the still unread words) that fit, and their named parts."""
    fits = np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), bool) & open_
    if not fits.any():
        return None
    at = np.flatnonzero(fits)
    parts = pc.extract_regex(words.take(pa.array(at)), pattern)
    return at, {field.name: pc.struct_field(parts, field.name) for field in parts.type}


def _whole(parts: Parts, key: str, empty: int = 0) -> NDArray[np.int64]:
    if key not in parts:
        return np.full(len(next(iter(parts.values()))), empty)
    text = pc.if_else(pc.equal(parts[key], ""), str(empty), parts[key])
    return np.asarray(pc.cast(text, pa.int64()).to_numpy(zero_copy_only=False))


def _year(parts: Parts) -> NDArray[np.int64]:
    """Returns four-digit years; two digits mean 1969 to 2068, as POSIX has it."""
    year = _whole(parts, "y")
    short = np.asarray(pc.equal(pc.utf8_length(parts["y"]), 2).to_numpy(zero_copy_only=False), bool)
    return np.where(short, np.where(year < 69, 2000 + year, 1900 + year), year)


def _clock(parts: Parts) -> NDArray[np.int64]:
    """Returns the time of day in seconds, -1 where it is none."""
    if "h" not in parts:
        return _whole(parts, "h")
    hour, minute, second = (_whole(parts, key) for key in ("h", "mi", "s"))
    pm = pc.utf8_lower(pc.utf8_trim_whitespace(parts["pm"]))
    is_pm, is_am = (
        np.asarray(pc.equal(pm, half).to_numpy(zero_copy_only=False), bool) for half in ("pm", "am")
    )
    good = (minute < 60) & (second < 60) & (hour < 24) & (~(is_pm | is_am) | ((hour >= 1) & (hour <= 12)))
    hour = np.where(is_pm, hour % 12 + 12, np.where(is_am, hour % 12, hour))
    return np.where(good, hour * 3600 + minute * 60 + second, -1)


def _iso(parts: Parts) -> Stamps:
    return days(_year(parts), _whole(parts, "m", 1), _whole(parts, "d", 1), _clock(parts))


def _local(parts: Parts, day_first: bool) -> Stamps:
    day, month = (_whole(parts, key) for key in (("a", "b") if day_first else ("b", "a")))
    return days(_year(parts), month, day, _clock(parts))


def _named(parts: Parts) -> Stamps:
    return days(_year(parts), month_number(parts["name"]), _whole(parts, "d", 1), _clock(parts))


def _quarter(parts: Parts) -> Stamps:
    return days(_year(parts), _whole(parts, "q") * 3 - 2, _whole(parts, "d", 1), _clock(parts))


def _week(parts: Parts) -> Stamps:
    return weeks(_year(parts), _whole(parts, "w"), _whole(parts, "wd", 1))


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


@dataclass(frozen=True, slots=True)
class Order:
    """Whether the day comes first; `evidence` is None when the column's cells leave it open."""

    first: bool
    evidence: bool | None
    unsure: bool


def _order(parts: Parts, counts: NDArray[np.int64], day_first: bool | None) -> Order:
    a, b = _whole(parts, "a"), _whole(parts, "b")
    for_day, for_month = int(counts[(a > 12) & (b <= 12)].sum()), int(counts[(b > 12) & (a <= 12)].sum())
    if for_day or for_month:
        return Order(for_day >= for_month, for_day >= for_month, False)
    if bool(pc.all(pc.equal(parts["sep"], ".")).as_py()):
        return Order(True, True, False)  # only day-first countries write dates with points
    if (a == b).all():
        return Order(True, None, False)
    if day_first is not None:
        return Order(day_first, None, False)
    by_steps = _regular_order(parts)
    if by_steps is not None:
        return Order(by_steps, by_steps, False)
    return Order(False, None, True)


def _regular_order(parts: Parts) -> bool | None:
    """Returns the order that makes the dates evenly spaced weeks when only one of the two does."""
    even = []
    for day_first in (True, False):
        stamps = np.unique(_local(parts, day_first).astype("datetime64[D]"))
        steps = np.diff(stamps).astype(int)
        even.append(len(steps) >= 3 and bool((steps % 7 == 0).all()))
    return even[0] if even[0] != even[1] else None


def _order_notes(parts: Parts, order: Order) -> tuple[str, ...]:
    notes = [f"dates read {'day' if order.first else 'month'} first"]
    if order.unsure:
        a, b, y = (parts[key][0].as_py() for key in ("a", "b", "y"))
        notes[0] = (
            f"dates read month first, but nothing in the column says so: '{a}/{b}/{y}' is read as "
            f"month {a}, day {b}. If the day comes first, say so"
        )
    if bool(pc.any(pc.equal(pc.utf8_length(parts["y"]), 2)).as_py()):
        notes.append("two-digit years read as 1969 to 2068")
    return tuple(notes)
