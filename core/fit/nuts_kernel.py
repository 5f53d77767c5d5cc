"""The density of `density` and its gradient as plain loops, which Numba compiles for NUTS.

Written out because the same formulas as a PyTensor graph take minutes to compile, for every number of random
columns anew; these loops serve all, compile in seconds and make one sweep over the groups. Products are loops
as well: each kind of np.dot adds a second of compiling, and these matrices are long and narrow. The functions
run as ordinary Python too; they use each other by name and NumPy as `np`, nothing else (see `nuts_model`).

Notation of `objective`: W = T T' with T = [R_XX^-1, v] for R'R = S / s2 + E is twice the energy's derivative
in S / s2. Half the derivative in Lambda of sum log|M| is sum H'H Lambda, of S in the direction W it is
-(sum H'B W B'H) Lambda.
"""

import numpy as np

from core.design.coding import Array
from core.fit.nuts_coordinates import COORDINATES, believed, lower, moved, pulled


def eliminated(lam: Array, right: Array, k: int) -> float:
    """Turns `right` (q, columns, C) into C^-1 right in place; returns sum log|M|.

    Z stands in the columns k to k + q. By Gram-Schmidt on [I; (Z Lambda)'] as in `objective`.
    """
    q, columns, cells = right.shape
    vectors = np.zeros((q, 2 * q, cells))
    for i in range(q):
        vectors[i, i] = 1.0
        for effect in range(q):
            for j in range(q):
                for c in range(cells):
                    vectors[i, q + effect, c] += lam[j, effect] * right[i, k + j, c]
    log_det = 0.0
    row = np.empty(cells)
    for i in range(q):
        row[:] = 0.0
        for v in range(2 * q):
            for c in range(cells):
                row[c] += vectors[i, v, c] * vectors[i, v, c]
        for c in range(cells):
            log_det += np.log(row[c])
            row[c] = 1.0 / np.sqrt(row[c])
        for v in range(2 * q):
            for c in range(cells):
                vectors[i, v, c] *= row[c]
        for column in range(columns):
            for c in range(cells):
                right[i, column, c] *= row[c]
        for later in range(i + 1, q):
            row[:] = 0.0
            for v in range(2 * q):
                for c in range(cells):
                    row[c] += vectors[i, v, c] * vectors[later, v, c]
            for v in range(2 * q):
                for c in range(cells):
                    vectors[later, v, c] -= row[c] * vectors[i, v, c]
            for column in range(columns):
                for c in range(cells):
                    right[later, column, c] -= row[c] * right[i, column, c]
    return log_det


def root_of(a: Array) -> Array:
    """Returns the lower root of a (n, n); NaN where it has none."""
    n = len(a)
    found = np.zeros((n, n))
    for j in range(n):
        for i in range(j, n):
            left = a[i, j]
            for k in range(j):
                left -= found[i, k] * found[j, k]
            if i > j:
                found[i, j] = left / found[j, j]
            else:
                found[j, j] = np.sqrt(left) if left > 0.0 else np.nan
    return found


def under(root: Array) -> Array:
    """Returns the inverse of a lower root (n, n)."""
    n = len(root)
    found = np.zeros((n, n))
    for i in range(n):
        found[i, i] = 1.0 / root[i, i]
        for k in range(i):
            for j in range(k + 1):
                found[i, j] -= root[i, k] * found[k, j] * found[i, i]
    return found


def fixed_side(s: Array, e: Array, log_s: float, n: float) -> tuple[float, float, Array]:
    """Returns n log s + log|R_XX| + r2 / 2 of R'R = S / s2 + E, its derivative in log s, and T' (k, k)."""
    over, k = np.exp(-2.0 * log_s), len(s)
    both = np.empty((k, k))
    for a in range(k):
        for b in range(k):
            both[a, b] = over * s[a, b] + e[a, b]
    root = root_of(both)
    turned = under(root)
    for b in range(k):
        turned[k - 1, b] *= root[k - 1, k - 1]
    value = n * log_s + 0.5 * root[k - 1, k - 1] ** 2
    for a in range(k - 1):
        value += np.log(root[a, a])
    slope = n
    for a in range(k):
        for b in range(a + 1):
            for c in range(a + 1):
                slope -= over * turned[a, b] * s[b, c] * turned[a, c]
    return value, slope, turned


