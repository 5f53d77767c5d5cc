"""Scaling: an allocation's problem to the units of its programme, and shares of ranges back to a plan."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.decide.allocation_problem import Problem
from core.decide.allocation_programme import Programme
from core.design.coding import Array

# A budget that buys more than every upper bound is one that just does, with this to spare.
SPARE = 0.1
# What preferring plans near to today's may cost, as a share of what is to be gained.
NEAR = 2e-7
# The unit of money is never below this share of what all amounts can change.
LEAST = 1e-3


@dataclass(frozen=True, slots=True)
class Scaled:
    """A problem in its programme's units.

    `free` says which of J x C amounts have a choice, `unit` what one unit of the objective is in money,
    `between` how much money lies between the bounds.
    """

    asked: Problem
    free: NDArray[np.bool_]  # (J x C,)
    start: Array  # (J x C,) f at the lower bounds
    width: Array  # (J x C,) range of f
    unit: float
    between: float

    def programme(self, draws: Array, cap: float, floor: float | None, average: Array) -> Programme:
        """Returns the programme of some draws (m, J x C); `floor` is one of the mean by `average` gains."""
        asked, free = self.asked, self.free
        at_low = self.start - asked.values(asked.now).ravel()
        width = self.width[free]
        low, now = float(asked.money(asked.low)), float(asked.money(asked.now))
        price = np.broadcast_to(asked.price, asked.now.shape).ravel()[free]
        least = 0.0
        if floor is not None:
            least = (floor - float(average @ at_low) + asked.charge * (low - now)) / self.unit
        return Programme(
            gains=draws[:, free] * (width / self.unit),
            base=draws @ at_low / self.unit,
            cap=cap,
            start=self.start[free],
            width=width,
            curves=asked.curves,
            curve=np.broadcast_to(np.arange(len(asked.curves)), asked.now.shape).ravel()[free],
            share=price / self.between,
            limit=min((asked.budget - low) / self.between, 1.0 + SPARE),
            charge=asked.charge * self.between / self.unit,
            rho=price * (asked.high - asked.low).ravel()[free] / self.between,
            today=np.clip(-at_low[free] / width, 0.0, 1.0),
            near=NEAR,
            mean=None if floor is None else average[free] * (width / self.unit),
            least=least,
        )

    def spend(self, x: Array) -> Array:
        """Returns the plan (J, C) of shares x (K,), exactly at the bounds where a share is 0 or 1."""
        low, high = self.asked.low, self.asked.high
        share = np.zeros(low.size)
        share[self.free] = x
        found = self.asked.spend((self.start + self.width * share).reshape(low.shape))
        at = share.reshape(low.shape)
        return np.clip(np.where(at >= 1.0, high, np.where(at <= 0.0, low, found)), low, high)


def scaled(asked: Problem, top: float) -> Scaled:
    """Returns a problem's scaling; `top` is the largest mean gain of any plan."""
    start, stop = asked.values(asked.low).ravel(), asked.values(asked.high).ravel()
    free = stop > start
    width = np.where(free, stop - start, 0.0)
    size = np.sqrt(np.square(asked.gains).mean(axis=0)).ravel() @ width
    between = float((((asked.high - asked.low) * asked.price).ravel()[free]).sum())
    size += asked.charge * between
    return Scaled(asked, free, start, width, max(abs(top), LEAST * float(size)), between)
