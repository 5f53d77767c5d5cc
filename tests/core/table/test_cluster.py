"""Rows that are alike say less: the inflation by two roads, and intervals that keep their level."""

import numpy as np
import pandas as pd
import pytest

from core.table.cluster import effective
from core.table.rates import Tally, Yes, rates, shares, tally
from core.table.read import read_table
from core.table.samples import read_sample


def test_inflation_is_that_of_a_clustered_regression() -> None:
    """statsmodels' intercept with clustered errors, turned from log-odds into a rate; rounding only."""
    from statsmodels.api import GLM, families

    frame = read_sample("ab_test").frame
    mine = frame[frame["variant"] == "B"]
    y, users = mine["converted"].to_numpy(dtype=float), pd.factorize(mine["user"])[0].astype(np.int64)
    fit = GLM(y, np.ones((len(y), 1)), family=families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": users}
    )
    rate = y.mean()
    variance = (fit.bse[0] * rate * (1 - rate)) ** 2
    count = effective(y, np.ones(len(y)), np.zeros(len(y), dtype=np.int64), users, 1).number
    assert count[0] == pytest.approx(rate * (1 - rate) / variance, rel=1e-6)
    assert count[0] < 0.7 * len(y)


def test_rows_that_repeat_nobody_count_in_full() -> None:
    """Each row its own group, or of none: J / (J - 1) is all that is left of the inflation."""
    rng = np.random.default_rng(3)
    y, one, cell = (rng.random(500) < 0.3) * 1.0, np.ones(500), np.zeros(500, dtype=np.int64)
    own = effective(y, one, cell, np.arange(500), 1).number
    assert own[0] == pytest.approx(500, rel=1 / 499)
    assert effective(y, one, cell, np.full(500, -1), 1).number[0] == own[0]


def test_every_row_five_times_counts_once() -> None:
    rng = np.random.default_rng(4)
    y, one = np.repeat((rng.random(200) < 0.3) * 1.0, 5), np.ones(1000)
    groups = np.repeat(np.arange(200), 5)
    count = effective(y, one, np.zeros(1000, dtype=np.int64), groups, 1).number
    assert count[0] == pytest.approx(200, rel=1 / 199)


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_few_groups_or_one_outcome_leave_rows_as_they_are(rate: float) -> None:
    cell, one = np.zeros(60, dtype=np.int64), np.ones(60)
    assert effective(np.full(60, rate), one, cell, np.repeat(np.arange(20), 3), 1).number[0] == 60
    y = np.tile([0.0, 0.0, 1.0], 20)
    assert effective(y, one, cell, np.repeat(np.arange(3), 20), 1).number[0] == 60
    assert effective(y[:0], one[:0], cell[:0], cell[:0], 2).number.tolist() == [0, 0]


def test_intervals_keep_their_level_where_users_repeat() -> None:
    """120 samples of 150 users with 1 to 8 sessions whose log-odds differ by an SD of 1.2.

    Held by 95 % of the intervals, give or take 6 points (three standard errors of 120 draws); those that
    take sessions for independent hold it far less often.
    """
    rng = np.random.default_rng(11)
    truth = 1 / (1 + np.exp(-(-1.5 + 1.2 * rng.standard_normal(400_000))))
    held = {"user": 0, None: 0}
    for _ in range(120):
        users = np.repeat(np.arange(150), rng.integers(1, 9, 150))
        p = 1 / (1 + np.exp(-(-1.5 + 1.2 * rng.standard_normal(150))))[users]
        y = (rng.random(len(users)) < p).astype(int)
        table = read_table(pd.DataFrame({"user": users, "y": y, "all": "all"}))
        for alike in held:
            cell = rates(tally(table, Yes("y", alike=alike), ["all"])).cells.iloc[0]
            held[alike] += bool(cell["low"] <= truth.mean() <= cell["high"])
    assert held["user"] / 120 == pytest.approx(0.95, abs=0.06)
    assert held[None] / 120 < 0.92


@pytest.mark.parametrize(("groups", "cells"), [(8, 1), (5, 4)])
def test_intervals_keep_their_level_where_groups_are_few(groups: int, cells: int) -> None:
    """400 samples of 40 rows a group whose log-odds differ by an SD of 1, in cells of few groups.

    Of 400 coverages the standard error is 1.1 points; with rows that count in full it was 64 %.
    """
    rng = np.random.default_rng(6)
    truth = (1 / (1 + np.exp(-rng.standard_normal(400_000)))).mean()
    group = np.repeat(np.arange(groups * cells), 40)
    held = []
    for _ in range(400):
        p = 1 / (1 + np.exp(-rng.standard_normal(groups * cells)))[group]
        won = (rng.random(len(group)) < p) * 1.0
        rows = Tally(
            won, np.ones(len(won)), (group % cells)[:, None], ("c",), (tuple("abcd"[:cells]),), group, 0
        )
        cell = rates(rows).cells.iloc[0]
        held.append(bool(cell["low"] <= truth <= cell["high"]))
    assert 0.92 < np.mean(held) < 0.985


def test_a_category_that_is_the_group_itself_is_not_inflated() -> None:
    table = read_sample("conversions")
    plain = rates(tally(table, Yes("converted"), ["landing_page"])).cells
    alike = rates(tally(table, Yes("converted", alike="landing_page"), ["landing_page"])).cells
    pd.testing.assert_frame_equal(plain, alike)


def test_shares_among_the_yes_allow_for_users_too() -> None:
    table, by = read_sample("ab_test"), ["device", "variant"]
    plain = shares(tally(table, Yes("converted"), by), "B")
    alike = shares(tally(table, Yes("converted", alike="user"), by), "B")
    assert plain["of_won"].to_list() == alike["of_won"].to_list()
    wider = (alike["won_high"] - alike["won_low"]) / (plain["won_high"] - plain["won_low"])
    assert (wider > 1.1).all()


def test_where_no_cell_holds_two_groups_nothing_is_known_and_said() -> None:
    """Two users in three cells each tell how alike their rows are; one a cell tells nothing."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"user": list("abcd") * 50, "won": rng.integers(0, 2, 200)})
    frame["page"] = frame["user"].str.upper()
    frame["half"] = frame["user"].isin(["a", "b"]).map({True: "first", False: "last"})
    table = read_table(frame)
    for by, unknown in (("page", True), ("half", False)):
        assert rates(tally(table, Yes("won", alike="user"), [by])).too_sure is unknown
        assert not rates(tally(table, Yes("won"), [by])).too_sure
