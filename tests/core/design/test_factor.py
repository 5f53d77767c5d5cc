"""Groups from whole numbers: by counting where the range is narrow, whatever the width of the integers."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.factor import factor


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint64"])
@pytest.mark.parametrize("values", [[3, 1, 2, 1], [127, 0, 64, 127], [5, 90, 5, 7]])
def test_codes_point_at_the_sorted_names(dtype: str, values: list[int]) -> None:
    found = factor(core.read_table(pd.DataFrame({"g": np.array(values, dtype=dtype)})), ("g",), None)
    assert [found.levels[code] for code in found.codes] == [str(v) for v in values]
    assert list(found.levels) == [str(v) for v in sorted(set(values))]


def test_differences_wider_than_the_dtype_do_not_wrap() -> None:
    found = factor(core.read_table(pd.DataFrame({"g": np.array([-128, 127, 0], dtype="int8")})), ("g",), None)
    assert [found.levels[code] for code in found.codes] == ["-128", "127", "0"]


def test_far_apart_and_huge_numbers_are_hashed() -> None:
    values = np.array([2**63 - 1, -(2**62), 7], dtype="int64")
    found = factor(core.read_table(pd.DataFrame({"g": values})), ("g",), None)
    assert [found.levels[code] for code in found.codes] == [str(v) for v in values.tolist()]


@pytest.mark.parametrize(
    "pairs",
    [
        [("x:y", "z"), ("x", "y:z")],
        [("a':'b", "c"), ("a", "b':'c"), ("a:b", "c"), ("a", "b:c")],
        [("a'", "b:c"), ("a':b", "c"), ("a''", ":b'"), ("a''::b'", "d")],
    ],
)
def test_pairs_of_values_never_share_a_name(pairs: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame(pairs * 2, columns=["o1", "o2"])
    found = factor(core.read_table(frame), ("o1", "o2"), None)
    assert len(set(found.levels)) == len(found.levels) == len(set(found.codes.tolist()))
