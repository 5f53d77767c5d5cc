"""Searched plans: how they are read, what leaves them as they are, and how sure they are."""

import numpy as np
import pytest

from core.decide.allocation import Solved
from core.decide.allocation_errors import BadGains, BadTail, FloorTooHigh
from core.decide.allocation_fill import fill
from core.decide.allocation_problem import Problem, problem
from core.decide.allocation_search import best_protected, given, most_expected, robust
from tests.core.decide.allocations import IDENTITY, LOG1P, SQRT, drawn

CURVES = (IDENTITY, SQRT, LOG1P)
GOALS = (most_expected, best_protected)


@pytest.mark.parametrize("goal", GOALS)
def test_the_figures_are_those_of_the_draws(goal) -> None:
    asked = drawn(1, 10, CURVES, charge=0.3)
    plan = goal(asked, tail=0.1)
    change = asked.change(plan.spend, asked.gains)
    worst = np.sort(change)[:20]  # a tenth of 200
    assert plan.solved is Solved.OPTIMUM
    assert plan.change.mean == pytest.approx(change.mean(), rel=1e-14)
    assert plan.change.tail_mean == pytest.approx(worst.mean(), rel=1e-12)
    assert plan.change.p_better == (change > 0).mean()
    assert plan.change.percentile_5 == pytest.approx(np.quantile(change, 0.05), rel=1e-14)
    assert 0.0 <= plan.gap <= 1e-6 * plan.change.mean
    assert plan.outlook is plan.change


@pytest.mark.parametrize("goal", GOALS)
def test_the_unit_of_money_does_not_matter(goal) -> None:
    asked = drawn(2, 10, CURVES)
    cents = problem(100.0 * asked.gains, CURVES, asked.now)
    plan, other = goal(asked), goal(cents)
    # A search ends within a millionth of the optimum, where plans differ by its root at most.
    assert other.spend == pytest.approx(plan.spend, rel=1e-4)
    assert other.change.tail_mean == pytest.approx(100.0 * plan.change.tail_mean, rel=1e-6)
    assert other.worth == pytest.approx(100.0 * plan.worth, rel=1e-4)
    assert np.abs(other.robust - plan.robust).max() <= 0.01


@pytest.mark.parametrize("goal", GOALS)
def test_the_unit_of_spend_does_not_matter(goal) -> None:
    asked = drawn(3, 10, (IDENTITY, SQRT))
    gains = asked.gains / np.array([1000.0, np.sqrt(1000.0)])
    other = problem(gains, asked.curves, 1000.0 * asked.now, price=np.full(2, 1e-3))
    plan, same = goal(asked), goal(other)
    assert same.spend == pytest.approx(1000.0 * plan.spend, rel=1e-4)
    assert same.change.tail_mean == pytest.approx(plan.change.tail_mean, rel=1e-6)


@pytest.mark.parametrize("goal", GOALS)
def test_the_order_of_groups_does_not_matter(goal) -> None:
    asked = drawn(4, 10, CURVES)
    order = np.random.default_rng(0).permutation(10)
    plan, other = goal(asked), goal(problem(asked.gains[:, order], CURVES, asked.now[order]))
    assert other.spend == pytest.approx(plan.spend[order], rel=1e-4)
    assert other.change.tail_mean == pytest.approx(plan.change.tail_mean, rel=1e-6)


@pytest.mark.parametrize("goal", GOALS)
def test_without_a_reason_nothing_moves(goal) -> None:
    now = np.random.default_rng(5).gamma(4.0, 5.0, (8, 2))
    for gains in (np.zeros((50, 8, 2)), np.full((50, 8, 2), 1.3)):
        plan = goal(problem(gains, (IDENTITY, IDENTITY), now))
        assert (plan.spend == now).all()
        assert plan.solved is Solved.STAY
        assert (plan.change.mean, plan.change.p_better, plan.gap) == (0.0, 0.0, 0.0)
        assert (plan.robust == 1.0).all()


def test_protection_stays_where_every_move_may_lose() -> None:
    """Groups whose returns differ by chance alone: on average a move wins a little, in its tail it loses."""
    rng = np.random.default_rng(6)
    now = rng.gamma(4.0, 5.0, (6, 1))
    asked = problem(1.0 + rng.standard_normal((400, 6, 1)), (IDENTITY,), now)
    plan = best_protected(asked)
    assert plan.solved is Solved.STAY
    assert (plan.spend == now).all()
    assert most_expected(asked).change.mean > 0.0


