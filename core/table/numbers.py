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

from core.table.marks import SPACES, Bare, bare, currencies_in, differ
from core.table.shown import shown

Mask = NDArray[np.bool_]

_EXPONENT = r"(?:[eE][+-]?\d+)?"
_SPACED = rf"|\d{{1,3}}(?:{SPACES}\d{{3}})+|\d{{1,3}}(?:['’]\d{{3}})+"
POINT = rf"^[+-]?(?:\d+|[1-9]\d{{0,2}}(?:,\d{{2,3}})*,\d{{3}}{_SPACED})(?:\.\d*)?{_EXPONENT}$"
COMMA = rf"^[+-]?(?:\d+|[1-9]\d{{0,2}}(?:\.\d{{3}})+{_SPACED})(?:,\d*)?{_EXPONENT}$"
BARE_POINT = rf"^[+-]?\.\d+{_EXPONENT}$"
BARE_COMMA = rf"^[+-]?,\d+{_EXPONENT}$"
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


@dataclass(frozen=True, slots=True)
class Style:
    """How a column's numbers are punctuated."""

    decimal: str = ""
    unsure: bool = False
    thousands: str = ""


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
    style = _style(marked, counts, decimal)
    point = style.decimal != ","
    readable = _mask(marked.words, POINT if point else COMMA) | _mask(
        marked.words, BARE_POINT if point else BARE_COMMA
    )
    kept = marked.words.filter(pa.array(readable))
    grouping = rf"{SPACES}|['’{',' if point else '.'}]"
    text = pc.replace_substring_regex(kept, pattern=grouping, replacement="")
    if not point:
        text = pc.replace_substring(text, ",", ".")
    values = np.full(len(words), np.nan)
    values[readable] = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    notes = _notes(words, marked, readable, style)
    return _finish(words, marked.words, values, readable, style, notes)


def _mask(words: pa.Array, pattern: str) -> Mask:
    return np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def _style(bare_words: Bare, counts: NDArray[np.int64], decimal: str) -> Style:
    """Returns which mark is the decimal one, from the cells that only one reading fits."""
    words = bare_words.words
    as_point = _mask(words, POINT) | _mask(words, BARE_POINT)
    as_comma = _mask(words, COMMA) | _mask(words, BARE_COMMA)
    point, comma = int(counts[as_point & ~as_comma].sum()), int(counts[as_comma & ~as_point].sum())
    if point or comma:
        chosen = "." if point >= comma else ","
        return Style(chosen, False, _thousands(words, as_point if chosen == "." else as_comma, chosen))
    both = as_point & as_comma
    marked = both & _mask(words, r"[.,]")
    if not marked.any():
        return Style("", False, _thousands(words, both, "."))
    mark = "," if _mask(words, ",")[marked].any() else "."
    if (both & _mask(words, r"^[+-]?\d{4,}$")).any():
        return Style(mark)  # 1500 beside 1.234: whoever groups thousands would have written 1.500
    priced = np.asarray(bare_words.currency.to_numpy(zero_copy_only=False), bool)
    if (marked & priced).any():
        return Style(
            "." if mark == "," else ",", False, mark
        )  # no price has three decimals: $1,234 and €1.234
    chosen = decimal or "."
    return Style(chosen, not decimal, "" if chosen == mark else mark)


def _thousands(words: pa.Array, readable: Mask, decimal: str) -> str:
    kept = words.filter(pa.array(readable))
    grouping = (",", ",") if decimal == "." else (".", r"\.")
    for mark, pattern in (grouping, (" ", f"\\d{SPACES}\\d"), ("'", "['’]")):
        if len(kept) and pc.any(pc.match_substring_regex(kept, pattern)).as_py():
            return mark
    return ""


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
        overflow = infinite & _mask(words, r"\d")
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


def _notes(words: pa.Array, marked: Bare, readable: Mask, style: Style) -> tuple[str, ...]:
    keep = pa.array(readable)
    notes: list[str] = []
    if style.decimal == "," and not style.unsure:
        notes.append("decimal comma")
    if style.thousands:
        name = {" ": "a space", "'": "an apostrophe", ",": "a comma", ".": "a point"}[style.thousands]
        notes.append(f"thousands marked by {name}")
    if style.unsure:
        notes.append(_unsure_note(marked.words, style))
    priced = words.filter(pc.and_(marked.currency, keep))
    if len(priced):
        found = currencies_in(priced)
        notes.append(f"currency {' and '.join(found)} removed" if found else "currency removed")
        if differ(found):
            notes.append("different currencies in one column: the amounts are not converted")
    percent = np.asarray(marked.percent.to_numpy(zero_copy_only=False), dtype=bool) & readable
    if percent.any():
        notes.append("percent signs removed: 12 % is read as 12")
        if (readable & ~percent).any():
            notes.append("some cells have a percent sign and others do not: check that they mean the same")
    if pc.any(pc.and_(marked.parentheses, keep)).as_py():
        notes.append("parentheses read as a minus: (5) is -5")
    if pc.any(pc.and_(marked.trailing_minus, keep)).as_py():
        notes.append("a minus behind the number read as negative: 5- is -5")
    return tuple(notes)


def _unsure_note(words: pa.Array, style: Style) -> str:
    pattern = r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$"
    example = words.filter(pc.match_substring_regex(words, pattern))[0].as_py()
    small = example.replace(",", ".")
    large = example.replace(",", "").replace(".", "")
    read, other = (large, small) if style.thousands else (small, large)
    return (
        f"'{example}' could be {large} or {small}; read as {read}. "
        f"If it is {other}, say that the decimal mark is a {'point' if style.decimal == ',' else 'comma'}"
    )
