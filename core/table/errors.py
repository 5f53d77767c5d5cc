"""What can be wrong with a file or frame, each as a sentence: what was found, where, what to do."""

from collections.abc import Sequence

from core.errors import PanelwiseError, did_you_mean
from core.table.shown import count, shown, shown_all, size


class TableError(PanelwiseError):
    """Base of every error that reading a table can raise."""


class NoSuchFile(TableError):
    """The path leads nowhere, or to a folder."""

    def __init__(self, path: str, is_folder: bool = False) -> None:
        found = "is a folder, not a file" if is_folder else "does not exist"
        super().__init__(f"{shown(path, 200)} {found}. Check the path, or upload the file itself.")


class CannotOpen(TableError):
    """The operating system refused the file."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{shown(path, 200)} could not be opened ({why}). Close it elsewhere and try again.")


class NotASource(TableError):
    """Something that is neither a file nor a frame was passed."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"A table is read from a file path, the bytes of a file, or a pandas, polars or pyarrow frame; "
            f"this is of type {kind}. Pass one of those."
        )


class EmptyFile(TableError):
    """The file or sheet holds nothing at all."""

    def __init__(self, name: str, what: str = "file") -> None:
        super().__init__(
            f"{shown(name)} is empty: the {what} holds no cells. "
            "Give it a row of column names and at least one row of data."
        )


class HeaderOnly(TableError):
    """There are column names and no rows."""

    def __init__(self, name: str, names: Sequence[str], sheet: str = "") -> None:
        where = f"Sheet {shown(sheet)} of {shown(name)}" if sheet else shown(name)
        way_out = "Pick another sheet, or export it" if sheet else "Export it"
        super().__init__(
            f"{where} has a row of column names ({shown_all(tuple(names))}) but no rows of data "
            f"below it. {way_out} again with its rows, one row per group and period."
        )


class NotATable(TableError):
    """The content is readable but is not rows and columns."""

    def __init__(self, name: str, found: str, advice: str) -> None:
        super().__init__(f"{shown(name)} is not a table: {found}. {advice}")


class UnknownFormat(TableError):
    """The content is a kind of file Panelwise does not read."""

    def __init__(self, name: str, found: str, advice: str) -> None:
        super().__init__(f"{shown(name)} is {found}, which cannot be read as a table. {advice}")


class DamagedFile(TableError):
    """The file starts like a known kind but breaks off or contradicts itself."""

    def __init__(self, name: str, kind: str, detail: str = "") -> None:
        super().__init__(
            f"{shown(name)} starts like {kind} but cannot be read{f' ({detail})' if detail else ''}: "
            "it is damaged or incomplete. Download or export it again."
        )


class PasswordProtected(TableError):
    """An encrypted workbook."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{shown(name)} is a workbook protected by a password. "
            "Open it in Excel, remove the password (File > Info > Protect Workbook) and save it again."
        )


class SheetNotFound(TableError):
    """A sheet was asked for that the workbook does not have."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"The workbook has no sheet called {shown(asked)}. {did_you_mean(asked, known)}"
            f"It has: {shown_all(tuple(known))}."
        )


class RaggedRows(TableError):
    """Rows have more (or often fewer) cells than there are column names."""

    def __init__(
        self, name: str, expected: int, bad: Sequence[tuple[int, Sequence[str]]], total: int
    ) -> None:
        row, cells = bad[0]
        others = [number for number, _ in bad[1:4]]
        also = f" Rows {', '.join(map(str, others))} differ too." if len(others) > 1 else ""
        also = f" Row {others[0]} differs too." if len(others) == 1 else also
        super().__init__(
            f"Row {row} of {shown(name)} has {count(len(cells), 'cell')} where the header has {expected}: "
            f"{shown_all(tuple(cells), 8)}.{also} In all {count(total, 'row')} "
            f"{'does' if total == 1 else 'do'} not fit. The usual cause is a separator inside a cell: "
            "put that cell in quotation marks, or export with another separator."
        )
        self.row = row


class UnclosedQuote(TableError):
    """A quotation mark swallows the rest of the file."""

    def __init__(self, name: str, row: int, text: str) -> None:
        super().__init__(
            f"A quotation mark is opened in row {row} of {shown(name)} and never closed: {shown(text)}. "
            "Close it, or remove it, and try again."
        )
        self.row = row


class TooLarge(TableError):
    """The file is above a limit on bytes, rows or cells."""

    def __init__(self, name: str, found: str, limit: str, advice: str = "") -> None:
        way_out = advice or (
            "Keep the columns and periods you need, or sum the rows to one per group and period first."
        )
        super().__init__(f"{shown(name)} has {found}; the most that is read is {limit}. {way_out}")


class UnpacksTooLarge(TableError):
    """A compressed file that would unpack to far more than it should (a zip bomb, or a huge workbook)."""

    def __init__(self, name: str, packed: int, unpacked: float, limit: float) -> None:
        super().__init__(
            f"{shown(name)} is {size(packed)} but unpacks to {size(unpacked)} or more; the most that is "
            f"unpacked is {size(limit)}. Nothing was read. Save the one sheet you need as .csv and use that."
        )


class TooManyColumns(TableError):
    """More columns than a panel can have."""

    def __init__(self, name: str, found: int, limit: int) -> None:
        super().__init__(
            f"{shown(name)} has {found:,} columns; the most that is read is {limit:,}. Keep the columns you "
            "need. If there is one column per period, turn the table so a row is one group in one period."
        )


class CannotReadAs(TableError):
    """A column was asked to be of a kind that none of its cells fits."""

    def __init__(self, column: str, kind: str, example: str) -> None:
        super().__init__(
            f"Column {shown(column)} cannot be read as {kind}: no cell fits, for example {shown(example)}. "
            "Choose another type for it."
        )
