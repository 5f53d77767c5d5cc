"""Programme: the downside of an allocation as a convex programme in shares of each amount's range."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.decide.curve import Curve
from core.design.coding import Array


@dataclass(frozen=True, slots=True)
class Programme:
    """Largest conditional value at risk over m draws and K free amounts, in units that are all near 1.

    In x = (v - v_low) / (v_high - v_low), between 0 and 1 each, with h(x) the money above the lower bounds as
    a share of the money between the bounds:

        max  eta - cap sum(z) - charge h(x) - near / 2 sum(rho (x - today)^2)
        s.t. base + gains x - eta + z >= 0,  z >= 0,  h(x) <= limit,  floor: mean x - charge h(x) >= least

    (Rockafellar, Uryasev 2000, J. Risk 2(3), theorem 2; the charge is the same in every draw, so it leaves
    the tail). The last term chooses, of plans that are worth the same, the one nearest to today's; it is far
    below the gap that is asked for.
    """

    gains: Array  # (m, K)
    base: Array  # (m,)
    cap: float  # 1 / (tail x draws)
    start: Array  # (K,) v at the lower bound
    width: Array  # (K,) range of v
    curves: tuple[Curve, ...]  # (C,), and which of them (K,) an amount has
    curve: NDArray[np.intp]
    share: Array  # (K,) money of one unit of amount, as a share of the money between the bounds
    limit: float
    charge: float
    rho: Array  # (K,)
    today: Array  # (K,)
    near: float
    mean: Array | None = None  # (K,)
    least: float = 0.0

    def spent(self, x: Array) -> tuple[float, Array, Array]:
        """Returns h, its slopes (K,) and how they rise (K,)."""
        value = self.start + self.width * x
        amount, slope, bend = (np.empty(len(x)) for _ in range(3))
        for c, curve in enumerate(self.curves):
            of = self.curve == c
            amount[of] = curve.amount(value[of]) - curve.amount(self.start[of])
            slope[of] = curve.cost_slope(value[of])
            bend[of] = _bend(curve, value[of])
        return float(amount @ self.share), slope * self.width * self.share, bend * self.width**2 * self.share


def _bend(curve: Curve, value: Array) -> Array:
    """The second derivative of the amount at which the curve has a value."""
    match curve:
        case Curve.LOG | Curve.LOG1P:
            return np.exp(value)
        case Curve.SQRT:
            return np.full_like(value, 2.0)
    return np.zeros_like(value)
