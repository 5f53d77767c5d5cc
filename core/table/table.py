"""The Table: a panel that has been read and understood, ready for a model."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from core.errors import UnknownColumn


class Kind(StrEnum):
    """What the cells of a column are."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    YES_NO = "yes/no"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it was understood.

    `missing` counts blank or NA-like cells; `notes` say in words what was recognised or could not be
    ("decimal comma", "3 cells are not numbers: 'n/k' in row 14 ...").
    """

    name: str
    kind: Kind
    missing: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file was understood: what the Data page shows under the preview.

    `first_row` is the number the file gives to the first row of data (2 below a header; 1 in a frame) and
    `left_out` the numbers of later rows that were skipped (blank lines); `row` counts with both.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    thousands: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    first_row: int = 1
    left_out: tuple[int, ...] = ()

    def row(self, position: int) -> int:
        """Returns the row number in the file of the table's row at `position` (counted from 0)."""
        number = self.first_row + position
        for skipped in self.left_out:
            if skipped > number:
                break
            number += 1
        return number


@dataclass(frozen=True, slots=True)
class Table:
    """A panel: `frame` has float64/int64 numbers, bool or boolean flags, datetime64 dates and str text.

    `columns` has one entry per column of `frame`, in order. `name` is what the user calls it (a file name).
    `frame` is never changed in place.
    """

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    name: str
    reading: Reading

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Returns the column of that name; raises UnknownColumn."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownColumn(name, self.names)


def fingerprint(table: Table, columns: Sequence[str] | None = None) -> str:
    """Returns 16 hex digits of SHA-256 over the names, kinds and cells of the columns (all by default).

    Row order counts. Cost is one pass over the cells; nothing calls it during a fit.
    """
    digest = hashlib.sha256()
    for name in columns if columns is not None else table.names:
        kind = table.column(name).kind
        digest.update(f"{len(name)}:{name}|{kind}|".encode())
        cells = table.frame[name]
        if kind is Kind.NUMBER and cells.dtype.kind in "fiu":
            digest.update(cells.to_numpy(dtype="float64").tobytes())
        else:
            digest.update(pd.util.hash_pandas_object(cells, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
