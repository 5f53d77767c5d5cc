"""How surely two kinds of group difference go together: the interval of their correlation."""

import numpy as np

from core.fit.along import Along
from core.fit.posterior_side import PosteriorSide
from core.result.central import central
from core.result.totals import weights_at_average

# Values of the variances to read a correlation at: enough for the ends of an interval to two digits.
MOST = 64


def correlation_interval(side: Along, terms: tuple[str, str], level: float) -> tuple[float, float] | None:
    """Returns the central interval of the correlation of two terms' differences, baseline at the average.

    Of a posterior from its draws, else from variances that the data leave open (`side.plausible`); None where
    one of the two does not vary in most of them.
    """
    own = weights_at_average(side)[1]
    if isinstance(side, PosteriorSide):
        spreads = side.whole.spreads[side.factor]
    else:
        thetas = side.plausible.theta
        every = max(len(thetas) // MOST, 1)
        spreads = np.array([side.at(theta).spread for theta in thetas[::every]])
    covariance = np.einsum("ka,nab,lb->nkl", own, spreads, own, optimize=True)
    i, j = (side.problem.random.index(term) for term in terms)
    scale = np.sqrt(np.maximum(covariance[:, i, i] * covariance[:, j, j], 0.0))
    known = scale > 0
    if known.mean() < level:
        return None
    low, high = central(np.clip(covariance[known, i, j] / scale[known], -1.0, 1.0)[:, None], level)
    return float(low[0]), float(high[0])
