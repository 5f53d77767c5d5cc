"""Drafts of plans: what is typed, moved and kept."""

from types import MappingProxyType

import numpy as np
import pytest

import core
from core.decide.history import History
from dashboard.planning import (
    ALL,
    Draft,
    Move,
    Part,
    amounts,
    edited,
    moved,
    next_name,
    planned,
    read_number,
    unread,
)
from tests.core.decide.panels import panel


@pytest.fixture(scope="module")
def past() -> History:
    """Returns what twelve stores spent on two channels."""
    table = core.read_table(panel())
    return core.history(core.fit(table, "sales ~ tv + web + (1 + tv | store)"), table, channels=["tv", "web"])


def test_what_is_typed_is_the_plan_and_an_emptied_cell_is_todays(past: History) -> None:
    draft = edited(Draft(), past, {0: {"tv": 5.0}, 3: {"web": 0}}, shares=False)
    assert dict(draft.amounts) == {("s00", "tv"): 5.0, ("s03", "web"): 0.0}
    again = edited(draft, past, {0: {"tv": None}, 1: {"tv": float("nan")}, 2: {"size": 3.0}}, shares=False)
    assert dict(again.amounts) == {("s03", "web"): 0.0}


def test_percent_is_of_todays_amount(past: History) -> None:
    draft = edited(Draft(), past, {2: {"tv": 10}, 4: {"tv": 0}}, shares=True)
    assert dict(draft.amounts) == {("s02", "tv"): pytest.approx(1.1 * past.now[2, 0], rel=1e-12)}


def test_cells_of_other_models_are_kept_and_told(past: History) -> None:
    kept = MappingProxyType({("s00", "tv"): 9.0, ("s00", "radio"): 4.0, ("gone", "tv"): 1.0})
    plan, lost = planned(Draft(amounts=kept), past, 3)
    assert plan.spend[0, 0] == 9.0
    assert set(lost) == {("s00", "radio"), ("gone", "tv")}
    assert amounts(plan, kept)[("s00", "radio")] == 4.0


def test_a_move_between_parts_that_overlap_takes_from_the_rest_only(past: History) -> None:
    top = Part("tier", "1")
    members = {ALL: past.levels, top: past.levels[:3]}
    after = moved(core.today(past), Move("tv", 10.0, ALL, top), members)
    change = after.spend[:, 0] - past.now[:, 0]
    assert np.all(change[:3] > 0)
    assert change[3:] == pytest.approx(-0.1 * past.now[3:, 0])
    assert abs(change.sum()) < 1e-9


def test_no_two_scenarios_have_one_name() -> None:
    assert next_name("A", ["B"]) == "A"
    assert next_name("A", ["A", "A (2)"]) == "A (3)"


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("12.5", ".", 12.5),
        ("12,5", ".", 12.5),
        ("12,5", ",", 12.5),
        ("1.200", ",", 1200.0),
        ("1.200", ".", 1.2),
        ("1,200", ".", 1200.0),
        ("1,234.5", ".", 1234.5),
        ("1.234,5", ".", 1234.5),
        ("1,234,567", ".", 1234567.0),
        ("0,125", ".", 0.125),
        (" +10 % ", ".", 10.0),
        ("\u22125", ".", -5.0),
        ("€ 3", ",", 3.0),
        ("abc", ".", None),
        ("1e5", ".", None),
        ("--1", ".", None),
        ("9" * 50, ".", None),
    ],
)
def test_numbers_are_read_with_either_decimal_mark(text: str, mark: str, number: float | None) -> None:
    assert read_number(text, mark) == number


def test_what_is_no_amount_is_told_and_changes_nothing(past: History) -> None:
    rows = {0: {"tv": "12,5", "web": "abc"}, 1: {"tv": "-5"}, 2: {"tv": ""}}
    draft = edited(Draft(), past, rows, shares=False)
    assert dict(draft.amounts) == {("s00", "tv"): 12.5}
    assert unread(past, rows, False, ".") == (("s00", "web", "abc"), ("s01", "tv", "-5"))
    assert unread(past, {1: {"tv": "-5"}}, True, ".") == ()
