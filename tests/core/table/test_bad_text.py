"""Bad text files: each is refused or repaired, and the user is told so in these words."""

import io
import zipfile
from pathlib import Path

import pytest

from core.errors import PanelwiseError
from core.table.limits import Limits
from core.table.read import read_table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WIDE = (",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n").encode()
PROSE = (
    b"Dear all,\nplease find the numbers in the attachment of this mail.\nBest wishes, and see you on Monday "
    b"in the office\nAnna from the team of sales\n"
)


def zipped(**parts: bytes) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return to.getvalue()


REFUSED = {
    "empty": (b"", "'f.csv' is empty: the file holds no cells. Give it a row of column names"),
    "blank lines": (b"  \n\n \r\n", "'f.csv' is empty"),
    "only a byte-order mark": (b"\xef\xbb\xbf", "'f.csv' is empty"),
    "only separators": (b",,\n,,\n", "'f.csv' is empty"),
    "only a control character": (b"\x1f", "'f.csv' is empty"),
    "header only": (
        b"store,week,sales\n",
        "'f.csv' has a row of column names ('store', 'week', 'sales') but no rows of data below it.",
    ),
    "header only, no line end": (
        b"store,week",
        "but no rows of data below it. Export it again with its rows",
    ),
    "header and blank rows": (b"store,week\n,\n , \n", "but no rows of data"),
    "one word": (b"hello", "has a row of column names ('hello') but no rows of data"),
    "too many cells in a row": (
        b"store,week,sales\nA,1,10\nA,2,1,200\nB,1,5\n",
        "Row 3 of 'f.csv' has 4 cells where the header has 3: 'A', '2', '1', '200'. In all 1 row does not "
        "fit. The usual cause is a separator inside a cell: put that cell in quotation marks",
    ),
    "too many cells in several rows": (
        b"a,b\n" + b"1,2\n" * 20 + b"1,2,3\n4,5,6\n",
        "Row 22 of 'f.csv' has 3 cells where the header has 2: '1', '2', '3'. Row 23 differs too. In all 2",
    ),
    "too few cells in half the rows": (
        b"a,b,c\n" + b"1,2\n" * 10 + b"1,2,3\n" * 11,
        "Row 2 of 'f.csv' has 2 cells where the header has 3: '1', '2'. Rows 3, 4, 5 differ too. In all 10",
    ),
    "quotation mark that cannot be skipped": (
        b'name,v,w\n"abc,1\ndef,2\n',
        "A quotation mark is opened in row 2 of 'f.csv' and never closed: '\"abc,1'. Close it, or remove it",
    ),
    "binary": (
        bytes(range(256)) * 20,
        "'f.csv' is not a table: it is a binary file, not text. Upload a .csv",
    ),
    "picture": (
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        "'f.csv' is a picture (PNG), which cannot be read as a table",
    ),
    "photo": (b"\xff\xd8\xff\xe0" + bytes(50), "is a picture (JPEG)"),
    "pdf": (
        b"%PDF-1.7\n%abc",
        "is a PDF, which cannot be read as a table. Copy its table into a spreadsheet",
    ),
    "gzip": (b"\x1f\x8b\x08" + bytes(20), "is a gzip archive, which cannot be read as a table. Unpack it"),
    "sqlite": (b"SQLite format 3\x00" + bytes(20), "is an SQLite database"),
    "zip": (zipped(a=b"x"), "is a zip archive, which cannot be read as a table. Unpack it"),
    "word document": (
        zipped(word__document_xml=b"x").replace(b"document_xml", b"document.xml"),
        "is a Word document",
    ),
    "numbers file": (zipped(Index__Tables=b"x"), "is an Apple Numbers file"),
    "opendocument": (
        zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
        "is an OpenDocument spreadsheet (.ods), which cannot be read as a table. Save it as .xlsx or .csv.",
    ),
    "old workbook": (
        OLE + "Workbook".encode("utf-16-le"),
        "is an old Excel workbook (.xls), which cannot be read as a table. Open it in Excel and save it",
    ),
    "password": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "is a workbook protected by a password. Open it in Excel, remove the password",
    ),
    "old office file": (OLE, "is an old Microsoft Office file"),
    "html named xls": (
        b"<html><body><table><tr><td>1</td></tr></table></body></html>",
        "is not a table: it is a web page (HTML), which some systems save under the name .xls. Open it in",
    ),
    "xml": (b"<?xml version='1.0'?><a/>", "is not a table: it is an XML file"),
    "json": (b'[{"a": 1}, {"a": 2}]', "is not a table: it is JSON. Export it as .csv"),
    "json object": (b'{"a": [1, 2]}', "is not a table: it is JSON"),
    "prose": (
        PROSE,
        "is not a table: no comma, semicolon, tab or pipe splits its lines into the same number",
    ),
    "half a UTF-16 character": (
        b"\xff\xfea\x00,\x00b",
        "starts like UTF-16 text but cannot be read (byte 4 fits no character): it is damaged or incomplete.",
    ),
    "10,000 columns": (
        WIDE,
        "'f.csv' has 10,000 columns; the most that is read is 2,000. Keep the columns you need. If there is "
        "one column per period, turn the table",
    ),
    "parquet without an end": (
        b"PAR1" + bytes(100),
        "starts like a Parquet file but cannot be read (its end is",
    ),
    "parquet of rubbish": (b"PAR1" + b"x" * 200 + b"PAR1", "starts like a Parquet file but cannot be read"),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_the_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(PanelwiseError) as told:
        read_table(data, name="f.csv")
    assert sentence in str(told.value)


