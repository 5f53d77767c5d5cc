"""Plan: what each group is to spend on each channel, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.decide.errors import BadAmount, BadPeriods, NobodyNamed, NoChannel, UnknownGroups
from core.decide.history import History
from core.design.coding import Array
from core.result.asked import is_whole


@dataclass(frozen=True, slots=True)
class Plan:
    """Amounts (J, C) a period for the groups and channels of a history, over a number of periods."""

    history: History
    spend: Array
    periods: int = 1

    @property
    def moved(self) -> NDArray[np.bool_]:
        """Where the plan is not what is spent today: (J, C)."""
        return np.asarray(self.spend != self.history.now)

    @property
    def added(self) -> Array:
        """What is spent beyond today's, over all periods: (J, C)."""
        return (self.spend - self.history.now) * self.periods


def today(history: History, periods: int = 1) -> Plan:
    """Returns the plan that changes nothing. Raises BadPeriods."""
    return plan(history, history.now, periods)


def plan(history: History, spend: Array, periods: int = 1) -> Plan:
    """Returns a plan of amounts (J, C) a period. Raises BadAmount where one is below zero or no number,
    BadPeriods unless there is at least one whole period.
    """
    if not is_whole(periods, 1):
        raise BadPeriods(periods)
    amounts = np.array(spend, dtype=np.float64)
    bad = ~np.isfinite(amounts) | (amounts < 0)
    if bad.any():
        j, c = (int(place) for place in np.argwhere(bad)[0])
        raise BadAmount(history.levels[j], history.channels[c], float(amounts[j, c]))
    return Plan(history, amounts, int(periods))


def changed(
    before: Plan,
    channel: str,
    *,
    groups: Sequence[str] | None = None,
    percent: float = 0.0,
    amount: float = 0.0,
) -> Plan:
    """Returns a plan with one channel of some groups (all unless named) raised by `percent` of what the plan
    has and then by an `amount` a period each, both of which may be negative; nobody goes below zero.

    Raises NoChannel, UnknownGroups, BadAmount.
    """
    known = before.history.channels
    if channel not in known:
        raise NoChannel(channel, known)
    rows, spend = places(before.history, groups), before.spend.copy()
    c = known.index(channel)
    spend[rows, c] = np.maximum(spend[rows, c] * (1.0 + percent / 100.0) + amount, 0.0)
    return replace(plan(before.history, spend), periods=before.periods)


def moved_between(
    before: Plan, channel: str, percent: float, source: Sequence[str], to: Sequence[str]
) -> Plan:
    """Returns a plan that takes `percent` of a channel from some groups and gives it to others, each of which
    gets the same amount: the total stays what it was.

    Raises NoChannel, UnknownGroups, BadAmount, NobodyNamed.
    """
    if not len(to):
        raise NobodyNamed(before.history.factor)
    less = changed(before, channel, groups=source, percent=-abs(percent))
    freed = float((before.spend - less.spend).sum())
    return changed(less, channel, groups=to, amount=freed / len(set(to)))


def places(history: History, groups: Sequence[str] | None) -> NDArray[np.intp]:
    """Returns the places of groups in a history, all unless named. Raises UnknownGroups."""
    if groups is None:
        return np.arange(len(history.levels))
    known = {level: k for k, level in enumerate(history.levels)}
    if odd := [name for name in groups if name not in known]:
        raise UnknownGroups(history.factor, odd)
    return np.array([known[name] for name in groups], dtype=np.intp)
