"""Workbooks made in memory for the tests, sound ones and hostile ones."""

import io
import zipfile
from collections.abc import Callable

import xlsxwriter

ROWS = [["store", "week", "sales"], *[["A" if i < 3 else "B", i % 3 + 1, 10.5 + i] for i in range(6)]]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    """Returns the bytes of a workbook that `fill` has written; text stays text."""
    to = io.BytesIO()
    book = xlsxwriter.Workbook(
        to, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    fill(book)
    book.close()
    return to.getvalue()


def panel(book: xlsxwriter.Workbook, rows: list[list[object]] | None = None, name: str = "Panel") -> None:
    """Writes the rows from A1 of a new sheet."""
    sheet = book.add_worksheet(name)
    for number, row in enumerate(ROWS if rows is None else rows):
        sheet.write_row(number, 0, row)


def with_parts(parts: dict[str, bytes]) -> bytes:
    """Returns a sound workbook with some of its parts replaced or added."""
    to = io.BytesIO()
    sound = zipfile.ZipFile(io.BytesIO(workbook(panel)))
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sound.infolist():
            archive.writestr(part.filename, parts.pop(part.filename, sound.read(part.filename)))
        for name, content in parts.items():
            archive.writestr(name, content)
    return to.getvalue()


def sheet_xml(cells: str) -> bytes:
    """Returns the XML of a sheet with these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    )
