"""Bytes -> UTF-8 text: which encoding a text file has, found from the bytes themselves."""

import codecs
from dataclasses import dataclass

from core.table.errors import DamagedFile, NotATable
from core.table.shown import count

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27, 30, 31}) + b"\x7f"


@dataclass(frozen=True, slots=True)
class Text:
    """The file as UTF-8 without a byte-order mark, and what it was before."""

    data: bytes
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str) -> Text:
    """Returns the text of the file; raises NotATable when the bytes are not text."""
    for mark, codec, words in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], codec, words, name)
    wide = _wide_without_mark(data)
    if wide:
        return _decoded(data, wide, "UTF-16", name, ("UTF-16 without a byte-order mark",))
    head = data[:65536]
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > 0.01 * len(head) and control > 2:
        raise NotATable(
            name,
            "it is a binary file, not text",
            "Upload a .csv, .tsv, .txt, .xlsx or .parquet file.",
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace") if _fits_cp1252(data) else data.decode("latin-1")
        words = "Windows-1252 (Latin-1)" if _fits_cp1252(data) else "Latin-1"
        return _clean(text.encode("utf-8"), words, ("not UTF-8: read as Western European letters",))
    return _clean(data, "UTF-8", ())


def _decoded(data: bytes, codec: str, words: str, name: str, notes: tuple[str, ...] = ()) -> Text:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as broken:
        if codec == "utf-8":
            return _clean(
                data.decode("cp1252", errors="replace").encode(), words, ("some bytes are not UTF-8",)
            )
        raise DamagedFile(name, f"{words} text", f"byte {broken.start:,} fits no character") from broken
    return _clean(data if codec == "utf-8" else text.encode("utf-8", errors="replace"), words, notes)


def _clean(data: bytes, encoding: str, notes: tuple[str, ...]) -> Text:
    """Returns the text without NUL bytes and without the end-of-file mark that old systems append."""
    if data.endswith(b"\x1a"):
        data = data.rstrip(b"\x1a")
    zeros = data.count(b"\x00")
    if zeros:
        data = data.replace(b"\x00", b"")
        notes = (*notes, f"{count(zeros, 'NUL byte')} removed")
    return Text(data, encoding, notes)


def _fits_cp1252(data: bytes) -> bool:
    return not any(byte in data for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))


def _wide_without_mark(data: bytes) -> str:
    """Returns the UTF-16 codec when every other byte is zero, as in Western text; else ""."""
    head = data[:4096]
    half = len(head) // 2
    if half < 2 or len(data) % 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""
