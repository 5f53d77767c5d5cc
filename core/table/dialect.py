"""Which separator a text file uses and where its header stands, found from its first records."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SAMPLE_BYTES = 2**14
WIDEST_SAMPLE = 2**21
_NUMBER = re.compile(r"[-+(]?[^\w\s]?\s?\d[\d.,'’ \u00a0\u202f]*([eE][-+]?\d+)?\s?[^\w\s]?\)?$")
_YEAR = re.compile(r"(19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Dialect:
    """`delimiter` is "" for a file of one column. `header` counts the lines above the header row.

    `width` is the number of cells a row should have; `head` are the first records split so.
    """

    delimiter: str
    width: int
    header: int
    head: tuple[tuple[str, ...], ...]
    declared: bool = False


def sample_of(data: bytes) -> str:
    """Returns the beginning of the file as text: 16 kB, or more when its lines are very long."""
    size = SAMPLE_BYTES
    while size < min(len(data), WIDEST_SAMPLE) and data[:size].replace(b"\r", b"\n").count(b"\n") < 10:
        size *= 4
    text = data[:size].decode("utf-8", errors="ignore")
    if size < len(data):
        cut = max(text.rfind("\n"), text.rfind("\r"))
        text = text[:cut] if cut > 0 else text
    return text


def find_dialect(sample: str) -> Dialect:
    """Returns the separator that splits the sample most evenly, and the header's place."""
    declared = re.match(r"sep=(.)\r?\n", sample)
    if declared and declared[1] in DELIMITERS:
        split = records(sample, declared[1])
        return _place(declared[1], split, after=1, declared=True)
    best: tuple[tuple[float, ...], Dialect] | None = None
    for delimiter in DELIMITERS:
        split = records(sample, delimiter)
        filled = [record for record in split if any(cell.strip() for cell in record)]
        widths = Counter(len(record) for record in filled if len(record) > 1)
        if not widths:
            continue
        width, agreeing = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (round(agreeing / len(filled), 1), _clean_share(filled, delimiter), float(width))
        if best is None or score > best[0]:
            best = (score, _place(delimiter, split))
    if best is not None and best[0][0] >= 0.5:
        return best[1]
    return _place("", records(sample, ""))


def _clean_share(rows: list[tuple[str, ...]], delimiter: str) -> float:
    """Returns the share of cells with no other separator inside (a decimal comma is not one)."""
    others = re.compile(
        "[" + "".join(re.escape(d) for d in DELIMITERS if d not in (delimiter, ",")) + "]|,.*,"
    )
    cells = [cell for row in rows[:50] for cell in row[:50]]
    return round(sum(not others.search(cell) for cell in cells) / max(len(cells), 1), 1)


def _place(delimiter: str, split: list[tuple[str, ...]], after: int = 0, declared: bool = False) -> Dialect:
    widths = Counter(len(r) for r in split[after:] if any(cell.strip() for cell in r))
    width = max(widths.items(), key=lambda item: (item[1], item[0]))[0] if widths else 1
    start = after
    while start < len(split) and not any(cell.strip() for cell in split[start]):
        start += 1
    title = start
    while title < len(split) - 1 and title < 40 and _is_title(split[title], width):
        title += 1
    return Dialect(delimiter, width, title, tuple(split[title : title + 50]), declared)


def _is_title(record: tuple[str, ...], width: int) -> bool:
    """Returns whether a record above the header is a title, comment or blank line.

    A header that is one name short (R writes no name above row names) is not a title.
    """
    filled = sum(bool(cell.strip()) for cell in record)
    if width < 2 or (record and record[0].lstrip().startswith("#") and len(record) < width):
        return bool(record and record[0].lstrip().startswith("#"))
    return len(record) < width and (filled <= 1 or len(record) < 0.5 * width)


def records(text: str, delimiter: str) -> list[tuple[str, ...]]:
    """Returns the text split into records and cells; quotation marks hold cells together as in RFC 4180."""
    token = re.compile(f'"|\r\n|\n|\r|{re.escape(delimiter)}' if delimiter else '"|\r\n|\n|\r')
    out: list[tuple[str, ...]] = []
    row: list[str] = []
    begin, quoted = 0, False
    for found in token.finditer(text):
        mark = found.group()
        if mark == '"':
            quoted = not quoted if quoted or found.start() == begin or text[begin] == '"' else quoted
        elif not quoted:
            row.append(_unquoted(text[begin : found.start()]))
            begin = found.end()
            if mark != delimiter:
                out.append(tuple(row))
                row = []
    if begin < len(text) or row:
        row.append(_unquoted(text[begin:]))
        out.append(tuple(row))
    return out


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == '"' and cell.rstrip()[-1] == '"':
        return cell.rstrip()[1:-1].replace('""', '"')
    return cell


def looks_like_number(cell: str) -> bool:
    """Returns whether a header cell is a number; a year may well be a column name."""
    return bool(_NUMBER.match(cell.strip())) and not _YEAR.match(cell.strip())
