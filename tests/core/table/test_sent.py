"""A table that travels as bytes arrives as it was: cells, kinds, notes, reading, fingerprint."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core
from core.table.sent import UnreadableTable, table_from_bytes, table_to_bytes
from tests.strategies import column_names


def same(table: core.Table) -> None:
    again = table_from_bytes(table_to_bytes(table))
    assert (again.columns, again.name, again.reading) == (table.columns, table.name, table.reading)
    pd.testing.assert_frame_equal(again.frame, table.frame, check_exact=True)
    assert core.fingerprint(again) == core.fingerprint(table)


@pytest.mark.parametrize("name", [sample.key for sample in core.samples()])
def test_a_sample_arrives_as_it_was(name: str) -> None:
    same(core.read_sample(name))


def test_every_kind_of_cell_arrives_as_it_was() -> None:
    rows = "store;day;sales;share;open;note;none\nA;3.1.2024;1.234,5;12 %;yes;x;\n\nB;4.1.2024;7;n/k;no;;\n"
    same(core.read_table(rows.encode() * 1, name="Kasse <b>.csv"))
    n = 40
    frame = pd.DataFrame(
        {
            "int": np.arange(n),
            "float": np.where(np.arange(n) % 7 == 0, np.nan, np.arange(n) / 3),
            "far": np.linspace(-1e300, 1e300, n),
            "when": pd.date_range("2024-01-01", periods=n).where(np.arange(n) % 5 > 0),
            "flag": pd.array([None, True, False, True] * 10, dtype="boolean"),
            "sure": [True, False] * 20,
            "text": ["größe", None, "=cmd()", "😀"] * 10,
            "nothing": [None] * n,
        }
    )
    same(core.read_table(frame))


@given(st.lists(column_names(), min_size=1, max_size=4, unique=True), st.integers(1, 5))
def test_any_names_arrive_as_they_were(names: list[str], rows: int) -> None:
    frame = pd.DataFrame({name: [f"{k}a" for k in range(rows)] for name in names})
    same(core.read_table(frame))


@pytest.mark.parametrize("cut", [0, 3, 50, 400, -1])
def test_damage_is_said_in_a_sentence(cut: int) -> None:
    whole = table_to_bytes(core.read_sample("retail_panel"))
    with pytest.raises(UnreadableTable, match="not a Panelwise table"):
        table_from_bytes(whole[:cut])


def test_another_parquet_file_is_not_a_table() -> None:
    with pytest.raises(UnreadableTable, match="KeyError"):
        table_from_bytes(pd.DataFrame({"a": [1]}).to_parquet())
