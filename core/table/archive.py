"""What is inside an .xlsx before it is parsed: unpacked size, sheets, their extent and their error cells.

A workbook is a zip, and its reader holds the whole rectangle that a sheet spans. Both can be made enormous
by a file of a few kilobytes, so sizes are measured here by unpacking piece by piece, not believed.
"""

import html
import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from core.table.errors import DamagedFile, TooLarge
from core.table.limits import Limits, check_unpacked
from core.table.shown import shown

MOST_PARTS = 20_000
DEFLATE_AT_MOST = 1032
"""No DEFLATE stream grows by more than this factor, so small parts need no measuring."""

_LOOSE = (b"r='", b"r =", b"r\t=", b"r\n=", b"r\r=", b"r= ", b"r=\t", b"r=\n", b"r=\r")
"""Ways to write an attribute that Excel never uses; a slower search is taken when one occurs."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The rectangle a sheet spans from A1, and up to 1,000 of its error cells as (reference, error)."""

    rows: int
    columns: int
    errors: tuple[tuple[str, str], ...] = ()


def open_workbook(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """Returns the archive once its parts are known to unpack within the limits; raises UnpacksTooLarge."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise TooLarge(name, f"{len(parts):,} parts", f"{MOST_PARTS:,} parts")
        check_unpacked(name, len(data), sum(part.file_size for part in parts), limits)
        allowed = min(float(limits.unpacked), max(50.0 * 2**20, limits.ratio * len(data)))
        unpacked = 0
        for part in parts:
            unpacked += _measured(archive, part, int(allowed - unpacked) + 1)
            check_unpacked(name, len(data), unpacked, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        RuntimeError,
    ) as broken:
        raise DamagedFile(name, "an Excel workbook") from broken
    return archive


def _measured(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """Returns the unpacked size of a part, never unpacking more than `most` bytes of it."""
    claimed = part.file_size
    if part.compress_size * DEFLATE_AT_MOST <= max(4 * claimed, 2**20):
        return max(claimed, part.compress_size)
    data = archive.fp
    if data is None or part.compress_type != zipfile.ZIP_DEFLATED:
        return max(claimed, part.compress_size)
    data.seek(part.header_offset)
    header = data.read(30)
    if len(header) < 30:
        raise zipfile.BadZipFile("local header missing")
    data.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    unpacker, size, left = zlib.decompressobj(-15), 0, part.compress_size
    while left > 0 and size <= most and not unpacker.eof:
        piece = data.read(min(65536, left))
        if not piece:
            break
        left -= len(piece)
        size += len(unpacker.decompress(piece, 2**22))
        while unpacker.unconsumed_tail and size <= most:
            size += len(unpacker.decompress(unpacker.unconsumed_tail, 2**22))
    return max(size, claimed)


def sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Returns the path of a sheet's part inside the archive, or None when the index does not say."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError):
        return None
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        name, link = re.search(r'\bname="([^"]*)"', tag), re.search(r'\w+:id="([^"]*)"', tag)
        if name and link and html.unescape(name[1]) == sheet:
            for relation in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
                target = re.search(r'\bTarget="([^"]*)"', relation)
                if target and f'Id="{link[1]}"' in relation:
                    path = html.unescape(target[1]).lstrip("/")
                    return path if path.startswith("xl/") else f"xl/{path}"
    return None


def extent_of(archive: zipfile.ZipFile, part: str, name: str) -> Extent:
    """Returns how far the sheet's cells reach, from the references in its XML."""
    try:
        xml = archive.read(part)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) as broken:
        raise DamagedFile(name, "an Excel workbook", f"the part {shown(part)} is unreadable") from broken
    rows, columns = _reach(xml)
    errors: tuple[tuple[str, str], ...] = ()
    if b't="e"' in xml:
        found = re.findall(
            rb'<c\b(?=[^>]*t="e")[^>]*?\br="([A-Z]+\d+)"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', xml
        )
        errors = tuple((ref.decode(), text.decode(errors="replace")) for ref, text in found[:1000])
    return Extent(rows, columns, errors)


def _reach(xml: bytes) -> tuple[int, int]:
    """Returns the last row and column that cells are placed at, by reference or by counting."""
    loose = any(mark in xml for mark in _LOOSE)
    row = rb"""\br\s*=\s*["']\s*(\d{1,9})["']""" if loose else rb'r="(\d{1,9})"'
    cell = rb"""\br\s*=\s*["']\s*([A-Z]{2,3})(?=\d)""" if loose else rb'r="([A-Z]{2,3})(?=\d)'
    columns = max(map(_column, set(re.findall(cell, xml))), default=26)
    digits = rb"{6,9}" if columns == 26 else rb"{1,9}"  # 26 columns are safe below 100,000 rows
    lone = re.findall(rb"""[A-Z](\d%s)["']""" % digits, xml)
    lines = xml.count(b"<row") or xml.count(b":row")
    rows = max([lines, *map(int, re.findall(row, xml)), *map(int, set(lone))])
    if not re.search(cell.replace(b"{2,3}", b""), xml):
        widest = max(len(re.findall(rb"<(?:\w+:)?c\b", line)) for line in re.split(rb"<(?:\w+:)?row\b", xml))
        columns = max(columns, widest)
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
