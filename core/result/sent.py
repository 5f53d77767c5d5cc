"""Results as bytes, for another process: JSON for what is said, Parquet for each table. Nothing can run."""

import io
import json
import zipfile
from dataclasses import fields
from typing import Any

import pandas as pd
import pyarrow as pa

from core.errors import PanelwiseError
from core.result.bootstrap import Bootstrap
from core.result.influence import Influence
from core.result.k_fold import KFold
from core.result.profile import Profile
from core.result.unpacked import DAMAGE

RESULTS: dict[str, type] = {one.__name__: one for one in (Bootstrap, Influence, KFold, Profile)}
SAID = "result.json"


class UnreadableResult(PanelwiseError):
    """Bytes that are not a result that was sent."""

    def __init__(self, found: str) -> None:
        super().__init__(f"These bytes are not a Panelwise result: {found}. Ask for the result again.")


def result_to_bytes(result: Any) -> bytes:
    """Returns a Bootstrap, Influence, KFold or Profile as bytes: its tables, numbers and texts."""
    found = {one.name: getattr(result, one.name) for one in fields(result)}
    tables = {name: value for name, value in found.items() if isinstance(value, pd.DataFrame)}
    said = {name: value for name, value in found.items() if name not in tables}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(SAID, json.dumps({"kind": type(result).__name__, "said": said}))
        for name, table in tables.items():
            archive.writestr(name, _parquet(table))
    return whole.getvalue()


def result_from_bytes(content: bytes) -> Any:
    """Returns the result that `result_to_bytes` took. Raises UnreadableResult."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = json.loads(archive.read(SAID))
            kind = RESULTS[held["kind"]]
            tables = {name: _table(archive.read(name)) for name in archive.namelist() if name != SAID}
        return kind(**held["said"], **tables)
    except (*DAMAGE, pa.ArrowException) as error:
        raise UnreadableResult(f"a part is missing or damaged ({type(error).__name__})") from error


def _parquet(table: pd.DataFrame) -> bytes:
    """A table whose columns travel under their place: pandas' own Parquet wants each name once."""
    from pyarrow import parquet

    index = table.index
    cells = pd.DataFrame({str(k): table.iloc[:, k].array for k in range(table.shape[1])})
    cells["index"] = index.to_numpy() if len(index) else pd.Series(dtype=index.dtype)
    about = {"columns": list(table.columns), "index": index.name, "range": isinstance(index, pd.RangeIndex)}
    out = pa.BufferOutputStream()
    sent = pa.Table.from_pandas(cells, preserve_index=False)
    parquet.write_table(
        sent.replace_schema_metadata({**(sent.schema.metadata or {}), b"panelwise": json.dumps(about)}), out
    )
    return bytes(out.getvalue().to_pybytes())


def _table(content: bytes) -> pd.DataFrame:
    from pyarrow import parquet

    sent = parquet.read_table(pa.BufferReader(content))
    about = json.loads((sent.schema.metadata or {})[b"panelwise"])
    cells: pd.DataFrame = sent.to_pandas()
    index = pd.Index(cells.pop("index").array, name=about["index"])
    if about["range"]:
        start = int(index[0]) if len(index) else 0
        index = pd.RangeIndex(start, start + len(index), name=about["index"])
    cells.index = index
    cells.columns = pd.Index(about["columns"], dtype="str")
    return cells
