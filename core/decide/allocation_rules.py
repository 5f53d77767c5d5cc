"""Simple rules beside an allocation of a fit: no change, one move for all, all to the best by own rows."""

from dataclasses import dataclass

import numpy as np

from core.decide.allocation import Allocation, Change
from core.decide.allocation_baselines import best_raw, moved_equally
from core.decide.allocation_gains import gains_of
from core.decide.plan import plan
from core.decide.response import Responses
from core.decide.scenario import Money, change_of
from core.design.coding import Array
from core.result.fit import Fit
from core.result.raw import raw_coefficients


@dataclass(frozen=True, slots=True)
class Rule:
    """A plan (J, C) by a simple rule, and what it brings beyond today, on the draws of scenarios."""

    spend: Array
    change: Change


@dataclass(frozen=True, slots=True)
class Rules:
    """What else could be done with the money that a plan moves.

    `equally`: every group makes the same shift between channels (see `moved_equally`); `best_raw`: the best
    returns by groups' own regressions get it all (see `best_raw`), None where no group has one, as in a model
    with several groupings.
    """

    nothing: Rule
    equally: Rule
    best_raw: Rule | None


def simple_rules(
    fit: Fit, found: Allocation, drawn: Responses, *, money: Money | None = None, periods: int = 1
) -> Rules:
    """Returns the simple rules for the money that `found` moves, read on `drawn` as scenarios are.

    `money` and `periods` are those of the allocation. Raises BadPeriods.
    """
    paid = money or Money()
    raw = raw_gains(fit, drawn) * (paid.margin * periods)

    def rule(spend: Array) -> Rule:
        asked = found.problem
        brought = paid.margin * change_of(drawn, plan(drawn.history, spend, periods)).sum(axis=(1, 2))
        spent = asked.charge * float(asked.money(spend) - asked.money(asked.now))
        return Rule(spend, Change(np.asarray(brought - spent), found.change.tail))

    known = bool(np.isfinite(raw).any(axis=0).all())
    own = rule(best_raw(found, raw).spend) if known else None
    return Rules(rule(found.problem.now), rule(moved_equally(found).spend), own)


def raw_gains(fit: Fit, answers: Responses) -> Array:
    """Returns what one unit more of f(spend) brings each group a period by its own regression: (J, C).

    The model's average gain, with the groups' own slopes in place of the pooled ones; NaN where a group's
    rows cannot tell. Where no slope of a channel differs between the groups it is the model's.
    """
    history = answers.history
    side = fit.linear.sides[history.factor]
    gains = gains_of(answers)
    found = gains.draws.mean(axis=0)
    own = raw_coefficients(side)
    own = own.loc[list(history.levels)]
    bends = _bends(answers, found)
    for k, one in enumerate(answers.moving):
        if len(one.channels) == 1 and one.label in side.problem.random:
            apart = own[one.label].to_numpy() - answers.draws[:, :, k].mean(axis=0)
            found[:, one.channels[0]] += apart * one.partners * one.weights[0] * bends
    return found


def _bends(answers: Responses, gains: Array) -> Array:
    """What one unit of the linear predictor is in the outcome's, in each group: (J,)."""
    if answers.base is None:
        return np.full(len(gains), answers.unit)
    slopes = np.zeros_like(gains)
    for k, one in enumerate(answers.moving):
        if len(one.channels) == 1:
            slope = answers.draws[:, :, k].mean(axis=0) * one.partners * one.weights[0]
            slopes[:, one.channels[0]] += slope
    size = np.abs(slopes).sum(axis=1)
    nothing = np.zeros(len(gains))
    return np.asarray(np.divide(np.abs(gains).sum(axis=1), size, out=nothing, where=size > 0.0))
