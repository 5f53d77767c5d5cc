"""Shares over time against sums by pandas and by hand."""

import numpy as np
import pandas as pd
import pytest

from core.table.rates import Yes
from core.table.read import read_table
from core.table.share_by import share_by, share_paths, tried_a_cell
from core.table.wilson import wilson

RNG = np.random.default_rng(4)
FRAME = pd.DataFrame(
    {
        "store": np.repeat(["A", "B", "C"], 40),
        "week": np.tile(np.repeat([9, 10, 11, 12], 10), 3),
        "result": np.where(RNG.random(120) < 0.3, "Bought", "Left"),
    }
)
TABLE, YES = read_table(FRAME), Yes("result", event="Bought")


def test_shares_of_a_text_by_period_keep_the_order_of_numbers() -> None:
    found = share_by(TABLE, YES, "week")
    assert found.index.tolist() == [9, 10, 11, 12]  # as numbers, not as texts
    plain = (FRAME["result"] == "Bought").groupby(FRAME["week"]).mean()
    assert found["mean"].tolist() == pytest.approx(plain.tolist(), rel=1e-14)
    low, high = wilson(30 * plain.to_numpy(), np.full(4, 30.0), 0.95)
    assert found["low"].tolist() == pytest.approx(low.tolist())
    assert found["high"].tolist() == pytest.approx(high.tolist())


def test_the_other_value_has_the_rest() -> None:
    left = share_by(TABLE, Yes("result", event="Left"), "store")["mean"]
    assert (left + share_by(TABLE, YES, "store")["mean"]).tolist() == pytest.approx([1, 1, 1])


def test_paths_are_shares_by_cell() -> None:
    paths = share_paths(TABLE, YES, "store", "week", ["C", "A"])
    assert paths.columns.tolist() == ["C", "A"]
    mine = FRAME[(FRAME["store"] == "C") & (FRAME["week"] == 10)]
    assert paths.loc[10, "C"] == pytest.approx((mine["result"] == "Bought").mean())
    assert tried_a_cell(TABLE, YES, "store", "week") == 10


def test_successes_are_of_their_trials() -> None:
    table = read_table(
        pd.DataFrame({"g": ["a", "a", "b"], "t": [1, 2, 2], "won": [1, 2, 3], "of": [4, 4, 0]})
    )
    yes = Yes("won", trials="of")
    assert share_by(table, yes, "g")["mean"].to_dict() == {"a": 3 / 8}  # of b nothing was tried
    assert share_paths(table, yes, "g", "t", ["a", "b"])["a"].tolist() == [0.25, 0.5]
