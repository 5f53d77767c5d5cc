"""Frames from pandas, pyarrow and anything that hands over Arrow: typed columns pass through untouched."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.errors import PanelwiseError
from core.table.limits import Limits
from core.table.read import read_table
from core.table.table import Kind


class HandsOverArrow:
    """What a polars frame looks like to us."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


def test_numbers_are_wrapped_not_copied() -> None:
    frame = pd.DataFrame({"x": np.arange(5.0), "n": np.arange(5), "y": [1.0, np.nan, 3, 4, 5]})
    table = read_table(frame)
    for name in frame:
        assert np.shares_memory(table.frame[name].to_numpy(), frame[name].to_numpy())
    assert [c.missing for c in table.columns] == [0, 0, 1]
    assert [c.kind for c in table.columns] == [Kind.NUMBER] * 3
    assert all(c.notes == () for c in table.columns)


def test_the_source_frame_is_not_changed() -> None:
    frame = pd.DataFrame({"a": ["1", " 2"], "b": ["x", "NA"]}, index=[5, 5])
    before = frame.copy(deep=True)
    read_table(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_text_that_needs_no_change_is_kept_as_it_is() -> None:
    frame = pd.DataFrame({"g": pd.Series(["North", "South"] * 3, dtype="str")})
    assert read_table(frame).frame["g"].tolist() == ["North", "South"] * 3
    assert read_table(frame).frame["g"].dtype == "str"


COLUMNS: dict[str, tuple[Any, Kind, str]] = {
    "int8": (pd.Series([1, 2], dtype="int8"), Kind.NUMBER, "int64"),
    "float32": (pd.Series([1.5, np.nan], dtype="float32"), Kind.NUMBER, "float64"),
    "Int64 with a gap": (pd.Series([1, None], dtype="Int64"), Kind.NUMBER, "float64"),
    "Int64": (pd.Series([1, 2], dtype="Int64"), Kind.NUMBER, "int64"),
    "uint64 beyond int64": (pd.Series([1, 2**64 - 1], dtype="uint64"), Kind.NUMBER, "float64"),
    "bool": (pd.Series([True, False]), Kind.YES_NO, "bool"),
    "boolean with a gap": (pd.Series([True, None], dtype="boolean"), Kind.YES_NO, "boolean"),
    "datetime": (pd.Series(pd.to_datetime(["2024-01-01", "2024-01-02"])), Kind.DATE, "datetime64"),
    "time zone": (pd.Series(pd.to_datetime(["2024-01-01", "2024-01-02"], utc=True)), Kind.DATE, "datetime64"),
    "period": (pd.Series(pd.period_range("2024-01", periods=2, freq="M")), Kind.DATE, "datetime64"),
    "duration": (pd.Series(pd.to_timedelta([1, 2], unit="D")), Kind.NUMBER, "float64"),
    "category": (pd.Series(["a", "b"], dtype="category"), Kind.TEXT, "str"),
    "numbers as a category": (pd.Series([3, 1], dtype="category"), Kind.NUMBER, "int64"),
    "object numbers": (pd.Series([1, 2.5], dtype=object), Kind.NUMBER, "float64"),
    "object numbers with None": (pd.Series([1, None], dtype=object), Kind.NUMBER, "float64"),
    "decimals": (pd.Series([Decimal("1.5"), Decimal(2)], dtype=object), Kind.NUMBER, "float64"),
    "object flags": (pd.Series([True, None], dtype=object), Kind.YES_NO, "boolean"),
    "dates": (pd.Series([dt.date(2024, 1, 1), None], dtype=object), Kind.DATE, "datetime64"),
    "numbers as text": (pd.Series(["1", "2"]), Kind.NUMBER, "int64"),
    "nothing": (pd.Series([None, None], dtype=object), Kind.EMPTY, "float64"),
    "all NaN": (pd.Series([np.nan, np.nan]), Kind.EMPTY, "float64"),
    "numbers and text": (pd.Series([1, "x"], dtype=object), Kind.TEXT, "str"),
    "long whole numbers": (pd.Series([12345678901234567890, 1], dtype=object), Kind.TEXT, "str"),
    "lists": (pd.Series([[1], [2]], dtype=object), Kind.TEXT, "str"),
    "complex": (pd.Series([1j, 2j]), Kind.TEXT, "str"),
    "half a surrogate pair": (pd.Series(["\ud800", "b"], dtype=object), Kind.TEXT, "str"),
    "arrow strings": (pd.Series(["a", "b"], dtype=pd.ArrowDtype(pa.string())), Kind.TEXT, "str"),
    "arrow decimals": (pd.Series([1, 2], dtype=pd.ArrowDtype(pa.int32())), Kind.NUMBER, "int64"),
    "dates before 1677": (
        pd.Series([dt.date(1, 1, 1), dt.date(9999, 12, 31)], dtype=object),
        Kind.DATE,
        "datetime",
    ),
}


@pytest.mark.parametrize(("cells", "kind", "dtype"), COLUMNS.values(), ids=COLUMNS.keys())
def test_every_dtype_becomes_one_a_table_holds(cells: pd.Series, kind: Kind, dtype: str) -> None:
    table = read_table(pd.DataFrame({"c": cells}))
    assert table.columns[0].kind is kind
    assert str(table.frame["c"].dtype).startswith(dtype)
    assert table.columns[0].missing == int(table.frame["c"].isna().sum())


def test_a_named_index_becomes_columns() -> None:
    frame = pd.DataFrame(
        {"v": [1.0, 2]}, index=pd.MultiIndex.from_tuples([("A", 1), ("B", 2)], names=["store", "week"])
    )
    table = read_table(frame)
    assert table.names == ("store", "week", "v")
    assert table.reading.notes == ("the index (store, week) became columns",)


def test_odd_column_names() -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=pd.Index(["a", "a", 7], dtype=object))
    assert read_table(frame).names == ("a", "a (2)", "7")
    levels = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("tv", "spend"), ("tv", "clicks")]))
    assert read_table(levels).names == ("tv spend", "tv clicks")


