"""Curve: how an amount spent enters a model, and which columns of the model a plan's amounts move."""

from enum import StrEnum

import numpy as np

from core.decide.errors import BentTwice
from core.design.coding import Array, Coding, label
from core.spec.model import Transform


class Curve(StrEnum):
    """What the response is linear in: the amount itself, or a concave function of it."""

    IDENTITY = "identity"
    LOG = "log"
    LOG1P = "log1p"
    SQRT = "sqrt"

    def of(self, amount: Array) -> Array:
        """Returns the function of an amount (any shape); the log of nothing is minus infinity."""
        with np.errstate(divide="ignore"):
            match self:
                case Curve.LOG:
                    return np.log(amount)
                case Curve.LOG1P:
                    return np.log1p(amount)
                case Curve.SQRT:
                    return np.sqrt(amount)
        return np.asarray(amount)

    def amount(self, value: Array) -> Array:
        """Returns the amount (any shape) at which the function has a value: convex where it is concave."""
        match self:
            case Curve.LOG:
                return np.exp(value)
            case Curve.LOG1P:
                return np.expm1(value)
            case Curve.SQRT:
                return np.square(value)
        return np.asarray(value)

    def cost_slope(self, value: Array) -> Array:
        """Returns what one unit more of the function costs, at a value of it: the derivative of `amount`."""
        match self:
            case Curve.LOG | Curve.LOG1P:
                return np.exp(value)
            case Curve.SQRT:
                return 2.0 * value
        return np.ones_like(value)

    def pull(self, amount: Array) -> Array:
        """Returns how much the function moves as an amount grows in proportion: the derivative in its log."""
        match self:
            case Curve.LOG:
                return np.ones_like(amount)
            case Curve.LOG1P:
                return amount / (1.0 + amount)
            case Curve.SQRT:
                return np.sqrt(amount) / 2.0
        return np.asarray(amount)

    @property
    def needs_spend(self) -> bool:
        """Whether the function has no value at zero."""
        return self is Curve.LOG


BENT = {Transform.LOG: Curve.LOG, Transform.LOG1P: Curve.LOG1P, Transform.SQRT: Curve.SQRT}


def curve_of(coding: Coding) -> tuple[Curve, float]:
    """Returns a number variable's curve and how much the variable moves with one unit of it.

    center(log(x)) is (log, 1), scale(x) (identity, 1 / SD), within(x, g) (identity, 1): a plan moves the part
    within groups. between(x, g) is (identity, 0): the usual level of a group stays what it was, since what
    differs between groups need not follow when one of them changes (Mundlak 1978, Econometrica 46(1)).
    Raises BentTwice of a variable whose function is of a centred or a bent amount.
    """
    curve, weight = Curve.IDENTITY, 1.0
    for place, (step, learned) in enumerate(zip(coding.variable.steps, coding.learned, strict=True)):
        match step.transform:
            case Transform.SCALE:
                weight /= learned.spread
            case Transform.BETWEEN:
                weight = 0.0
            case Transform.CENTER | Transform.WITHIN:
                pass
            case _ if place:
                raise BentTwice(label(coding.variable), coding.variable.column)
            case bent:
                curve = BENT[bent]
    return curve, weight
