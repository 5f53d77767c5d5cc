"""The values of a column's distinct words laid out over its cells."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.table.attempts import Attempt
from core.table.distinct import Words
from core.table.table import Kind


def spread(words: Words, read: Attempt) -> pd.Series:
    """Returns the words' values laid out over the cells."""
    whole = bool(read.readable.all()) and bool((words.codes >= 0).all())
    if read.kind is Kind.YES_NO:
        if whole:
            return pd.Series(read.values[words.codes])
        gaps = (words.codes < 0) | ~read.readable[words.codes]
        return pd.Series(pd.arrays.BooleanArray(read.values[words.codes].astype(bool), gaps))
    empty = np.datetime64("NaT", "us") if read.kind is Kind.DATE else np.nan
    values = np.append(np.where(read.readable, read.values, empty), empty)
    cells = values[words.codes]
    if read.kind is Kind.NUMBER and whole and integral(read.values):
        return pd.Series(cells.astype(np.int64))
    return pd.Series(cells)


def integral(values: NDArray[np.generic]) -> bool:
    """Returns whether all values are whole numbers that a double holds exactly."""
    numbers = values.astype(np.float64)
    return bool((np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < 2**53)).all())


def text_series(cells: pa.Array) -> pd.Series:
    """Returns a string array as a pandas str column."""
    return pd.Series(pd.array(cells, dtype="str"))
