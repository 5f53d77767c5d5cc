"""How an outcome spreads once its groups are taken out: whether amounts lean, whether counts scatter."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_ROWS = 8  # a group needs as many on average, or its mean follows its own rows and hides their lean


def group_means(values: Floats, codes: NDArray[np.intp] | None) -> tuple[Floats, Floats]:
    """Returns the mean (n,) of each row's group and the rows (n,) in it; of all rows where groups are small.

    `codes` (n,) numbers the groups from 0; rows without one (-1) are a group together. None: no groups.
    """
    if codes is not None and len(codes):
        own = codes - codes.min()
        rows = np.bincount(own)
        if len(values) >= LEAST_ROWS * np.count_nonzero(rows):
            sums = np.bincount(own, weights=values)
            return np.asarray(sums[own] / rows[own]), np.asarray(rows[own], dtype=np.float64)
    mean = values.mean() if len(values) else np.nan
    return np.full(len(values), mean), np.full(len(values), float(len(values)))


def skewness(values: Floats) -> float:
    """Returns the third standardised moment: 0 symmetrical, above it a tail to the right; NaN if constant."""
    if len(values) == 0:
        return np.nan
    off = values - values.mean()
    spread = float(np.mean(off * off))
    return float(np.mean(off * off * off)) / spread**1.5 if spread > 0 else np.nan


def dispersion(counts: Floats, means: Floats, sizes: Floats) -> float:
    """Returns Pearson's dispersion of counts around the means of their groups: 1 for Poisson counts.

    The sum of (y - m)^2 / m over n minus the number of groups (McCullagh and Nelder, Generalized Linear
    Models, section 6.2). Groups of zeros alone say nothing and are left out: given its total, a group of k
    Poisson counts adds k - 1 on average. NaN where nothing is left.
    """
    use = means > 0
    left = float(np.sum(1 - 1 / sizes[use]))
    if left < 1:
        return np.nan
    return float(np.sum((counts[use] - means[use]) ** 2 / means[use])) / left
