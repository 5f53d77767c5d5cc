"""The effects of a generalised model as steps a reader can picture: one more unit, a category instead of
another; where an interaction bends an effect by category, once in each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from types import MappingProxyType

import pandas as pd

from core.result.held import partners
from core.result.of_rows import without_groups
from core.result.ratios import Estimated, Step, case, categories, step_of, typical_change
from core.spec.model import link_of
from core.table.vocabulary import NO, tokens
from dashboard import naming, sentences, state, swings, wording
from dashboard.headlines import INTERCEPT
from dashboard.state import Shown

ONCE: Mapping[str, Mapping[str, float]] = MappingProxyType({"": MappingProxyType({})})
MOST_LEVELS = 8  # of a partner: beyond these an effect is read at its average


@dataclass(frozen=True, slots=True)
class Readout:
    """One row of the chart of effects: the fixed term it is about, its label, and the step in words.

    `where` says for which value of its partner it holds; empty where none bends it. `endless`: the data set
    no end to its effect, and no figure of it means anything.
    """

    term: str
    label: str
    opening: str
    step: Step
    where: str = ""
    endless: bool = False


def readouts(shown: Shown, spread: bool = False) -> tuple[Readout, ...]:
    """Returns the steps to read, in the model's order; numbers by a usual swing (one SD) or by a unit."""
    return state.kept(("readouts", spread, *shown.key), lambda: tuple(_readouts(shown, spread)))


def changes(shown: Shown, spread: bool = False) -> pd.DataFrame:
    """Returns what each of the readouts changes, in their order; columns as `typical_change`."""
    fit = shown.fit

    def find() -> pd.DataFrame:
        steps = tuple(one.step for one in readouts(shown, spread))
        return typical_change(fit.linear.lead, link_of(shown.spec), steps, fit.level)

    return state.kept(("changes", spread, *shown.key), find)


def plain_changes(shown: Shown, spread: bool = False) -> pd.DataFrame:
    """Returns what plain regression, without groups, would say of the same steps."""
    fit = shown.fit

    def find() -> pd.DataFrame:
        steps = tuple(one.step for one in readouts(shown, spread))
        return typical_change(fit.linear.lead, link_of(shown.spec), steps, fit.level, plain(shown))

    return state.kept(("plain changes", spread, *shown.key), find)


def leading(shown: Shown) -> int | None:
    """Returns the place of the readout that a page leads with: the clearest effect, none of which reaches
    nearer to no effect for its width; where no effect is clear, that of a slope that differs by group.
    """
    rows, found = readouts(shown), changes(shown)
    if not rows:
        return None
    wide = (found["estimate_high"] - found["estimate_low"]) / 2
    clear = (found["estimate"].abs() / wide.where(wide > 0)).fillna(0.0).to_numpy(copy=True)
    clear[[one.endless for one in rows]] = -1.0  # such an effect leads only where there is no other
    first = int(clear.argmax())
    told = found["estimate_low"].iloc[first] > 0 or found["estimate_high"].iloc[first] < 0
    slopes = {term for one in naming.groupings(shown) for term in one.slopes}
    varying = [place for place, one in enumerate(rows) if one.term in slopes and not one.endless]
    return first if told or not varying else varying[0]


def plain(shown: Shown) -> Estimated:
    """Returns the estimates of plain regression on the same columns."""

    def find() -> Estimated:
        found = without_groups(shown.fit.linear.rows)
        return Estimated(found.fixed, found.covariance)

    return state.kept(("plain", *shown.about), find)


def _readouts(shown: Shown, spread: bool) -> list[Readout]:
    linear = shown.fit.linear.lead
    products = dict(linear.moments.layout.products)
    found = []
    for name in shown.fit.fixed_effects.index:
        term = str(name)
        if term == INTERCEPT or term in products:
            continue
        for where, at in _places(shown, term).items():
            found.append(_readout(shown, term, spread, where, at))
    return found


def _readout(shown: Shown, term: str, spread: bool, where: str, at: Mapping[str, float]) -> Readout:
    linear, pairs = shown.fit.linear.lead, naming.pairs(shown)
    turned = flipped(shown, term)
    doubled = wording.logged(term)
    size = log(2.0) if doubled else 1.0
    if spread and not swings.is_indicator(shown, term):
        size = float(linear.moments.columns.scale[linear.moments.columns.index(term)])
    step = step_of(linear, term, size, two_valued=term in pairs, flipped=turned, at=at)
    bent = "" if where else sentences.where(term, shown.fit)
    opening = sentences.opening(shown.fit, term, pairs, turned)
    label = wording.term(term)
    if turned:
        column, other = sentences.levels(shown.fit)[term][0], _reference(shown, term)
        label = f"{column}: {other}"
    name = f"{label}\n{where}" if where else label
    return Readout(term, name, opening + bent, step, where, _endless(shown, step))


def _endless(shown: Shown, step: Step) -> bool:
    """Whether a step moves a column whose effect has no end; priors give every effect one."""
    if shown.fit.posterior:
        return False
    fitted, linear = shown.fit.linear, shown.fit.linear.lead
    moved = case(linear, step.after) - case(linear, step.before)
    ends = fitted.estimates.separating
    return any(name in ends and by != 0 for name, by in zip(linear.problem.fixed, moved, strict=True))


def flipped(shown: Shown, term: str) -> bool:
    """Returns whether a term is the one of two categories that says no: NoBundle is read as Bundle."""
    coded = sentences.levels(shown.fit).get(term)
    if coded is None or len(categories(shown.fit.linear.lead, term)) != 1:
        return False
    return _says_no(coded[1]) and not _says_no(_reference(shown, term))


def _reference(shown: Shown, term: str) -> str:
    column = sentences.levels(shown.fit)[term][0]
    return shown.fit.reference_levels.get(column, "")


def _says_no(level: str) -> bool:
    return any(word in NO for word in tokens(level))


def _places(shown: Shown, term: str) -> Mapping[str, Mapping[str, float]]:
    """Where an effect is read: at each category of the one column that bends it, yes or no too; else once."""
    linear, pairs, coded = shown.fit.linear.lead, naming.pairs(shown), sentences.levels(shown.fit)
    bending = [parts for parts in partners(linear, term).values() if parts]
    by = {coded[parts[0]][0] if parts[0] in coded else parts[0] for parts in bending if len(parts) == 1}
    if len(by) != 1 or any(len(parts) > 1 for parts in bending):
        return ONCE
    partner = bending[0][0]
    if not _leads(shown, term, partner) or not (partner in coded or partner in pairs):
        return ONCE
    if partner in pairs:
        name = wording.term(partner)
        return {f"{name} {said}": {partner: at} for said, at in zip(pairs[partner], (1.0, 0.0), strict=True)}
    column, every = coded[partner][0], categories(linear, partner)
    if len(every) >= MOST_LEVELS:
        return ONCE
    found = {f"{column} {coded[name][1]}": {one: float(one == name) for one in every} for name in every}
    reference = shown.fit.reference_levels.get(column)
    return found if reference is None else {f"{column} {reference}": dict.fromkeys(every, 0.0)} | found


def _leads(shown: Shown, term: str, partner: str) -> bool:
    """Whether a product is read as the effect of this term by the other: numbers first, then the column of
    fewer categories, then what stands first in the model.
    """
    linear = shown.fit.linear.lead

    def size(name: str) -> int:
        if name in naming.pairs(shown):
            return 1
        return len(categories(linear, name))  # none of a number

    terms = list(shown.fit.fixed_effects.index)
    return (size(term), terms.index(term)) < (size(partner), terms.index(partner))
