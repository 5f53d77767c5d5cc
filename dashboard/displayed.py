"""The figures of groups as they are shown: of generalised models on the outcome's own scale.

A group's baseline is its probability, rate or amount at average predictors; its response to a predictor what
one step multiplies the odds, the rate or the amount by; of a probit, by how many points it changes the
probability of a typical case. Order and intervals carry over, since all are rising functions of what the
model adds up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd

from core.fit.family import mean, slope
from core.result.ratios import case, step_of, typical_offset
from dashboard import families, naming, safe, wording
from dashboard.grouped import INTERCEPT, NAME, Grouped, turned
from dashboard.numbers import ENDLESS, number
from dashboard.scale import Scale, scale

Ends = tuple[float, float, float]
FAR = 100.0  # a ratio's ends that many times apart are not rounded alike
VALUES = ("raw", "pooled", "low", "high")


@dataclass(frozen=True, slots=True)
class Displayed:
    """Totals, own estimates and averages (estimate, low, high) of one grouping's groups as they are shown."""

    table: pd.DataFrame
    raw: pd.DataFrame
    middles: Mapping[str, Ends]
    says: Mapping[str, str]
    axes: Mapping[str, str]
    marks: Mapping[str, tuple[str, str]]  # what stands before and after a figure
    ratios: frozenset[str] = frozenset()  # terms whose figures multiply

    def write(self, term: str, value: float, error: float | None = None) -> str:
        """Returns a figure of a term with its sign: '80 %', '× 1.3'."""
        before, after = self.marks[term]
        return f"{before}{number(value, error)}{after}"

    def between(self, term: str, low: float, high: float) -> str:
        """Returns both ends of an interval, rounded alike: '74 to 85 %'."""
        before, after = self.marks[term]
        if term in self.ratios and 0 < FAR * low < high:  # each as it deserves: no ratio is 0
            share = log(high / low) / 4
            return f"{before}{number(low, share * low)} to {before}{number(high, share * high)}{after}"
        error = abs(high - low) / 4
        return f"{before}{number(low, error)} to {before}{number(high, error)}{after}"


def displayed(view: Grouped) -> Displayed:
    """Returns the figures of a view as they are shown; those of amounts around an average as they are."""
    if not families.generalised(view.shown.spec):
        return Displayed(
            view.table,
            view.raw,
            {term: view.middle(term) for term in view.terms},
            {term: view.says(term) for term in view.terms},
            {term: view.says(term) for term in view.terms},
            dict.fromkeys(view.terms, ("", "")),
        )
    return view.keep("displayed", lambda: _on_scale(view, scale(view.shown.spec)))


def _on_scale(view: Grouped, says: Scale) -> Displayed:
    table, raw = view.table.copy(), view.raw.copy()
    for term in view.terms:
        eta = view.table[term].to_numpy()
        table[f"{term}_se"] = _rise(view, says, term, eta) * view.table[f"{term}_se"]
        for name in (term, f"{term}_low", f"{term}_high"):
            table[name] = shown_as(view, says, term, view.table[name].to_numpy())
        raw[term] = shown_as(view, says, term, view.raw[term].to_numpy())
    middles = {
        term: tuple(shown_as(view, says, term, np.array(view.middle(term))).tolist()) for term in view.terms
    }
    return Displayed(
        table,
        raw,
        middles,
        {term: label(view, says, term) for term in view.terms},
        {term: label(view, says, term, axis=True) for term in view.terms},
        {term: marks(says, term) for term in view.terms},
        frozenset(term for term in view.terms if term != INTERCEPT and says.multiplies),
    )


def shown_as(view: Grouped, says: Scale, term: str, values: np.ndarray) -> np.ndarray:
    """Returns coefficients, or totals, of a term as they are shown."""
    if term == INTERCEPT:
        return says.size * mean(says.link, values + typical_offset(view.shown.fit.linear.lead))
    if says.multiplies:
        return np.exp(np.clip(values, -ENDLESS, ENDLESS))
    return _points(view, says, term, values)[0]


def reader(view: Grouped, term: str, limits: tuple[float, float]) -> Callable[[float], float]:
    """Returns how figures of a term between two ends are shown, for the ticks of an axis of them."""
    grid = np.linspace(*limits, 2001)
    shown = shown_as(view, scale(view.shown.spec), term, grid)
    return lambda value: float(np.interp(value, grid, shown))