def test_a_budget_that_todays_spend_breaks_is_kept() -> None:
    asked = drawn(7, 10, (IDENTITY, SQRT), budget=0.8)
    for goal in GOALS:
        plan = goal(asked)
        assert plan.solved is Solved.OPTIMUM
        assert asked.allows(plan.spend)
        assert plan.change.mean < 0.0


def test_protection_has_the_better_tail_and_the_lower_mean() -> None:
    asked = drawn(8, 20, (IDENTITY, SQRT), n=1000)
    safe, bold = best_protected(asked), most_expected(asked)
    assert safe.change.tail_mean > bold.change.tail_mean
    assert safe.change.percentile_5 > bold.change.percentile_5
    assert safe.change.mean < bold.change.mean


def test_figures_on_the_draws_a_plan_was_chosen_on_flatter_it() -> None:
    """Thirty draws choose a plan; four thousand others say what it is worth."""
    falls = []
    for seed in range(30):
        asked = drawn(100 + seed, 12, (IDENTITY, SQRT), n=4_030)
        few = problem(asked.gains[:30], asked.curves, asked.now)
        plan = best_protected(few, fresh=asked.gains[30:])
        assert plan.outlook is plan.fresh
        falls.append((plan.change.tail_mean - plan.fresh.tail_mean) / plan.change.mean)
    # Each of thirty seeds falls by chance too; on average by far more than their standard error.
    assert np.mean(falls) > 3 * np.std(falls) / np.sqrt(30)


def test_a_move_is_robust_where_every_draw_would_make_it() -> None:
    rng = np.random.default_rng(9)
    now = np.full((4, 1), 10.0)
    level = np.array([4.0, 0.0, 2.0, 2.0])
    asked = problem(level[:, None] + 0.3 * rng.standard_normal((500, 4, 1)), (IDENTITY,), now)
    plan = most_expected(asked)
    assert plan.robust[:2, 0] == pytest.approx([1.0, 1.0])  # four and nothing against two: never in doubt
    assert 0.3 < plan.robust[2, 0] < 0.7  # a coin's throw: 200 draws, 3.5 points
    assert plan.at_high[0, 0]
    assert plan.at_low[1, 0]


def test_robustness_is_the_share_of_draws_own_plans() -> None:
    asked = drawn(10, 6, CURVES, n=60)
    plan = most_expected(asked)
    own = np.array([fill(asked, asked.gains[k : k + 1]).spend[0] for k in range(60)])
    same = np.sign(own - asked.now) == np.sign(plan.spend - asked.now)
    assert robust(asked, plan.spend) == pytest.approx(same.mean(axis=0), abs=1e-12)


def test_a_given_plan_is_read_alike() -> None:
    asked = drawn(11, 5, (IDENTITY, SQRT))
    plan = given(asked, asked.high)
    assert plan.solved is Solved.GIVEN
    assert plan.change.mean == pytest.approx(asked.change(asked.high, asked.gains).mean())
    assert np.isnan([plan.worth, plan.gap]).all()


@pytest.mark.parametrize("tail", [0, 1, -0.1, 5, True, "0.05", float("nan")])
def test_a_tail_that_is_no_share_is_refused(tail) -> None:
    with pytest.raises(BadTail, match="Give a share such as"):
        best_protected(drawn(12, 2, (IDENTITY,)), tail=tail)


def test_fresh_draws_of_other_groups_are_refused() -> None:
    asked = drawn(13, 3, (IDENTITY,))
    with pytest.raises(BadGains):
        most_expected(asked, fresh=np.ones((10, 2, 1)))


def test_a_floor_above_the_largest_mean_is_refused_with_that_figure() -> None:
    asked = drawn(14, 3, (SQRT, SQRT))
    most = most_expected(asked).change.mean
    with pytest.raises(FloorTooHigh) as refused:
        best_protected(asked, floor=2 * most)
    assert refused.value.most == pytest.approx(most, rel=1e-12)


def test_wider_bounds_never_bring_less() -> None:
    values = []
    for wide in (0.1, 0.3, 0.6):
        asked: Problem = drawn(15, 10, CURVES, wide=wide)
        values.append((most_expected(asked).change.mean, best_protected(asked).change.tail_mean))
    assert (np.diff(np.array(values), axis=0) > 0).all()
