"""Columns of Python objects, as workbooks and object frames hold them: what is inside, and it as words."""

import datetime as dt
import math
from enum import Enum, auto
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.table.marks import bare
from core.table.numbers import read_numbers


class Contents(Enum):
    """What the filled cells of a column of objects are."""

    NOTHING = auto()
    TEXT = auto()
    NUMBERS = auto()
    FLAGS = auto()
    DATES = auto()
    MIXED = auto()


_INFERRED = {
    "string": Contents.TEXT,
    "empty": Contents.NOTHING,
    "boolean": Contents.FLAGS,
    "date": Contents.DATES,
    "datetime": Contents.DATES,
    "datetime64": Contents.DATES,
    "integer": Contents.NUMBERS,
    "floating": Contents.NUMBERS,
    "mixed-integer-float": Contents.NUMBERS,
    "decimal": Contents.NUMBERS,
}

HOLD_INTEGERS = ("integer", "mixed-integer-float")


def contents(cells: pd.Series) -> Contents:
    """Returns what the cells are; whole numbers too long for a float are MIXED, so their digits are kept."""
    inferred = pd.api.types.infer_dtype(cells, skipna=True)
    held = _INFERRED.get(inferred, Contents.MIXED)
    if inferred in HOLD_INTEGERS and any(isinstance(v, int) and abs(v) >= 10**15 for v in cells):
        return Contents.MIXED
    if held is Contents.DATES and not all(_plain_moment(v) for v in cells):
        return Contents.MIXED
    return held


def _plain_moment(cell: Any) -> bool:
    """Returns whether a date fits pandas: no time zone, year 1 to 9999."""
    return _missing(cell) or (isinstance(cell, dt.date) and getattr(cell, "tzinfo", None) is None)


def words_of(cells: pd.Series) -> pa.Array:
    """Returns any column as text: whole numbers without ".0", dates as ISO, flags as TRUE and FALSE.

    Numbers are written with the decimal mark that the column's own text uses, so that one reading fits both.
    """
    if cells.dtype != object:
        cells = cells.astype(object)
    texts = [_sound(cell) for cell in cells if isinstance(cell, str)]
    comma = bool(texts) and _uses_comma(texts)
    return pa.array([_word(cell, comma) for cell in cells], pa.large_string())


def _uses_comma(texts: list[str]) -> bool:
    words = pa.array(list(dict.fromkeys(text.strip() for text in texts if text.strip())), pa.string())
    if not len(words):
        return False
    return read_numbers(bare(words).words, np.ones(len(words), dtype=np.int64)).decimal == ","


def _missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def _word(cell: Any, comma: bool) -> str | None:
    if _missing(cell):
        return None
    if isinstance(cell, str):
        return _sound(cell)
    if isinstance(cell, bool | np.bool_):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | np.floating):
        return _number_word(float(cell), comma)
    if isinstance(cell, dt.datetime):
        at_midnight = cell.time() == dt.time()
        return str(cell.date()) if at_midnight else cell.replace(tzinfo=None).isoformat(" ", "seconds")
    return str(cell)


def _sound(text: str) -> str:
    """Returns the text with halves of surrogate pairs, which UTF-8 cannot hold, as "?"."""
    return text.encode("utf-8", errors="replace").decode()


def _number_word(number: float, comma: bool) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    word = repr(number)
    return word.replace(".", ",") if comma else word
