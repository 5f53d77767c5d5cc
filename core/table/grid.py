"""The records of a text file as columns of text, each with its record number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.table.dialect import records
from core.table.errors import RaggedRows
from core.table.shown import count, rows_listed

END = "\x1e"
"""A cell no file holds, appended as a last row: when it does not come back, a quotation mark swallowed it."""
NOWHERE = "\x1f"
"""The separator used for a file of one column."""
FEW_SHORT = 3
SHORT_SHARE = 0.05
"""Rows with too few cells are filled up while they are at most this many, or this share; beyond, refused."""


@dataclass(frozen=True, slots=True)
class Grid:
    """`columns` are Arrow strings; `numbers` the record number of each row; `closed` whether all quotes are.

    `misfits` are the records, as text, that did not have the width asked for.
    """

    columns: tuple[pa.Array, ...]
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
    misfits: tuple[tuple[int, str], ...] = ()
    closed: bool = True

    def take(self, at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> "Grid":
        """Returns the rows at those positions."""
        where = pa.array(at)
        return Grid(tuple(c.take(where) for c in self.columns), self.numbers[at], self.misfits, self.closed)


def parse(data: bytes, delimiter: str, width: int, skip: int, quotes: bool) -> Grid:
    """Returns the records after the first `skip`, `width` cells each; other widths go to `misfits`."""
    from pyarrow import csv

    delimiter = delimiter or NOWHERE
    body = b"".join((data.rstrip(b"\r\n"), b"\n", delimiter.join([END] * width).encode(), b"\n"))
    misfits: list[tuple[int, str]] = []

    def put_aside(row: csv.InvalidRow) -> str:
        misfits.append((row.number, row.text))
        return "skip"

    names = [f"c{i}" for i in range(width)]
    table = csv.read_csv(
        pa.BufferReader(body),
        read_options=csv.ReadOptions(use_threads=False, block_size=len(body) + 1, column_names=names),
        parse_options=csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if quotes else False,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=put_aside,
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    columns = tuple(column.combine_chunks() for column in table.columns)
    closed = table.num_rows > 0 and columns[-1][-1].as_py() == END
    total = table.num_rows + len(misfits)
    numbers = np.setdiff1d(np.arange(1, total + 1), [n for n, _ in misfits], assume_unique=True)
    keep = slice(int(np.searchsorted(numbers, skip, side="right")), len(numbers) - closed)
    return Grid(
        tuple(column[keep] for column in columns),
        numbers[keep],
        tuple((n, text) for n, text in misfits if n > skip),
        closed,
    )


def mend(grid: Grid, delimiter: str, quotes: bool, name: str) -> tuple[Grid, tuple[str, ...]]:
    """Returns the grid with its misfits fitted in and a note; raises RaggedRows when that would be a guess.

    Blank cells beyond the last column are cut; a few short rows are filled up with blanks. A row with too
    many filled cells is refused: which of them belongs where cannot be known.
    """
    if not grid.misfits:
        return grid, ()
    width = len(grid.columns)
    split = [(n, _cells(text, delimiter or NOWHERE, quotes)) for n, text in grid.misfits]
    split = [(n, cells[:width] if not any(c.strip() for c in cells[width:]) else cells) for n, cells in split]
    long = [(n, cells) for n, cells in split if len(cells) > width]
    short = [(n, cells) for n, cells in split if 1 <= len(cells) < width and any(c.strip() for c in cells)]
    total = len(grid.numbers) + len(split)
    if long or len(short) > max(min(FEW_SHORT, total // 2), SHORT_SHARE * total):
        raise RaggedRows(name, width, long or short, len(long) + len(short))
    added = [(n, (*cells, *[""] * (width - len(cells)))) for n, cells in split]
    notes = []
    if short:
        rows = rows_listed([n for n, _ in short])
        notes.append(f"{count(len(short), 'row')} too short, filled up with blanks: {rows}")
    cut = [n for n, cells in split if len(cells) == width]
    if cut:
        notes.append(f"empty cells beyond the last column cut in {rows_listed(cut)}")
    return _merged(grid, added), tuple(notes)


def _cells(text: str, delimiter: str, quotes: bool) -> tuple[str, ...]:
    if not quotes:
        return tuple(text.rstrip("\r\n").split(delimiter))
    return (records(text, delimiter) or [("",)])[0]


def _merged(grid: Grid, added: Sequence[tuple[int, Sequence[str]]]) -> Grid:
    numbers = np.concatenate([grid.numbers, np.array([n for n, _ in added], dtype=np.int64)])
    columns = tuple(
        pa.concat_arrays([column, pa.array([cells[i] for _, cells in added], pa.string())])
        for i, column in enumerate(grid.columns)
    )
    return Grid(columns, numbers, closed=grid.closed).take(np.argsort(numbers, kind="stable"))


def without_blank_rows(grid: Grid) -> tuple[Grid, tuple[int, ...]]:
    """Returns the grid without rows that hold no cell, and the numbers of those rows."""
    filled = np.zeros(len(grid.numbers), dtype=bool)
    for column in grid.columns:
        if filled.all():
            return grid, ()
        trimmed = pc.utf8_trim_whitespace(column)
        filled |= np.asarray(pc.not_equal(trimmed, "").to_numpy(zero_copy_only=False), bool)
    return grid.take(np.flatnonzero(filled)), tuple(int(n) for n in grid.numbers[~filled])


def swallowed(grid: Grid, delimiter: str) -> bool:
    """Returns whether a cell holds separators and line breaks as whole rows do: a stray quote joined them."""
    width = len(grid.columns)
    for column in grid.columns if width > 1 else ():
        broken = column.filter(pc.match_substring(column, "\n"))
        if len(broken):
            rows, marks = pc.count_substring(broken, "\n"), pc.count_substring(broken, delimiter)
            if pc.any(pc.greater_equal(marks, pc.multiply(rows, width - 1))).as_py():
                return True
    return False
