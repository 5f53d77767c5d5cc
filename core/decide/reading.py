"""Reading: a quantity as a linear function of the model's coefficients, the same for every grouping."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.decide.curve import Curve, curve_of
from core.decide.errors import BentTwice
from core.decide.quantity import Contrast, Level, Profit, Quantity, Response
from core.decide.quantity_errors import BadPrice, BadWeights, NotAnAmount, ProfitBent, UnknownTerm
from core.decide.stated import stated_columns
from core.design.coding import Array, label
from core.design.layout import INTERCEPT
from core.errors import PanelwiseError
from core.fit.along import Along
from core.result.fit import Fit
from core.result.held import averages, held, rates
from core.spec.model import Link, Transform, link_of

NOWHERE: Mapping[str, float] = MappingProxyType({})
SHIFTS = (Transform.CENTER, Transform.WITHIN, Transform.SCALE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A weighted sum of slopes, or, without any, an expected outcome; plus a constant.

    `stated` are the columns of the model that stand elsewhere than at their average. `needs` are the terms of
    which one has to vary (of none, any). `link` leads from the sum to what is shown. `break_even` is the
    slope from which on it pays.
    """

    name: str
    slopes: tuple[tuple[str, float], ...] = ()
    stated: Mapping[str, float] = NOWHERE
    constant: float = 0.0
    link: Link = Link.IDENTITY
    needs: tuple[str, ...] = ()
    break_even: float | None = None

    def weights(self, linear: Along, names: tuple[str, ...]) -> Array:
        """Returns what the coefficients of some columns weigh: (k,)."""
        if not self.slopes:
            usual = averages(linear, names)
            told = [self.stated.get(name, average) for name, average in zip(names, usual, strict=True)]
            return np.array(told, dtype=np.float64)
        centre = linear.moments.columns.centre
        each = [weight * rates(linear, term, names, centre) for term, weight in self.slopes]
        return np.asarray(np.sum(each, axis=0))

    def step(self, linear: Along) -> float:
        """Returns how much one unit of it is at most moved by a usual swing, one SD, of its predictors."""
        columns = linear.moments.columns
        shares = [abs(w) / columns.scale[columns.index(t)] for t, w in self.slopes if w]
        return 1.0 / float(max(shares)) if shares else 1.0

    def held(self, linear: Along) -> tuple[tuple[str, float], ...]:
        """Returns the partners of its slopes in interactions, and the value each is held at."""
        return tuple(dict.fromkeys(pair for term, _ in self.slopes for pair in held(linear, term)))


def slope(term: str) -> Reading:
    """Returns the reading of a slope, or of the level at average predictors, "(Intercept)"."""
    return Reading(term, () if term == INTERCEPT else ((term, 1.0),), needs=(term,))


def reading(fit: Fit, quantity: Quantity) -> Reading:
    """Returns how a quantity is read from a fit.

    Raises UnknownTerm, BadWeights, BadPrice, NotAnAmount, ProfitBent, and what `stated_columns` does.
    """
    match quantity:
        case Contrast():
            return _contrast(fit, quantity)
        case Profit():
            return _profit(fit, quantity)
        case Level():
            return Reading(INTERCEPT)
        case Response():
            stated, added = stated_columns(fit, quantity.row)
            return Reading(_row(fit, quantity), (), stated, added, link_of(fit.spec))
    return slope(quantity)


def known_slopes(fit: Fit) -> tuple[str, ...]:
    """Returns the terms of a model that have a slope, fixed or varying."""
    linear = fit.linear
    varying = (term for side in linear.sides.values() for term in side.problem.random)
    return tuple(term for term in dict.fromkeys((*linear.lead.problem.fixed, *varying)) if term != INTERCEPT)


def has_profit(fit: Fit, term: str) -> bool:
    """Returns whether the profit of one unit more can be told of a slope: of an amount, in its own unit."""
    try:
        _profit(fit, Profit(term, 1.0))
    except PanelwiseError:
        return False
    return True


def _contrast(fit: Fit, asked: Contrast) -> Reading:
    weights = dict(asked.weights)
    if not weights or not all(_number(one) for one in weights.values()) or not any(weights.values()):
        raise BadWeights(weights or "nothing")
    known = known_slopes(fit)
    if unknown := [term for term in weights if term not in known]:
        raise UnknownTerm(unknown[0], known)
    slopes = tuple((term, float(weight)) for term, weight in weights.items() if weight)
    return Reading(_sum(slopes), slopes, needs=tuple(term for term, _ in slopes))


def _sum(slopes: tuple[tuple[str, float], ...]) -> str:
    """'tv - web', '2 tv + 0.5 web'."""
    said = ""
    for term, weight in slopes:
        size = "" if abs(weight) == 1 else f"{abs(weight):g} "
        sign = "-" if weight < 0 else "+"
        said += f" {sign} {size}{term}" if said else f"{'-' if weight < 0 else ''}{size}{term}"
    return said


def _profit(fit: Fit, asked: Profit) -> Reading:
    margin, cost = asked.margin, asked.cost
    if not (_number(margin) and _number(cost)) or margin <= 0 or cost < 0:
        raise BadPrice(margin, cost)
    known = known_slopes(fit)
    if asked.term not in known:
        raise UnknownTerm(asked.term, known)
    worth = float(margin) * _outcome_unit(fit) * _amount(fit, asked.term)
    return Reading(
        f"profit per unit of {asked.term}",
        ((asked.term, worth),),
        constant=-float(cost),
        needs=(asked.term,),
        break_even=float(cost) / worth,
    )


def _amount(fit: Fit, term: str) -> float:
    """How much a term moves with one unit of its amount."""
    codings = fit.linear.moments.layout.codings
    coding = next((c for c in codings if label(c.variable) == term and not c.is_text), None)
    if coding is None or coding.origin:
        raise NotAnAmount(term)
    try:
        curve, weight = curve_of(coding)
    except BentTwice:
        raise NotAnAmount(term) from None
    if curve is not Curve.IDENTITY or not weight:
        raise NotAnAmount(term)
    return weight


def _outcome_unit(fit: Fit) -> float:
    """The outcome's own unit in units of the model's."""
    outcome, unit = fit.spec.outcome, 1.0
    if link_of(fit.spec) is not Link.IDENTITY or any(s.transform not in SHIFTS for s in outcome.steps):
        raise ProfitBent(outcome.column)
    coding = next((c for c in fit.linear.moments.layout.codings if c.variable == outcome), None)
    for step, learned in zip(outcome.steps, coding.learned if coding else (), strict=False):
        unit *= learned.spread if step.transform is Transform.SCALE else 1.0
    return unit


def _row(fit: Fit, asked: Response) -> str:
    told = ", ".join(f"{name} = {value}" for name, value in asked.row.items())
    return f"expected {fit.spec.outcome.column} at {told or 'average predictors'}"


def _number(found: object) -> bool:
    return (
        isinstance(found, int | float | np.number) and found is not True and bool(np.isfinite(float(found)))
    )
