"""Simple rules for the same money."""

import numpy as np
import pytest

from core.decide.allocation import Solved
from core.decide.allocation_baselines import best_raw, moved_equally, nothing_moved
from core.decide.allocation_errors import NoOwnEstimates
from core.decide.allocation_problem import problem
from core.decide.allocation_search import given, most_expected
from tests.core.decide.allocations import IDENTITY, SQRT, drawn


def test_no_change_is_exactly_that() -> None:
    plan = nothing_moved(most_expected(drawn(1, 6, (IDENTITY, SQRT))))
    assert (plan.change.draws == 0.0).all()
    assert plan.solved is Solved.GIVEN


@pytest.mark.parametrize("budget", [0.9, 1.0, 1.1])
def test_an_equal_move_has_the_plans_totals_by_channel(budget: float) -> None:
    plan = most_expected(drawn(2, 12, (IDENTITY, SQRT), budget=budget))
    equal = moved_equally(plan)
    assert equal.moved.sum(axis=0) == pytest.approx(plan.moved.sum(axis=0), rel=1e-12)
    assert plan.problem.allows(equal.spend)


def test_an_equal_move_is_equal_where_no_bound_stops_it() -> None:
    now = np.full((4, 2), 10.0)
    asked = problem(np.ones((3, 4, 2)), (IDENTITY, IDENTITY), now)
    plan = given(asked, now + np.array([[2.0, -2.0], [0.0, 0.0], [2.0, -2.0], [0.0, 0.0]]))
    assert moved_equally(plan).moved == pytest.approx(np.tile([1.0, -1.0], (4, 1)))


def test_what_one_group_cannot_take_the_others_share() -> None:
    now = np.full((3, 1), 10.0)
    high = np.array([[10.5], [20.0], [20.0]])
    asked = problem(np.ones((3, 3, 1)), (IDENTITY,), now, high=high, budget=33.0)
    plan = given(asked, now + np.array([[0.0], [3.0], [0.0]]))
    assert moved_equally(plan).moved[:, 0] == pytest.approx([0.5, 1.25, 1.25])


def test_the_best_raw_group_gets_the_money_and_the_others_pay_in_proportion() -> None:
    now = np.full((4, 1), 10.0)
    high = np.full((4, 1), 16.0)
    asked = problem(np.ones((3, 4, 1)), (IDENTITY,), now, high=high)
    plan = given(asked, now + np.array([[3.0], [1.0], [-3.0], [-1.0]]))
    raw = np.array([[1.0], [np.nan], [5.0], [2.0]])
    assert best_raw(plan, raw).moved[:, 0] == pytest.approx([-4 / 3, -4 / 3, 4.0, -4 / 3])


def test_money_beyond_the_best_ones_bound_goes_to_the_next() -> None:
    now = np.full((4, 1), 10.0)
    asked = problem(np.ones((3, 4, 1)), (IDENTITY,), now)
    plan = given(asked, now + np.array([[3.0], [2.0], [-3.0], [-2.0]]))
    moved = best_raw(plan, np.array([[1.0], [4.0], [5.0], [2.0]])).moved[:, 0]
    assert moved == pytest.approx([-2.5, 2.0, 3.0, -2.5])


def test_the_best_raw_return_is_of_the_next_unit_of_money() -> None:
    """A square root at 100 gives 1 / 20 a unit, at 1 a half: the small spender wins with a smaller slope."""
    now = np.array([[100.0], [1.0], [50.0]])
    asked = problem(np.ones((2, 3, 1)), (SQRT,), now)
    plan = given(asked, now + np.array([[0.2], [0.0], [-0.2]]))
    moved = best_raw(plan, np.array([[8.0], [1.0], [0.1]])).moved[:, 0]
    assert moved[1] == pytest.approx(0.2)
    assert moved.sum() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("budget", [0.85, 1.0, 1.2])
def test_rules_keep_the_budget_and_never_beat_the_optimum(seed: int, budget: float) -> None:
    asked = drawn(seed, 9, (IDENTITY, SQRT), budget=budget)
    plan = most_expected(asked)
    raw = asked.gains[0]
    for rule in (moved_equally(plan), best_raw(plan, raw)):
        assert asked.allows(rule.spend)
        assert rule.change.mean <= plan.change.mean + 1e-9 * abs(plan.change.mean)
        spent = float((plan.moved).sum())
        assert float(rule.moved.sum()) == pytest.approx(spent, abs=1e-9 * asked.budget)


def test_groups_without_an_own_estimate_get_nothing_even_where_room_ends() -> None:
    plan = most_expected(drawn(3, 4, (IDENTITY,)))
    raw = np.array([[np.nan], [np.nan], [np.nan], [2.0]])
    moved = best_raw(plan, raw).moved[:, 0]
    assert (moved[:3] <= 0).all()
    with pytest.raises(NoOwnEstimates):
        best_raw(plan, np.full((4, 1), np.nan))


def test_a_root_at_nothing_is_filled_first() -> None:
    asked = drawn(4, 3, (SQRT,))
    now = np.array([[0.0], [4.0], [4.0]])
    asked = problem(asked.gains, (SQRT,), now, low=0.5 * now, high=now + 1.0)
    plan = most_expected(asked)
    moved = best_raw(plan, np.array([[0.5], [9.0], [-1.0]])).moved[:, 0]
    assert moved[0] >= moved[1] >= moved[2]
