"""Protection: the plan for which the mean of the worst outcomes is largest, and the proof that it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.decide.allocation_errors import FloorTooHigh
from core.decide.allocation_fill import fill
from core.decide.allocation_interior import interior
from core.decide.allocation_problem import Problem
from core.decide.allocation_scaled import Scaled, scaled
from core.decide.allocation_tail import tail_mean, tail_size
from core.design.coding import Array
from core.fit.threads import one_thread

# Draws in the first programme and those looked at after it, as multiples of the tail and a few more; rounds.
FIRST, NEXT, FEW, ROUNDS = 3.0, 1.5, 10, 25
# What is lost, as a share of what is to be gained: where the search ends, and for rounder plans.
ENOUGH, ROUNDER = 1e-8, 1e-7
# Shares of a range nearer than this to a bound, or to today's, are taken for it.
AT_BOUND, AT_TODAY = 1e-6, 1e-2
# A floor nearer than this to the largest mean leaves the search no room; it is then kept by mending.
NARROW = 1e-6


@dataclass(frozen=True, slots=True)
class Protected:
    """A plan (J, C), what a unit of money more a period would add to its tail mean, and the `bound` that no
    plan's tail mean is above. `unit` is what there is to be gained, for a scale.
    """

    spend: Array
    worth: float
    bound: float
    unit: float


@dataclass(frozen=True, slots=True)
class _Goal:
    """What is asked, with the plan `best` (J, C) of the largest mean, `top`."""

    scale: Scaled
    tail: float
    floor: float | None
    average: Array  # (J, C)
    best: Array
    top: float

    @property
    def asked(self) -> Problem:
        return self.scale.asked

    def value(self, spend: Array) -> float:
        """The tail mean of a plan."""
        return tail_mean(self.asked.change(spend, self.asked.gains), self.tail)


def protect(asked: Problem, tail: float, floor: float | None = None) -> Protected:
    """Returns the plan whose worst share `tail` of draws is best on average, with a mean of `floor` or more.

    Only draws that can be in the tail enter the programme: it is solved for the worst ones of the plan with
    the largest mean, and again with those that then fall into the tail, until none does; the draws left out
    are constraints that do not bind. The bound is weak duality: whatever weights the draws have, within the
    tail's cap, no plan's tail mean is above the largest weighted mean, which `fill` finds exactly.
    Raises FloorTooHigh.
    """
    average = asked.gains.mean(axis=0)
    filled = fill(asked, average[None])
    best = filled.spend[0]
    top = float(asked.change(best, average[None])[0])
    scale = scaled(asked, top)
    if floor is not None and floor > top + 1e-9 * scale.unit:
        raise FloorTooHigh(floor, top)
    goal = _Goal(scale, tail, floor, average, best, top)
    found = Protected(best, float(filled.worth[0]), top, scale.unit)
    room = asked.budget - float(asked.money(asked.low))
    stuck = not scale.free.any() or room <= 1e-9 * scale.between
    if stuck or goal.value(best) >= top - ENOUGH * scale.unit:
        return Protected(best, found.worth, goal.value(best) if stuck else top, scale.unit)
    with one_thread():
        return _rounds(goal, found)


def _rounds(goal: _Goal, found: Protected) -> Protected:
    asked, unit = goal.asked, goal.scale.unit
    n = len(asked.gains)
    size = tail_size(n, goal.tail)
    draws, average = asked.gains.reshape(n, -1), goal.average.ravel()
    floor = None if goal.floor is None else min(goal.floor, goal.top - NARROW * unit)
    inside = _worst(asked.change(found.spend, asked.gains), FIRST * size + FEW)
    value, bound, best, price = -np.inf, found.bound, np.empty(0), found.worth
    for _ in range(ROUNDS):
        point = interior(goal.scale.programme(draws[inside], 1.0 / size, floor, average))
        weights = np.zeros(n)
        weights[inside] = point.price[: int(inside.sum())]
        proven, worth = _bound(goal, weights, 0.0 if floor is None else float(point.price[-1]), floor)
        spend = _kept(goal, goal.scale.spend(point.x))
        if (reached := goal.value(spend)) > value:
            value, best, price = reached, point.x, worth
        bound = min(bound, proven)
        met = inside | _worst(asked.change(spend, asked.gains), NEXT * size + FEW)
        if bound - value <= ENOUGH * unit or (met == inside).all():
            break
        inside = met
    spend = max((found.spend, _rounder(goal, best)), key=goal.value)
    return Protected(spend, price, bound, unit)


def _worst(change: Array, count: float) -> NDArray[np.bool_]:
    """Marks the worst draws: (n,)."""
    marked = np.zeros(len(change), dtype=bool)
    marked[np.argsort(change, kind="stable")[: int(np.ceil(count))]] = True
    return marked


def _bound(goal: _Goal, weights: Array, extra: float, floor: float | None) -> tuple[float, float]:
    """What no plan's tail mean is above, by weights (n,) of draws and the floor's price; the budget's."""
    asked = goal.asked
    n = len(weights)
    kept = np.clip(weights, 0.0, 1.0 / tail_size(n, goal.tail))
    gains = np.tensordot(kept / kept.sum(), asked.gains, axes=1) + extra * goal.average
    charge = asked.charge * (1.0 + extra)
    filled = fill(asked, gains[None], charge)
    spend = filled.spend[0]
    paid = charge * float(asked.money(spend) - asked.money(asked.now))
    value = float((gains * asked.steps(spend)).sum()) - paid
    return value - extra * (floor or 0.0), float(filled.worth[0])


def _rounder(goal: _Goal, x: Array) -> Array:
    """The plan of shares x (K,): at bounds and at today's amounts where it is next to them, if that costs
    nothing to speak of, and within the budget and the floor to the last digit.
    """
    asked = goal.asked
    at_bound = np.where(x < AT_BOUND, 0.0, np.where(x > 1.0 - AT_BOUND, 1.0, x))
    plans = [_kept(goal, goal.scale.spend(share)) for share in (x, at_bound)]
    near = np.abs(plans[1] - asked.now) <= AT_TODAY * (asked.high - asked.low)
    today = np.clip(asked.now, asked.low, asked.high)
    plans.append(_kept(goal, np.where(near, today, plans[1])))
    values = [goal.value(plan) for plan in plans]
    good = [k for k, value in enumerate(values) if value >= values[0] - ROUNDER * goal.scale.unit]
    return plans[good[-1]]


def _kept(goal: _Goal, spend: Array) -> Array:
    """A plan that is off by rounding, moved within the budget and then up to the floor."""
    asked = goal.asked
    low, over = float(asked.money(asked.low)), float(asked.money(spend))
    if over > asked.budget:
        spend = asked.low + (spend - asked.low) * ((asked.budget - low) / (over - low))
    if goal.floor is None:
        return spend
    mean = float(asked.change(spend, goal.average[None])[0])
    if mean >= goal.floor or goal.top <= mean:
        return spend
    share = min(1.0, (goal.floor - mean) / (goal.top - mean))
    values = (1.0 - share) * asked.values(spend) + share * asked.values(goal.best)
    return np.clip(asked.spend(values), asked.low, asked.high)
