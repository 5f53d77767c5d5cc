"""Where the header of a sheet is, below titles and blank rows, and what its columns are called."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.table.shown import count, shown

LOOK_AT = 30
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Heading:
    """`names` of the columns, the position of the first row of data (`body`), and what was left out."""

    names: tuple[str, ...]
    body: int
    notes: tuple[str, ...] = ()


def find_heading(rows: Rows, merged: Sequence[tuple[int, int, int]] = ()) -> Heading:
    """Returns the header of a grid whose blank cells are "". `merged` has (row, first, last column) spans.

    The header is the first row at least 60 % as full as the fullest row near the top. A header of two rows
    (merged titles over names) gives the lower names, with the title in front where they repeat.
    """
    full = [sum(not blank(cell) for cell in row) for row in rows[:LOOK_AT]]
    at = next(i for i, filled in enumerate(full) if filled >= 0.6 * max(full))
    spans = [(first, last) for row, first, last in merged if row == at]
    notes: list[str] = []
    if _all_numbers(rows[at]):
        notes.append(
            "the first row holds numbers, not names: it is read as data and the columns are numbered"
        )
        return Heading(("",) * len(rows[at]), at, (*_titles(rows, at), *notes))
    upper = at - 1 if at and _is_upper(rows, at - 1, merged) else None
    if upper is None and at + 2 < len(rows) and spans and _all_text(rows[at + 1]):
        upper, at = at, at + 1
    names = [_text(cell) for cell in rows[at]]
    if upper is not None:
        names = _joined(rows[upper], names, [(a, b) for row, a, b in merged if row == upper])
        notes.append("the header has two rows: titles above the names are added where names repeat")
    return Heading(tuple(names), at + 1, (*_titles(rows, at if upper is None else upper), *notes))


def blank(cell: Any) -> bool:
    """Returns whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_upper(rows: Rows, above: int, merged: Sequence[tuple[int, int, int]]) -> bool:
    """Returns whether the row is the upper part of a header: merged titles that span columns."""
    return any(row == above and last > first for row, first, last in merged) and (
        sum(not blank(cell) for cell in rows[above]) > 1
    )


def _all_text(row: Sequence[Any]) -> bool:
    filled = [cell for cell in row if not blank(cell)]
    return bool(filled) and all(isinstance(cell, str) for cell in filled)


def _all_numbers(row: Sequence[Any]) -> bool:
    filled = [cell for cell in row if not blank(cell)]
    years = all(isinstance(c, int | float) and c == int(c) and 1900 <= c <= 2100 for c in filled)
    return not years and all(isinstance(c, int | float) and not isinstance(c, bool) for c in filled)


def _joined(upper: Sequence[Any], names: list[str], spans: Sequence[tuple[int, int]]) -> list[str]:
    titles = [_text(cell) for cell in upper]
    for first, last in spans:
        titles[first : last + 1] = [titles[first]] * len(titles[first : last + 1])
    repeats = {name for name in names if name and names.count(name) > 1}
    return [
        title if not name else f"{title} {name}" if name in repeats and title else name
        for title, name in zip(titles, names, strict=True)
    ]


def _titles(rows: Rows, header: int) -> tuple[str, ...]:
    found = [_text(cell) for row in rows[:header] for cell in row if not blank(cell)]
    if not found:
        return ()
    return (f"{count(header, 'row')} above the column names left out: {', '.join(map(shown, found[:3]))}",)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