def add_gram(total: Array, right: Array, first: int, last: int) -> None:
    """Adds to `total` the cross-products of the columns from first to before last of `right`."""
    for i in range(right.shape[0]):
        for a in range(first, last):
            for b in range(first, a + 1):
                found = 0.0
                for c in range(right.shape[2]):
                    found += right[i, a, c] * right[i, b, c]
                total[a - first, b - first] += found
                if b < a:
                    total[b - first, a - first] += found


def met(right: Array, k: int) -> Array:
    """Returns Z' M^-1 [X y] = H'B of every cell (k, q, C), from the columns of C^-1 [X y, Z]."""
    q, _, cells = right.shape
    found = np.zeros((k, q, cells))
    for i in range(q):
        for a in range(k):
            for j in range(q):
                for c in range(cells):
                    found[a, j, c] += right[i, a, c] * right[i, k + j, c]
    return found


def product(a: Array, b: Array) -> Array:
    """Returns a b, for small matrices."""
    found = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                found[i, j] += a[i, k] * b[k, j]
    return found


def around(turned: Array, right: Array, k: int) -> Array:
    """Returns sum over cells of H'B T T' B'H (q, q), from the columns of C^-1 [X y, Z] and T'."""
    q, _, cells = right.shape
    found = np.zeros((q, q))
    reached = met(right, k)
    along = np.empty((q, cells))
    for a in range(k):
        along[:] = 0.0
        for b in range(a + 1):
            for j in range(q):
                for c in range(cells):
                    along[j, c] += turned[a, b] * reached[b, j, c]
        for i in range(q):
            for j in range(q):
                for c in range(cells):
                    found[i, j] += along[i, c] * along[j, c]
    return found


def one_factor(eta: Array, numbers: Array) -> tuple[float, Array]:
    """Returns the log density at eta (d,) of a model with one grouping factor, and its gradient.

    `numbers` are those of `nuts_numbers`, in their order.
    """
    q, k, cells = int(numbers[0]), int(numbers[1]), int(numbers[2])
    n, lkj, d, at = numbers[3], numbers[4], len(eta), 10
    whitening = numbers[at : at + d * (d + 1)].reshape((d, d + 1))
    at += d * (d + 1)
    entries = numbers[at : at + 4 * (d - 1)].reshape((d - 1, 4))
    at += 4 * (d - 1)
    prior = numbers[at : at + 3 * (q + 1)].reshape((q + 1, 3))
    at += 3 * (q + 1)
    basis = numbers[at : at + q * q].reshape((q, q))
    at += q * q
    total = numbers[at : at + k * k].copy().reshape((k, k))
    at += k * k
    e = numbers[at : at + k * k].reshape((k, k))
    at += k * k
    right = numbers[at : at + q * (k + q) * cells].copy().reshape((q, k + q, cells))

    x = moved(eta, whitening)
    found = lower(x, entries, q)
    lam = product(basis, found)
    log_det = eliminated(lam, right, k)
    own = np.zeros((q, q))
    add_gram(total, right, 0, k)
    add_gram(own, right, k, k + q)
    value, in_log_s, turned = fixed_side(total, e, x[0], n)
    fit = around(turned, right, k)
    over = np.exp(-2.0 * x[0])
    for i in range(q):
        for j in range(q):
            own[i, j] -= over * fit[i, j]
    said, slope = believed(x, entries, prior, lkj)
    back = pulled(x, found, product(basis.T, product(own, lam)), entries)
    back[0] += in_log_s
    gradient = np.zeros(d)
    for i in range(d):
        for j in range(d):
            gradient[j] += whitening[i, 1 + j] * (slope[i] - back[i])
    return said - value - 0.5 * log_det, gradient


ONE_FACTOR = (
    *COORDINATES,
    eliminated,
    root_of,
    under,
    fixed_side,
    add_gram,
    met,
    product,
    around,
    one_factor,
)
