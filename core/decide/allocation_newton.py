"""Newton's step of an allocation's programme: the linearised conditions of its optimum, one row a draw."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.decide.allocation_programme import Programme
from core.design.coding import Array


class Point(NamedTuple):
    """Where the search stands: the unknowns, their slacks and multipliers, or a step of them.

    Rows are those of the draws (m), the budget's, and the floor's if there is one: R.
    """

    x: Array  # (K,) shares of the ranges
    left: Array  # (K,) 1 - x, kept beside it: as a difference it would be rounded to nothing
    eta: float
    z: Array  # (m,) shortfalls below eta
    slack: Array  # (R,)
    at_low: Array  # (K,) multipliers of x >= 0
    at_high: Array  # (K,) of x <= 1
    z_price: Array  # (m,) of z >= 0
    price: Array  # (R,) of the rows: weights of the draws, price of the budget, of the floor

    def moved(self, step: "Point", far: float, far_prices: float) -> "Point":
        """Returns the point after a step, of lengths of their own in unknowns and in multipliers."""
        return Point(
            x=self.x + far * step.x,
            left=self.left + far * step.left,
            eta=self.eta + far * step.eta,
            z=self.z + far * step.z,
            slack=self.slack + far * step.slack,
            at_low=self.at_low + far_prices * step.at_low,
            at_high=self.at_high + far_prices * step.at_high,
            z_price=self.z_price + far_prices * step.z_price,
            price=self.price + far_prices * step.price,
        )


class Products(NamedTuple):
    """Slack times multiplier of each constraint: what is to become small, all of it alike."""

    rows: Array  # (R,)
    z: Array  # (m,)
    low: Array  # (K,)
    high: Array  # (K,)

    @property
    def total(self) -> float:
        """Their sum: the gap between the objective and its bound."""
        return float(sum(part.sum() for part in self))

    @property
    def size(self) -> int:
        """How many constraints."""
        return sum(len(part) for part in self)


def products(point: Point) -> Products:
    """Returns slack times multiplier at a point."""
    return Products(
        point.slack * point.price,
        point.z * point.z_price,
        point.x * point.at_low,
        point.left * point.at_high,
    )


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of the optimum, linearised at a point: how far each is from holding, and the slopes.

    `slope` (K,) is the gradient of the Lagrangian, `off` (R,) what rows miss their slacks by, `off_z` (m,)
    and `off_weights` what the multipliers of the shortfalls and of eta miss; `rows` (R, K) the gradients of
    the rows and `bend` (K,) the curvature of the Lagrangian.
    """

    point: Point
    rows: Array
    slope: Array
    off: Array
    off_z: Array
    off_weights: float
    bend: Array

    @property
    def missed(self) -> float:
        """The most that a condition misses, complementarity apart; rows also by what it is worth."""
        rows = np.abs(self.off)
        worth = float(rows @ self.point.price)
        return max(float(np.abs(self.slope).sum()), float(rows.max()), worth, abs(self.off_weights))


def conditions(programme: Programme, point: Point) -> Conditions:
    """Returns the linearised conditions at a point."""
    m = len(programme.base)
    spent, slope, bend = programme.spent(point.x)
    rows = [programme.gains, -slope[None]]
    level = [programme.base + programme.gains @ point.x - point.eta + point.z]
    level.append(np.array([programme.limit - spent]))
    dear = programme.charge + float(point.price[m])
    if programme.mean is not None:
        rows.append((programme.mean - programme.charge * slope)[None])
        reached = programme.mean @ point.x - programme.charge * spent
        level.append(np.array([reached - programme.least]))
        dear += programme.charge * float(point.price[m + 1])
    stacked = np.vstack(rows)
    around = programme.near * programme.rho * (point.x - programme.today)
    return Conditions(
        point=point,
        rows=stacked,
        slope=programme.charge * slope + around - point.price @ stacked - point.at_low + point.at_high,
        off=np.concatenate(level) - point.slack,
        off_z=programme.cap - point.price[:m] - point.z_price,
        off_weights=float(point.price[:m].sum()) - 1.0,
        bend=dear * bend + programme.near * programme.rho,
    )


@dataclass(frozen=True, slots=True)
class System:
    """Newton's system with everything but the rows' multipliers and eta eliminated, and factored: (R, R)."""

    at: Conditions
    weight: Array  # (K,) 1 / (bend + barriers)
    factor: Array  # (R, R) lower triangle
    ones: Array  # (R,) 1 for the rows of draws
    answer: Array  # (R,) the system's answer to `ones`

    def step(self, aim: Products) -> Point:
        """Returns the step that changes the products by `aim`, to first order, and repairs what is missed."""
        from scipy.linalg import cho_solve

        at, point = self.at, self.at.point
        m = len(point.z)
        push = -at.slope + aim.low / point.x - aim.high / point.left
        wanted = aim.rows / point.price - at.off
        wanted[:m] -= (aim.z - point.z * at.off_z) / point.z_price
        price = cho_solve((self.factor, True), wanted - at.rows @ (push * self.weight))
        eta = (-at.off_weights - float(self.ones @ price)) / float(self.ones @ self.answer)
        price = price + eta * self.answer
        x = (push + price @ at.rows) * self.weight
        z_price = at.off_z - price[:m]
        return Point(
            x=x,
            left=-x,
            eta=eta,
            z=(aim.z - point.z * z_price) / point.z_price,
            slack=(aim.rows - point.slack * price) / point.price,
            at_low=(aim.low - point.at_low * x) / point.x,
            at_high=(aim.high + point.at_high * x) / point.left,
            z_price=z_price,
            price=price,
        )


def system(at: Conditions) -> System:
    """Returns Newton's system at a point, factored. Raises LinAlgError where rounding has eaten it."""
    from scipy.linalg import cho_factor, cho_solve

    point = at.point
    m = len(point.z)
    weight = 1.0 / (at.bend + point.at_low / point.x + point.at_high / point.left)
    half = at.rows * np.sqrt(weight)
    normal = half @ half.T
    own = point.slack / point.price
    own[:m] += point.z / point.z_price
    normal[np.diag_indices(len(own))] += own
    factor, _ = cho_factor(normal, lower=True)
    ones = np.where(np.arange(len(own)) < m, 1.0, 0.0)
    return System(at, weight, factor, ones, cho_solve((factor, True), ones))
