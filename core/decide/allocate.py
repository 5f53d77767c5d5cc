"""Allocate: a fit, a history and a budget to the plan that makes most of it."""

from dataclasses import dataclass, replace

import numpy as np

from core.decide.allocation import Allocation, Change, Solved
from core.decide.allocation_gains import Gains, gains_of
from core.decide.allocation_problem import Problem, problem
from core.decide.allocation_search import Found, check_tail, expected, protected, read
from core.decide.allocation_tail import tail_mean
from core.decide.errors import BadMoney
from core.decide.history import History
from core.decide.plan import Plan, plan
from core.decide.response import Responses, responses
from core.decide.scenario import Money, change_of
from core.design.coding import Array
from core.result.fit import Fit

# How far an amount may go from today's unless bounds are given; and searches along an outcome that bends.
WITHIN, ROUNDS = 0.3, 8


@dataclass(frozen=True, slots=True)
class Aim:
    """What a plan is to be best at, and within what.

    `profit`: margin times response less what is spent, the budget being an upper limit; else response.
    `protect`: the best mean of the worst share `tail` of cases, with a mean of `floor` or more; else the
    largest mean. `budget` is money a period in all, today's when None; `low` and `high` (J, C) are amounts,
    30 % around today's when None.
    """

    profit: bool = False
    protect: bool = False
    tail: float = 0.05
    floor: float | None = None
    budget: float | None = None
    low: Array | None = None
    high: Array | None = None


def allocate(
    fit: Fit,
    past: History,
    aim: Aim | None = None,
    *,
    money: Money | None = None,
    periods: int = 1,
    drawn: Responses | None = None,
    n_draws: int = 1000,
    seed: int = 0,
) -> Allocation:
    """Returns the plan that makes most of a budget, by an aim, from joint draws of the groups' responses.

    The plan is searched on draws of its own, and `outlook` reads it on `drawn`, those of the scenarios beside
    it: what a search finds in its own draws flatters it. Straight and concave responses are solved to the
    optimum, with a proof. Where the outcome bends (yes/no, counts, logs) or channels multiply each other,
    the response is searched along its chord to the last plan until that stands still, and the plan is read
    by the response itself; there is no proof then (`Solved.NEAR`).
    Raises BadMoney, BadPeriods, BadTail, BadBudget, BadBounds, BadPrice, LogAtZero, FloorTooHigh,
    OutcomeBent, NoDraws, BadSeed.
    """
    wanted, paid = aim or Aim(), money or Money()
    check_tail(wanted.tail)
    if not np.isfinite(paid.margin) or len(paid.costs) not in (0, len(past.channels)):
        raise BadMoney((paid.margin, *paid.costs))
    today = plan(past, past.now, periods)  # checks the periods
    shown = responses(fit, past, n_draws, seed) if drawn is None else drawn
    own = responses(fit, past, shown.n_draws, shown.seed + 1)
    first = gains_of(own)
    asked = _problem(first, today, wanted, paid)
    found = _search(asked, wanted)
    if first.straight:
        fresh = gains_of(shown).draws * (paid.margin * periods)
        return read(asked, found, wanted.tail, fresh)
    return _bent(own, shown, today, wanted, paid)


def _problem(gains: Gains, today: Plan, wanted: Aim, paid: Money) -> Problem:
    past = today.history
    return problem(
        gains.draws * (paid.margin * today.periods),
        gains.curves,
        past.now,
        low=(1.0 - WITHIN) * past.now if wanted.low is None else wanted.low,
        high=(1.0 + WITHIN) * past.now if wanted.high is None else wanted.high,
        budget=wanted.budget,
        price=np.array(paid.costs) if paid.costs else None,
        charge=float(today.periods) if wanted.profit else 0.0,
        groups=past.levels,
        channels=past.channels,
    )


def _search(asked: Problem, wanted: Aim) -> Found:
    return protected(asked, wanted.tail, wanted.floor) if wanted.protect else expected(asked)


def _bent(own: Responses, shown: Responses, today: Plan, wanted: Aim, paid: Money) -> Allocation:
    """The plan where responses bend: searched along the chord to the last plan, the best of them kept."""
    spend, best, worth, value = today.spend, today.spend, 0.0, -np.inf
    asked = _problem(gains_of(own, spend), today, wanted, paid)
    for _ in range(ROUNDS):
        found = _search(asked, wanted)
        change = _changes(own, asked, replace(today, spend=found.spend), paid)
        reached = tail_mean(change, wanted.tail) if wanted.protect else float(change.mean())
        if reached <= value:
            break
        best, worth, value = found.spend, found.worth, reached
        asked = _problem(gains_of(own, best), today, wanted, paid)
    if value <= 0.0 and (wanted.floor or 0.0) <= 0.0 and asked.allows(today.spend):
        best = today.spend
    solved = Solved.STAY if bool((best == today.spend).all()) else Solved.NEAR
    chosen = replace(today, spend=best)
    allocation = read(asked, Found(best, worth, float("nan"), solved), wanted.tail, None)
    on_own, on_shown = (Change(_changes(draws, asked, chosen, paid), wanted.tail) for draws in (own, shown))
    return replace(allocation, change=on_own, fresh=on_shown)


def _changes(answers: Responses, asked: Problem, chosen: Plan, paid: Money) -> Array:
    """What a plan brings beyond today in money, the charge taken off: (n,)."""
    brought = paid.margin * change_of(answers, chosen).sum(axis=(1, 2))
    return np.asarray(brought - asked.charge * float(asked.money(chosen.spend) - asked.money(asked.now)))
