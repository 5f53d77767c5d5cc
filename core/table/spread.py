"""How an outcome spreads once its groups are taken out: whether amounts lean, whether counts scatter."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_ROWS = 5  # a group needs as many on average, or dividing by its mean hides how its rows spread


def group_means(values: Floats, codes: NDArray[np.intp] | None) -> Floats:
    """Returns the mean (n,) of each row's group; of all rows without groups, or where groups are small.

    `codes` (n,) numbers the groups from 0; rows without one (-1) are a group together.
    """
    if codes is not None and len(codes):
        own = codes - codes.min()
        rows = np.bincount(own)
        if len(values) >= LEAST_ROWS * np.count_nonzero(rows):
            with np.errstate(invalid="ignore"):
                return np.asarray((np.bincount(own, weights=values) / rows)[own])
    return np.full(len(values), values.mean() if len(values) else np.nan)


def skewness(values: Floats) -> float:
    """Returns the third standardised moment: 0 symmetrical, above it a tail to the right; NaN if constant."""
    if len(values) == 0:
        return np.nan
    off = values - values.mean()
    spread = float(np.mean(off * off))
    return float(np.mean(off * off * off)) / spread**1.5 if spread > 0 else np.nan


def dispersion(counts: Floats, means: Floats, n_means: int) -> float:
    """Returns Pearson's dispersion of counts around their means: 1 for Poisson counts, NaN if undefined.

    The sum of (y - m)^2 / m over n minus the number of means; rows whose mean is 0 say nothing and are left
    out (McCullagh and Nelder, Generalized Linear Models, section 6.2).
    """
    use = means > 0
    left = int(use.sum()) - n_means
    if left < 1:
        return np.nan
    return float(np.sum((counts[use] - means[use]) ** 2 / means[use])) / left
