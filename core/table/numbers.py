"""Numbers as people write them: 1,234.5 and 1.234,5 and 1 234,5, with the marks around them.

Works on the distinct words of a column. Which mark is the decimal one is decided for the whole column: a
word such as "1.5" or "1.234.567" settles it; "1.234" alone does not, and is then settled by `decimal` (what
the user or the file's other columns say) or reported as unsure.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.marks import SPACES, bare
from core.table.number_notes import number_notes
from core.table.punctuation import BARE_COMMA, BARE_POINT, COMMA, POINT, Mask, Style, find_style, mask
from core.table.shown import shown

ONE_GROUP = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
NO_DECIMALS = r"^[+-]?(\d*|[1-9]\d{0,2}[.,]\d{3})$"
DIGITS_KEPT = 15
"""A float holds 15 decimal digits exactly; longer whole numbers are account or order numbers."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The distinct words read as numbers.

    `values` (D,) is NaN where `readable` (D,) is False. `decimal` is the mark found ("" when none was
    needed), `unsure` says that nothing in the column settled it, `identifiers` that the words are codes
    whose digits must be kept ("007").
    """

    values: NDArray[np.float64]
    readable: Mask
    decimal: str = ""
    thousands: str = ""
    unsure: bool = False
    identifiers: str = ""
    notes: tuple[str, ...] = ()


def read_numbers(words: pa.Array, counts: NDArray[np.int64], decimal: str = "") -> Numbers:
    """Returns the distinct words (trimmed, none missing) as numbers; `counts` (D,) weighs them by cells."""
    return read_plain(words, decimal) or _read_marked(words, counts, decimal)


def read_plain(words: pa.Array, decimal: str = "") -> Numbers | None:
    """Returns words that are all bare numbers, with one decimal mark and nothing else, the quick way.

    None when anything more is in them, or when "1.234" could be a thousand.
    """
    head = words.slice(0, 64)
    comma = _has(head, ",")
    if comma and (_has(head, ".") or _has(words, ".") or _all_like(head, NO_DECIMALS)):
        return None
    try:
        pc.cast(pc.replace_substring(head, ",", ".") if comma else head, pa.float64())
        numbers = pc.cast(pc.replace_substring(words, ",", ".") if comma else words, pa.float64())
    except pa.ArrowInvalid:
        return None
    if not comma and _all_like(head, NO_DECIMALS) and _has(words, "."):
        dotted = words.filter(pc.match_substring(words, "."))
        if decimal == "," or _all_like(dotted, ONE_GROUP):
            return None
    values = numbers.to_numpy(zero_copy_only=False).copy()
    style, notes = (Style(","), ("decimal comma",)) if comma else (Style("."), ())
    return _finish(words, words, values, np.ones(len(words), dtype=bool), style, notes)


def _has(words: pa.Array, mark: str) -> bool:
    return bool(pc.any(pc.match_substring(words, mark)).as_py())


def _all_like(words: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(words, pattern)).as_py())


def _read_marked(words: pa.Array, counts: NDArray[np.int64], decimal: str) -> Numbers:
    marked = bare(words)
    style = find_style(marked, counts, decimal)
    point = style.decimal != ","
    readable = mask(marked.words, POINT if point else COMMA) | mask(
        marked.words, BARE_POINT if point else BARE_COMMA
    )
    kept = marked.words.filter(pa.array(readable))
    grouping = rf"{SPACES}|['’{',' if point else '.'}]"
    text = pc.replace_substring_regex(kept, pattern=grouping, replacement="")
    if not point:
        text = pc.replace_substring(text, ",", ".")
    values = np.full(len(words), np.nan)
    values[readable] = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    notes = number_notes(words, marked, readable, style)
    return _finish(words, marked.words, values, readable, style, notes)


def _finish(
    words: pa.Array,
    bare_words: pa.Array,
    values: NDArray[np.float64],
    readable: Mask,
    style: Style,
    notes: tuple[str, ...] = (),
) -> Numbers:
    infinite = np.isinf(values)
    if infinite.any():
        overflow = infinite & mask(words, r"\d")
        values[overflow] = np.nan
        readable = readable & ~overflow
    whole = bool(readable.any()) and not _has_fraction(values[readable])
    return Numbers(
        values=values,
        readable=readable,
        decimal="" if whole and not style.thousands and not style.unsure else style.decimal,
        thousands=style.thousands,
        unsure=style.unsure,
        identifiers=_identifiers(bare_words, values) if whole else "",
        notes=notes,
    )


def _has_fraction(values: NDArray[np.float64]) -> bool:
    with np.errstate(invalid="ignore"):
        return bool((~np.isfinite(values) | (values != np.floor(values))).any())


def _identifiers(words: pa.Array, values: NDArray[np.float64]) -> str:
    """Returns why whole numbers are codes rather than quantities, or "" when they are quantities."""
    zeros = words.filter(pc.starts_with(words, "0"))
    zeros = zeros.filter(pc.match_substring_regex(zeros, r"^0\d+$"))
    if len(zeros):
        return f"kept as text so that leading zeros stay, as in {shown(zeros[0].as_py())}"
    if np.nanmax(np.abs(values)) >= 10.0**DIGITS_KEPT:
        long = words.filter(pc.match_substring_regex(words, rf"^[+-]?\d{{{DIGITS_KEPT + 1},}}$"))
        if len(long):
            return f"kept as text because a number cannot hold all digits of {shown(long[0].as_py())}"
    return ""
