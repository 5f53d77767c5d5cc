"""Workbooks: hostile, damaged and merely untidy ones."""

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from core.errors import PanelwiseError
from core.table.limits import Limits
from core.table.read import read_table
from core.table.table import Kind
from tests.core.table.workbooks import ROWS, SHEET, panel, sheet_xml, with_parts, workbook

SOUND = workbook(panel)


def bomb(megabytes: int) -> bytes:
    return with_parts(
        {SHEET: sheet_xml("<row r='1'><c r='A1'><v>1</v></c></row>") + b" " * (megabytes * 2**20)}
    )


def lying_bomb() -> bytes:
    """Returns a bomb whose index claims that the sheet is tiny."""
    data = bytearray(bomb(60))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            data[start + at : start + at + 4] = (1000).to_bytes(4, "little")
            start += 4
    return bytes(data)


def many_sheets(book: xlsxwriter.Workbook) -> None:
    for number in range(501):
        book.add_worksheet(f"s{number}")


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
FAR_LOOSE = "<row><c r='A1'><v>1</v></c><c r = \"XFD1048576\"><v>2</v></c></row>"
REFUSED = {
    "zip bomb": (
        bomb(200),
        r"unpacks to 200 MB or more; the most that is unpacked is \d+ MB\. Nothing was read",
    ),
    "zip bomb that lies about its size": (lying_bomb(), r"unpacks to 5\d MB or more|damaged or incomplete"),
    "far-away cell": (
        with_parts({SHEET: sheet_xml(FAR)}),
        r"'f.xlsx, sheet Panel' has cells spread over 1,048,576 rows x 16,384 columns; the most that is read "
        r"is 20,000,000 cells\. Delete stray cells far from the table",
    ),
    "far-away cell in odd XML": (
        with_parts({SHEET: sheet_xml(FAR_LOOSE)}),
        r"1,048,576 rows x 16,384 columns",
    ),
    "too many sheets": (workbook(many_sheets), r"has 501 sheets; the most that is read is 500 sheets"),
    "cut in half": (
        SOUND[: len(SOUND) // 2],
        r"starts like an Excel workbook but cannot be read: it is damaged",
    ),
    "cut near its end": (SOUND[:-30], r"it is damaged or incomplete\. Download or export it again"),
    "sheet is no XML": (with_parts({SHEET: b"\x00\x01garbage<<<"}), r"damaged|is empty"),
    "index is no XML": (with_parts({"xl/workbook.xml": b"<<<"}), r"damaged|is empty"),
    "header only": (
        workbook(lambda b: panel(b, ROWS[:1])),
        r"column names \('store', 'week', 'sales'\) but no rows",
    ),
    "all sheets empty": (
        workbook(lambda b: b.add_worksheet()),
        r"'f.xlsx' is empty: the workbook holds no cells",
    ),
    "binary workbook": (
        with_parts({})
        .replace(b"xl/workbook.xml", b"xl/workbook.bin")
        .replace(b"xl/worksheets/", b"xl/w0rksheets/"),
        r"is a binary workbook \(.xlsb\), which cannot be read as a table\. Save it as .xlsx in Excel",
    ),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_the_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(PanelwiseError, match=sentence):
        read_table(data, name="f.xlsx")


def test_the_whole_archive_counts_not_one_part() -> None:
    to = io.BytesIO(with_parts({}))
    with zipfile.ZipFile(to, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(8):
            archive.writestr(f"xl/media/{number}.bin", bytes(10 * 2**20))
    with pytest.raises(PanelwiseError, match="unpacks to 80 MB or more"):
        read_table(to.getvalue(), name="f.xlsx")


def test_an_unknown_sheet_is_named_with_the_known() -> None:
    with pytest.raises(
        PanelwiseError, match=r"no sheet called 'panel'. Did you mean 'Panel'\? It has: 'Panel'"
    ):
        read_table(SOUND, name="f.xlsx", sheet="panel")


def test_a_chosen_empty_sheet_is_named() -> None:
    data = workbook(lambda b: (panel(b), b.add_worksheet("Empty")))
    with pytest.raises(PanelwiseError, match="the sheet 'Empty' holds no cells"):
        read_table(data, name="f.xlsx", sheet="Empty")


def test_rows_are_limited() -> None:
    with pytest.raises(PanelwiseError, match="has 6 rows; the most that is read is 5 rows"):
        read_table(SOUND, name="f.xlsx", limits=Limits(rows=5))


def test_a_sound_workbook_is_read_without_a_word() -> None:
    table = read_table(SOUND, name="f.xlsx")
    assert [c.kind for c in table.columns] == [Kind.TEXT, Kind.NUMBER, Kind.NUMBER]
    assert table.frame["sales"].tolist() == [10.5, 11.5, 12.5, 13.5, 14.5, 15.5]
    assert table.frame["week"].dtype == "int64"
    assert table.reading.notes == ()
    assert (table.reading.sheet, table.reading.sheets) == ("Panel", ("Panel",))


def test_a_workbook_named_csv_is_read_as_what_it_is() -> None:
    table = read_table(SOUND, name="f.csv")
    assert table.reading.notes == ("the name ends in .csv but the content is Excel workbook: read as that",)


def test_titles_and_blank_rows_above_the_header() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 2, "Sales report 2024")
        sheet.write_row(3, 2, ["store", "sales"])
        sheet.write_row(4, 2, ["A", 1])
        sheet.write_row(7, 2, ["B", 3])

    table = read_table(workbook(fill), name="f.xlsx")
    assert table.names == ("store", "sales")
    assert "3 rows above the column names left out: 'Sales report 2024'" in table.reading.notes
    assert [table.reading.row(i) for i in range(2)] == [5, 8]


def test_a_merged_header_of_two_rows() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "week")
        sheet.merge_range(0, 1, 0, 2, "YouTube")
        sheet.merge_range(0, 3, 0, 4, "TV")
        sheet.write_row(1, 1, ["spend", "clicks", "spend", "clicks"])
        for number in range(3):
            sheet.write_row(2 + number, 0, [number, 2.5, 3, 4, 5])

    table = read_table(workbook(fill), name="f.xlsx")
    assert table.names == ("week", "YouTube spend", "YouTube clicks", "TV spend", "TV clicks")
    assert "the header has two rows" in table.reading.notes[0]
    assert len(table.frame) == 3


def test_empty_hidden_and_further_sheets_are_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Cover")
        panel(book)
        panel(book, name="Old")
        book.add_worksheet("Secret").hide()

    table = read_table(workbook(fill), name="f.xlsx")
    assert table.reading.sheets == ("Cover", "Panel", "Old")
    assert table.reading.sheet == "Panel"
    assert table.reading.notes == (
        "sheet 'Panel' read; the workbook also has 'Old'",
        "empty sheets skipped: 'Cover'",
        "hidden sheets not offered: 'Secret'",
    )
    assert read_table(workbook(fill), name="f.xlsx", sheet="Old").reading.sheet == "Old"


def test_excel_errors_are_missing_and_named_with_their_cell() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        panel(book)
        book.get_worksheet_by_name("Panel").write_formula(2, 2, "=1/0", value="#DIV/0!")

    table = read_table(workbook(fill), name="f.xlsx")
    assert table.reading.notes == ("1 cell with an Excel error read as missing: #DIV/0! in C3",)
    assert table.column("sales").missing == 1


def test_typed_cells_and_numbers_kept_as_text() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["day", "promo", "sales", "code", "cost"])
        for number in range(4):
            sheet.write_datetime(number + 1, 0, datetime(2024, 1, number + 1), day)
            sheet.write_row(number + 1, 1, [number % 2 == 0, "1.234,5", "007", 1.5 if number else "2,5"])

    table = read_table(workbook(fill), name="f.xlsx")
    kinds = [Kind.DATE, Kind.YES_NO, Kind.NUMBER, Kind.TEXT, Kind.NUMBER]
    assert [column.kind for column in table.columns] == kinds
    assert table.frame["sales"].tolist() == [1234.5] * 4
    assert table.frame["cost"].tolist() == [2.5, 1.5, 1.5, 1.5]
    assert table.frame["code"].tolist() == ["007"] * 4
    assert table.frame["day"].iloc[3].isoformat() == "2024-01-04T00:00:00"


def test_formulas_and_markup_in_cells_stay_text() -> None:
    cells = ["=HYPERLINK('http://e','x')", "<script>alert(1)</script>", "@SUM(A1)", "+1+1"]
    table = read_table(workbook(lambda b: panel(b, [["name", "v"], *[[c, 1] for c in cells]])), name="f.xlsx")
    assert table.frame["name"].tolist() == cells


def test_a_sheet_without_rows_is_named_among_several() -> None:
    data = workbook(lambda b: (panel(b), b.add_worksheet("Notes").write_row(0, 0, ["a", "b"])))
    with pytest.raises(PanelwiseError, match=r"Sheet 'Notes' of 'f.xlsx' has .* Pick another sheet"):
        read_table(data, name="f.xlsx", sheet="Notes")
