"""The density of several grouping factors as loops, all their effects integrated out (see `nuts_kernel`).

Notation of `joint_objective`. The effects of all factors but the first are D columns beside the k = p + 1 of
[X y]: with w = [X y Z], G = w' V1^-1 w is a sum over the first factor's groups; of its block T = Z'V1^-1 Z
come A = I + L'TL and P = L A^-1 L'. With J = [I; -P G_Zxy], S = J'G J, and the energy's derivative in G is

    Omega = J W J' / (2 s2) + [0 0; 0 P] / 2

of which the first factor's slope is a sum over its groups again; a slope of another factor's Lambda is
[(T L A^-1) - R W R' / s2 Lambda] on its levels, with R = G_Zxy - T P G_Zxy.
"""

import numpy as np

from core.design.coding import Array
from core.fit.nuts_coordinates import believed, lower, moved, pulled
from core.fit.nuts_kernel import ONE_FACTOR, add_gram, eliminated, fixed_side, met, product, root_of, under


def times_blocks(a: Array, lam: Array, sides: Array, from_left: bool) -> Array:
    """Returns a L (rows, D), or L a (D, columns), L having Lambda_f for each level of each factor f.

    `sides` (F - 1, 5): the factor's first effect in Lambda, its effects q, its first column of D, its levels,
    and one more number (see `nuts_partly_kernel`).
    """
    found = np.zeros(a.shape)
    for f in range(len(sides)):
        o, q, start, levels = int(sides[f, 0]), int(sides[f, 1]), int(sides[f, 2]), int(sides[f, 3])
        for level in range(levels):
            at = start + level * q
            for i in range(q):
                for j in range(q):
                    value = lam[o + i, o + j]
                    if from_left:
                        for c in range(a.shape[1]):
                            found[at + i, c] += value * a[at + j, c]
                    else:
                        for r in range(a.shape[0]):
                            found[r, at + j] += a[r, at + i] * value
    return found


def crossed(turned: Array) -> Array:
    """Returns turned' turned of a lower triangle (n, n)."""
    n = len(turned)
    found = np.zeros((n, n))
    for a in range(n):
        for b in range(a + 1):
            for c in range(a + 1):
                found[b, c] += turned[a, b] * turned[a, c]
    return found


def weighed(right: Array, omega: Array, q: int) -> Array:
    """Returns sum over cells of H'B omega B'H (q, q), from the columns of C^-1 [w, Z1]."""
    wide, cells = len(omega), right.shape[2]
    found = np.zeros((q, q))
    reached = met(right, wide)
    along = np.empty((q, cells))
    for a in range(wide):
        along[:] = 0.0
        for b in range(wide):
            for j in range(q):
                for c in range(cells):
                    along[j, c] += omega[a, b] * reached[b, j, c]
        for i in range(q):
            for j in range(q):
                for c in range(cells):
                    found[i, j] += along[i, c] * reached[a, j, c]
    return found


def on_levels(
    left: Array, inverse: Array, r: Array, w: Array, lam: Array, sides: Array, slope: Array
) -> None:
    """Adds to `slope` (Q, Q) the slopes in each Lambda but the first's: left = T L, `w` = W / s2."""
    d, k = left.shape[0], len(w)
    for f in range(len(sides)):
        o, q, start, levels = int(sides[f, 0]), int(sides[f, 1]), int(sides[f, 2]), int(sides[f, 3])
        fit = np.zeros((q, q))
        for level in range(levels):
            at = start + level * q
            for i in range(q):
                for j in range(q):
                    for c in range(d):
                        slope[o + i, o + j] += left[at + i, c] * inverse[c, at + j]
                    for a in range(k):
                        for b in range(k):
                            fit[i, j] += r[at + i, a] * w[a, b] * r[at + j, b]
        for i in range(q):
            for j in range(q):
                for m in range(q):
                    slope[o + i, o + j] -= fit[i, m] * lam[o + m, o + j]


