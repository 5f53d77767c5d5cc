"""What the group pages work with: one fit seen by group, every part derived once and kept."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from core.result.effects import chain_at_average, coefficients_at_average
from core.result.raw import raw_at_average
from core.result.shrink import shrinkage
from dashboard import headlines, naming, sentences, state, wording
from dashboard.nouns import Noun
from dashboard.state import Shown

INTERCEPT = headlines.INTERCEPT


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

    def middle(self, term: str) -> tuple[float, float, float]:
        """Returns the average with its interval: estimate, low, high."""
        fit = self.shown.fit
        row = self.keep("chain", lambda: chain_at_average(fit.linear, fit.level)).loc[term]
        return (float(row["estimate"]), float(row["low"]), float(row["high"]))

    def spread(self, term: str) -> float:
        """Returns the standard deviation of a coefficient between groups."""
        return headlines.spread(self.shown.fit, self.by, term)

    def usual(self, term: str) -> tuple[float, float]:
        """Returns mean and standard deviation of a term's column over all rows."""
        columns = self.shown.fit.linear.moments.columns
        place = columns.index(term)
        return float(columns.centre[place]), float(columns.scale[place])

    def says(self, term: str) -> str:
        """Returns what an axis of this term says: 'sales per unit of youtube'. Not escaped."""
        if term == INTERCEPT:
            return f"{self.outcome} at average predictors"
        two = naming.pairs(self.shown)
        if term in two:
            return f"{self.outcome} for {sentences.step(term, two)}"
        return f"{self.outcome} per unit of {wording.term(term)}"

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
    return Grouped(shown, by, naming.group_noun(), shown.spec.outcome.column, table, raw, terms, term, group)


def _read(shown: Shown) -> tuple[pd.DataFrame, pd.DataFrame]:
    linear = shown.fit.linear
    pooled = coefficients_at_average(linear, shown.fit.level)
    return next(iter(pooled.values())), raw_at_average(linear)


def shrunk(view: Grouped) -> pd.DataFrame:
    """Returns how far each group was pulled, 0 to 1, and why, by term."""
    return view.keep("shrinkage", lambda: shrinkage(view.shown.fit.linear))