REPAIRED = {
    "short row": (
        b"store,week,sales\nA,1,10\nA,2\nB,1,5\nB,2,6\n",
        "1 row too short, filled up with blanks: row 3",
        [10, None, 5, 6],
    ),
    "blank cells beyond the header": (
        b"store,week,sales\nA,1,10\nA,2,11,,\nB,1,5\n",
        "empty cells beyond the last column cut in row 3",
        [10, 11, 5],
    ),
    "separator at every line's end": (b"a,sales,\n1,2,\n4,5,\n", "1 empty column without a name", [2, 5]),
    "separator at the rows' end only": (b"a,sales\n1,2,\n4,5,\n", "1 empty column without a name", [2, 5]),
    "row names without a name": (
        b"a,sales\nr1,1,2\nr2,3,4\n",
        "the header is one name short: the first column (row names) is called 'column 1'",
        [2, 4],
    ),
    "NUL bytes": (b"a,sales\n1,2\x00\n3,4\n", "1 NUL byte removed", [2, 4]),
    "unterminated quote": (
        b'name,sales\n"abc,1\ndef,2\nghi,3\n',
        "a quotation mark opened in row 2 is not closed: quotation marks are read as plain text",
        [1, 2, 3],
    ),
    "stray quote that joins rows": (
        b'name,sales\nabc,1\n"def,2\n"ghi",3\n',
        "a quotation mark opened in row 3 is not closed",
        [1, 2, 3],
    ),
    "UTF-16 without a mark": (
        "a;sales\nä;2\nö;4\n".encode("utf-16-le"),
        "UTF-16 without a byte-order mark",
        [2, 4],
    ),
    "UTF-16 BE without a mark": (
        "a;sales\nx;2\ny;4\n".encode("utf-16-be"),
        "UTF-16 without a byte-order",
        [2, 4],
    ),
    "Latin-1": (
        "stadt;sales\nKöln;1,5\nMünchen;2,5\n".encode("latin-1"),
        "not UTF-8: read as Western",
        [1.5, 2.5],
    ),
    "numbers where names belong": (
        b"1,2,3\n4,5,6\n",
        "the first row holds numbers, not names: it is read as data and the columns are numbered",
        [3, 6],
    ),
    "title lines": (
        b"Report 2024\n\nstore,week,sales\nA,1,2\nA,2,3\n",
        "2 lines above the column names",
        [2, 3],
    ),
    "comment lines": (
        b"# ---\n# Analytics\nstore,sales\nA,2\nB,3\n",
        "2 lines above the column names",
        [2, 3],
    ),
    "name of a workbook": (
        b"store,sales\nA,2\nB,3\n",
        "the name ends in .xlsx but the content is text",
        [2, 3],
    ),
}


@pytest.mark.parametrize(("data", "note", "sales"), REPAIRED.values(), ids=REPAIRED.keys())
def test_repaired_with_a_note(data: bytes, note: str, sales: list[float | None]) -> None:
    table = read_table(data, name="f.xlsx" if "ends in" in note else "f.csv")
    assert note in " / ".join(table.reading.notes)
    last = table.frame.iloc[:, -1]
    assert [None if value != value else value for value in last.tolist()] == sales


