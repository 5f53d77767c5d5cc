"""Search: the plan that brings most on average, and the one whose worst cases are the least bad."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from core.decide.allocation import NEXT_TO, Allocation, Change, Solved
from core.decide.allocation_errors import BadGains, BadTail
from core.decide.allocation_fill import demand, fill
from core.decide.allocation_problem import Problem
from core.decide.allocation_protect import protect
from core.decide.allocation_scaled import scaled
from core.decide.allocation_tail import tail_mean
from core.design.coding import Array

# Draws whose own best plan is looked for: a share of 200 is known to 3.5 points.
OWN = 200
# A gap of more than this share of what is to be gained proves nothing.
PROVEN = 1e-6
# Halvings of the price in plans that are read for their direction only.
ROUGH = 24


@dataclass(frozen=True, slots=True)
class Found:
    """A plan (J, C), the price of its budget, how far from the best it may be, and how its search ended."""

    spend: Array
    worth: float
    gap: float
    solved: Solved


def most_expected(asked: Problem, *, tail: float = 0.05, fresh: Array | None = None) -> Allocation:
    """Returns the plan with the largest expected change, in money over the horizon.

    Straight lines and concave curves alike are solved exactly, by the price of money (see `fill`), and proven
    by the dual at that price. `fresh` (m, J, C) are further draws of the gains, to read the plan on.
    Raises BadTail, BadGains.
    """
    _check(asked, tail, fresh)
    return read(asked, expected(asked), tail, fresh)


def best_protected(
    asked: Problem, *, tail: float = 0.05, floor: float | None = None, fresh: Array | None = None
) -> Allocation:
    """Returns the plan whose worst cases, a share `tail` of all, are the least bad (see `protect`).

    `floor` is what the plan must bring on average; `fresh` as in `most_expected`. Today's spend stays unless
    the worst cases of another plan are better than no change.
    Raises BadTail, BadGains, FloorTooHigh.
    """
    _check(asked, tail, fresh)
    return read(asked, protected(asked, tail, floor), tail, fresh)


def given(asked: Problem, spend: Array, *, tail: float = 0.05, fresh: Array | None = None) -> Allocation:
    """Returns a plan (J, C) that was not searched for, read as the others are. Raises BadTail, BadGains."""
    _check(asked, tail, fresh)
    return read(asked, Found(spend, float("nan"), float("nan"), Solved.GIVEN), tail, fresh)


def expected(asked: Problem) -> Found:
    """Returns the plan with the largest expected change."""
    average = asked.gains.mean(axis=0)[None]
    filled = fill(asked, average)
    spend, worth = filled.spend[0], float(filled.worth[0])
    reached = float(asked.change(spend, average)[0])
    gap = max(0.0, _most(asked, average, worth) - reached)
    return Found(spend, worth, gap, _ended(asked, spend, gap, scaled(asked, reached).unit))


def protected(asked: Problem, tail: float, floor: float | None = None) -> Found:
    """Returns the plan with the best mean of the worst cases. Raises FloorTooHigh."""
    found = protect(asked, tail, floor)
    spend = found.spend
    reached = tail_mean(asked.change(spend, asked.gains), tail)
    may_stay = asked.allows(asked.now) and (floor is None or floor <= 0.0)
    if may_stay and max(reached, found.bound) <= PROVEN * found.unit:
        spend, reached = asked.now, 0.0
    gap = max(0.0, found.bound - reached)
    return Found(spend, found.worth, gap, _ended(asked, spend, gap, found.unit))


def read(asked: Problem, found: Found, tail: float, fresh: Array | None) -> Allocation:
    """Returns what a plan brings, on the problem's draws and on others, and which of its moves are robust."""
    return Allocation(
        problem=asked,
        spend=found.spend,
        change=Change(asked.change(found.spend, asked.gains), tail),
        fresh=None if fresh is None else Change(asked.change(found.spend, fresh), tail),
        worth=found.worth,
        robust=robust(asked, found.spend),
        gap=found.gap,
        solved=found.solved,
    )


def robust(asked: Problem, spend: Array) -> Array:
    """Returns the share of draws whose own best plan moves each amount the way a plan does: (J, C).

    Up, down or not at all, in the best plan that one draw of the gains has within the same budget and bounds.
    Draws are taken evenly over the first to the last.
    """
    n = len(asked.gains)
    some = np.unique(np.linspace(0, n - 1, min(n, OWN)).round().astype(int))
    own = fill(asked, asked.gains[some], halvings=ROUGH).spend
    still = NEXT_TO * (asked.high - asked.low)
    way, its_way = (
        np.where(np.abs(d) <= still, 0.0, np.sign(d)) for d in (spend - asked.now, own - asked.now)
    )
    return np.asarray((way == its_way).mean(axis=0))


def _most(asked: Problem, gains: Array, worth: float) -> float:
    """What no plan's change is above, by the dual at a price of the budget."""
    spend = demand(asked, gains, np.array([asked.charge + worth]))[0]
    left = asked.budget - float(asked.money(spend))
    return float(asked.change(spend, gains)[0]) + worth * left


def _ended(asked: Problem, spend: Array, gap: float, unit: float) -> Solved:
    if gap > PROVEN * unit:
        return Solved.CLOSE
    return Solved.STAY if bool((spend == asked.now).all()) else Solved.OPTIMUM


def check_tail(tail: object) -> None:
    """Raises BadTail unless a share of worst cases is a number inside (0, 1)."""
    if isinstance(tail, bool) or not isinstance(tail, Real) or not 0.0 < float(tail) < 1.0:
        raise BadTail(tail)


def _check(asked: Problem, tail: object, fresh: Array | None) -> None:
    check_tail(tail)
    shape = asked.now.shape
    if fresh is not None and (fresh.shape[1:] != shape or not len(fresh) or not np.isfinite(fresh).all()):
        raise BadGains(fresh.shape, shape)
