"""Results as bytes, for another process: JSON for what is said, plain arrays and Parquet beside. No code."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.errors import PanelwiseError
from core.result.bootstrap import Bootstrap
from core.result.calibration import Calibration
from core.result.classification import Classification
from core.result.cox import Estimate
from core.result.curves import Curves
from core.result.influence import Influence
from core.result.k_fold import KFold
from core.result.lift import Lift
from core.result.loo import Loo
from core.result.precision_recall import PrecisionRecall
from core.result.predictive import Predictive
from core.result.profile import Profile
from core.result.proof import Proof
from core.result.roc import Roc
from core.result.scored import Scored
from core.result.stability import Stability
from core.result.unpacked import DAMAGE

CLASSIFIED = (Calibration, Classification, Estimate, Lift, PrecisionRecall, Roc, Scored)
KINDS = (Bootstrap, Curves, Influence, KFold, Loo, Predictive, Profile, Proof, Stability, *CLASSIFIED)
RESULTS: dict[str, type] = {one.__name__: one for one in KINDS}
SAID = "result.json"


class UnreadableResult(PanelwiseError):
    """Bytes that are not a result that was sent."""

    def __init__(self, found: str) -> None:
        super().__init__(f"These bytes are not a Panelwise result: {found}. Ask for the result again.")


def result_to_bytes(result: Any) -> bytes:
    """Returns a result (one of KINDS) as bytes: its tables, arrays, numbers and texts, and results in it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:

        def keep(content: bytes) -> str:
            name = str(len(archive.namelist()))
            archive.writestr(name, content)
            return name

        said = _out(result, keep)
        archive.writestr(SAID, json.dumps(said))
    return whole.getvalue()


def result_from_bytes(content: bytes) -> Any:
    """Returns the result that `result_to_bytes` took. Raises UnreadableResult."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _in(json.loads(archive.read(SAID)), archive.read)
    except (*DAMAGE, pa.ArrowException) as error:
        raise UnreadableResult(f"a part is missing or damaged ({type(error).__name__})") from error


def _out(value: Any, keep: Callable[[bytes], str]) -> Any:
    """A value as JSON: plain ones as they are, others as an object with one key that says what they are."""
    if is_dataclass(value):
        kind = type(value).__name__
        if kind not in RESULTS:
            raise TypeError(f"{kind} is not a result that is sent")
        return {"kind": kind, "fields": {f.name: _out(getattr(value, f.name), keep) for f in fields(value)}}
    if isinstance(value, pd.DataFrame):
        return {"table": keep(_parquet(value))}
    if isinstance(value, np.ndarray):
        file = io.BytesIO()
        np.save(file, value, allow_pickle=False)
        return {"array": keep(file.getvalue())}
    if isinstance(value, Mapping):
        return {"mapping": [[name, _out(one, keep)] for name, one in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_out(one, keep) for one in value]}
    return value


def _in(said: Any, read: Callable[[str], bytes]) -> Any:
    if not isinstance(said, dict):
        return said
    if "kind" in said:
        return RESULTS[said["kind"]](**{name: _in(one, read) for name, one in said["fields"].items()})
    if "table" in said:
        return _table(read(said["table"]))
    if "array" in said:
        return np.load(io.BytesIO(read(said["array"])), allow_pickle=False)
    if "mapping" in said:
        return {str(name): _in(one, read) for name, one in said["mapping"]}
    return tuple(_in(one, read) for one in said["tuple"])


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
