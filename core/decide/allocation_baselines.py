"""Baselines: what simple rules would do with the money that a plan moves."""

import numpy as np

from core.decide.allocation import Allocation
from core.decide.allocation_errors import NoOwnEstimates
from core.decide.allocation_problem import Problem
from core.decide.allocation_search import given
from core.design.coding import Array


def nothing_moved(plan: Allocation, fresh: Array | None = None) -> Allocation:
    """Returns today's spend in the shape of a plan: it changes nothing in any draw."""
    return given(plan.problem, plan.problem.now, tail=plan.change.tail, fresh=fresh)


def moved_equally(plan: Allocation, fresh: Array | None = None) -> Allocation:
    """Returns the plan that makes the same shift between channels in every group.

    Each channel's total changes as in `plan`, and each group takes an equal part of that, within its bounds:
    what a group cannot take is shared by the others. It holds what the plan gains by moving money between
    channels; a plan that only moves money between groups has this baseline at today's spend.
    """
    asked = plan.problem
    shift = plan.moved.sum(axis=0)
    parts = [_equally(asked, c, float(total)) for c, total in enumerate(shift)]
    return given(asked, asked.now + np.stack(parts, axis=1), tail=plan.change.tail, fresh=fresh)


def best_raw(plan: Allocation, raw: Array, fresh: Array | None = None) -> Allocation:
    """Returns the plan that pours the money `plan` moves into the best raw returns, others paying alike.

    `raw` (J, C) are gains by each group's own regression, in the units of the problem's; NaN where a group
    has none, which gets nothing more. The group and channel whose next unit of money promises most is filled
    to its upper bound, then the next, until as much is added as `plan` adds; the others pay for it in
    proportion to what they may lose, so that in all the same is spent as in `plan`.
    Raises NoOwnEstimates where no group has an estimate of its own.
    """
    asked = plan.problem
    own = np.isfinite(raw)
    if not own.any():
        raise NoOwnEstimates()
    added = float(np.maximum(plan.moved * asked.price, 0.0).sum())
    taken = added - float((plan.moved * asked.price).sum())
    slopes = asked.price * _slopes(asked)
    # Where a curve is infinitely steep (a root at nothing) the sign of the gain is all there is.
    steep = np.select([raw > 0, raw < 0], [np.inf, -np.inf], 0.0)
    promise = np.where(own, np.divide(raw, slopes, out=steep, where=slopes > 0), -np.inf)
    room = (np.maximum(asked.high - asked.now, 0.0) * asked.price * own).ravel()
    order = np.argsort(-promise.ravel(), kind="stable")
    before = np.concatenate([[0.0], np.cumsum(room[order])[:-1]])
    more = np.zeros(room.size)
    more[order] = np.clip(added - before, 0.0, room[order])
    purse = (np.maximum(asked.now - asked.low, 0.0) * asked.price).ravel() * (more == 0.0)
    less = purse * min(1.0, taken / max(float(purse.sum()), 1e-300))
    # What cannot be paid for is not given either: the last to be served gives it back first.
    unpaid = max(0.0, taken - float(less.sum()))
    kept = float(more.sum()) - unpaid
    more[order] = np.clip(kept - before, 0.0, more[order])
    change = ((more - less) / np.broadcast_to(asked.price, asked.now.shape).ravel()).reshape(asked.now.shape)
    return given(asked, asked.now + change, tail=plan.change.tail, fresh=fresh)


def _slopes(asked: Problem) -> Array:
    """What one unit of f costs in amounts, at today's spend: (J, C)."""
    now = asked.values(asked.now)
    return np.stack([curve.cost_slope(now[:, c]) for c, curve in enumerate(asked.curves)], axis=1)


def _equally(asked: Problem, c: int, shift: float) -> Array:
    """Each group's part (J,) of a channel's shift: equal, but for those that their bounds stop."""
    now = asked.now[:, c]
    room = asked.high[:, c] - now if shift > 0 else now - asked.low[:, c]
    room = np.maximum(room, 0.0)
    left, parts = min(abs(shift), float(room.sum())), np.zeros(len(now))
    # The groups with the least room first: what each leaves is shared by those after it.
    for place, j in enumerate(np.argsort(room, kind="stable").tolist()):
        parts[j] = min(float(room[j]), left / (len(now) - place))
        left -= parts[j]
    return np.asarray(np.sign(shift) * parts)
