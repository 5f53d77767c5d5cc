"""Frames from anywhere -> a pandas frame with plain columns, without copying what is already right."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from core.table.cells import Cells
from core.table.errors import NotASource, NotATable
from core.table.limits import Limits, check_shape
from core.table.shown import count
from core.table.table import Reading


def is_frame(source: object) -> bool:
    """Returns whether the object is a frame: pandas, pyarrow, polars or anything that hands over Arrow."""
    ways = ("__arrow_c_stream__", "to_pandas", "to_arrow", "__dataframe__")
    return isinstance(source, pd.DataFrame | pa.Table | Mapping) or any(hasattr(source, way) for way in ways)


def read_frame(source: Any, name: str, limits: Limits) -> Cells:
    """Returns the columns of a frame; a named index becomes columns. Raises NotATable or TooManyColumns."""
    frame, made_by = _to_pandas(source, name)
    notes: tuple[str, ...] = ()
    named = [level for level in frame.index.names if level is not None]
    if named:
        frame = frame.reset_index(allow_duplicates=True)
        notes = (f"the index ({', '.join(map(str, named))}) became columns",)
    check_shape(name, 0, frame.shape[1], limits)
    if frame.shape[1] == 0:
        raise NotATable(name, "the frame has no columns", "Pass a frame with columns.")
    if frame.shape[0] == 0:
        raise NotATable(
            name,
            f"the frame has {count(frame.shape[1], 'column')} but no rows",
            "Pass a frame with its rows.",
        )
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        frame = frame.reset_index(drop=True)
    columns = tuple(frame.iloc[:, i] for i in range(frame.shape[1]))
    found: list[Any] = list(frame.columns)
    names = [" ".join(map(str, n)).strip() if isinstance(n, tuple) else n for n in found]
    return Cells(tuple(names), columns, Reading(format=f"{made_by} frame", notes=notes))


def arrow_columns(table: pa.Table) -> pd.DataFrame:
    """Returns an Arrow table as pandas: decimals as floats, dates as datetimes, index columns dropped."""
    keep = [
        n for n in range(table.num_columns) if not table.schema.field(n).name.startswith("__index_level_")
    ]
    fields = [(table.schema.field(n).name, table.column(n)) for n in keep]
    series = [_arrow_column(column) for _, column in fields]
    frame = pd.concat(series, axis=1, keys=range(len(series))) if series else pd.DataFrame()
    frame.columns = pd.Index([name for name, _ in fields], dtype=object)
    return frame


def _arrow_column(column: pa.ChunkedArray) -> pd.Series:
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    if pa.types.is_date(column.type):
        column = column.cast(pa.timestamp("us"))
    if pa.types.is_time(column.type) or pa.types.is_duration(column.type):
        column = column.cast(pa.int64()).cast(pa.float64()) if pa.types.is_duration(column.type) else column
    cells: pd.Series = column.to_pandas(timestamp_as_object=False)
    return cells


def _to_pandas(source: Any, name: str) -> tuple[pd.DataFrame, str]:
    if isinstance(source, pd.DataFrame):
        return source, "pandas"
    if isinstance(source, Mapping):
        try:
            return pd.DataFrame(source), "pandas"
        except (ValueError, TypeError) as unequal:
            raise NotATable(name, str(unequal), "Give every column the same number of cells.") from unequal
    if isinstance(source, pa.Table):
        return arrow_columns(source), "pyarrow"
    made_by = type(source).__module__.split(".")[0]
    if hasattr(source, "__arrow_c_stream__"):
        return arrow_columns(pa.table(source)), made_by
    for way in ("to_arrow", "to_pandas"):
        if hasattr(source, way):
            found = getattr(source, way)()
            return (arrow_columns(found) if isinstance(found, pa.Table) else pd.DataFrame(found)), made_by
    if hasattr(source, "__dataframe__"):
        return pd.api.interchange.from_dataframe(source), made_by
    raise NotASource(type(source).__name__)
