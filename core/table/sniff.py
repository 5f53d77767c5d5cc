"""What a file is, told by its first bytes and not by its name."""

import re
from enum import StrEnum

from core.table.errors import DamagedFile, EmptyFile, NotATable, PasswordProtected, UnknownFormat

SAVE_AS = "Open it in the program that made it and save it as .xlsx or .csv."


class Format(StrEnum):
    """Kinds of file that are read."""

    DELIMITED = "delimited text"
    WORKBOOK = "Excel workbook"
    PARQUET = "Parquet"


_FOREIGN = (
    (b"%PDF", "a PDF", "Copy its table into a spreadsheet and save that as .xlsx or .csv."),
    (b"\x89PNG", "a picture (PNG)", "Upload the data behind the picture."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Upload the data behind the picture."),
    (b"GIF8", "a picture (GIF)", "Upload the data behind the picture."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and upload the table inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and upload the table inside."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it and upload the table inside."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it and upload the table inside."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and upload the table inside."),
    (b"Rar!", "a RAR archive", "Unpack it and upload the table inside."),
    (b"SQLite format 3", "an SQLite database", "Export the table you need as .csv."),
    (b"ARROW1", "an Arrow (Feather) file", "Save it as .parquet or .csv."),
    (b"FEA1", "a Feather file", "Save it as .parquet or .csv."),
    (b"Obj\x01", "an Avro file", "Save it as .parquet or .csv."),
    (b"ORC", "an ORC file", "Save it as .parquet or .csv."),
    (b"\x89HDF", "an HDF5 file", "Save it as .parquet or .csv."),
    (b"$FL2", "an SPSS file", "Save it as .csv in SPSS (File > Export)."),
    (b"<stata_dta>", "a Stata file", "Save it as .csv in Stata (export delimited)."),
    (b"RDX", "an R data file", "Save it as .csv in R (write.csv)."),
    (b"{\\rtf", "an RTF document", "Copy its table into a spreadsheet and save that as .xlsx or .csv."),
)


def sniff(data: bytes, name: str) -> Format:
    """Returns which kind of file the bytes are; raises a TableError that says what else they are."""
    if not data:
        raise EmptyFile(name)
    head = data[:4096]
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _zip_kind(data, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _refuse_ole(data, name)
    if head.startswith(b"PAR1"):
        if not data.endswith(b"PAR1") or len(data) < 12:
            raise DamagedFile(name, "a Parquet file", "its end is missing")
        return Format.PARQUET
    for magic, what, advice in _FOREIGN:
        if head.startswith(magic) and (b"\x00" in head or not magic.isalnum()):  # "ORC" may be a column name
            raise UnknownFormat(name, what, advice)
    _refuse_markup(head, name)
    return Format.DELIMITED


def _zip_kind(data: bytes, name: str) -> Format:
    """Returns WORKBOOK for a zip whose parts are a workbook's; names other zips."""
    if b"xl/workbook.xml" in data or b"xl/worksheets/" in data:
        return Format.WORKBOOK
    if b"xl/workbook.bin" in data:
        raise UnknownFormat(name, "a binary workbook (.xlsb)", "Save it as .xlsx in Excel.")
    if b"opendocument.spreadsheet" in data[:200]:
        raise UnknownFormat(name, "an OpenDocument spreadsheet (.ods)", "Save it as .xlsx or .csv.")
    if b"Index/Document.iwa" in data or b"Index/Tables" in data:
        raise UnknownFormat(name, "an Apple Numbers file", "Export it as .xlsx or .csv in Numbers.")
    if b"word/document.xml" in data:
        raise UnknownFormat(name, "a Word document", "Copy its table into a spreadsheet and save that.")
    if b"ppt/presentation.xml" in data:
        raise UnknownFormat(name, "a PowerPoint file", "Copy its table into a spreadsheet and save that.")
    if b"PK\x05\x06" not in data[-70_000:]:
        raise DamagedFile(name, "a zip archive or Excel workbook", "its end is missing")
    raise UnknownFormat(name, "a zip archive", "Unpack it and upload the table inside.")


def _refuse_ole(data: bytes, name: str) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise PasswordProtected(name)
    for part, what in (
        ("Workbook", "an old Excel workbook (.xls)"),
        ("Book", "an old Excel workbook (.xls)"),
    ):
        if part.encode("utf-16-le") in data:
            raise UnknownFormat(name, what, "Open it in Excel and save it as .xlsx (Excel Workbook) or .csv.")
    raise UnknownFormat(name, "an old Microsoft Office file", SAVE_AS)


def _refuse_markup(head: bytes, name: str) -> None:
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").replace(b"\x00", b"").lower()
    if re.match(rb"<(!doctype html|html|head|body|table|meta|div)\b", text):
        raise NotATable(
            name,
            "it is a web page (HTML), which some systems save under the name .xls",
            "Open it in Excel and save it as .xlsx or .csv.",
        )
    if text.startswith(b"<?xml") or text.startswith(b"<workbook"):
        raise NotATable(name, "it is an XML file", "Open it in Excel and save it as .xlsx or .csv.")
    if re.match(rb'(\{\s*("|\}$)|\[\s*[\{\[])', text):
        raise NotATable(name, "it is JSON", "Export it as .csv, one row per group and period.")
