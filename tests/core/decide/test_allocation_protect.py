"""Protection against the plain linear programme, grids of plans and differences of the budget."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.decide.allocation_errors import FloorTooHigh
from core.decide.allocation_fill import fill
from core.decide.allocation_problem import Problem, problem
from core.decide.allocation_protect import protect
from core.decide.allocation_tail import tail_mean
from core.decide.curve import Curve
from tests.core.decide.allocations import (
    IDENTITY,
    LOG,
    LOG1P,
    SQRT,
    drawn,
    grid,
    plain_programme,
    tail_means,
)


def value(asked: Problem, spend: np.ndarray, tail: float) -> float:
    """The tail mean of a plan."""
    return tail_mean(asked.change(spend, asked.gains), tail)


@pytest.mark.parametrize("groups", [1, 2, 12, 40])
@pytest.mark.parametrize("tail", [0.05, 0.33])
@pytest.mark.parametrize("charge", [0.0, 0.8])
def test_straight_lines_are_the_programme_of_all_draws(groups: int, tail: float, charge: float) -> None:
    asked = drawn(groups, groups, (IDENTITY, IDENTITY), n=300, charge=charge, budget=1.02)
    found = protect(asked, tail)
    reached = value(asked, found.spend, tail)
    exact = plain_programme(asked, tail)
    # The search ends at 1e-8 of what there is to gain, and gives up 2e-7 of it for being near to today.
    assert reached == pytest.approx(exact, abs=5e-7 * found.unit)
    assert exact - 1e-9 * found.unit <= found.bound <= reached + 5e-7 * found.unit
    assert asked.allows(found.spend)


@pytest.mark.parametrize("share", [0.3, 0.9, 1.0])
def test_a_floor_is_the_programme_with_a_floor(share: float) -> None:
    asked = drawn(8, 15, (IDENTITY, IDENTITY), n=300, charge=0.2)
    free = protect(asked, 0.05)
    most = fill(asked, asked.gains.mean(axis=0)[None]).spend[0]
    low, top = (float(asked.change(plan, asked.gains).mean()) for plan in (free.spend, most))
    floor = low + share * (top - low)
    found = protect(asked, 0.05, floor)
    assert float(asked.change(found.spend, asked.gains).mean()) >= floor - 1e-9 * abs(floor)
    exact = plain_programme(asked, 0.05, floor if share < 1 else floor - 1e-9 * top)
    # At the largest mean itself a floor leaves no room: it is searched for a millionth below and mended.
    assert value(asked, found.spend, 0.05) == pytest.approx(
        exact, abs=(5e-7 if share < 1 else 1e-3) * found.unit
    )
    with pytest.raises(FloorTooHigh, match="the most is"):
        protect(asked, 0.05, top * 1.001)


@pytest.mark.parametrize(
    ("groups", "curves"),
    [(2, (IDENTITY, SQRT)), (2, (LOG, LOG1P)), (2, (IDENTITY, IDENTITY)), (3, (SQRT,)), (3, (LOG,))],
)
@pytest.mark.parametrize("charge", [0.0, 0.8])
def test_no_plan_of_a_grid_has_a_better_tail(groups: int, curves: tuple[Curve, ...], charge: float) -> None:
    asked = drawn(2, groups, curves, n=60, charge=charge, budget=1.1, level=2.0)
    found = protect(asked, 0.1)
    steps = 9 if groups == 2 else 19
    plans = grid(asked, steps)
    on_grid = tail_means(asked, plans, 0.1)
    reached = value(asked, found.spend, 0.1)
    assert asked.allows(found.spend)
    assert on_grid.max() <= reached + 5e-7 * found.unit
    # The plan's neighbour below on the grid is within budget too: a step of each at the steepest return.
    step = (asked.high - asked.low) / (steps - 1)
    steepest = np.abs(asked.gains).max(axis=0) / np.stack(
        [c.cost_slope(c.of(asked.low[:, k])) for k, c in enumerate(curves)], axis=1
    )
    assert reached - on_grid.max() <= float((step * (steepest + charge)).sum())


@pytest.mark.parametrize("curves", [(SQRT, SQRT), (IDENTITY, LOG1P), (LOG,)])
@pytest.mark.parametrize("charge", [0.0, 0.4])
def test_the_price_is_what_a_little_more_budget_adds_to_the_tail(
    curves: tuple[Curve, ...], charge: float
) -> None:
    asked = drawn(9, 10, curves, n=100, charge=charge, level=2.0)
    found = protect(asked, 0.1)
    step = 1e-3 * asked.budget
    ends = []
    for way in (-1, 1):
        near = problem(asked.gains, curves, asked.now, budget=asked.budget + way * step, charge=charge)
        ends.append(value(near, protect(near, 0.1).spend, 0.1))
    assert found.worth > 0
    # Values are known to 3e-7 of some 20; their difference over steps of 0.001 of the budget is 0.5: 1e-4.
    # The tail's edge bends between draws, which a step of a thousandth sees: one part in fifty.
    assert (ends[1] - ends[0]) / (2 * step) == pytest.approx(found.worth, rel=0.02)


def test_one_set_of_gains_for_all_draws_is_the_largest_mean() -> None:
    asked = drawn(10, 8, (SQRT, IDENTITY), n=1)
    same = problem(np.repeat(asked.gains, 50, axis=0), asked.curves, asked.now)
    found, best = protect(same, 0.05), protect(asked, 0.05)
    assert found.spend == pytest.approx(best.spend, rel=1e-12)
    assert value(same, found.spend, 0.05) == pytest.approx(found.bound, rel=1e-12)


def test_draws_that_are_the_same_in_every_group_leave_groups_alike() -> None:
    """A singular fit: the channels' slopes are uncertain, and no group differs from another."""
    rng = np.random.default_rng(12)
    now = rng.gamma(4.0, 5.0, (9, 2))
    gains = np.repeat(rng.normal([1.0, 1.6], 0.2, (200, 1, 2)), 9, axis=1)
    asked = problem(gains, (IDENTITY, IDENTITY), now)
    found = protect(asked, 0.05)
    assert value(asked, found.spend, 0.05) == pytest.approx(plain_programme(asked, 0.05), rel=1e-6)
    # Every split between groups is worth the same: the nearest one moves each channel one way only.
    assert (found.spend[:, 0] <= now[:, 0]).all()
    assert (found.spend[:, 1] >= now[:, 1]).all()


