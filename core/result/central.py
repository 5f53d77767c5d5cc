"""Central intervals of draws: as much of the posterior lies below as above them."""

import numpy as np

from core.design.coding import Array


def central(draws: Array, level: float, middle: Array | None = None) -> tuple[Array, Array]:
    """Returns the central interval of draws (n, ...) along their first axis.

    It is stretched to hold `middle` (...), an estimate that is not one of theirs: where a probability's curve
    is steepest at the estimate, hardly a draw moves as far as it.
    """
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return (low, high) if middle is None else (np.minimum(low, middle), np.maximum(high, middle))
