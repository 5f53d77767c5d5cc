"""Delimited text -> Cells: every cell as text; what does not fit is repaired with a note or refused."""

import pyarrow.compute as pc

from core.table.cells import Cells
from core.table.decode import decode
from core.table.dialect import DELIMITERS, Dialect, find_dialect, looks_like_number, sample_of
from core.table.errors import EmptyFile, HeaderOnly, NotATable, RaggedRows, TooLarge, UnclosedQuote
from core.table.grid import Grid, mend, parse, swallowed, without_blank_rows
from core.table.limits import Limits, check_shape
from core.table.shown import count
from core.table.table import Reading


def read_delimited(data: bytes, name: str, limits: Limits) -> Cells:
    """Returns the cells of a .csv, .tsv or .txt file; raises a TableError with row and cause."""
    text = decode(data, name)
    if not text.data.strip(b' \t\r\n,;|"'):
        raise EmptyFile(name)
    dialect = find_dialect(sample_of(text.data))
    if not dialect.head:
        raise EmptyFile(name)
    names, skip, notes = _header(dialect)
    check_shape(name, 0, max(dialect.width, len(names)), limits)
    _refuse_prose(dialect, name)
    _check_lines(text.data, name, limits)
    grid, mended = _grid(text.data, dialect, len(names), skip, name)
    grid, blank = without_blank_rows(grid)
    if len(grid.numbers) == 0:
        raise HeaderOnly(name, names)
    check_shape(name, len(grid.numbers), len(names), limits)
    names, grid, spare = _without_spare_columns(names, grid)
    start = int(grid.numbers[0])
    reading = Reading(
        format=f"text separated by {DELIMITERS[dialect.delimiter]}s"
        if dialect.delimiter
        else "text, one column",
        encoding=text.encoding,
        delimiter=dialect.delimiter,
        notes=(*text.notes, *notes, *mended, *spare),
        first_row=start,
        left_out=tuple(row for row in blank if row > start),
    )
    return Cells(tuple(names), grid.columns, reading)


def _check_lines(data: bytes, name: str, limits: Limits) -> None:
    lines = max(data.count(b"\n"), data.count(b"\r"))
    if lines > 2 * limits.rows:  # quoted line breaks may account for some; the exact check follows
        raise TooLarge(name, f"{lines:,} lines", f"{limits.rows:,} rows")


def _refuse_prose(dialect: Dialect, name: str) -> None:
    """Raises NotATable for running text: lines of sentences that no separator splits evenly."""
    lines = [record for record in dialect.head if any(cell.strip() for cell in record)]
    wordy = sum(any(len(cell.split()) >= 4 for cell in line) for line in lines)
    even = dialect.delimiter and all(len(line) == dialect.width for line in lines)
    if not even and len(lines) > 1 and wordy > 0.5 * len(lines):
        raise NotATable(
            name,
            "no comma, semicolon, tab or pipe splits its lines into the same number of cells",
            "Export it again as .csv with one of these separators.",
        )


def _header(dialect: Dialect) -> tuple[list[str], int, tuple[str, ...]]:
    """Returns the column names, how many records come before the data, and what to say about it."""
    notes: list[str] = []
    above = dialect.header - dialect.declared
    if above:
        notes.append(f"{count(above, 'line')} above the column names left out")
    names, body = list(dialect.head[0]), [record for record in dialect.head[1:] if any(record)]
    filled = [cell for cell in names if cell.strip()]
    if body and filled and all(looks_like_number(cell) for cell in filled):
        notes.append(
            "the first row holds numbers, not names: it is read as data and the columns are numbered"
        )
        return [""] * max(dialect.width, len(names)), dialect.header, tuple(notes)
    if len(names) > dialect.width and not any(cell.strip() for cell in names[dialect.width :]):
        names = names[: dialect.width]
    full = [record for record in body if len(record) == dialect.width]
    if len(names) == dialect.width - 1 and full:
        if not any(record[-1].strip() for record in full):
            names = [*names, ""]
        elif len({record[0] for record in full}) == len(full) > 1 and _row_names(names, full):
            notes.append("the header is one name short: the first column (row names) is called 'column 1'")
            names = ["", *names]
    return names, dialect.header + 1, tuple(notes)


def _row_names(names: list[str], full: list[tuple[str, ...]]) -> bool:
    """Returns whether every record has the extra cell, so that the header and not the rows are off."""
    return len(names) + 1 == len(full[0])


def _grid(data: bytes, dialect: Dialect, width: int, skip: int, name: str) -> tuple[Grid, tuple[str, ...]]:
    """Returns the records below the header, read without quotation marks when a stray one joins rows."""
    grid = parse(data, dialect.delimiter, width, skip, quotes=True)
    if grid.closed and not (b'"' in data and swallowed(grid, dialect.delimiter)):
        return _mended(grid, dialect, True, name)
    plain = parse(data, dialect.delimiter, width, skip, quotes=False)
    row, text = _opened(plain, grid)
    if grid.closed and plain.misfits:
        return _mended(grid, dialect, True, name)
    try:
        fixed, notes = mend(plain, dialect.delimiter, False, name)
    except RaggedRows as ragged:
        raise UnclosedQuote(name, row, text) from ragged
    note = f"a quotation mark opened in row {row:,} is not closed: quotation marks are read as plain text"
    return fixed, (*notes, note)


def _mended(grid: Grid, dialect: Dialect, quotes: bool, name: str) -> tuple[Grid, tuple[str, ...]]:
    return mend(grid, dialect.delimiter, quotes, name)


def _opened(plain: Grid, quoted: Grid) -> tuple[int, str]:
    """Returns the row where the two readings part, and the text there."""
    found = [(number, text) for number, text in plain.misfits if text.count('"') % 2][:1]
    for column in plain.columns:
        odd = pc.match_substring_regex(column, r'^[^"]*"([^"]*"[^"]*")*[^"]*$')
        at = pc.index(odd, True).as_py()
        if at >= 0:
            found.append((int(plain.numbers[at]), column[at].as_py()))
    return min(found, default=(int(quoted.numbers[-1]) if len(quoted.numbers) else 1, '"'))


def _without_spare_columns(names: list[str], grid: Grid) -> tuple[list[str], Grid, tuple[str, ...]]:
    """Returns the grid without nameless empty columns at its right edge (a separator ends every line)."""
    spare = 0
    for position in range(len(names) - 1, 0, -1):
        blank = not any(cell.strip() for cell in grid.columns[position].unique().to_pylist()[:1000])
        if names[position].strip() or len(grid.columns[position].unique()) > 1 or not blank:
            break
        spare += 1
    if not spare:
        return names, grid, ()
    keep = len(names) - spare
    note = f"{count(spare, 'empty column')} without a name at the right edge left out"
    return names[:keep], Grid(grid.columns[:keep], grid.numbers), (note,)
