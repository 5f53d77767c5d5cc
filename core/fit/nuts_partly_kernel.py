"""The density of several grouping factors with the effects of all but the first sampled, as loops.

For models whose other factors have so many effects that a root of their matrix at each step takes too long:
their effects u (D,) are walked through, the first factor's and the fixed effects are integrated out as ever.
Given u the model has one factor and the outcome y - Z u; u ~ N(0, s2 L L') level by level, in coordinates in
which Lambda is L. Where the data say much about each level NUTS walks through u itself, where they say little
through (s L)^-1 u, of which the spread does not move with L (Betancourt, Girolami 2015, arXiv:1312.0906). Its
draws are thrown away: exact ones are drawn afterwards, as for every other model.
"""

import numpy as np

from core.design.coding import Array
from core.fit.nuts_coordinates import believed, lower, moved, pulled
from core.fit.nuts_kernel import ONE_FACTOR, add_gram, around, eliminated, fixed_side, product


def stretched(walked: Array, s: float, found: Array, sides: Array) -> Array:
    """Returns u (D,) of the coordinates walked through: s L of them where the last of `sides` is one."""
    u = walked.copy()
    for f in range(len(sides)):
        o, q, start, levels = int(sides[f, 0]), int(sides[f, 1]), int(sides[f, 2]), int(sides[f, 3])
        if sides[f, 4] > 0.0:
            for level in range(levels):
                at = start + level * q
                for i in range(q):
                    u[at + i] = 0.0
                    for j in range(i + 1):
                        u[at + i] += s * found[o + i, o + j] * walked[at + j]
    return u


def unstretched(
    walked: Array, s: float, found: Array, side: Array, slope: Array, up: Array
) -> tuple[float, float]:
    """Does for one factor walked through by (s L)^-1 u what `scattered` does for all."""
    o, q, start, levels = int(side[0]), int(side[1]), int(side[2]), int(side[3])
    value, in_log_s = 0.0, 0.0
    for level in range(levels):
        at = start + level * q
        for j in range(q):
            unit, pull = walked[at + j], 0.0
            value += 0.5 * unit * unit
            for i in range(j, q):
                pull += s * found[o + i, o + j] * up[at + i]
                slope[o + i, o + j] += s * up[at + i] * unit
            in_log_s += pull * unit
            # Rows before j are done with, so its place can hold the derivative in what is walked through.
            up[at + j] = unit + pull
    return value, in_log_s


def scattered(
    u: Array, walked: Array, s: float, found: Array, sides: Array, slope: Array, up: Array
) -> tuple[float, float]:
    """Returns minus the log density of the effects u (D,) and the energy's derivative in log s through them.

    Adds the derivatives in L to `slope` (Q, Q); turns `up` (D,), the rest's in u, into those in `walked`.
    """
    value, in_log_s = 0.0, 0.0
    for f in range(len(sides)):
        o, q, start, levels = int(sides[f, 0]), int(sides[f, 1]), int(sides[f, 2]), int(sides[f, 3])
        if sides[f, 4] > 0.0:
            more, moves = unstretched(walked, s, found, sides[f], slope, up)
            value += more
            in_log_s += moves
            continue
        unit, back = np.empty(q), np.empty(q)
        for i in range(q):
            value += levels * np.log(s * found[o + i, o + i])
            slope[o + i, o + i] += levels / found[o + i, o + i]
        in_log_s += levels * q
        for level in range(levels):
            at = start + level * q
            for i in range(q):
                unit[i] = u[at + i] / s
                for j in range(i):
                    unit[i] -= found[o + i, o + j] * unit[j]
                unit[i] /= found[o + i, o + i]
                value += 0.5 * unit[i] * unit[i]
                in_log_s -= unit[i] * unit[i]
            for i in range(q - 1, -1, -1):
                back[i] = unit[i]
                for j in range(i + 1, q):
                    back[i] -= found[o + j, o + i] * back[j]
                back[i] /= found[o + i, o + i]
                up[at + i] += back[i] / s
            for i in range(q):
                for j in range(i + 1):
                    slope[o + i, o + j] -= back[i] * unit[j]
    return value, in_log_s


def less(u: Array, numbers: Array, at: int, meetings: int, right: Array, k: int) -> None:
    """Takes Z u from the outcome's rows; at `at` begin the meetings: group, column and q values each."""
    q = right.shape[0]
    for m in range(meetings):
        here = at + m * (2 + q)
        group, column = int(numbers[here]), int(numbers[here + 1])
        for i in range(q):
            right[i, k - 1, group] -= numbers[here + 2 + i] * u[column]


