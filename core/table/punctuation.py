"""Which mark is the decimal one: decided for a whole column, from the words that only one reading fits."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.table.marks import SPACES, Bare

Mask = NDArray[np.bool_]

_EXPONENT = r"(?:[eE][+-]?\d+)?"
_SPACED = rf"|\d{{1,3}}(?:{SPACES}\d{{3}})+|\d{{1,3}}(?:['’]\d{{3}})+"
POINT = rf"^[+-]?(?:\d+|[1-9]\d{{0,2}}(?:,\d{{2,3}})*,\d{{3}}{_SPACED})(?:\.\d*)?{_EXPONENT}$"
COMMA = rf"^[+-]?(?:\d+|[1-9]\d{{0,2}}(?:\.\d{{3}})+{_SPACED})(?:,\d*)?{_EXPONENT}$"
BARE_POINT = rf"^[+-]?\.\d+{_EXPONENT}$"
BARE_COMMA = rf"^[+-]?,\d+{_EXPONENT}$"


@dataclass(frozen=True, slots=True)
class Style:
    """How a column's numbers are punctuated."""

    decimal: str = ""
    unsure: bool = False
    thousands: str = ""


def find_style(bare_words: Bare, counts: NDArray[np.int64], decimal: str) -> Style:
    """Returns which mark is the decimal one, from the cells that only one reading fits."""
    words = bare_words.words
    as_point = mask(words, POINT) | mask(words, BARE_POINT)
    as_comma = mask(words, COMMA) | mask(words, BARE_COMMA)
    point, comma = int(counts[as_point & ~as_comma].sum()), int(counts[as_comma & ~as_point].sum())
    if point or comma:
        chosen = "." if point >= comma else ","
        return Style(chosen, False, _thousands(words, as_point if chosen == "." else as_comma, chosen))
    both = as_point & as_comma
    marked = both & mask(words, r"[.,]")
    if not marked.any():
        return Style("", False, _thousands(words, both, "."))
    mark = "," if mask(words, ",")[marked].any() else "."
    if (both & mask(words, r"^[+-]?\d{4,}$")).any():
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


def mask(words: pa.Array, pattern: str) -> Mask:
    """Returns which words (D,) fit a pattern."""
    return np.asarray(pc.match_substring_regex(words, pattern).to_numpy(zero_copy_only=False), dtype=bool)
