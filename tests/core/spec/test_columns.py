"""Columns that the table does not have."""

import pytest
from hypothesis import given

from core.errors import UnknownColumn
from core.spec.columns import check_columns
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.formula import parse_formula, write_formula
from core.spec.model import ModelSpec, columns_used
from tests.strategies import specs

TEXT = "sales ~ youtube + within(yuotube, store) + (1 | store)"
TABLE = ("sales", "youtube", "store", "log")


def test_a_table_with_all_columns_passes() -> None:
    check_columns(parse_formula("sales ~ youtube + (1 | store)"), TABLE)


def test_without_text_the_column_is_named() -> None:
    with pytest.raises(UnknownColumn, match=r"^No column is called 'yuotube'"):
        check_columns(parse_formula(TEXT), TABLE)


def test_with_text_the_error_points_at_the_name() -> None:
    with pytest.raises(FormulaError) as caught:
        check_columns(parse_formula(TEXT), TABLE, TEXT)
    error = caught.value
    assert (error.fault, error.position, error.length) == (Fault.NO_COLUMN, TEXT.index("yuotube"), 7)
    assert str(error) == (
        "No column is called 'yuotube'. Did you mean 'youtube'? The table has: sales, youtube, store, log."
    )
    assert isinstance(error.__cause__, UnknownColumn)


def test_a_function_is_not_taken_for_a_column_of_that_name() -> None:
    text = "sales ~ log(youtube) + log"
    with pytest.raises(FormulaError) as caught:
        check_columns(parse_formula(text), ("sales", "youtube"), text)
    assert caught.value.position == len(text) - 3


@given(specs())
def test_every_column_used_is_found_in_the_text(spec: ModelSpec) -> None:
    text = write_formula(spec)
    columns = columns_used(spec)
    check_columns(spec, columns, text)
    for missing in columns:
        with pytest.raises(FormulaError) as caught:
            check_columns(spec, [c for c in columns if c != missing], text)
        place = slice(caught.value.position, caught.value.position + caught.value.length)
        assert text[place] in (missing, "`" + missing.replace("`", "``") + "`")