def met_again(numbers: Array, at: int, meetings: int, right: Array, v: Array, up: Array, over: float) -> None:
    """Takes Z' M^-1 [X y] v / s2 from `up` (D,); the last q columns of `right` are C^-1."""
    q, columns, cells = right.shape
    residual, weighed = np.zeros((q, cells)), np.zeros((q, cells))
    for j in range(q):
        for a in range(len(v)):
            for c in range(cells):
                residual[j, c] += right[j, a, c] * v[a]
        for i in range(q):
            for c in range(cells):
                weighed[i, c] += right[j, columns - q + i, c] * residual[j, c]
    for m in range(meetings):
        here = at + m * (2 + q)
        group, column = int(numbers[here]), int(numbers[here + 1])
        for i in range(q):
            up[column] -= over * numbers[here + 2 + i] * weighed[i, group]


def others_sampled(eta: Array, numbers: Array) -> tuple[float, Array]:
    """Returns the log density at eta (d + D,) of variance parameters and effects, and its gradient.

    `numbers` are those of `nuts_numbers.partly_numbers_of`, in their order.
    """
    q, k, cells = int(numbers[0]), int(numbers[1]), int(numbers[2])
    n, lkj, at = numbers[3], numbers[4], 10
    first, d, others, meetings = int(numbers[5]), int(numbers[6]), int(numbers[7]), int(numbers[8])
    size = len(eta) - d
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
    total = numbers[at : at + k * k].copy().reshape((k, k))
    at += k * k
    zxy = numbers[at : at + d * k].reshape((d, k))
    at += d * k
    zz = numbers[at : at + d * d].reshape((d, d))
    at += d * d
    spread = numbers[at : at + d * (d + 1)].reshape((d, d + 1))
    at += d * (d + 1)
    columns = k + 2 * first
    right = numbers[at : at + first * columns * cells].copy().reshape((first, columns, cells))
    at += first * columns * cells

    x = moved(eta[:size], whitening)
    found = lower(x, entries, q)
    walked = np.empty(d)
    for i in range(d):
        walked[i] = spread[i, 0]
        for j in range(i + 1):
            walked[i] += spread[i, 1 + j] * eta[size + j]
    u = stretched(walked, np.exp(x[0]), found, sides)
    zu = np.zeros(d)
    for i in range(d):
        for j in range(d):
            zu[i] += zz[i, j] * u[j]
    less(u, numbers, at, meetings, right, k)
    for i in range(d):
        for a in range(k - 1):
            total[a, k - 1] -= zxy[i, a] * u[i]
            total[k - 1, a] -= zxy[i, a] * u[i]
        total[k - 1, k - 1] += u[i] * (zu[i] - 2.0 * zxy[i, k - 1])
    lam = product(basis[:first, :first], found[:first, :first])
    log_det = eliminated(lam, right, k)
    add_gram(total, right, 0, k)
    own = np.zeros((first, first))
    add_gram(own, right, k, k + first)
    value, in_log_s, turned = fixed_side(total, e, x[0], n)
    over = np.exp(-2.0 * x[0])
    v = turned[k - 1]
    up = np.empty(d)
    for i in range(d):
        up[i] = over * zu[i]
        for a in range(k):
            up[i] -= over * zxy[i, a] * v[a]
    met_again(numbers, at, meetings, right, v, up, over)
    fit = around(turned, right[:, : k + first, :], k)
    for i in range(first):
        for j in range(first):
            own[i, j] -= over * fit[i, j]
    slope = np.zeros((q, q))
    slope[:first, :first] = product(basis[:first, :first].T, product(own, lam))
    scatter, more = scattered(u, walked, np.exp(x[0]), found, sides, slope, up)
    said, back = believed(x, entries, prior, lkj)
    moves = pulled(x, found, slope, entries)
    moves[0] += in_log_s + more
    gradient = np.zeros(size + d)
    for i in range(size):
        for j in range(size):
            gradient[j] += whitening[i, 1 + j] * (back[i] - moves[i])
    for i in range(d):
        for j in range(i + 1):
            gradient[size + j] -= spread[i, 1 + j] * up[i]
    return said - value - scatter - 0.5 * log_det, gradient


OTHERS_SAMPLED = (*ONE_FACTOR[:-1], stretched, unstretched, scattered, less, met_again, others_sampled)
