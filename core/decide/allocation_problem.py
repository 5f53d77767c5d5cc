"""Problem: what an allocation may spend where, and the draws of what that brings."""

from dataclasses import dataclass

import numpy as np

from core.decide.allocation_errors import BadBounds, BadBudget, BadGains, BadPrice, LogAtZero
from core.decide.curve import Curve
from core.design.coding import Array

# Sums of bounds within this of the budget are the budget: rounding of J x C amounts.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Problem:
    """A budget to spread over J groups and C channels, and n joint draws of what the spread brings.

    What a plan brings over the whole horizon beyond today is, in draw i,

        sum over j, c of gains[i, j, c] (f_c(new) - f_c(now)) - charge x (money(new) - money(now))

    with f_c the channel's curve. In v = f(spend) it is linear whatever the signs of the gains, and the money
    that v costs is convex: every goal set on it is a convex programme.
    `gains` are money: margin times outcome times periods. `charge` is what a unit of money a period costs
    over the horizon: 0 to look for response, the number of periods to look for profit.
    """

    gains: Array  # (n, J, C) money over the horizon per unit of f(spend a period)
    curves: tuple[Curve, ...]  # (C,)
    now: Array  # (J, C) spend a period today
    low: Array  # (J, C) least and
    high: Array  # (J, C) most that a group may spend
    budget: float  # money a period, at most
    price: Array  # (C,) money a unit of spend costs
    charge: float = 0.0
    groups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def money(self, spend: Array) -> Array:
        """Returns what plans (..., J, C) cost a period: (...)."""
        return np.asarray((spend * self.price).sum(axis=(-2, -1)))

    def values(self, spend: Array) -> Array:
        """Returns f(spend) (..., J, C), each channel by its curve."""
        parts = [curve.of(spend[..., c]) for c, curve in enumerate(self.curves)]
        return np.stack(parts, axis=-1)

    def spend(self, values: Array) -> Array:
        """Returns the spend (..., J, C) at which f(spend) has values."""
        parts = [curve.amount(values[..., c]) for c, curve in enumerate(self.curves)]
        return np.stack(parts, axis=-1)

    def steps(self, spend: Array) -> Array:
        """Returns f(new) - f(now), exactly zero where nothing changes: (J, C)."""
        same = spend == self.now
        with np.errstate(invalid="ignore"):
            return np.where(same, 0.0, self.values(spend) - self.values(self.now))

    def change(self, spend: Array, gains: Array) -> Array:
        """Returns what a plan brings beyond today in each of n draws of gains: (n,)."""
        n = len(gains)
        brought = gains.reshape(n, -1) @ self.steps(spend).ravel()
        return np.asarray(brought - self.charge * float(((spend - self.now) * self.price).sum()))

    def allows(self, spend: Array) -> bool:
        """Whether a plan keeps to the budget and the bounds, but for rounding."""
        inside = bool(((spend >= self.low) & (spend <= self.high)).all())
        return inside and float(self.money(spend)) <= self.budget * (1.0 + ROUNDING)


def problem(
    gains: Array,
    curves: tuple[Curve, ...],
    now: Array,
    *,
    low: Array | None = None,
    high: Array | None = None,
    budget: float | None = None,
    price: Array | None = None,
    charge: float = 0.0,
    groups: tuple[str, ...] = (),
    channels: tuple[str, ...] = (),
) -> Problem:
    """Returns a problem: bounds 30 % below and above today unless given, today's total for a budget.

    `groups` and `channels` name what errors are about.
    Raises BadGains, BadPrice, BadBounds, LogAtZero, BadBudget.
    """
    gains, now = np.asarray(gains, dtype=np.float64), np.asarray(now, dtype=np.float64)
    low = 0.7 * now if low is None else np.asarray(low, dtype=np.float64)
    high = 1.3 * now if high is None else np.asarray(high, dtype=np.float64)
    price = np.ones(now.shape[1]) if price is None else np.asarray(price, dtype=np.float64)
    spent = float((now * price).sum())
    groups = groups or tuple(f"group {j + 1}" for j in range(len(now)))
    channels = channels or tuple(f"channel {c + 1}" for c in range(now.shape[1]))
    total = spent if budget is None else float(budget)
    asked = Problem(
        gains, tuple(map(Curve, curves)), now, low, high, total, price, float(charge), groups, channels
    )
    _check(asked)
    return asked


def _check(asked: Problem) -> None:
    shape = (len(asked.groups), len(asked.channels))
    if asked.gains.shape[1:] != shape or not len(asked.gains) or not np.isfinite(asked.gains).all():
        raise BadGains(asked.gains.shape, shape)
    wrong = ~((asked.low >= 0) & (asked.low <= asked.high) & np.isfinite(asked.high) & (asked.now >= 0))
    if wrong.any():
        j, c = (int(place) for place in np.argwhere(wrong)[0])
        raise BadBounds(asked.groups[j], asked.channels[c], float(asked.low[j, c]), float(asked.high[j, c]))
    for channel, price in zip(asked.channels, asked.price.tolist(), strict=True):
        if not 0 < price < np.inf:
            raise BadPrice(channel, price)
    for c, curve in enumerate(asked.curves):
        nothing = (asked.low[:, c] <= 0) | (asked.now[:, c] <= 0)
        if curve.needs_spend and nothing.any():
            raise LogAtZero(asked.groups[int(np.argmax(nothing))], asked.channels[c])
    least = float(asked.money(asked.low))
    if not asked.budget >= least * (1.0 - ROUNDING) or not np.isfinite(asked.budget):
        raise BadBudget(asked.budget, least)
