"""How far numbers are from a bell curve: tails and lean first, chance second."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array

BEYOND = 3.0
IN_A_BELL = 0.0026998  # share of a normal distribution beyond 3 standard deviations
LEAST = 20  # the normal approximations of D'Agostino's tests hold from about 20 on


@dataclass(frozen=True, slots=True)
class Bell:
    """n standardised numbers beside a bell curve.

    `beyond` counts those more than three standard deviations out; `skew` and `kurtosis` (excess) are 0 for a
    bell; `p_value` is that of both being 0 (D'Agostino, Pearson 1973), None with fewer than 20 numbers.
    """

    n: int
    beyond: int
    skew: float
    kurtosis: float
    p_value: float | None


def bell(values: Array) -> Bell:
    """Returns how some numbers with variance about 1 (n,) compare with a bell curve."""
    from scipy import stats

    n, beyond = len(values), int((np.abs(values) > BEYOND).sum())
    if n < LEAST or np.std(values) <= 1e-9 * np.abs(values).max():
        return Bell(n, beyond, np.nan, np.nan, None)
    return Bell(
        n=n,
        beyond=beyond,
        skew=float(stats.skew(values)),
        kurtosis=float(stats.kurtosis(values)),
        p_value=float(stats.normaltest(values).pvalue),
    )
