"""Whether the middle of residuals bends along a predictor, as where a straight line is no straight line."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.result.homogeneity import LEAST, PARTS, fifths


@dataclass(frozen=True, slots=True)
class Bend:
    """Mean residual (5,) of each fifth of the rows by a predictor, less the mean of all, in SDs of chance.

    `size` is how far the ends lie above the middle along the parabola through them; `p_value` that of none.
    """

    means: Array
    size: float
    p_value: float


def bend(along: Array, residuals: Array) -> Bend | None:
    """Returns how residuals (n,) bend along a column (n,); None where fifths of its values are not five.

    The t test of the square in a regression on the place of the fifth and its square: places and not values,
    so that a long tail of the predictor has no leverage. `residuals` are independent with one spread.
    """
    from scipy import special

    if len(along) < PARTS * LEAST:
        return None
    place = fifths(along)
    if np.bincount(place, minlength=PARTS).min() < LEAST:
        return None
    x = np.vander(place - (PARTS - 1) / 2.0, 3, increasing=True)
    inverse = np.linalg.inv(x.T @ x)
    slopes = inverse @ (x.T @ residuals)
    left = residuals - x @ slopes
    error = float(np.sqrt(left @ left / (len(left) - 3) * inverse[2, 2]))
    p = float(2.0 * special.stdtr(len(left) - 3, -abs(slopes[2]) / error)) if error > 0 else 1.0
    means = np.bincount(place, residuals, minlength=PARTS) / np.bincount(place, minlength=PARTS)
    return Bend(means - residuals.mean(), float(slopes[2]) * ((PARTS - 1) / 2.0) ** 2, p)
