"""A file or frame -> Table: the one way in. Reads as a list of stages; each stage has its own module."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import UnknownColumn
from core.table.attempts import Hints
from core.table.cells import Cells
from core.table.delimited import read_delimited
from core.table.errors import CannotOpen, NoSuchFile, NotASource
from core.table.frames import is_frame, read_frame
from core.table.limits import Limits, check_bytes
from core.table.names import clean_names
from core.table.parquet import read_parquet
from core.table.recognise import Recognised
from core.table.shown import plain
from core.table.sniff import Format, sniff
from core.table.table import Kind, Reading, Table
from core.table.typed import read_column
from core.table.workbook import read_workbook

DEFAULT = Limits()


def read_table(
    source: Any,
    *,
    name: str | None = None,
    sheet: str | None = None,
    kinds: Mapping[str, Kind] | None = None,
    decimal: str = "",
    day_first: bool | None = None,
    limits: Limits = DEFAULT,
) -> Table:
    """Returns the table in a file (.csv .tsv .txt .xlsx .parquet) or frame, every cell understood or named.

    `source` is a path, the bytes of a file, an open binary file, or a pandas, polars or pyarrow frame; `name`
    is what the user calls it. What the file is, its encoding, separator and punctuation are found from its
    content and reported in `Table.reading` and each column's `notes`. `kinds` corrects the type of columns
    (by their cleaned names), `decimal` ("." or ",") and `day_first` settle what a column leaves open.
    Numeric frames are wrapped, not copied. Raises a TableError, whose text is a sentence for the user.
    """
    title = plain(name if name is not None else _name_of(source)) or "table"
    cells = _cells(source, title, sheet, limits)
    names = clean_names(cells.names)
    asked_for = {asked: Kind(kind) for asked, kind in (kinds or {}).items()}
    unknown = [asked for asked in asked_for if asked not in names.names]
    if unknown:
        raise UnknownColumn(unknown[0], names.names)
    given = Hints(decimal, day_first)
    read = [
        read_column(n, column, asked_for.get(n), given, cells.reading.row)
        for n, column in zip(names.names, cells.columns, strict=True)
    ]
    hints = _agreed(read, given, cells.reading)
    read = [
        read_column(n, column, asked_for.get(n), hints, cells.reading.row) if one.unsure else one
        for n, column, one in zip(names.names, cells.columns, read, strict=True)
    ]
    columns = tuple(
        replace(one.column, notes=(*said, *one.column.notes))
        for one, said in zip(read, names.notes, strict=True)
    )
    kept = {n: one.cells for n, one in zip(names.names, read, strict=True)}
    frame = pd.DataFrame(kept, index=read[0].cells.index, copy=False)  # one index: no search for a union
    return Table(frame, columns, title, _punctuated(cells.reading, read))


def _cells(source: Any, title: str, sheet: str | None, limits: Limits) -> Cells:
    if not isinstance(source, str | os.PathLike | bytes | bytearray | memoryview) and is_frame(source):
        return read_frame(source, title, limits)
    data = _bytes(source, title, limits)
    kind = sniff(data, title)
    if kind is Format.WORKBOOK:
        cells = read_workbook(data, title, sheet, limits)
    elif kind is Format.PARQUET:
        cells = read_parquet(data, title, limits)
    else:
        cells = read_delimited(data, title, limits)
    return _noting_extension(cells, title, kind)


def _bytes(source: Any, title: str, limits: Limits) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        check_bytes(title, len(source), limits)
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        return _file(source, title, limits)
    if hasattr(source, "read"):
        found = source.read(limits.bytes + 1)
        if isinstance(found, str):
            found = found.encode()
        check_bytes(title, len(found), limits)
        return bytes(found)
    raise NotASource(type(source).__name__)


def _file(source: str | os.PathLike[str], title: str, limits: Limits) -> bytes:
    path = Path(source)
    try:
        if path.is_dir():
            raise NoSuchFile(str(path), is_folder=True)
        check_bytes(title, path.stat().st_size, limits)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as gone:
        raise NoSuchFile(str(path)) from gone
    except (OSError, ValueError) as refused:
        why = getattr(refused, "strerror", None) or str(refused)
        raise CannotOpen(str(path), why) from refused


def _name_of(source: Any) -> str:
    if isinstance(source, str | os.PathLike):
        return Path(source).name
    name = getattr(source, "name", None)
    return Path(name).name if isinstance(name, str) else "table"


_ENDINGS = {
    ".xlsx": Format.WORKBOOK,
    ".xlsm": Format.WORKBOOK,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
}
_ENDINGS |= dict.fromkeys((".csv", ".tsv", ".txt", ".tab"), Format.DELIMITED) | {".xls": Format.WORKBOOK}


def _noting_extension(cells: Cells, title: str, kind: Format) -> Cells:
    """Returns the cells with a note when the name promises another kind of file."""
    ending = Path(title).suffix.lower()
    promised = _ENDINGS.get(ending)
    if promised is None or (promised is kind and ending != ".xls"):
        return cells
    note = f"the name ends in {ending} but the content is {cells.reading.format}: read as that"
    return replace(cells, reading=replace(cells.reading, notes=(note, *cells.reading.notes)))


def _agreed(read: list[Recognised], given: Hints, reading: Reading) -> Hints:
    """Returns the punctuation that the sure columns agree on, for those that leave it open.

    Semicolons separate cells where the comma is the decimal mark, so they count when no column tells.
    """
    marks = Counter(one.decimal for one in read if one.decimal and not one.unsure)
    decimal = given.decimal or (marks.most_common(1)[0][0] if marks else "")
    if not decimal and reading.delimiter == ";":
        decimal = ","
    orders = Counter(one.day_first for one in read if one.day_first is not None)
    day_first = given.day_first if given.day_first is not None else None
    if day_first is None and orders:
        day_first = orders.most_common(1)[0][0]
    return Hints(decimal, day_first)


def _punctuated(reading: Reading, read: list[Recognised]) -> Reading:
    decimals = Counter(one.decimal for one in read if one.decimal)
    thousands = Counter(one.thousands for one in read if one.thousands)
    return replace(
        reading,
        decimal=decimals.most_common(1)[0][0] if decimals else "",
        thousands=thousands.most_common(1)[0][0] if thousands else "",
    )


def as_table(table: Table | pd.DataFrame) -> Table:
    """Returns the table itself, or a frame read as one."""
    return table if isinstance(table, Table) else read_table(table)
