"""How large a table may be; every number is a value, so a server can be stricter and a script laxer."""

from dataclasses import dataclass

from core.table.errors import TooLarge, TooManyColumns, UnpacksTooLarge
from core.table.shown import size


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read. Only `columns` binds frames that are already in memory.

    `unpacked` bounds what a compressed file (.xlsx, .parquet) may grow to, checked before it is parsed;
    `ratio` bounds unpacked to packed size once a file unpacks to more than 50 MB (workbooks stay below 100).
    `sheet_cells` bounds the rectangle a sheet spans, because a reader has to hold all of it.
    """

    bytes: int = 200 * 2**20
    rows: int = 5_000_000
    columns: int = 2_000
    cells: int = 200_000_000
    unpacked: int = 2**30
    ratio: float = 300.0
    sheet_cells: int = 20_000_000
    sheets: int = 500


def check_bytes(name: str, found: int, limits: Limits) -> None:
    """Raises TooLarge when the file has more bytes than the limit."""
    if found > limits.bytes:
        raise TooLarge(name, size(found), size(limits.bytes))


def check_shape(name: str, rows: int, columns: int, limits: Limits) -> None:
    """Raises TooManyColumns or TooLarge when the table has more rows, columns or cells than the limits."""
    if columns > limits.columns:
        raise TooManyColumns(name, columns, limits.columns)
    if rows > limits.rows:
        raise TooLarge(name, f"{rows:,} rows", f"{limits.rows:,} rows")
    if rows * columns > limits.cells:
        raise TooLarge(name, f"{rows:,} x {columns:,} cells", f"{limits.cells:,} cells")


def check_unpacked(name: str, packed: int, unpacked: float, limits: Limits) -> None:
    """Raises UnpacksTooLarge when the content outgrows `unpacked`, or `ratio` beyond the first 50 MB."""
    if unpacked > limits.unpacked:
        raise UnpacksTooLarge(name, packed, unpacked, limits.unpacked)
    allowed = max(50 * 2**20, limits.ratio * packed)
    if unpacked > allowed:
        raise UnpacksTooLarge(name, packed, unpacked, allowed)
