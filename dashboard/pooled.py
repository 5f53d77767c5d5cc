"""What the Pooling page works with: three readings of every group, and what trusting one of them costs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.decide.pooling import cause, complete_at_average
from core.decide.slope import slope_draws, slope_of
from core.decide.trust import SHARE, Misallocated, Winners, misallocated, winners
from dashboard import families, state, verdict
from dashboard.displayed import Displayed, Ends, displayed, shown_as
from dashboard.grouped import INTERCEPT, Grouped, shrunk
from dashboard.scale import scale

# Joint draws, fewer of many groups, so that what is kept stays small.
DRAWS, LEAST, HELD, SEED = 2000, 500, 1_000_000, 0
FAR = 5.0  # times the largest pooled figure from which one of own rows lies far out


@dataclass(frozen=True, slots=True)
class Pooled:
    """One view of groups with all as one (`complete`, by term, as shown) beside each alone and in between."""

    view: Grouped
    show: Displayed
    complete: Mapping[str, Ends]

    @property
    def own(self) -> pd.Series:
        """Each group's own figure of the term in view, as shown; NaN where its rows cannot tell."""
        return self.show.raw[self.view.term]

    @property
    def told(self) -> bool:
        """Whether any group has a figure of its own."""
        return bool(self.own.notna().any())

    @property
    def silent(self) -> int:
        """How many groups have no figure of their own because all their yes/no rows or counts say the same:
        they are left out of what is said of the typical group. A group whose predictor never moved borrows
        all of its response, which is a figure.
        """
        same = self.told and families.generalised(self.view.shown.spec)
        return int(self.own.isna().sum()) if same else 0

    @property
    def typical(self) -> float:
        """How far the typical group is pulled to the average: the median."""
        pulled = self.view.pulled(self.view.term)
        if self.view.alone and self.silent:
            pulled = pulled[self.own.reindex(pulled.index).notna()]
        return float(pulled.median())

    @property
    def lifts(self) -> bool:
        """Whether a higher figure is what a reader wants: rates, amounts, responses that pay on average."""
        return self.view.term == INTERCEPT or self.view.middle(self.view.term)[0] > 0

    def causes(self, term: str) -> pd.Series:
        """Returns core's reason why each group was pulled as far as it was."""
        found = shrunk(self.view)
        return cause(found[f"{term}_why"], found[term])

    def winners(self, top: int) -> Winners:
        """Returns the groups with the highest own figures and what to expect of them, on the model's scale
        in units as shown.
        """
        view = self.view
        return view.keep(
            "winners",
            lambda: winners(self._table(), self._draws(), top, view.shown.fit.level),
            view.term,
            top,
        )

    def cost(self) -> Misallocated:
        """Returns what choosing groups by own figures costs, on the model's scale in units as shown."""
        view = self.view
        return view.keep(
            "cost",
            lambda: misallocated(self._table(), self._draws(), SHARE, view.shown.fit.level),
            view.term,
        )

    def _table(self) -> pd.DataFrame:
        view = self.view
        columns = {"n": view.raw["n"], "raw": view.raw[view.term], "pooled": view.table[view.term]}
        return pd.DataFrame(columns, index=view.table.index)

    def _draws(self) -> np.ndarray:
        view, fit = self.view, self.view.shown.fit
        read = slope_of(view.side, view.term)
        n = max(LEAST, min(DRAWS, HELD // len(view.table)))
        return view.keep(
            "slopes",
            lambda: view.unit(view.term) * slope_draws(fit, view.by, read, n, SEED),
            view.term,
        )

    def shown(self, value: float) -> float:
        """Returns a value of the term in view on the model's scale as it is shown."""
        if not families.generalised(self.view.shown.spec):
            return value
        says = scale(self.view.shown.spec)
        return float(shown_as(self.view, says, self.view.term, np.array([value]))[0])

    def write(self, value: float, error: float | None = None) -> str:
        """Returns a value of the model's scale in words; `error` is its standard error there."""
        wide = None if error is None else abs(self.shown(value + error) - self.shown(value - error)) / 2
        return self.said(self.shown(value), wide)

    def said(self, value: float, error: float | None = None) -> str:
        """Returns a figure as shown in words, as fine as its error; one that lies far out, as those of a few
        rows do, with three digits.
        """
        far = abs(value) > FAR * float(self.show.table[self.view.term].abs().max())
        return self.show.write(self.view.term, value, None if far else error)

    def less(self, value: float, by: float) -> float:
        """Returns how much less is shown where a value of the model's scale is smaller by some amount; of
        ratios the share that is lost.
        """
        if self.view.term in self.show.ratios:
            return 1.0 - math.exp(-by)
        return self.shown(value) - self.shown(value - by)

    def spend(self) -> bool:
        """Returns whether the term in view is money whose return can be added up."""
        view, roles = self.view, state.current().roles
        if families.generalised(view.shown.spec) or view.term == INTERCEPT:
            return False
        spend = {guess.column for guess in roles.spend if guess.column} if roles else set()
        as_is = not view.shown.spec.outcome.steps
        return not verdict.no_budget(view.term, as_is, spend, view.middle(view.term)[0])


def pooled(view: Grouped) -> Pooled:
    """Returns a view of groups with what all of them as one would say."""
    show = displayed(view)
    return Pooled(view, show, view.keep("complete", lambda: _complete(view)))


def _complete(view: Grouped) -> dict[str, Ends]:
    table, found = complete_at_average(view.side, view.shown.fit.level), {}
    for term, row in table.iterrows():
        low, high = sorted(view.unit(str(term)) * row[["low", "high"]])
        ends = np.array([view.unit(str(term)) * row["estimate"], low, high], dtype=float)
        if families.generalised(view.shown.spec):
            ends = shown_as(view, scale(view.shown.spec), str(term), ends)
        found[str(term)] = tuple(ends.tolist())
    return found
