"""Quantity: what groups are ranked by, as a value: a slope by its name, or one of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Contrast:
    """A weighted sum of slopes: {"tv": 1, "web": -1} is how much more tv does than web. At least one of them
    differs by group.
    """

    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Level:
    """The expected outcome at the average of every predictor; of yes/no and counts its log-odds or log."""


@dataclass(frozen=True, slots=True)
class Response:
    """The expected outcome of a stated row, {"tv": 20, "promo": "yes"}, on the outcome's own scale.

    Columns of the file that are not named stand at their average. Of a model of a function of the outcome it
    is that function; of counts with an offset the rate per unit, unless the offset's column is stated too.
    """

    row: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Profit:
    """What one unit more of an amount earns: `margin` (of one unit of the outcome) times the slope of `term`,
    less the `cost` of one unit of the amount. Positive where it pays.
    """

    term: str
    margin: float
    cost: float = 1.0


Quantity = str | Contrast | Level | Response | Profit


def quantity_to_said(quantity: Quantity) -> dict[str, object]:
    """Returns a quantity as plain values, for JSON."""
    match quantity:
        case Contrast(weights):
            return {"contrast": dict(weights)}
        case Response(row):
            return {"response": dict(row)}
        case Profit(term, margin, cost):
            return {"profit": term, "margin": margin, "cost": cost}
        case Level():
            return {"level": True}
    return {"slope": quantity}


def quantity_of_said(said: Mapping[str, Any]) -> Quantity:
    """Returns the quantity that `quantity_to_said` took."""
    if "contrast" in said:
        return Contrast(dict(said["contrast"]))
    if "response" in said:
        return Response(dict(said["response"]))
    if "profit" in said:
        return Profit(said["profit"], said["margin"], said["cost"])
    return Level() if "level" in said else str(said["slope"])
