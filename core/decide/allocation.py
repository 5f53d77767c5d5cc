"""Allocation: who should get how much of a budget, what that brings, and how sure it is."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.decide.allocation_problem import Problem
from core.decide.allocation_tail import tail_mean
from core.design.coding import Array

# An amount is at its bound, or where it was, within this share of its range.
NEXT_TO = 1e-6


class Solved(Enum):
    """How the search for a plan ended."""

    OPTIMUM = "The best plan within the budget and the bounds was found, and proven to be it."
    STAY = "By this goal no plan within the budget and the bounds does better than today's, which stays."
    CLOSE = (
        "A good plan was found, but not proven to be the best: another could bring more, by the gap at most. "
        "Set bounds that are less wide, or use fewer draws."
    )
    NEAR = (
        "The response is no straight line and no curve that only flattens, so the best plan cannot be "
        "proven: this one was searched step by step from today's spend, and what it brings is read from the "
        "model itself."
    )
    GIVEN = "This plan was not searched for: it is what a simple rule would do with the same money."


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan brings beyond today over the horizon, in joint draws (n,), in money."""

    draws: Array
    tail: float

    @property
    def mean(self) -> float:
        """The expected change."""
        return float(self.draws.mean())

    @property
    def p_better(self) -> float:
        """The probability that the plan brings more than today's spend."""
        return float((self.draws > 0.0).mean())

    @property
    def percentile_5(self) -> float:
        """What the plan falls short of in one case of twenty."""
        return float(np.quantile(self.draws, 0.05))

    @property
    def tail_mean(self) -> float:
        """The mean of the worst cases, a share `tail` of all: the conditional value at risk."""
        return tail_mean(self.draws, self.tail)


@dataclass(frozen=True, slots=True)
class Allocation:
    """A plan, what it brings, and what it rests on.

    `change` is on the draws that the plan was chosen on, which flatters it: the search also follows what is
    chance in them; `fresh` is on others, where they were given. `worth` is what a unit of money more a period
    would add to the goal over the horizon. `robust` is, for each amount, the share of draws whose own best
    plan moves it the way this one does (up, down or not at all). `gap` is the most that any other plan could
    add to the goal. `worth` and `gap` are NaN of a plan that was given, not searched for.
    """

    problem: Problem
    spend: Array  # (J, C) a period
    change: Change
    fresh: Change | None
    worth: float
    robust: Array  # (J, C)
    gap: float
    solved: Solved

    @property
    def outlook(self) -> Change:
        """What the plan brings, on draws that it was not chosen on if there are any."""
        return self.change if self.fresh is None else self.fresh

    @property
    def moved(self) -> Array:
        """What each group and channel gets beyond today, a period: (J, C)."""
        return self.spend - self.problem.now

    @property
    def at_low(self) -> NDArray[np.bool_]:
        """Which amounts their lower bound holds: (J, C)."""
        return self._at(self.problem.low)

    @property
    def at_high(self) -> NDArray[np.bool_]:
        """Which amounts their upper bound holds: (J, C)."""
        return self._at(self.problem.high)

    @property
    def table(self) -> pd.DataFrame:
        """Index group and channel: now, new, moved (all a period), at ("low", "high" or ""), robust."""
        asked = self.problem
        index = pd.MultiIndex.from_product([asked.groups, asked.channels], names=["group", "channel"])
        at = np.where(self.at_low, "low", np.where(self.at_high, "high", ""))
        columns = {"now": asked.now, "new": self.spend, "moved": self.moved, "at": at, "robust": self.robust}
        return pd.DataFrame({name: part.ravel() for name, part in columns.items()}, index=index)

    def _at(self, bound: Array) -> NDArray[np.bool_]:
        asked = self.problem
        room = asked.high - asked.low
        return np.asarray((np.abs(self.spend - bound) <= NEXT_TO * room) & (room > 0.0))
