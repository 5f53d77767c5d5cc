"""Filling: the largest gain against grids and HiGHS, the price of money, and ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from core.decide.allocation_fill import fill
from core.decide.allocation_problem import Problem, problem
from core.decide.curve import Curve
from tests.core.decide.allocations import IDENTITY, LOG, LOG1P, SQRT, changes, drawn, grid

CASES = [
    (2, (IDENTITY, IDENTITY)),
    (2, (SQRT, LOG)),
    (2, (IDENTITY, SQRT)),
    (3, (IDENTITY,)),
    (3, (LOG1P,)),
    (3, (LOG,)),
]


def best(asked: Problem) -> tuple[np.ndarray, float, float]:
    """The plan for the average gains, what it brings, and the price of the budget."""
    average = asked.gains.mean(axis=0)[None]
    found = fill(asked, average)
    return found.spend[0], float(asked.change(found.spend[0], average)[0]), float(found.worth[0])


@pytest.mark.parametrize(("groups", "curves"), CASES)
@pytest.mark.parametrize("charge", [0.0, 1.1])
@pytest.mark.parametrize("budget", [0.85, 1.0, 1.2])
def test_no_plan_of_a_grid_is_better(
    groups: int, curves: tuple[Curve, ...], charge: float, budget: float
) -> None:
    asked = drawn(1, groups, curves, n=20, charge=charge, budget=budget)
    spend, value, _ = best(asked)
    steps = 13 if groups == 2 else 31
    plans = grid(asked, steps)
    on_grid = changes(asked, plans).mean(axis=1)
    assert asked.allows(spend)
    assert on_grid.max() <= value + 1e-9 * abs(value)
    # The plan's own neighbour on the grid is there: a step of each amount at most, at its steepest return.
    step = (asked.high - asked.low) / (steps - 1)
    steepest = np.abs(asked.gains.mean(axis=0)) / np.stack(
        [c.cost_slope(c.of(asked.low[:, k])) for k, c in enumerate(curves)], axis=1
    )
    assert value - on_grid.max() <= float((step * (steepest + charge)).sum())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("charge", [0.0, 1.0])
def test_straight_lines_are_the_linear_programme_of_highs(seed: int, charge: float) -> None:
    asked = drawn(seed, 40, (IDENTITY, IDENTITY, IDENTITY), charge=charge, budget=1.05)
    _, value, worth = best(asked)
    net = (asked.gains.mean(axis=0) - charge).ravel()
    found = linprog(
        -net,
        A_ub=np.ones((1, net.size)),
        b_ub=[asked.budget],
        bounds=list(zip(asked.low.ravel(), asked.high.ravel(), strict=True)),
        method="highs",
    )
    # Both are exact; sums of 120 products differ by rounding.
    assert value == pytest.approx(-found.fun - net @ asked.now.ravel(), rel=1e-10)
    assert worth == pytest.approx(-found.ineqlin.marginals[0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("curves", [(SQRT, SQRT), (LOG, LOG1P), (IDENTITY, SQRT), (IDENTITY, IDENTITY)])
@pytest.mark.parametrize("charge", [0.0, 0.9])
def test_the_price_is_what_a_little_more_budget_brings(curves: tuple[Curve, ...], charge: float) -> None:
    asked = drawn(3, 6, curves, charge=charge)
    _, _, worth = best(asked)
    step = 1e-5 * asked.budget
    values = [
        best(problem(asked.gains, curves, asked.now, budget=asked.budget + way * step, charge=charge))[1]
        for way in (-1, 1)
    ]
    assert worth > 0
    # Central difference: the curvature cancels, third order is (1e-5)^2; straight lines have none at all
    # inside a piece. Differences of values near 50 keep 1e-15 x 50 / step.
    assert (values[1] - values[0]) / (2 * step) == pytest.approx(worth, rel=1e-6)


def test_money_that_brings_nothing_is_left_over() -> None:
    asked = drawn(4, 5, (SQRT, IDENTITY), budget=2.0)
    spend, _, worth = best(asked)
    gains = asked.gains.mean(axis=0)
    assert worth == 0.0
    assert (spend == np.where(gains > 0, asked.high, asked.low)).all()


def test_profit_stops_where_the_next_unit_does_not_pay() -> None:
    asked = drawn(5, 4, (SQRT,), charge=1.0, budget=10.0, wide=0.9)
    spend, _, worth = best(asked)
    inside = (spend > asked.low) & (spend < asked.high)
    returned = asked.gains.mean(axis=0) / (2 * np.sqrt(spend))
    assert worth == 0.0
    assert inside.any()
    assert returned[inside] == pytest.approx(1.0, rel=1e-12)  # closed form: g / (2 sqrt s) = charge


@pytest.mark.parametrize("curve", list(Curve))
def test_nothing_to_gain_moves_nothing(curve: Curve) -> None:
    now = np.array([[3.0], [5.0], [8.0]])
    asked = problem(np.zeros((1, 3, 1)), (curve,), now)
    found = fill(asked, asked.gains)
    assert (found.spend[0] == now).all()
    assert found.worth[0] == 0.0


def test_equal_slopes_move_nothing() -> None:
    now = np.array([[3.0, 1.0], [5.0, 0.3], [8.1, 7.7]])
    asked = problem(np.full((1, 3, 2), 1.7), (IDENTITY, IDENTITY), now)
    found = fill(asked, asked.gains)
    assert (found.spend[0] == now).all()
    assert found.worth[0] == pytest.approx(1.7, rel=1e-12)


def test_equal_slopes_share_a_cut_and_a_rise_alike() -> None:
    now = np.array([[2.0], [4.0], [6.0]])
    for budget in (10.8, 13.2):
        asked = problem(np.full((1, 3, 1), 1.7), (IDENTITY,), now, budget=budget)
        spend = fill(asked, asked.gains).spend[0]
        assert spend == pytest.approx(now * budget / 12.0, rel=1e-12)  # bounds in proportion to now


def test_negative_slopes_go_to_their_lower_bounds() -> None:
    now = np.array([[4.0, 4.0]])
    asked = problem(np.array([[[-1.0, -2.0]]]), (IDENTITY, SQRT), now)
    found = fill(asked, asked.gains)
    assert (found.spend[0] == asked.low).all()
    assert found.worth[0] == 0.0


def test_one_group_of_one_channel() -> None:
    asked = problem(np.array([[[2.0]]]), (SQRT,), np.array([[9.0]]), budget=10.0)
    found = fill(asked, asked.gains)
    assert found.spend[0, 0, 0] == pytest.approx(10.0, rel=1e-12)
    assert found.worth[0] == pytest.approx(2.0 / (2 * np.sqrt(10.0)), rel=1e-9)


def test_many_at_once_are_each_by_itself() -> None:
    asked = drawn(6, 7, (IDENTITY, SQRT, LOG1P), n=37)
    together = fill(asked, asked.gains)
    for k in range(37):
        alone = fill(asked, asked.gains[k : k + 1])
        assert together.spend[k] == pytest.approx(alone.spend[0], rel=1e-12)
        assert together.worth[k] == pytest.approx(alone.worth[0], rel=1e-12, abs=1e-12)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    groups=st.integers(1, 6),
    curves=st.lists(st.sampled_from(list(Curve)), min_size=1, max_size=3),
    budget=st.floats(0.71, 1.5),
    charge=st.sampled_from([0.0, 0.5, 3.0]),
    level=st.sampled_from([-1.0, 0.0, 1.2, 1e6]),
)
def test_budget_and_bounds_are_kept(
    seed: int, groups: int, curves: list[Curve], budget: float, charge: float, level: float
) -> None:
    asked = drawn(seed, groups, tuple(curves), n=3, budget=budget, charge=charge, level=level)
    for spend in fill(asked, asked.gains).spend:
        assert asked.allows(spend)
