"""What the group pages work with: one fit seen by group, every part derived once and kept."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.result.effects import chain_at_average, coefficients_at_average, deviations_at_average
from core.result.ellipse import correlation_at_average, covariance_at_average
from core.result.raw import raw_at_average
from core.result.shrink import shrinkage
from dashboard import headlines, naming, safe, sentences, state, wording
from dashboard.nouns import Noun
from dashboard.state import Shown

INTERCEPT = headlines.INTERCEPT
ALIKE = 1e-4  # spread (per SD of the predictor) below this share of the residual SD: no difference to draw
NAME = 26  # letters of a name in an axis: two names and their unit fit on a line
LIMIT = 0.995  # a correlation beyond this sits at its boundary and says nothing of the groups


@dataclass(frozen=True, slots=True)
class Grouped:
    """A fit seen by one grouping: totals, raw estimates, the terms that vary and what they are called."""

    shown: Shown
    by: str
    noun: Noun
    outcome: str
    table: pd.DataFrame
    raw: pd.DataFrame
    terms: tuple[str, ...]
    term: str
    selected: str

    @property
    def slopes(self) -> tuple[str, ...]:
        """Terms that vary, without the intercept."""
        return tuple(name for name in self.terms if name != INTERCEPT)

    def unit(self, term: str) -> float:
        """Returns what a coefficient is multiplied by to be shown: ln 2 makes a log slope per doubling."""
        return math.log(2.0) if wording.logged(term) is not None else 1.0

    def middle(self, term: str) -> tuple[float, float, float]:
        """Returns the average with its interval: estimate, low, high."""
        fit, unit = self.shown.fit, self.unit(term)
        row = self.keep("chain", lambda: chain_at_average(fit.linear, fit.level)).loc[term]
        return (unit * float(row["estimate"]), unit * float(row["low"]), unit * float(row["high"]))

    def covariance(self) -> Any:
        """Returns how the groups' coefficients vary together (q, q), as shown: baselines at the average."""
        units = np.array([self.unit(term) for term in self.terms])
        raw = self.keep("covariance", lambda: covariance_at_average(self.shown.fit.linear)[1])
        return raw * np.outer(units, units)

    def spread(self, term: str) -> float:
        """Returns the standard deviation of a coefficient between groups; 0 where none can be detected."""
        place = self.terms.index(term)
        sd = float(max(self.covariance()[place, place], 0.0)) ** 0.5
        return sd if self.swing(term, sd) > ALIKE * self.shown.fit.linear.sigma else 0.0

    def usual(self, term: str) -> tuple[float, float]:
        """Returns mean and standard deviation of a term's column over all rows."""
        columns = self.shown.fit.linear.moments.columns
        place = columns.index(term)
        return float(columns.centre[place]), float(columns.scale[place])

    def swing(self, term: str, value: float) -> float:
        """Returns what a coefficient (as shown) makes of a usual swing, one SD, of its predictor."""
        return value if term == INTERCEPT else value / self.unit(term) * self.usual(term)[1]

    def apart(self, term: str, x: float) -> float:
        """Returns the SD of the outcome between groups where a term's column is x, the rest average."""
        covariance, at = self.covariance(), self.terms.index(term)
        way = (x - self.usual(term)[0]) / self.unit(term)
        if INTERCEPT not in self.terms:
            return float(self.spread(term) * abs(x) / self.unit(term))
        base = self.terms.index(INTERCEPT)
        variance = covariance[base, base] + 2 * way * covariance[base, at] + way**2 * covariance[at, at]
        return float(max(variance, 0.0)) ** 0.5

    def correlation(self) -> float | None:
        """Returns the fitted correlation of baseline and slope in view; None when one does not vary."""
        if INTERCEPT not in self.terms or self.term == INTERCEPT:
            return None
        if not self.spread(INTERCEPT) or not self.spread(self.term):
            return None
        pair = (INTERCEPT, self.term)
        return self.keep(
            "correlation", lambda: correlation_at_average(self.shown.fit.linear, pair), self.term
        )

    def clear(self, term: str) -> pd.Series:
        """Returns by group 1 when it is above the average, -1 when below, 0 when chance could have made it.

        The average's own uncertainty counts: the interval is of the distance between the two.
        """
        fit = self.shown.fit
        far = self.keep("distance", lambda: deviations_at_average(fit.linear, fit.level))[self.by]
        side = (far[f"{term}_low"] > 0).astype(int) - (far[f"{term}_high"] < 0).astype(int)
        return side.reindex(self.table.index)

    def says(self, term: str, whole: bool = False) -> str:
        """Returns what an axis of this term says: 'sales per unit of youtube'. Not escaped.

        Long names are cut so that the unit stays, unless the `whole` is wanted.
        """
        most = 400 if whole else NAME
        outcome = safe.one_line(self.outcome, most)
        if term == INTERCEPT:
            return f"{outcome} at average predictors"
        doubled = wording.logged(term)
        if doubled is not None:
            return f"{outcome} per doubling of {safe.one_line(doubled, most)}"
        step = sentences.step(term, naming.pairs(self.shown))
        unit = re.fullmatch(r"one (\w+) more of (.+)", step)
        if unit is None:
            return f"{outcome} for {safe.one_line(step, 2 * most)}"
        return f"{outcome} per {unit[1]} of {safe.one_line(unit[2], most)}"

    def label(self, level: object) -> str:
        """Returns how one group is written."""
        return self.noun.label(level)

    def levels(self) -> list[str]:
        """Returns every group, as text, in the table's order."""
        return [str(level) for level in self.table.index]

    def keep[T](self, step: str, make: Callable[[], T], *more: object) -> T:
        """Returns a value derived from this fit, made once."""
        return state.kept((step, *self.shown.key, self.by, *more), make)


def grouped(shown: Shown) -> Grouped:
    """Returns the fit seen by its grouping, with the slope in view.

    The baseline is read at the average of every predictor: where all are zero no reader has a store in mind.
    """
    by = naming.grouping(shown) or ""
    table, raw = state.kept(("grouped", *shown.key, by), lambda: _read(shown))
    terms = tuple(name for name in table.columns if f"{name}_se" in table.columns)
    slopes = [name for name in terms if name != INTERCEPT]
    chosen = state.current().slope
    term = chosen if chosen in slopes else slopes[0] if slopes else terms[0]
    group = state.current().group
    if group not in table.index:
        group = str(table[term].idxmax())
    noun, outcome = naming.group_noun(), shown.spec.outcome.column
    return Grouped(shown, by, noun, outcome, table, raw, terms, term, group)


def _read(shown: Shown) -> tuple[pd.DataFrame, pd.DataFrame]:
    linear = shown.fit.linear
    pooled, raw = (
        next(iter(coefficients_at_average(linear, shown.fit.level).values())),
        raw_at_average(linear),
    )
    for term in raw.columns.drop("n"):
        if wording.logged(term) is not None:  # shown per doubling, see Grouped.unit
            names = [term, f"{term}_se", f"{term}_low", f"{term}_high"]
            pooled[names] *= math.log(2.0)
            raw[term] *= math.log(2.0)
    return pooled, raw


def shrunk(view: Grouped) -> pd.DataFrame:
    """Returns how far each group was pulled, 0 to 1, and why, by term."""
    return view.keep("shrinkage", lambda: shrinkage(view.shown.fit.linear))
