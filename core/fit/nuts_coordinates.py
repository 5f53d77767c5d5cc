"""From the coordinates in which NUTS walks to the relative factor and back, as loops that Numba compiles.

What `spherical` and `prior` do for one point; see `nuts_kernel` for why it is written out.
"""

import numpy as np

from core.design.coding import Array


def moved(eta: Array, whitening: Array) -> Array:
    """Returns x = mode + root eta; `whitening` (d, 1 + d) is [mode, root]."""
    x = whitening[:, 0].copy()
    for i in range(len(eta)):
        for j in range(len(eta)):
            x[i] += whitening[i, 1 + j] * eta[j]
    return x


def lower(x: Array, entries: Array, q: int) -> Array:
    """Returns L (q, q) of x = (log s, psi); `entries` (m, 4) are row, column, block size and place in it.

    The entries of a row follow each other, its diagonal last, as in `covariance.pattern`.
    """
    found = np.zeros((q, q))
    e = 0
    for row in range(q):
        first = e
        while entries[e, 0] != row or entries[e, 1] != row:
            e += 1
        left = np.exp(x[1 + e] - x[0])
        for i in range(first, e):
            tangent = np.tanh(x[1 + i])
            found[row, int(entries[i, 1])] = left * tangent
            left *= np.sqrt(1.0 - tangent * tangent)
        found[row, row] = left
        e += 1
    return found


def pulled(x: Array, found: Array, slope: Array, entries: Array) -> Array:
    """Returns the derivative in x of what has the derivative `slope` (q, q) in L, which is `found`."""
    back = np.zeros(len(x))
    e = 0
    for row in range(len(found)):
        first = e
        while entries[e, 0] != row or entries[e, 1] != row:
            e += 1
        later = found[row, row] * slope[row, row]
        for i in range(e - 1, first - 1, -1):
            column = int(entries[i, 1])
            tangent = np.tanh(x[1 + i])
            # The entry is left * tangent; those after it have sqrt(1 - tangent^2) as a factor.
            left = np.exp(x[1 + e] - x[0])
            for k in range(first, i):
                left /= np.cosh(x[1 + k])
            back[1 + i] = slope[row, column] * left * (1.0 - tangent * tangent) - tangent * later
            later += found[row, column] * slope[row, column]
        back[1 + e] = later
        back[0] -= later
        e += 1
    return back


def believed(x: Array, entries: Array, prior: Array, lkj: float) -> tuple[float, Array]:
    """Returns the log prior of x and its gradient: `prior.log_prior`; `prior` (q + 1, 3): kind, scale, df."""
    value = 0.0
    slope = np.zeros(len(x))
    for e in range(len(x)):
        residual = e == len(x) - 1
        at = 0 if residual else 1 + e
        if residual or entries[e, 0] == entries[e, 1]:
            row = len(prior) - 1 if residual else int(entries[e, 0])
            kind, df = prior[row, 0], prior[row, 2]
            ratio = np.exp(x[at]) / prior[row, 1]
            square = ratio * ratio
            if kind == 0.0:
                value -= 0.5 * (df + 1.0) * np.log1p(square / df)
                slope[at] = 1.0 - (df + 1.0) * square / (df + square)
            elif kind == 1.0:
                value -= 0.5 * square
                slope[at] = 1.0 - square
            else:
                value -= ratio
                slope[at] = 1.0 - ratio
            value += x[at]
        else:
            power = lkj + (entries[e, 2] - 2.0 - entries[e, 3]) / 2.0
            value -= 2.0 * power * np.log(np.cosh(x[at]))
            slope[at] = -2.0 * power * np.tanh(x[at])
    return value, slope


COORDINATES = (moved, lower, pulled, believed)
