"""A Table as bytes, for another process: its columns as Parquet, with what was understood of them beside."""

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow as pa

from core.errors import PanelwiseError
from core.table.table import Column, Kind, Reading, Table

UNDERSTOOD = b"panelwise_table"
VERSION = 1


class UnreadableTable(PanelwiseError):
    """Bytes that are not a table that was sent."""

    def __init__(self, found: str) -> None:
        super().__init__(f"These bytes are not a Panelwise table: {found}. Open the file again.")


def table_to_bytes(table: Table, names: Collection[str] | None = None) -> bytes:
    """Returns the table as bytes that hold no code: cells, kinds, notes, and how the file was read.

    `names`: the columns to send, all by default.
    Columns travel under their place, because Parquet knows no column without a name. Cost: one pass over the
    cells; about the size of the frame in memory where columns are numbers.
    """
    from pyarrow import parquet

    columns = [one for one in table.columns if names is None or one.name in names]
    frame = table.frame[[one.name for one in columns]].reset_index(drop=True)
    arrays = [pa.array(frame.iloc[:, k], from_pandas=True) for k in range(frame.shape[1])]
    understood = {
        "version": VERSION,
        "name": table.name,
        "rows": len(frame),
        "columns": [asdict(column) for column in columns],
        "dtypes": [str(dtype) for dtype in frame.dtypes],
        "reading": asdict(table.reading),
    }
    names = [str(k) for k in range(len(arrays))]
    sent = pa.table(arrays, names=names).replace_schema_metadata({UNDERSTOOD: json.dumps(understood)})
    out = pa.BufferOutputStream()
    parquet.write_table(sent, out, compression="lz4")
    return bytes(out.getvalue().to_pybytes())


def table_from_bytes(content: bytes) -> Table:
    """Returns the table that `table_to_bytes` gave, with the same fingerprint. Raises UnreadableTable."""
    from pyarrow import parquet

    try:
        sent = parquet.read_table(pa.BufferReader(content))
        understood = json.loads((sent.schema.metadata or {})[UNDERSTOOD])
        if understood["version"] != VERSION:
            raise UnreadableTable(f"their version is {understood['version']!r}, and only {VERSION} is known")
        columns = tuple(_column(one) for one in understood["columns"])
        cells = [
            sent.column(k).to_pandas().astype(dtype).rename(column.name)
            for k, (column, dtype) in enumerate(zip(columns, understood["dtypes"], strict=True))
        ]
        index = pd.RangeIndex(int(understood["rows"]))
        frame = pd.concat(cells, axis=1) if cells else pd.DataFrame(index=index)
        return Table(frame, columns, str(understood["name"]), _reading(understood["reading"]))
    except (pa.ArrowException, OSError, LookupError, ValueError, TypeError) as error:
        raise UnreadableTable(f"a part is missing or damaged ({type(error).__name__})") from error


def _column(one: dict[str, object]) -> Column:
    return Column(str(one["name"]), Kind(str(one["kind"])), int(str(one["missing"])), _texts(one["notes"]))


def _reading(found: dict[str, Any]) -> Reading:
    told: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in found.items()}
    return Reading(**told)


def _texts(found: object) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list) else ()
