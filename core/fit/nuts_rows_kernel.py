"""The log density of a generalised model's rows and its gradient, as loops that Numba compiles for NUTS.

Written out for the reason given in `nuts_kernel`: as a PyTensor graph it compiles for half a minute, for each
family and each number of groups anew. These loops read family, link and all sizes from `numbers`, so one
compiled model serves every table and family whose parameters are as many or fewer (those left over are
standard normal and touch nothing).

Notation: e, x and r_j are parts of eta. Fixed effects are w = w0 + T e; x = x0 + scale * eta is as in
`nuts_coordinates`, with e^x[0] = shape^(-1/2) of negative binomial and Gamma; L comes from x. Effects are
walked through as `nuts_rows_effects` says. The linear predictor is offset + X w + Z u.
"""

import numpy as np

from core.design.coding import Array
from core.fit.nuts_coordinates import COORDINATES, believed, lower, pulled
from core.fit.nuts_rows_effects import EFFECTS, blocks_back, blocks_of, drawn_back, placed
from core.fit.nuts_rows_families import FAMILIES, raised, said_of, shape_terms


def generalised(eta: Array, numbers: Array) -> tuple[float, Array]:
    """Returns the log density at eta of a generalised model, and its gradient; see `nuts_rows_numbers`."""
    n, p, kind, n_factors = int(numbers[0]), int(numbers[1]), int(numbers[2]), int(numbers[3])
    effects, m, lkj, used = int(numbers[4]), int(numbers[5]), numbers[6], int(numbers[7])
    wide, counts, n_sides, at = int(numbers[8]), int(numbers[9]), int(numbers[10]), 12
    far = numbers[at : at + p * (p + 1)].reshape((p, p + 1))
    at += p * (p + 1)
    turn = numbers[at : at + p * p].reshape((p, p))
    at += p * p
    frame = numbers[at : at + 2 * (m + 1)].reshape((2, m + 1))
    at += 2 * (m + 1)
    entries = numbers[at : at + 4 * m].reshape((m, 4))
    at += 4 * m
    prior = numbers[at : at + 3 * (effects + 1)].reshape((effects + 1, 3))
    at += 3 * (effects + 1)
    sides = numbers[at : at + 8 * n_sides].reshape((n_sides, 8))
    at += 8 * n_sides
    factors = numbers[at : at + 5 * n_factors].reshape((n_factors, 5))
    at += 5 * n_factors
    distinct = numbers[at : at + counts]
    at += counts
    rows = numbers[at : at + n * (5 + p)].reshape((n, 5 + p))
    at += n * (5 + p)

    gradient = np.zeros(len(eta))
    d, in_d = np.zeros(wide), np.zeros(wide)
    for i in range(p):
        for a in range(i + 1):
            d[i] += turn[i, a] * eta[a]
    x = np.empty(m + 1)
    for i in range(m + 1):
        x[i] = frame[0, i] + frame[1, i] * eta[p + i]
    value, slope = believed(x, entries, prior, lkj)
    k = np.exp(-2.0 * x[0])
    x[0] = 0.0
    root = lower(x, entries, effects)
    pull = np.zeros((effects, effects))
    terms, gains = np.zeros(max(counts, 1)), np.zeros(max(counts, 1))
    if kind == 4:
        terms[0], gains[0] = shape_terms(k)
    for i in range(counts):
        terms[i], gains[i] = raised(distinct[i], k)

    f = np.empty(n)
    for i in range(n):
        f[i] = rows[i, 0]
        for a in range(p):
            f[i] += rows[i, 5 + a] * d[a]
    total, flat = 0, 0
    for s in range(n_sides):
        total += int(sides[s, 1]) * int(sides[s, 0])
        flat += int(sides[s, 1]) * int(sides[s, 0]) ** 2
    u, every_v, every_root, below = np.empty(total), np.empty(total), np.empty(flat), np.zeros(total)
    total, flat = 0, 0
    for s in range(n_sides):
        q, count = int(sides[s, 0]), int(sides[s, 1])
        size = q * q + q + q * int(sides[s, 3])
        groups = numbers[at : at + count * size].reshape((count, size))
        at += count * size
        own = u[total : total + count * q].reshape((count, q))
        unit = every_v[total : total + count * q].reshape((count, q))
        roots = every_root[flat : flat + count * q * q].reshape((count, q, q))
        total, flat = total + count * q, flat + count * q * q
        lam = blocks_of(root, sides[s], factors, int(sides[s, 7]))
        value += placed(eta, d, lam, sides[s], groups, own, roots, unit)
    first_factor = at
    for s in range(n_factors):
        q, start = int(factors[s, 0]), int(factors[s, 4])
        z = numbers[at : at + n * (1 + q)].reshape((n, 1 + q))
        at += n * (1 + q)
        for i in range(n):
            j = start + int(z[i, 0]) * q
            for a in range(q):
                f[i] += z[i, 1 + a] * u[j + a]

    in_k = 0.0
    for i in range(n):
        weight, place = rows[i, 3], int(rows[i, 4])
        one, slope_f, in_log_k = said_of(kind, rows[i, 1], rows[i, 2], f[i], k, terms[place], gains[place])
        value += weight * one
        in_k += weight * in_log_k
        f[i] = weight * slope_f
        for a in range(p):
            in_d[a] += rows[i, 5 + a] * f[i]

    at = first_factor
    for s in range(n_factors):
        q, start = int(factors[s, 0]), int(factors[s, 4])
        z = numbers[at : at + n * (1 + q)].reshape((n, 1 + q))
        at += n * (1 + q)
        for i in range(n):
            j = start + int(z[i, 0]) * q
            for a in range(q):
                below[j + a] += z[i, 1 + a] * f[i]
    at = first_factor
    for s in range(n_sides - 1, -1, -1):
        q, count = int(sides[s, 0]), int(sides[s, 1])
        size = q * q + q + q * int(sides[s, 3])
        at -= count * size
        groups = numbers[at : at + count * size].reshape((count, size))
        total, flat = total - count * q, flat - count * q * q
        unit = every_v[total : total + count * q].reshape((count, q))
        roots = every_root[flat : flat + count * q * q].reshape((count, q, q))
        down = below[total : total + count * q].reshape((count, q))
        lam = blocks_of(root, sides[s], factors, int(sides[s, 7]))
        in_lam = np.zeros((q, q))
        drawn_back(d, lam, sides[s], groups, roots, unit, down, gradient, in_d, in_lam)
        blocks_back(in_lam, sides[s], factors, int(sides[s, 7]), pull)

    for i in range(p):
        error = -far[i, p]
        for a in range(p):
            error += far[i, a] * d[a]
        value -= 0.5 * error * error
        for a in range(p):
            in_d[a] -= far[i, a] * error
    for i in range(p):
        for a in range(i + 1):
            gradient[a] += turn[i, a] * in_d[i]
    back = pulled(x, root, pull, entries)
    for i in range(1, m + 1):
        gradient[p + i] += frame[1, i] * (back[i] + slope[i])
    if kind >= 3:
        gradient[p] += frame[1, 0] * (slope[0] - 2.0 * in_k)
    else:
        value -= 0.5 * eta[p] * eta[p]
        gradient[p] -= eta[p]
    for i in range(used, len(eta)):
        value -= 0.5 * eta[i] * eta[i]
        gradient[i] -= eta[i]
    return value, gradient


GENERALISED = (*COORDINATES, *FAMILIES, *EFFECTS, generalised)
