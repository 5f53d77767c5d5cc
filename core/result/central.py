"""Central intervals of draws: as much of the posterior lies below as above them."""

import numpy as np

from core.design.coding import Array


def central(draws: Array, level: float) -> tuple[Array, Array]:
    """Returns the central interval of draws (n, ...) along their first axis."""
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return low, high
