"""What a plan would change, as the What-if page shows it: each table once per plan and fit."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

import core
from core.decide.extrapolation import Beyond as Outside
from core.decide.extrapolation import Flag
from core.decide.plan import Plan
from core.decide.review import review_plan
from core.decide.scenario import Money, Scenario
from core.design.coding import Array
from core.finding import Finding
from dashboard import ground, state
from dashboard.ground import Ground
from dashboard.planning import Beyond, Cell, Draft, planned

GROUPS, CHANNELS = "groups", "channels"
ROUNDING = 1e-9  # of what all the groups change by: less in total is no change


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a plan changes. `tables` by what they sum over: cost mean low high p_positive, and what is spent a
    period `now` and in the plan (`new`): of the one channel that moves, else as money (see `one`).

    `gains` and `profits` are the draws (n,) of the totals; `lost` the cells of the draft that this model does
    not have; `at_today` and `parts` what `core.decide.scenario.Reconciliation` says; `review` what
    `core.decide.review` found.
    """

    plan: Plan
    money: Money
    total: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    flags: tuple[Flag, ...]
    gains: Array
    profits: Array
    one: str | None
    lost: tuple[Cell, ...]
    at_today: float
    parts: float
    review: tuple[Finding, ...] = ()

    @property
    def cost(self) -> float:
        """What the plan spends beyond today's."""
        return float(self.total.loc["cost", "mean"])

    @property
    def never(self) -> tuple[Flag, ...]:
        """The amounts that no group has ever spent."""
        return tuple(flag for flag in self.flags if flag.beyond is Outside.TABLE)


def money(of: Ground, draft: Draft) -> Money:
    """Returns the margin, 1 until it is said, and what a unit of each channel costs: 1 of money."""
    costs = tuple(draft.cost(name, float(name in of.usual)) for name in of.past.channels)
    return Money(1.0 if draft.margin is None else draft.margin, costs)


def outlook(of: Ground, draft: Draft) -> Outlook:
    """Returns what a draft would change. Raises what core says of plans, such as LogOfNothing."""
    made, lost = planned(draft, of.past, ground.periods(draft, ground.period(of.shown, of.grouping)))
    widen = draft.beyond is Beyond.WIDEN
    paid, belongs = money(of, draft), of.belongs()
    where = hashlib.sha256(repr(list(belongs.items())).encode()).hexdigest()
    spent = hashlib.sha256(made.spend.tobytes()).hexdigest()
    key = ("outlook", *of.key, spent, made.periods, paid.margin, paid.costs, widen, lost, where)
    return state.kept(key, lambda: _reckoned(of, made, paid, widen, lost, belongs))


def later(of: Ground, draft: Draft) -> Callable[[], Scenario]:
    """Returns what makes the scenario of a draft, with all its parts: for a file, when one is asked for.

    Nothing of the session is asked for then: a download is made outside of it.
    """
    made, _ = planned(draft, of.past, ground.periods(draft, ground.period(of.shown, of.grouping)))
    widen, paid, answers = draft.beyond is Beyond.WIDEN, money(of, draft), of.draws()
    return lambda: core.scenario(of.shown.fit, made, money=paid, drawn=answers, widen=widen)


def _reckoned(
    of: Ground,
    made: Plan,
    paid: Money,
    widen: bool,
    lost: tuple[Cell, ...],
    belongs: Mapping[str, tuple[str, ...]],
) -> Outlook:
    answers = of.draws()
    found = core.scenario(of.shown.fit, made, money=paid, drawn=answers, widen=widen)
    moving = np.flatnonzero(made.moved.any(axis=0))
    one = made.history.channels[int(moving[0])] if len(moving) == 1 else None
    spent = partial(_spent, made, paid, None if one is None else int(moving[0]))
    tables = {
        GROUPS: spent(found.by_group, None),
        CHANNELS: found.by_channel.assign(now=made.history.now.sum(axis=0), new=made.spend.sum(axis=0)),
        **{kind: spent(found.by(names, kind), names) for kind, names in belongs.items()},
    }
    total, gains, profits = found.total, found.total_draws, found.profit_draws
    if abs(float(found.cost.sum())) <= ROUNDING * float(np.abs(found.cost).sum()):  # moved, not spent
        total = total.copy()
        total.loc["cost", ["mean", "low", "high"]] = 0.0
    moved = float(tables[GROUPS]["mean"].abs().sum())
    if np.abs(gains).max() <= ROUNDING * moved:  # what all give up and gain cancels in every draw
        gains = np.zeros_like(gains)
        profits = gains - float(found.cost.sum())
        total = total.copy()
        total.loc["response"] = 0.0
        total.loc["profit", ["mean", "low", "high"]] = profits[0]
    off = max(abs(float(table["mean"].sum()) - float(gains.mean())) for table in tables.values())
    off /= max(moved, 1e-300)
    review = tuple(review_plan(of.shown.fit, made))
    at_today = state.kept(("at today", *of.key), lambda: _at_today(of))
    return Outlook(made, paid, total, tables, found.flags, gains, profits, one, lost, at_today, off, review)


def _at_today(of: Ground) -> float:
    """The largest change that any draw makes of today's own amounts: asserted to be nothing."""
    still = core.scenario(of.shown.fit, core.today(of.past), drawn=of.draws())
    return float(np.abs(still.change).max(initial=0.0))


def _spent(
    made: Plan, paid: Money, one: int | None, table: pd.DataFrame, names: Sequence[str] | None
) -> pd.DataFrame:
    """The table with what its groups spend a period now and in the plan."""
    costs = np.array(paid.costs)
    pair = [amounts @ costs if one is None else amounts[:, one] for amounts in (made.history.now, made.spend)]
    if names is not None:
        codes = pd.factorize(np.array(names, dtype=object))[0]
        pair = [np.bincount(codes, weights=each, minlength=len(table)) for each in pair]
    return table.assign(now=pair[0], new=pair[1])