def several_factors(eta: Array, numbers: Array) -> tuple[float, Array]:
    """Returns the log density at eta (d,) of a model with several grouping factors, and its gradient.

    `numbers` are those of `nuts_numbers.joint_numbers_of`, in their order.
    """
    q, k, cells = int(numbers[0]), int(numbers[1]), int(numbers[2])
    n, lkj, size, at = numbers[3], numbers[4], len(eta), 10
    first, d, others = int(numbers[5]), int(numbers[6]), int(numbers[7])
    wide = k + d
    whitening = numbers[at : at + size * (size + 1)].reshape((size, size + 1))
    at += size * (size + 1)
    entries = numbers[at : at + 4 * (size - 1)].reshape((size - 1, 4))
    at += 4 * (size - 1)
    prior = numbers[at : at + 3 * (q + 1)].reshape((q + 1, 3))
    at += 3 * (q + 1)
    basis = numbers[at : at + q * q].reshape((q, q))
    at += q * q
    e = numbers[at : at + k * k].reshape((k, k))
    at += k * k
    sides = numbers[at : at + 5 * others].reshape((others, 5))
    at += 5 * others
    total = numbers[at : at + wide * wide].copy().reshape((wide, wide))
    at += wide * wide
    right = numbers[at : at + first * (wide + first) * cells].copy().reshape((first, wide + first, cells))

    x = moved(eta, whitening)
    found = lower(x, entries, q)
    lam = product(basis, found)
    log_det = eliminated(lam[:first, :first].copy(), right, wide)
    add_gram(total, right, 0, wide)
    t = total[k:, k:].copy()
    txy = total[k:, :k].copy()
    left = times_blocks(t, lam, sides, False)
    a = times_blocks(left, lam.T.copy(), sides, True)
    for i in range(d):
        a[i, i] += 1.0
    root = root_of(a)
    for i in range(d):
        log_det += 2.0 * np.log(root[i, i])
    inverse = crossed(under(root))
    p = times_blocks(times_blocks(inverse, lam, sides, True), lam.T.copy(), sides, False)
    through = product(p, txy)
    s = total[:k, :k].copy()
    for i in range(k):
        for j in range(k):
            for c in range(d):
                s[i, j] -= txy[c, i] * through[c, j]
    value, in_log_s, turned = fixed_side(s, e, x[0], n)
    over = np.exp(-2.0 * x[0])
    w = crossed(turned)
    jw = np.zeros((wide, k))
    omega = np.zeros((wide, wide))
    for i in range(k):
        for j in range(k):
            w[i, j] *= over
            jw[i, j] = w[i, j]
    for i in range(d):
        for j in range(k):
            for c in range(k):
                jw[k + i, j] -= through[i, c] * w[c, j]
    for i in range(wide):
        for j in range(k):
            omega[i, j] = jw[i, j]
        for j in range(d):
            if i >= k:
                omega[i, k + j] = p[i - k, j]
            for c in range(k):
                omega[i, k + j] -= jw[i, c] * through[j, c]
    r = product(t, through)
    for i in range(d):
        for j in range(k):
            r[i, j] = txy[i, j] - r[i, j]
    own = np.zeros((first, first))
    add_gram(own, right, wide, wide + first)
    fit = weighed(right, omega, first)
    slope = np.zeros((q, q))
    for i in range(first):
        for j in range(first):
            for c in range(first):
                slope[i, j] += (own[i, c] - fit[i, c]) * lam[c, j]
    on_levels(left, inverse, r, w, lam, sides, slope)
    said, up = believed(x, entries, prior, lkj)
    back = pulled(x, found, product(basis.T, slope), entries)
    back[0] += in_log_s
    gradient = np.zeros(size)
    for i in range(size):
        for j in range(size):
            gradient[j] += whitening[i, 1 + j] * (up[i] - back[i])
    return said - value - 0.5 * log_det, gradient


SEVERAL_FACTORS = (*ONE_FACTOR[:-1], times_blocks, crossed, weighed, on_levels, several_factors)
