"""Tails: the mean of the worst outcomes, whatever brings them."""

import numpy as np

from core.design.coding import Array


def tail_mean(change: Array, tail: float) -> float:
    """Returns the mean of the worst share `tail` of draws (n,): the conditional value at risk.

    The draw at the edge counts by the part of it that is inside; of fewer draws than 1 / tail it is the worst
    (Rockafellar, Uryasev 2002, J. Bank. Finance 26(7), proposition 8).
    """
    return float(np.sort(change) @ _weights(len(change), tail))


def tail_size(n: int, tail: float) -> float:
    """Returns how many of n draws are in the tail, at least one."""
    return max(tail * n, 1.0)


def _weights(n: int, tail: float) -> Array:
    """Weights (n,) of draws from the worst up."""
    size = tail_size(n, tail)
    return np.asarray(np.clip(size - np.arange(n), 0.0, 1.0) / size)
