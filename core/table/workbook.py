"""Excel workbook -> Cells: one sheet, its header found, cells as Excel stored them."""

import io
from typing import Any

import pandas as pd

from core.table.archive import Extent, extent_of, open_workbook, sheet_part
from core.table.cells import Cells
from core.table.errors import (
    DamagedFile,
    EmptyFile,
    HeaderOnly,
    PasswordProtected,
    SheetNotFound,
    TooLarge,
)
from core.table.heading import blank, find_heading
from core.table.limits import Limits, check_shape
from core.table.shown import count, shown, shown_all
from core.table.table import Reading


def read_workbook(data: bytes, name: str, sheet: str | None, limits: Limits) -> Cells:
    """Returns the cells of a sheet of an .xlsx file: the one asked for, or the first visible with content."""
    import python_calamine as calamine

    archive = open_workbook(data, name, limits)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible, hidden = _sheets(book.sheets_metadata, name, limits)
        if sheet is not None and sheet not in (*visible, *hidden):
            raise SheetNotFound(sheet, visible or hidden)
        empty: list[str] = []
        for chosen in [sheet] if sheet is not None else visible or hidden:
            extent = _extent(archive, chosen, name, limits)
            page = book.get_sheet_by_name(chosen)
            if page.start is not None:
                break
            empty.append(chosen)
        else:
            raise EmptyFile(name, f"sheet {shown(sheet)}" if sheet is not None else "workbook")
        rows: list[list[Any]] = page.to_python()
        spans = [(a[0], a[1], b[1]) for a, b in page.merged_cell_ranges or ()]
    except calamine.PasswordError as locked:
        raise PasswordProtected(name) from locked
    except (calamine.CalamineError, OSError, ValueError) as broken:
        raise DamagedFile(name, "an Excel workbook") from broken
    notes = _sheet_notes(chosen, visible, hidden, empty) if sheet is None else ()
    reading = Reading(format="Excel workbook", sheet=chosen, sheets=tuple(visible), notes=notes)
    return _grid(rows, page.start, spans, extent, name, reading, limits)


def _sheets(metadata: Any, name: str, limits: Limits) -> tuple[list[str], list[str]]:
    """Returns the names of the visible and of the hidden worksheets (charts are none)."""
    import python_calamine as calamine

    about = [one for one in metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
    if len(about) > limits.sheets:
        raise TooLarge(
            name, count(len(about), "sheet"), count(limits.sheets, "sheet"), "Save the sheet as .csv."
        )
    visible = [one.name for one in about if one.visible == calamine.SheetVisibleEnum.Visible]
    return visible, [one.name for one in about if one.name not in visible]


def _extent(archive: Any, sheet: str, name: str, limits: Limits) -> Extent:
    """Returns the sheet's extent after checking it: the reader would hold the whole rectangle."""
    part = sheet_part(archive, sheet)
    parts = [part] if part else [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
    extent = Extent(0, 0)
    for one in parts:
        extent = extent_of(archive, one, name)
        if extent.rows * extent.columns > limits.sheet_cells:
            raise TooLarge(
                f"{name}, sheet {sheet}",
                f"cells spread over {extent.rows:,} rows x {extent.columns:,} columns",
                f"{limits.sheet_cells:,} cells",
                "Delete stray cells far from the table, or save the sheet as .csv.",
            )
    return extent if part else Extent(extent.rows, extent.columns)


def _sheet_notes(chosen: str, visible: list[str], hidden: list[str], empty: list[str]) -> tuple[str, ...]:
    notes = []
    others = [one for one in visible if one != chosen and one not in empty]
    if others:
        notes.append(f"sheet {shown(chosen)} read; the workbook also has {shown_all(others)}")
    if empty:
        notes.append(f"empty sheets skipped: {shown_all(empty)}")
    if hidden:
        notes.append(f"hidden sheets not offered: {shown_all(hidden)}")
    return tuple(notes)


def _grid(
    rows: list[list[Any]],
    start: tuple[int, int],
    merged: list[tuple[int, int, int]],
    extent: Extent,
    name: str,
    reading: Reading,
    limits: Limits,
) -> Cells:
    top, left = start
    spans = [
        (row - top, first - left, last - left) for row, first, last in merged if row >= top and first >= left
    ]
    heading = find_heading(rows, spans)
    body = [(number, row) for number, row in enumerate(rows) if number >= heading.body]
    kept = [(number, row) for number, row in body if not all(blank(cell) for cell in row)]
    if not kept:
        raise HeaderOnly(name, heading.names, reading.sheet if len(reading.sheets) > 1 else "")
    check_shape(name, len(kept), len(heading.names), limits)
    first = kept[0][0]
    present = {number for number, _ in kept}
    left_out = tuple(n + top + 1 for n, _ in body if n not in present and n > first)
    filled = [[None if cell == "" else cell for cell in row] for _, row in kept]
    columns = [pd.Series(list(column), dtype=object) for column in zip(*filled, strict=True)]
    keep = [i for i, n in enumerate(heading.names) if n.strip() or columns[i].notna().any()]
    notes = [*reading.notes, *heading.notes, *_error_note(extent)]
    return Cells(
        tuple(heading.names[i] for i in keep),
        tuple(columns[i] for i in keep),
        Reading(
            format=reading.format,
            sheet=reading.sheet,
            sheets=reading.sheets,
            notes=tuple(notes),
            first_row=first + top + 1,
            left_out=left_out,
        ),
    )


def _error_note(extent: Extent) -> tuple[str, ...]:
    if not extent.errors:
        return ()
    found = ", ".join(f"{text} in {ref}" for ref, text in extent.errors[:4])
    more = f" and {len(extent.errors) - 4:,} more" if len(extent.errors) > 4 else ""
    return (f"{count(len(extent.errors), 'cell')} with an Excel error read as missing: {found}{more}",)
