"""Filling: the plan with the largest gain for given gains, exactly, and what another unit would bring."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.decide.allocation_problem import Problem
from core.decide.curve import Curve
from core.design.coding import Array

# Draws filled at once: what their arrays take stays in the processor's cache (64 took a quarter longer).
AT_ONCE = 8
# Halvings of the price of money: from a factor of 4 to a part in 1e16.
HALVINGS = 58
# Gains below this share of the largest, and prices this near to each other, are rounding.
TINY = 1e-12
# Money is never cheaper than this, nor gains more than 1 / this in units of it: squares have a place.
CHEAPEST = 1e-140


@dataclass(frozen=True, slots=True)
class Filled:
    """Best plans for m sets of gains: `spend` (m, J, C), and the price of the budget `worth` (m,).

    `worth` is what a unit of money more a period brings over the horizon, what it costs taken off: the
    budget's multiplier, zero where money is left over.
    """

    spend: Array
    worth: Array


def fill(asked: Problem, gains: Array, charge: float | None = None, halvings: int = HALVINGS) -> Filled:
    """Returns the best plan for each of m sets of gains (m, J, C): the most money within budget and bounds.

    Each group and channel takes money until another unit brings less there than its price (equal marginal
    returns: Everett 1963, Operations Research 11(3); Luss, Gupta 1975, Operations Research 23(2)), and the
    price is the one at which the budget is spent. Where the price leaves a choice (a straight line that
    returns just the price, or nothing to gain and nothing to pay) it is the spend nearest to today's.
    Fewer `halvings` know the price to a part in 2^halvings; the budget is kept to the last digit
    all the same.
    """
    paid = asked.charge if charge is None else charge
    parts = [_fill(asked, gains[k : k + AT_ONCE], paid, halvings) for k in range(0, len(gains), AT_ONCE)]
    return Filled(np.concatenate([one.spend for one in parts]), np.concatenate([one.worth for one in parts]))


def _fill(asked: Problem, gains: Array, charge: float, halvings: int) -> Filled:
    least, most = _ends(asked, gains, charge)
    enough = asked.money(least) <= asked.budget * (1.0 + TINY)
    near = np.clip(asked.now, least, most)
    worth = np.zeros(len(gains))
    target = np.minimum(asked.budget, asked.money(near))
    if not enough.all():
        short = np.flatnonzero(~enough)
        below, above = _bracket(asked, gains[short], charge, halvings)
        least[short], most[short] = demand(asked, gains[short], above), demand(asked, gains[short], below)
        near[short] = np.clip(asked.now, least[short], most[short])
        target[short] = asked.budget
        worth[short] = np.maximum(above - charge, 0.0)
    return Filled(_spent(asked, near, least, most, target), worth)


def demand(asked: Problem, gains: Array, price: Array) -> Array:
    """Returns what each group and channel takes where money costs `price` (m,): (m, J, C)."""
    parts = []
    for c, curve in enumerate(asked.curves):
        cost = price[:, None] * asked.price[c]
        ratio = np.minimum(np.maximum(gains[..., c], 0.0) / np.maximum(cost, CHEAPEST), 1.0 / CHEAPEST)
        parts.append(np.clip(_taken(curve, ratio), asked.low[:, c], asked.high[:, c]))
    return np.stack(parts, axis=-1)


def _taken(curve: Curve, ratio: Array) -> Array:
    """The spend at which f' is 1 / ratio."""
    match curve:
        case Curve.LOG:
            return ratio
        case Curve.LOG1P:
            return ratio - 1.0
        case Curve.SQRT:
            return np.square(ratio / 2.0)
    return np.where(ratio > 1.0, np.inf, 0.0)


def _ends(asked: Problem, gains: Array, charge: float) -> tuple[Array, Array]:
    """The least and the most that each takes where money costs its charge: (m, J, C), (m, J, C).

    They differ where all of it is worth the same.
    """
    taken = demand(asked, gains, np.full(len(gains), charge))
    size = np.abs(gains).max(axis=(1, 2), keepdims=True)
    cost = charge * asked.price
    straight = np.array([curve is Curve.IDENTITY for curve in asked.curves])
    alike = straight & (np.abs(gains - cost) <= TINY * np.maximum(size, cost))
    alike |= (np.abs(gains) <= TINY * size) & (cost == 0.0)
    return np.where(alike, asked.low, taken), np.where(alike, asked.high, taken)


def _bracket(asked: Problem, gains: Array, charge: float, halvings: int) -> tuple[Array, Array]:
    """Prices next to each other, too low and high enough for the budget: (m,), (m,)."""

    def over(price: Array) -> NDArray[np.bool_]:
        return np.asarray(asked.money(demand(asked, gains, price)) > asked.budget)

    size = np.abs(gains).max(axis=(1, 2)) / asked.price.min()
    above = np.maximum(np.where(size > 0.0, size, 1.0), 2.0 * charge)
    while (short := over(above)).any():
        above = np.where(short, 4.0 * above, above)
    below = np.maximum(above / 4.0, charge)
    while ((left := ~over(below)) & (below > np.maximum(charge, CHEAPEST))).any():
        above, below = np.where(left, below, above), np.where(left, np.maximum(below / 4.0, charge), below)
    for _ in range(halvings):
        middle = 0.5 * (below + above)
        short = over(middle)
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return below, above


def _spent(asked: Problem, near: Array, least: Array, most: Array, target: Array) -> Array:
    """The plan nearest to `near`, between two others, that spends its target (m,): (m, J, C).

    The difference is spread in proportion to the room each has.
    """
    gap = (target - asked.money(near))[:, None, None]
    gap = np.where(np.abs(gap) <= TINY * asked.budget, 0.0, gap)
    goal = np.where(gap < 0.0, least, most)
    room = asked.money(goal)[:, None, None] - asked.money(near)[:, None, None]
    share = np.divide(gap, room, out=np.zeros_like(gap), where=room != 0.0)
    return np.asarray(near + np.clip(share, 0.0, 1.0) * (goal - near))
