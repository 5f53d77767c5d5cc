"""What a population of groups does on average: the mean of a nonlinear response over normal differences."""

import numpy as np

from core.design.coding import Array
from core.fit.family import mean
from core.spec.model import Link

# The logistic distribution function as a mixture of eight normal ones, off by less than 3e-9 everywhere
# (Monahan, Stefanski 1992, Normal scale mixture approximations to F*(z) and computation of the
# logistic-normal integral, in Balakrishnan: Handbook of the Logistic Distribution). Shares and inverse SDs.
SHARES = np.array(
    [
        0.003246343272134,
        0.051517477033972,
        0.195077912673858,
        0.315569823632818,
        0.274149576158423,
        0.131076880695470,
        0.027912418727972,
        0.001449567805354,
    ]
)
STEEP = np.array(
    [
        1.365340806296348,
        1.059523971016916,
        0.830791313765644,
        0.650732166639391,
        0.508135425366489,
        0.396313345166341,
        0.308904252267995,
        0.238212616409306,
    ]
)


def population_mean(link: Link, eta: Array, variance: Array) -> Array:
    """Returns the mean response (same shape) over groups whose linear predictors are normal around `eta`.

    Exact for identity, log and probit; of a logit to 3e-9 at any variance, where Gauss-Hermite quadrature
    needs more points the more groups differ. For thousands of draws of means alone; `over_normal` also gives
    the variances of means and of chance, and costs a sum over 35 to 333 points.
    """
    from scipy.special import ndtr

    match link:
        case Link.LOG:
            return mean(link, eta + variance / 2.0)
        case Link.PROBIT:
            return np.asarray(ndtr(eta / np.sqrt(1.0 + variance)))
        case Link.LOGIT if np.any(variance):
            found = np.zeros(np.broadcast_shapes(np.shape(eta), np.shape(variance)))
            for share, steep in zip(SHARES.tolist(), STEEP.tolist(), strict=True):
                found += share * ndtr(eta * (steep / np.sqrt(1.0 + steep**2 * variance)))
            return found
    return mean(link, eta)
