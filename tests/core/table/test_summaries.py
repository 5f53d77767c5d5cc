"""The Data page's tables against sums done by hand or by pandas."""

import numpy as np
import pandas as pd
import pytest

from core.table.read import read_table
from core.table.summaries import outcome_by, presence, rows_per_group, trajectories, within_shares
from core.table.within import within_share

FRAME = pd.DataFrame(
    {
        "store": ["B", "B", "A", "A", "A", None],
        "week": [1, 2, 1, 1, 3, 1],
        "sales": [1.0, 3.0, 5.0, 7.0, np.nan, 9.0],
        "bought": [True, False, True, True, False, True],
        "size": [2.0, 2.0, 4.0, 4.0, 4.0, 1.0],
    }
)
TABLE = read_table(FRAME)


def test_rows_per_group() -> None:
    assert rows_per_group(TABLE, "store")["rows"].to_dict() == {"A": 3, "B": 2}


def test_presence_counts_rows_per_cell() -> None:
    cells = presence(TABLE, "store", "week")
    assert cells.index.tolist() == ["B", "A"]
    assert cells.columns.tolist() == [1, 2, 3]
    assert cells.to_numpy().tolist() == [[1, 1, 0], [2, 0, 1]]


def test_outcome_by_period() -> None:
    by = outcome_by(TABLE, "sales", "week")
    assert by["n"].tolist() == [4, 1, 0]
    assert by["mean"].tolist()[:2] == [5.5, 3.0]
    # sd of 1, 5, 7, 9 is sqrt(35/3); the two roads differ by rounding only
    assert by["std_error"].iloc[0] == pytest.approx(np.sqrt(35 / 3 / 4), rel=1e-14)
    assert by["std_error"].isna().tolist() == [False, True, True]


def test_rates_of_a_yes_no_outcome() -> None:
    by = outcome_by(TABLE, "bought", "store")
    assert by.loc["A", "mean"] == pytest.approx(2 / 3, rel=1e-14)  # one division against two
    assert by["share"].tolist() == [0.6, 0.4]


def test_trajectories_of_chosen_groups() -> None:
    lines = trajectories(TABLE, "sales", "store", "week", ["A", "B"])
    assert lines.columns.tolist() == ["A", "B"]
    assert lines.loc[1].tolist() == [6.0, 1.0]


def test_within_share_by_two_roads() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"g": rng.integers(0, 7, 300).astype(str), "x": rng.normal(size=300) + 100})
    frame["x"] += frame["g"].astype(float)
    inner = frame["x"] - frame.groupby("g")["x"].transform("mean")
    share = (inner**2).sum() / ((frame["x"] - frame["x"].mean()) ** 2).sum()
    # the mean of 100 costs two of sixteen digits on pandas' road
    assert within_share(read_table(frame, kinds={"g": "text"}), "x", "g") == pytest.approx(share, rel=1e-11)


def test_within_share_at_its_ends() -> None:
    assert within_share(TABLE, "size", "store") == 0.0
    same = read_table(pd.DataFrame({"g": ["a", "a", "b", "b"], "x": [1.0, 2, 1, 2]}))
    assert within_share(same, "x", "g") == 1.0
    assert np.isnan(within_share(read_table(pd.DataFrame({"g": ["a", "b"], "x": [0.1, 0.1]})), "x", "g"))


def test_within_share_survives_infinities_and_large_numbers() -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b", "b", "b"], "x": [1e300, 2e300, 1e300, 2e300, np.inf]})
    assert within_share(read_table(frame), "x", "g") == 1.0


def test_within_shares_are_sorted_and_leave_text_out() -> None:
    shares = within_shares(TABLE, ["size", "sales", "store"], "store")
    assert shares.index.tolist() == ["sales", "size"]
