"""Scenario: what a plan would change, in total and in parts, with how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core.decide.errors import BadMoney
from core.decide.extrapolation import Flag, beyond, widened
from core.decide.plan import Plan, today
from core.decide.response import Responses, moves, responses
from core.design.coding import Array
from core.result.asked import check_level
from core.result.central import central
from core.result.fit import Fit
from core.result.population import population_mean
from core.spec.model import Link

# Steps of the linear predictor that are taken for this long: their slope differs by less than a part in 1e5.
SHORT = 1e-5


@dataclass(frozen=True, slots=True)
class Money:
    """What one unit of the outcome earns, and what one unit of each channel's amount costs (C,)."""

    margin: float = 1.0
    costs: tuple[float, ...] = ()  # 1 each when empty: amounts are money


@dataclass(frozen=True)
class Scenario:
    """What a plan changes against today, over all its periods.

    `change` (n, J, C) are joint draws of the change of the outcome by group and channel; every figure is a
    sum of them, so intervals of totals are not sums of intervals. `cost` (J, C) is what the plan spends
    beyond today. `low` to `high` everywhere is the central interval at `level`.
    """

    plan: Plan
    change: Array
    cost: Array
    money: Money
    flags: tuple[Flag, ...]
    level: float
    seed: int

    @cached_property
    def total_draws(self) -> Array:
        """The change of the outcome in total: (n,)."""
        return np.asarray(self.change.sum(axis=(1, 2)))

    @cached_property
    def profit_draws(self) -> Array:
        """Margin times the change, less what is spent beyond today: (n,)."""
        return self.money.margin * self.total_draws - float(self.cost.sum())

    @cached_property
    def total(self) -> pd.DataFrame:
        """Rows response, cost, profit: mean low high p_positive."""
        spent = np.full(len(self.total_draws), float(self.cost.sum()))
        draws = np.column_stack([self.total_draws, spent, self.profit_draws])
        return self._table(draws, ["response", "cost", "profit"], "")

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Index group and channel, those that the plan moves: now new cost mean low high p_positive."""
        history = self.plan.history
        j, c = np.nonzero(self.plan.moved)
        index = pd.MultiIndex.from_arrays(
            [np.array(history.levels, dtype=object)[j], np.array(history.channels, dtype=object)[c]],
            names=[history.factor, "channel"],
        )
        found = self._summed(self.change[:, j, c])
        found.index = index
        planned = {"now": history.now[j, c], "new": self.plan.spend[j, c], "cost": self.cost[j, c]}
        return pd.concat([pd.DataFrame(planned, index=index), found], axis=1)

    @cached_property
    def by_channel(self) -> pd.DataFrame:
        """Index channel: cost mean low high p_positive."""
        return self._by(self.change.sum(axis=1), self.cost.sum(axis=0), self.plan.history.channels, "channel")

    @cached_property
    def by_group(self) -> pd.DataFrame:
        """Index group: cost mean low high p_positive."""
        history = self.plan.history
        return self._by(self.change.sum(axis=2), self.cost.sum(axis=1), history.levels, history.factor)

    def by(self, names: Sequence[str], title: str) -> pd.DataFrame:
        """Returns the change by regions, tiers or whatever else `names` (J,) say the groups belong to."""
        codes, found = pd.factorize(np.array(names, dtype=object))
        belongs = (codes[:, None] == np.arange(len(found))).astype(np.float64)
        return self._by(
            self.change.sum(axis=2) @ belongs, self.cost.sum(axis=1) @ belongs, found.tolist(), title
        )

    def _by(self, draws: Array, cost: Array, names: Sequence[str], title: str) -> pd.DataFrame:
        found = self._table(draws, names, title)
        found.insert(0, "cost", cost)
        return found

    def _table(self, draws: Array, names: Sequence[str], title: str) -> pd.DataFrame:
        found = self._summed(draws)
        found.index = pd.Index(list(names), name=title, dtype="str")
        return found

    def _summed(self, draws: Array) -> pd.DataFrame:
        low, high = central(draws, self.level)
        positive = (draws > 0).mean(axis=0) if len(draws) else draws.sum(axis=0)
        return pd.DataFrame({"mean": draws.mean(axis=0), "low": low, "high": high, "p_positive": positive})


def scenario(
    fit: Fit,
    plan: Plan,
    *,
    money: Money | None = None,
    drawn: Responses | None = None,
    n_draws: int = 1000,
    seed: int = 0,
    level: float | None = None,
    widen: bool = False,
) -> Scenario:
    """Returns what a plan changes against today's spend, from joint draws of the groups' responses.

    For group j the change is the sum over channels of (f(new) - f(now)) times its total slope, a period,
    times the periods (STATISTICS section 9). Where f bends, a group that spends more in some periods than in
    others keeps its pattern, all of it growing in proportion (`History.pattern`); where it does not, each
    period gets the same more. With a product in the model the slope is that at the group's averages of its
    partners. Of yes/no outcomes, counts and amounts by a log it is the change of the expected outcome over
    rows that vary as the group's do, shared between channels in proportion to what each adds to the linear
    predictor (Aumann, Shapley 1974). The change at today's spend is zero in every draw, and parts add to
    totals draw by draw. `drawn` saves the draws between plans; `widen` stretches the uncertainty of amounts
    beyond a group's own history (see `widened`).
    Raises BadMoney, BadLevel, OutcomeBent, NoDraws, BadSeed.
    """
    width = fit.level if level is None else level
    check_level(width)
    paid = _checked(money or Money(), plan)
    answers = responses(fit, plan.history, n_draws, seed) if drawn is None else drawn
    change = change_of(answers, plan)
    flags = beyond(plan)
    if widen:
        change = widened(change, plan)
    cost = plan.added * np.array(paid.costs or (1.0,) * len(plan.history.channels))
    return Scenario(plan, change, cost, paid, flags, width, answers.seed)


def change_of(answers: Responses, plan: Plan) -> Array:
    """Returns joint draws of the change of the outcome by group and channel, over all periods: (n, J, C)."""
    moved = moves(answers.moving, plan.history, plan.spend)
    steps = np.zeros((answers.n_draws, *plan.spend.shape))
    for k in range(len(answers.moving)):
        for c in np.flatnonzero(moved[:, k].any(axis=0)).tolist():
            steps[:, :, c] += answers.draws[:, :, k] * moved[:, k, c]
    if answers.base is None:
        return steps * (plan.periods * answers.unit)
    per_step = _average_slope(answers, answers.base, steps.sum(axis=2))
    return steps * (per_step * plan.history.trials)[:, :, None] * plan.periods


def _average_slope(answers: Responses, base: Array, step: Array) -> Array:
    """The change of the mean over a group's rows per unit of the linear predictor, over a step: (n, J)."""
    spread = answers.spread if answers.spread is not None and answers.link is not Link.LOG else np.zeros(1)
    short = np.where(np.abs(step) < SHORT, SHORT, step)
    after, before = (population_mean(answers.link, eta, spread) for eta in (base + short, base))
    return (after - before) / short


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How far the sums of a scenario are from what they must be, as shares of the largest figure in it."""

    at_today: float  # the change that today's own spend would bring
    parts: float  # parts less the total


def reconciled(shown: Scenario, answers: Responses) -> Reconciliation:
    """Returns whether nothing changes at today's spend and the parts of the tables add up to the total."""
    still = change_of(answers, today(shown.plan.history, shown.plan.periods))
    total = float(shown.total["mean"].to_numpy()[0])
    sums = [float(table["mean"].sum()) for table in (shown.parts, shown.by_channel, shown.by_group)]
    size = max(abs(total), float(shown.parts["mean"].abs().max()) if len(shown.parts) else 0.0, 1e-300)
    off = max(abs(part - total) for part in sums)
    return Reconciliation(float(np.abs(still).max(initial=0.0)) / size, off / size if off else 0.0)


def _checked(money: Money, plan: Plan) -> Money:
    figures = (money.margin, *money.costs)
    if not all(np.isfinite(figures)) or any(cost < 0 for cost in money.costs):
        raise BadMoney(figures)
    if money.costs and len(money.costs) != len(plan.history.channels):
        raise BadMoney(figures)
    return money
