"""Outcomes of rows that come in groups: how much less they say than as many independent ones."""

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.result.scored import Outcomes


def sums(values: Array, groups: NDArray[np.intp]) -> Array:
    """Returns the sum of values (n,) in each group that occurs (G,), by codes (n,)."""
    return np.bincount(np.unique(groups, return_inverse=True)[1], values)


def design_effect(rows: Outcomes, groups: NDArray[np.intp] | None) -> float:
    """Returns how many outcomes say as much as one independent one; 1 without groups, never below.

    The spread of the groups' sums of outcome less probability, each probability brought to the mean that was
    found, over what chance alone makes of them (Kish 1965; Rao, Scott 1992, Biometrics 48).
    """
    n = rows.yes + rows.no
    if groups is None or not n.sum():
        return 1.0
    p = rows.probability
    away = rows.yes - n * (p + float((rows.yes - n * p).sum() / n.sum()))
    chance = float((n * p * (1.0 - p)).sum())
    found = sums(away, groups)
    spread = float((found**2).sum()) * len(found) / max(len(found) - 1, 1)
    return max(1.0, spread / chance) if chance > 0 else 1.0


def quantile(level: float, groups: float) -> float:
    """Returns how many errors an interval reaches: Student's for few groups, so that three do not seem sure.

    Infinitely many groups: the normal one.
    """
    from scipy.special import stdtrit

    return float(stdtrit(max(groups - 1.0, 1.0), 0.5 + level / 2.0))