def test_groups_without_any_gain_stay_where_money_is_left_over() -> None:
    asked = drawn(13, 12, (IDENTITY, SQRT), n=100, budget=2.0, level=1.0)
    gains = asked.gains.copy()
    gains[:, 3:6] = 0.0
    flat = problem(gains, asked.curves, asked.now, budget=asked.budget)
    found = protect(flat, 0.05)
    assert (found.spend[3:6] == flat.now[3:6]).all()
    assert found.worth == 0.0


def test_a_budget_of_the_lower_bounds_leaves_one_plan() -> None:
    asked = drawn(14, 4, (IDENTITY, SQRT))
    least = problem(asked.gains, asked.curves, asked.now, budget=float(asked.low.sum()))
    found = protect(least, 0.05)
    assert found.spend == pytest.approx(asked.low, rel=1e-9)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    groups=st.integers(1, 8),
    curves=st.lists(st.sampled_from(list(Curve)), min_size=1, max_size=3),
    budget=st.floats(0.71, 1.5),
    charge=st.sampled_from([0.0, 0.5, 3.0]),
    level=st.sampled_from([-1.0, 0.0, 1.2, 100.0]),
    n=st.sampled_from([1, 2, 30, 90]),
)
def test_every_plan_is_proven_and_keeps_its_bounds(
    seed: int,
    groups: int,
    curves: list[Curve],
    budget: float,
    charge: float,
    level: float,
    n: int,
) -> None:
    asked = drawn(seed, groups, tuple(curves), n=n, budget=budget, charge=charge, level=level)
    found = protect(asked, 0.1)
    assert asked.allows(found.spend)
    gap = found.bound - value(asked, found.spend, 0.1)
    # Proven to a millionth; where all that can be gained is a thousandth of what amounts can change, rounding
    # of the latter is seen.
    assert -1e-9 <= gap / found.unit <= 1e-5