def test_arrow_and_its_stream() -> None:
    money = pa.array(["1.5", "2.5"]).cast(pa.decimal128(5, 2))
    labels = pa.array(["x", "y"]).dictionary_encode()
    arrow = pa.table({"a": [1, 2], "d": pa.array([1, 2], pa.date32()), "m": money, "s": labels})
    for source in (arrow, HandsOverArrow(arrow)):
        table = read_table(source)
        assert [c.kind for c in table.columns] == [Kind.NUMBER, Kind.DATE, Kind.NUMBER, Kind.TEXT]
        assert table.frame["m"].tolist() == [1.5, 2.5]


def test_a_mapping_of_columns() -> None:
    assert read_table({"a": [1, 2], "g": ["x", "y"]}).names == ("a", "g")


def test_parquet_round_trip_drops_the_unnamed_index() -> None:
    frame = pd.DataFrame(
        {"a": [1.5, np.nan], "g": ["x", "y"], "d": pd.to_datetime(["2024-01-01"] * 2)}, index=[7, 9]
    )
    to = io.BytesIO()
    frame.to_parquet(to)
    table = read_table(to.getvalue(), name="f.parquet")
    assert table.names == ("a", "g", "d")
    assert [c.kind for c in table.columns] == [Kind.NUMBER, Kind.TEXT, Kind.DATE]
    assert table.reading.format == "Parquet"


REFUSED: dict[str, tuple[Any, str]] = {
    "no columns": (pd.DataFrame(), "the frame has no columns"),
    "no rows": (pd.DataFrame({"a": []}), "the frame has 1 column but no rows"),
    "unequal columns": ({"a": [1], "b": [1, 2]}, "All arrays must be of the same length"),
    "too many columns": (
        pd.DataFrame(np.zeros((1, 2001))),
        "has 2,001 columns; the most that is read is 2,000",
    ),
}


@pytest.mark.parametrize(("frame", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(frame: Any, sentence: str) -> None:
    with pytest.raises(PanelwiseError, match=sentence):
        read_table(frame)


def test_parquet_limits_are_checked_from_its_metadata() -> None:
    to = io.BytesIO()
    pd.DataFrame({"a": np.zeros(200_000)}).to_parquet(to)
    with pytest.raises(PanelwiseError, match="has 200,000 rows; the most that is read is 1,000 rows"):
        read_table(to.getvalue(), name="f.parquet", limits=Limits(rows=1000))
    with pytest.raises(PanelwiseError, match=r"or more; the most that is unpacked is 0\.1 kB"):
        read_table(to.getvalue(), name="f.parquet", limits=Limits(unpacked=100))


def test_an_open_file_and_bytes_like_things() -> None:
    for source in (io.BytesIO(b"a,b\n1,2\n"), bytearray(b"a,b\n1,2\n"), memoryview(b"a,b\n1,2\n")):
        assert read_table(source, name="f.csv").names == ("a", "b")
