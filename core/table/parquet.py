"""Parquet -> Cells, after its own metadata has been checked against the limits."""

import pyarrow as pa

from core.table.cells import Cells
from core.table.errors import DamagedFile, HeaderOnly, NotATable
from core.table.frames import arrow_columns
from core.table.limits import Limits, check_shape, check_unpacked
from core.table.table import Reading


def read_parquet(data: bytes, name: str, limits: Limits) -> Cells:
    """Returns the columns of a .parquet file; raises TooLarge before unpacking and DamagedFile."""
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        about = file.metadata
        check_shape(name, about.num_rows, about.num_columns, limits)
        unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        check_unpacked(name, len(data), unpacked, limits)
        table = file.read()
        check_shape(name, table.num_rows, table.num_columns, limits)
        frame = arrow_columns(table)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as broken:
        raise DamagedFile(name, "a Parquet file") from broken
    if frame.shape[1] == 0:
        raise NotATable(name, "the Parquet file has no columns", "Export it again with its columns.")
    if frame.shape[0] == 0:
        raise HeaderOnly(name, [str(column) for column in frame.columns])
    columns = tuple(frame.iloc[:, i] for i in range(frame.shape[1]))
    return Cells(tuple(frame.columns), columns, Reading(format="Parquet"))
