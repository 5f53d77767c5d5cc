"""Intervals of shares that stay between 0 and 1."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def wilson(yes: Array, tried: Array, level: float) -> tuple[Array, Array]:
    """Returns the ends of the interval of shares: `yes` of `tried`, both (m,); NaN where none were tried.

    All shares that a score test would not refuse (Wilson 1927, JASA 22); trials are taken as independent.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    count = np.where(np.asarray(tried) > 0, tried, np.nan)
    share = yes / count
    middle = (share + z**2 / (2.0 * count)) / (1.0 + z**2 / count)
    half = z / (1.0 + z**2 / count) * np.sqrt(share * (1.0 - share) / count + z**2 / (4.0 * count**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
