"""The best plan within a budget, as the What-if page shows it, beside what simple rules would do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import numpy as np

from core.decide.allocate import Aim, allocate
from core.decide.allocation import Solved
from core.decide.allocation_rules import simple_rules
from core.decide.plan import plan
from core.decide.scenario import Money
from core.design.coding import Array
from dashboard import ground, outlook, state
from dashboard.ground import Ground
from dashboard.planning import Draft, Sought, amounts

ROBUST = 0.8
BEST, EQUALLY, RAW = "best", "equally", "raw"


@dataclass(frozen=True, slots=True)
class Best:
    """A plan found, small enough to keep: `draws` (n,) of what it and the simple rules bring beyond today, by
    name, on draws that it was not chosen on: profit where the aim is profit, else the outcome.

    `spend`, `now`, `robust` and `price` as in `core.decide.allocation`; `held` counts moves that end at a
    bound, `spent` is what the plan spends of the `budget`.
    """

    of: Ground
    spend: Array
    draws: Mapping[str, Array]
    worth: float
    robust: Array
    held: int
    solved: Solved
    periods: int
    budget: float
    spent: float

    @property
    def moved(self) -> Array:
        """What each group and channel gets beyond today, a period: (J, C)."""
        return self.spend - self.of.past.now


def priced(of: Ground, draft: Draft) -> Ground | None:
    """Returns what plans stand on with those channels alone that cost something; None without any."""
    costs = zip(of.past.channels, outlook.money(of, draft).costs, strict=True)
    paid = tuple(name for name, cost in costs if cost > 0)
    if not paid:
        return None
    return (
        of
        if paid == of.past.channels
        else ground.ground(of.shown, replace(draft, channels=paid), of.grouping)
    )


def about(of: Ground, draft: Draft) -> tuple[object, ...]:
    """Returns what a best plan rests on besides its aim: the fit, the columns, the horizon and the money."""
    one = ground.periods(draft, ground.period(of.shown, of.grouping))
    return (*of.key, one, outlook.money(of, draft))


def found(of: Ground, draft: Draft, wanted: Sought) -> Best:
    """Returns the best plan by an aim. Raises what core says of budgets, bounds and outcomes."""
    key = ("best", *about(of, draft), wanted)
    return state.kept(key, partial(_found, of, draft, wanted))


def _found(of: Ground, draft: Draft, wanted: Sought) -> Best:
    past, paid = of.past, money(of, draft, wanted)
    lasts = ground.periods(draft, ground.period(of.shown, of.grouping))
    low, high = bounds(of, wanted)
    aim = Aim(profit=wanted.profit, protect=wanted.protect, budget=wanted.budget, low=low, high=high)
    plan_ = allocate(of.shown.fit, past, aim, money=paid, periods=lasts, drawn=of.draws())
    rules = simple_rules(of.shown.fit, plan_, of.draws(), money=paid, periods=lasts)
    beside = {BEST: plan_.outlook, EQUALLY: rules.equally.change}
    if rules.best_raw is not None:
        beside |= {RAW: rules.best_raw.change}
    return Best(
        of=of,
        spend=plan_.spend,
        draws=MappingProxyType({name: change.draws for name, change in beside.items()}),
        worth=plan_.worth,
        robust=plan_.robust,
        held=int(((plan_.at_low | plan_.at_high) & (plan_.moved != 0)).sum()),
        solved=plan_.solved,
        periods=lasts,
        budget=plan_.problem.budget,
        spent=float(plan_.problem.money(plan_.spend)),
    )


def money(of: Ground, draft: Draft, wanted: Sought) -> Money:
    """Returns the margin that an aim reckons with: of profit the one said, of the outcome itself none."""
    paid = outlook.money(of, draft)
    return paid if wanted.profit else replace(paid, margin=1.0)


def bounds(of: Ground, wanted: Sought) -> tuple[Array, Array]:
    """Returns the least and the most that each group may spend on each channel: (J, C), (J, C)."""
    past, said = of.past, dict(wanted.columns)
    share = np.array([said.get(name, wanted.within) / 100.0 for name in past.channels])[None, :]
    share = np.where(np.isin(np.array(past.levels), list(wanted.fixed))[:, None], 0.0, share)
    low, high = np.maximum(past.now * (1.0 - share), 0.0), past.now * (1.0 + share)
    if wanted.inside:
        low = np.maximum(low, np.minimum(past.low, past.now))
        high = np.minimum(high, np.maximum(past.high, past.now))
    return low, high


def use(best: Best, draft: Draft, name: str) -> Draft:
    """Returns the draft that is the best plan; what it does not plan stays as it is today."""
    made = plan(best.of.past, best.spend, best.periods)
    return replace(draft, amounts=amounts(made, draft.amounts), made_by=None, name=name, periods=best.periods)