def _points(view: Grouped, says: Scale, term: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a step of a term changes the mean of a typical case by with these slopes, and how much that rises
    with the slope.

    The case is Model's: every predictor at its average, no group's own baseline. Another slope turns the
    line about that average, so the change always rises with the slope.
    """
    linear = view.shown.fit.linear.lead
    step = step_of(
        linear,
        term,
        abs(view.unit(term)) if wording.logged(term) else 1.0,
        two_valued=term in naming.pairs(view.shown),
        flipped=turned(view.shown, term),
    )
    own = values / view.unit(term) - view.middle(term)[0] / view.unit(term)
    centre = view.usual(term)[0]
    found, rise = np.zeros_like(own), np.zeros_like(own)
    for sign, at in ((-1.0, step.before), (1.0, step.after)):
        away = at[term] - centre
        eta = case(linear, at) @ linear.fixed + typical_offset(linear) + away * own
        found += sign * says.size * mean(says.link, eta)
        rise += sign * says.size * slope(says.link, eta) * away / view.unit(term)
    return found, rise


def _rise(view: Grouped, says: Scale, term: str, values: np.ndarray) -> np.ndarray:
    """How much what is shown rises with the coefficient."""
    if term == INTERCEPT:
        return says.size * slope(says.link, values + typical_offset(view.shown.fit.linear.lead))
    if says.multiplies:
        return np.exp(np.clip(values, -ENDLESS, ENDLESS))
    return _points(view, says, term, values)[1]


def label(view: Grouped, says: Scale, term: str, *, whole: bool = False, axis: bool = False) -> str:
    """Returns what a term's figures are; for an axis with their unit. Not escaped."""
    if term == INTERCEPT:
        return says.axis if axis else f"{says.mean} at average predictors"
    step = _step(view, term, whole)
    if not says.multiplies:
        change = f"change in {says.mean} {step}"
        return f"{change}, points" if axis else f"{change} at a typical case"
    return f"{says.ratio} {step}"


def _step(view: Grouped, term: str, whole: bool) -> str:
    """What one step of a term is: 'per unit of duration', 'for promo NoBundle instead of Bundle'."""
    most = 400 if whole else NAME
    if view.compared(term):
        return f"for {safe.one_line(view.compared(term), 2 * most)}"
    said = view.says(term, whole)
    return said.removeprefix(safe.one_line(view.outcome, most)).strip()


def tiered(view: Grouped, table: pd.DataFrame) -> pd.DataFrame:
    """Returns the table of `Tiers` as shown, ordered as it was."""
    term = view.term
    if not families.generalised(view.shown.spec):
        unit = view.unit(term)
        return table.assign(**{name: unit * table[name] for name in ("std_error", *VALUES)})
    says = scale(view.shown.spec)
    unit = 1.0 if term == INTERCEPT else abs(view.unit(term))  # `tiering` has turned the rest
    eta = {name: unit * table[name].to_numpy() for name in VALUES}
    found = {name: shown_as(view, says, term, values) for name, values in eta.items()}
    error = unit * table["std_error"].to_numpy() * _rise(view, says, term, eta["pooled"])
    return table.assign(std_error=error, **found)


def marks(says: Scale, term: str) -> tuple[str, str]:
    """Returns what stands before and after a figure of a term."""
    if term == INTERCEPT:
        return "", " %" if says.yes_no else ""
    return ("× ", "") if says.multiplies else ("", " points")


def spread(view: Grouped, term: str) -> tuple[float, float]:
    """Returns between which figures two of three groups lie."""
    says = scale(view.shown.spec)
    sd, middle = view.spread(term), view.middle(term)[0]
    low, high = shown_as(view, says, term, np.array([middle - sd, middle + sd])).tolist()
    return low, high


def mean_of(view: Grouped, eta: float) -> float:
    """Returns the mean, as a share or an amount, of what a line of the model adds up.

    Lines stand where offsets are at their average, rates at one unit of the exposure.
    """
    lead = view.shown.fit.linear.lead
    columns = lead.moments.columns
    held = sum(float(columns.centre[columns.index(name)]) for name in lead.moments.layout.offsets)
    return float(mean(scale(view.shown.spec).link, np.array([eta - held + typical_offset(lead)]))[0])


def full(view: Grouped, term: str) -> str:
    """Returns what a term's figures are, names in full. Not escaped."""
    if not families.generalised(view.shown.spec):
        return view.says(term, whole=True)
    says = scale(view.shown.spec)
    if term == INTERCEPT:
        return f"{says.axis} at average predictors"
    unit = "" if says.multiplies else ", points"
    return f"{label(view, says, term, whole=True)}{unit}"
