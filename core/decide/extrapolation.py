"""Extrapolation: planned amounts that a group, or any group, has never spent."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.decide.plan import Plan
from core.design.coding import Array

# Rounding of an average that equals the end of its range.
ROUNDING = 1e-9


class Beyond(StrEnum):
    """What a planned amount lies outside of."""

    OWN = "own"  # the group's own history
    TABLE = "table"  # the history of every group


@dataclass(frozen=True, slots=True)
class Flag:
    """A planned amount that was never spent: whose, on what, how much, and what was between `low` and `high`
    so far (of the group, or of all groups).
    """

    group: str
    channel: str
    new: float
    low: float
    high: float
    beyond: Beyond


def beyond(plan: Plan) -> tuple[Flag, ...]:
    """Returns the changed amounts outside a group's own history, those outside everyone's marked so."""
    history = plan.history
    least, most = np.broadcast_arrays(history.least, history.most, plan.spend)[:2]
    own = _excess(plan.spend, history.low, history.high) > 0
    table = _excess(plan.spend, least, most) > 0
    found = []
    for j, c in np.argwhere(plan.moved & own).tolist():
        low, high = (least, most) if table[j, c] else (history.low, history.high)
        found.append(
            Flag(
                history.levels[j],
                history.channels[c],
                float(plan.spend[j, c]),
                float(low[j, c]),
                float(high[j, c]),
                Beyond.TABLE if table[j, c] else Beyond.OWN,
            )
        )
    return tuple(found)


def widened(change: Array, plan: Plan) -> Array:
    """Returns draws (n, J, C) whose spread grows with the distance from what the group has spent.

    A heuristic: the standard deviation doubles at one own range beyond (of a group that never moved, at one
    more of what it spends). The mean stays, and so does every sum of means. A straight line or a curve seen
    over a range says nothing of its error outside, which no draw of its slope holds.
    """
    history = plan.history
    width = history.high - history.low
    usual = np.where(history.high > 0, history.high, history.most)
    width = np.where(width > 0, width, np.where(usual > 0, usual, 1.0))
    factor = 1.0 + np.where(plan.moved, _excess(plan.spend, history.low, history.high), 0.0) / width
    centre = change.mean(axis=0)
    return np.asarray(centre + (change - centre) * factor)


def _excess(spend: Array, low: Array, high: Array) -> Array:
    """How far amounts lie outside of a range, 0 within."""
    slack = ROUNDING * np.maximum(np.abs(low), np.abs(high))
    out = np.maximum(low - spend, spend - high)
    return np.where(out > slack, out, 0.0)
