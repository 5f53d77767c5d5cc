"""Pictures of several groupings: every mark carries its group, and no name acts as markup."""

import numpy as np
import pandas as pd
import pytest

from dashboard.charts.meetings import MOST, counted, meetings_chart, most_met
from dashboard.charts.within import within_chart
from dashboard.report import finance
from dashboard.theme import DARK, LIGHT

NAMES = ["<b>x</b>", "=1+1", "a:b", "plain"]


def pairs(times: int = 1) -> pd.DataFrame:
    one, other = np.repeat(NAMES, 3), np.tile(["<i>1</i>", "2", "3"], 4)
    frame = pd.DataFrame({"one": one, "other": other, "rows": times, "mean": np.arange(12.0)})
    return frame.drop(index=[4, 7])


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_grid_marks_the_pairs_that_occur(theme) -> None:
    drawn = meetings_chart(
        pairs(2),
        (NAMES, ["<i>1</i>", "2", "3"]),
        theme,
        labels=(str, str),
        says=("<u>y</u>", "weeks"),
        selected="a:b",
    )
    grid, cells = drawn.data
    assert np.isnan(np.array(grid.z, dtype=float)).sum() == 2
    assert list(cells.customdata) == list(pairs()["one"])
    assert drawn.layout.yaxis.ticktext[0] == "&lt;b&gt;x&lt;/b&gt;"
    assert "&lt;i&gt;1&lt;/i&gt;" in cells.hovertext[0] and "&lt;u&gt;" in cells.hovertext[0]
    assert [note.text for note in drawn.layout.annotations] == ["2"] * 10
    assert len(drawn.layout.shapes) == 1


def test_counts_are_written_only_where_they_say_something() -> None:
    assert not counted(pairs(1), ["1"] * 3)
    assert not counted(pairs(2), ["1"] * 40)


def test_the_groups_with_most_partners_are_drawn_and_the_chosen_one_stays() -> None:
    many = pd.DataFrame({"one": [str(k) for k in range(50) for _ in range(1 + k % 3)]})
    many = many.assign(other=[str(k) for k in range(len(many))], rows=1)
    kept = most_met(many, "one", "0")
    assert len(kept) == MOST and "0" in kept
    assert set(kept) - {"0"} <= {str(k) for k in range(50) if k % 3}


@pytest.mark.parametrize("own", [True, False])
def test_a_row_an_outer_group(own: bool) -> None:
    table = pd.DataFrame({"tv": [1.0, 2.0, 3.0, 4.0]}, index=NAMES)
    table = table.assign(tv_se=0.1, tv_low=table["tv"] - 0.2, tv_high=table["tv"] + 0.2)
    outer = table.iloc[:2].rename(index={"=1+1": "South"})
    drawn = within_chart(
        table,
        "tv",
        {"<b>x</b>": "<b>x</b>", "=1+1": "South", "a:b": "South", "plain": "South"},
        outer if own else outer[[]],
        (2.0, 1.5, 2.5),
        LIGHT,
        says="sales per unit of tv",
        width="95 %",
        labels=(str, str),
        selected="a:b",
    )
    dots = next(trace for trace in drawn.data if trace.customdata)
    assert list(dots.customdata) == NAMES
    assert list(dots.y) == [0, 1, 1, 1]
    assert drawn.layout.yaxis.ticktext == ("&lt;b&gt;x&lt;/b&gt;", "South")
    assert any("itself" in str(trace.hovertext) for trace in drawn.data) is own


def test_handed_over_tables_leave_out_what_no_group_has() -> None:
    raw = pd.DataFrame({"n": [5, 6], "tv": [np.nan, np.nan]}, index=["a", "b"])
    table = pd.DataFrame(
        {name: [1.0, 2.0] for name in ("tv", "tv_low", "tv_high", "tv_se")}, index=["a", "b"]
    )
    alone, among = (
        finance.groups(table, raw, {"tv": "sales per tv"}, "95 %", only) for only in (True, False)
    )
    assert "sales per tv, its own rows alone" in alone
    assert not any("own rows" in name for name in among)
    day = pd.Timestamp("2026-01-01").date()
    assert "grouping" not in finance.origin("d", "f", "y ~ x", "REML", 0, day, "95 % interval")
