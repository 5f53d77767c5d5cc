"""Which fixed effects a group's own coefficients stand around, however the two sides are coded."""

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.fit.fixed_columns import pooled_products, working_basis

# A fixed column belongs to the varying ones when they reproduce it to this share of its size: rounding of
# cross-products of columns a few spreads from zero.
SPANNED = 1e-9


def carried(linear: Along) -> Array:
    """Returns M (q, p): a group's own coefficients are M b + u.

    One for a fixed column that varies under the same name. A fixed column that the varying ones (and a
    constant) reproduce on every row adds to them in that proportion: center(x) under a varying x, the
    intercept under a varying text predictor with all its levels. Others add nothing.
    """
    fixed, random = linear.problem.fixed, linear.problem.random
    found = np.array([[float(f == r) for f in fixed] for r in random]).reshape(len(random), len(fixed))
    odd = [k for k, name in enumerate(fixed) if name not in random]
    if random and odd:
        found[:, odd] = _spanned(linear, [fixed[k] for k in odd])
    return found


def _spanned(linear: Along, names: list[str]) -> Array:
    """The weights (q, k) of the varying columns in each fixed one that they reproduce, else zero."""
    random, x = linear.problem.random, _columns(linear, tuple(names))
    found = _weights(linear, _columns(linear, random), x)
    if INTERCEPT in random:
        return found
    # A constant beside them belongs to no group, and what it leaves of center(x) is x.
    beside = _weights(linear, _columns(linear, (INTERCEPT, *random)), x)[1:]
    return np.where(found.any(axis=0), found, beside)


def _weights(linear: Along, z: Array, x: Array) -> Array:
    """Least squares of columns x on columns z over all rows: (q, k), zero where they do not reproduce x."""
    pooled = pooled_products(linear.moments)
    size = np.sqrt(np.diag(z.T @ pooled @ z))
    gram = z.T @ pooled @ z / np.outer(size, size)
    weights = np.linalg.lstsq(gram, (z / size).T @ pooled @ x, rcond=1e-12)[0] / size[:, None]
    whole = np.einsum("ak,ab,bk->k", x, pooled, x)
    weights[np.abs(weights) * size[:, None] < SPANNED * np.sqrt(whole)] = 0.0  # rounding
    left = x - z @ weights
    share = np.einsum("ak,ab,bk->k", left, pooled, left) / whole
    return np.asarray(np.where(share < SPANNED, weights, 0.0))


def _columns(linear: Along, names: tuple[str, ...]) -> Array:
    """Columns in units, in terms of the moments' [1, w]: (1 + d, k)."""
    columns = linear.moments.columns
    scale = [1.0 if name == INTERCEPT else columns.scale[columns.index(name)] for name in names]
    return working_basis(linear.moments, names, centred=False) * scale