UNDERSTOOD = {
    "lone quotation marks": b'name,sales\n5" pipe,1\n7" pipe,2\n',
    "line break in quotes": b'name,sales\n"x\ny",1\nz,2\n',
    "separator in quotes": b'name,sales\n"x, y",1\nz,2\n',
    "doubled quotation marks": b'name,sales\n"he said ""hi""",1\nz,2\n',
    "mixed line endings": b"name,sales\r\nx,1\ny,2\rz,3\n",
    "carriage returns only": b"name,sales\rx,1\ry,2\r",
    "end-of-file mark": b"name,sales\nx,1\ny,2\n\x1a",
    "separator line": b"sep=;\nname;sales\nx;1\ny;2\n",
    "pipes": b"name|sales\nx|1\ny|2\n",
    "tabs": b"name\tsales\nx\t1\ny\t2\n",
    "UTF-16": "name,sales\nx,1\ny,2\n".encode("utf-16"),
    "UTF-8 with a mark": "name,sales\nx,1\ny,2\n".encode("utf-8-sig"),
    "very long cell": b"name,sales\n" + b"x" * 300_000 + b",1\ny,2\n",
    "one column": b"sales\n1\n2\n",
    "header in quotes": b'"name","sales"\n"x","1"\n"y","2"\n',
}


@pytest.mark.parametrize("data", UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
def test_odd_but_sound_text_is_read_without_a_word(data: bytes) -> None:
    table = read_table(data, name="f.csv")
    assert table.names[-1] == "sales"
    assert table.frame["sales"].tolist() == list(range(1, len(table.frame) + 1))
    assert table.reading.notes == ()
    assert all(column.notes == () for column in table.columns)


def test_cells_survive_quotes_and_breaks() -> None:
    table = read_table(UNDERSTOOD["doubled quotation marks"], name="f.csv")
    assert table.frame["name"].tolist() == ['he said "hi"', "z"]
    assert read_table(UNDERSTOOD["very long cell"], name="f.csv").frame["name"].str.len().max() == 300_000


def test_blank_rows_keep_the_row_numbers_of_the_file() -> None:
    table = read_table(b"a,b\n1,2\n\n\n" + b"3,4\n" * 30 + b"5,x\n", name="f.csv")
    assert "1 cell is not a number: 'x' in row 35, taken as missing" in table.column("b").notes
    assert table.reading.row(0) == 2
    assert table.reading.row(1) == 5


def test_a_sparse_300_mb_file_is_refused_by_its_size_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(300 * 2**20)
    with pytest.raises(
        PanelwiseError, match=r"'huge.csv' has 300 MB; the most that is read is 200 MB. Keep the"
    ):
        read_table(path)


LIMITED = {
    "bytes": (Limits(bytes=10), "has 0.4 kB; the most that is read is 0.1 kB"),
    "rows": (Limits(rows=60), "has 100 rows; the most that is read is 60 rows"),
    "lines": (Limits(rows=5), "has 101 lines; the most that is read is 5 rows"),
    "columns": (Limits(columns=1), "has 2 columns; the most that is read is 1"),
    "cells": (Limits(cells=100), "has 100 x 2 cells; the most that is read is 100 cells"),
}


@pytest.mark.parametrize(("limits", "sentence"), LIMITED.values(), ids=LIMITED.keys())
def test_limits_are_stated(limits: Limits, sentence: str) -> None:
    with pytest.raises(PanelwiseError) as told:
        read_table(b"a,b\n" + b"1,2\n" * 100, name="f.csv", limits=limits)
    assert sentence in str(told.value)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(PanelwiseError, match=r"nope.csv' does not exist. Check the path"):
        read_table(tmp_path / "nope.csv")
    with pytest.raises(PanelwiseError, match=r"is a folder, not a file"):
        read_table(tmp_path)
    with pytest.raises(PanelwiseError, match=r"could not be opened"):
        read_table("a\0b.csv")
    with pytest.raises(PanelwiseError, match=r"does not exist"):
        read_table("https://example.org/sales.csv")


def test_what_is_no_source_is_named() -> None:
    with pytest.raises(
        PanelwiseError, match=r"read from a file path, the bytes of a file, or a pandas.*type int"
    ):
        read_table(5)
