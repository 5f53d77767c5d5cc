"""What was recognised in a column of numbers, in words."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.table.marks import Bare, currencies_in, differ
from core.table.punctuation import Mask, Style


def number_notes(words: pa.Array, marked: Bare, readable: Mask, style: Style) -> tuple[str, ...]:
    """Returns what to say of a column's numbers: marks read, marks removed, and what could be otherwise."""
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
