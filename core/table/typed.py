"""A pandas column of any dtype -> the few dtypes a Table holds, without copying what is already one."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.table.attempts import Hints
from core.table.distinct import split_words
from core.table.objects import Contents, contents, words_of
from core.table.recognise import Recognised, recognise, recognise_plain
from core.table.table import Column, Kind

Row = Callable[[int], int]


def read_column(
    name: str, cells: pa.Array | pd.Series, kind: Kind | None, hints: Hints, row: Row
) -> Recognised:
    """Returns the column with its kind: read as `kind`, or as what it is when None.

    Numbers, dates and flags pass through untouched; text is recognised by its distinct words.
    `row` turns a position into the row number to quote. Raises CannotReadAs.
    """
    if isinstance(cells, pa.Array):
        return _recognised(name, cells, kind, hints, row)
    if kind is not None and kind is not _kind_of(cells):
        return _recognised(name, words_of(cells), kind, hints, row)
    dtype = cells.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return read_column(name, cells.astype(dtype.categories.dtype), kind, hints, row)
    if isinstance(dtype, pd.ArrowDtype):
        return read_column(name, pa.chunked_array([pa.array(cells)]).to_pandas(), kind, hints, row)
    if isinstance(dtype, pd.StringDtype):
        keep = cells if dtype.na_value is np.nan else None
        return _recognised(name, pa.array(cells, from_pandas=True), kind, hints, row, keep)
    if isinstance(dtype, pd.PeriodDtype | pd.DatetimeTZDtype) or dtype.kind in "mM":
        return _moment(name, cells)
    if pd.api.types.is_bool_dtype(dtype) and not pd.api.types.is_object_dtype(dtype):
        return _flag(name, cells)
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return _number(name, cells)
    return _object(name, cells, kind, hints, row)


def _recognised(
    name: str, words: pa.Array, kind: Kind | None, hints: Hints, row: Row, keep: pd.Series | None = None
) -> Recognised:
    if isinstance(words, pa.ChunkedArray):
        words = words.combine_chunks()
    plain = recognise_plain(name, words, hints) if kind in (None, Kind.NUMBER) else None
    if plain is not None:
        return plain
    return recognise(split_words(name, words, row, verbatim=kind is Kind.TEXT), kind, hints, keep)


def _kind_of(cells: pd.Series) -> Kind | None:
    if cells.dtype == object or isinstance(cells.dtype, pd.CategoricalDtype):
        return None
    if pd.api.types.is_bool_dtype(cells.dtype):
        return Kind.YES_NO
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return Kind.NUMBER
    return Kind.DATE if pd.api.types.is_datetime64_any_dtype(cells.dtype) else None


def _column(name: str, kind: Kind, missing: int, rows: int, notes: tuple[str, ...] = ()) -> Column:
    return Column(name, Kind.EMPTY if missing == rows else kind, missing, notes)


def _flag(name: str, cells: pd.Series) -> Recognised:
    missing = int(cells.isna().sum())
    return Recognised(
        cells.astype("boolean" if missing else "bool"), _column(name, Kind.YES_NO, missing, len(cells))
    )


def _number(name: str, cells: pd.Series, notes: tuple[str, ...] = ()) -> Recognised:
    if cells.dtype == np.int64:
        return Recognised(cells, _column(name, Kind.NUMBER, 0, len(cells), notes))
    if cells.dtype == np.float64:
        missing = _nan_count(cells.to_numpy())
        return Recognised(cells, _column(name, Kind.NUMBER, missing, len(cells), notes))
    missing = int(cells.isna().sum())
    whole = pd.api.types.is_integer_dtype(cells.dtype) and not missing
    if whole and int(cells.max()) > np.iinfo(np.int64).max:
        whole, notes = False, (*notes, "whole numbers beyond 2^63 are rounded")
    values = cells.to_numpy(dtype="int64") if whole else cells.to_numpy(dtype="float64", na_value=np.nan)
    return Recognised(pd.Series(values), _column(name, Kind.NUMBER, missing, len(cells), notes))


def _nan_count(values: NDArray[np.float64]) -> int:
    """Returns how many are NaN; a sum that is a number proves there are none, at half the cost."""
    with np.errstate(invalid="ignore", over="ignore"):
        if not np.isnan(values.sum()):
            return 0
    return int(np.count_nonzero(np.isnan(values)))


def _moment(name: str, cells: pd.Series) -> Recognised:
    if cells.dtype.kind == "m":
        return _number(name, cells.dt.total_seconds() / 86400, ("durations, read as days",))
    notes: tuple[str, ...] = ()
    if isinstance(cells.dtype, pd.PeriodDtype):
        cells, notes = cells.dt.to_timestamp(), ("periods, each read as its first moment",)
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        notes = (f"clock times kept, their time zone ({cells.dt.tz}) dropped",)
        cells = cells.dt.tz_localize(None)
    return Recognised(cells, _column(name, Kind.DATE, int(cells.isna().sum()), len(cells), notes))


def _object(name: str, cells: pd.Series, kind: Kind | None, hints: Hints, row: Row) -> Recognised:
    """Returns a column of Python objects read by what they are; mixed ones by their words."""
    held = contents(cells)
    if held is Contents.TEXT:
        return _recognised(name, _strings(cells), kind, hints, row)
    if held is Contents.NUMBERS:
        values = pd.Series(cells.to_numpy(dtype="float64", na_value=np.nan))
        whole = bool((np.isfinite(values) & (values == np.floor(values)) & (values.abs() < 2**53)).all())
        return _number(name, values.astype("int64") if whole else values.astype("float64"))
    if held is Contents.FLAGS:
        return _flag(name, cells.astype("boolean"))
    if held is Contents.DATES:
        return _moment(name, pd.Series(pd.to_datetime(cells, errors="coerce")))
    if held is Contents.NOTHING:
        empty = pd.Series(np.full(len(cells), np.nan))
        return Recognised(empty, Column(name, Kind.EMPTY, len(cells)))
    return _recognised(name, words_of(cells), kind, hints, row)


def _strings(cells: pd.Series) -> pa.Array:
    """Returns Python strings as Arrow text; halves of surrogate pairs, which UTF-8 cannot hold, as "?"."""
    try:
        return pa.array(cells, pa.large_string(), from_pandas=True)
    except UnicodeEncodeError:
        return words_of(cells)
