"""How NUTS walks through group effects of a generalised model, as loops that Numba compiles.

Effects of a
group are walked through in units of what its rows leave open at the present L: near the mode the rows say
u_j' k_j - u_j' G_j u_j / 2 - u_j' H_j d, with d = (w - w0, effects of other groupings), so with
C C' = I + L' G_j L

    u_j = L v_j,   v_j = C'^-1 (r_j + C^-1 L' (k_j - H_j d))

makes r_j near a standard normal whatever L is: a group whose rows say little has u = L r, one whose rows
say all moves without L (both ways at once; Papaspiliopoulos, Roberts, Skoeld 2007, Statistical Science 22,
on choosing one). Whatever G, k and H are, the density is exact; they only set the pace.
"""

import numpy as np

from core.design.coding import Array


def solve(root: Array, x: Array) -> None:
    """Turns x (q,) into C^-1 x of a lower root, in place."""
    for a in range(len(x)):
        for b in range(a):
            x[a] -= root[a, b] * x[b]
        x[a] /= root[a, a]


def solve_back(root: Array, x: Array) -> None:
    """Turns x (q,) into C'^-1 x of a lower root, in place."""
    for a in range(len(x) - 1, -1, -1):
        for b in range(a + 1, len(x)):
            x[a] -= root[b, a] * x[b]
        x[a] /= root[a, a]


def reach_into(g: Array, own: Array, d: Array, wide: int) -> None:
    """Writes k - H d (q,) into g; `own` is [G, k, H] of a group."""
    q = len(g)
    for a in range(q):
        left = own[q * q + a]
        for b in range(wide):
            left -= own[q * q + q + a * wide + b] * d[b]
        g[a] = left


def root_into(root: Array, own: Array, lam: Array, space: Array) -> None:
    """Writes C with C C' = I + L' G L (q, q) into `root`; `space` (q, q) is written over."""
    q = len(lam)
    for a in range(q):
        for b in range(q):
            found = 0.0
            for i in range(b, q):
                found += own[a * q + i] * lam[i, b]
            space[a, b] = found
    for b in range(q):
        for a in range(b, q):
            found = 1.0 if a == b else 0.0
            for i in range(a, q):
                found += lam[i, a] * space[i, b]
            for i in range(b):
                found -= root[a, i] * root[b, i]
            root[a, b] = np.sqrt(max(found, 1e-12)) if a == b else found / root[b, b]


def placed(
    eta: Array, d: Array, lam: Array, side: Array, groups: Array, effects: Array, roots: Array, unit: Array
) -> float:
    """Writes effects u (J, q), roots C (J, q, q) and v (J, q) of one side; returns their log prior, with the
    Jacobian. `groups` (J, q q + q + q P) holds G, k and H; the effects go to d too where others need them.
    """
    q, at, wide, place = len(lam), int(side[2]), int(side[3]), int(side[4])
    value = 0.0
    space, g = np.empty((q, q)), np.empty(q)
    for j in range(len(groups)):
        root, v = roots[j], unit[j]
        root_into(root, groups[j], lam, space)
        reach_into(g, groups[j], d, wide)
        for a in range(q):
            v[a] = 0.0
            for b in range(a, q):
                v[a] += lam[b, a] * g[b]
        solve(root, v)
        for a in range(q):
            v[a] += eta[at + j * q + a]
        solve_back(root, v)
        for a in range(q):
            value -= 0.5 * v[a] * v[a] + np.log(root[a, a])
            found = 0.0
            for b in range(a + 1):
                found += lam[a, b] * v[b]
            effects[j, a] = found
            if place >= 0:
                d[place + j * q + a] = found
    return value


def through_root(root: Array, slope: Array, found: Array) -> None:
    """Writes into `found` the symmetric slope in A of what has the lower `slope` in its root C, A = C C'.

    C'^-1 F C^-1 made symmetric, F the lower part of C' slope with its diagonal halved (Murray 2016,
    arXiv:1602.07527, section 3.2). `slope` is written over.
    """
    q = len(root)
    for a in range(q):
        for b in range(q):
            inner = 0.0
            if b <= a:
                for i in range(a, q):
                    inner += root[i, a] * slope[i, b]
            found[b, a] = 0.5 * inner if a == b else inner  # F', whose rows are the columns of F
    for b in range(q):
        solve_back(root, found[b])
    for a in range(q):
        for b in range(q):
            slope[a, b] = found[b, a]
    for a in range(q):
        solve_back(root, slope[a])
    for a in range(q):
        for b in range(q):
            found[a, b] = 0.5 * (slope[a, b] + slope[b, a])


def drawn_back(
    d: Array,
    lam: Array,
    side: Array,
    groups: Array,
    roots: Array,
    unit: Array,
    below: Array,
    gradient: Array,
    in_d: Array,
    pull: Array,
) -> None:
    """Adds what one side's effects pass on: to the slopes in eta, d and L (`pull`, the side's own).

    `below` (J, q) is the slope in u of everything that depends on it but through d.
    """
    q, at, wide, place = len(lam), int(side[2]), int(side[3]), int(side[4])
    in_s, g, right, in_right = np.empty(q), np.empty(q), np.empty(q), np.empty(q)
    in_root, in_a = np.empty((q, q)), np.empty((q, q))
    for j in range(len(groups)):
        root, v, own = roots[j], unit[j], groups[j]
        for a in range(q):
            in_s[a] = -v[a]
        for a in range(q):
            down = below[j, a]
            if place >= 0:
                down += in_d[place + j * q + a]
            for b in range(a + 1):
                in_s[b] += lam[a, b] * down
                pull[a, b] += down * v[b]
        solve(root, in_s)
        reach_into(g, own, d, wide)
        for a in range(q):
            gradient[at + j * q + a] += in_s[a]
            in_right[a] = in_s[a]
            right[a] = 0.0
            for b in range(a, q):
                right[a] += lam[b, a] * g[b]
        solve(root, right)
        solve_back(root, in_right)
        for a in range(q):
            for b in range(a + 1):
                in_root[a, b] = -v[a] * in_s[b] - in_right[a] * right[b]
            in_root[a, a] -= 1.0 / root[a, a]
        through_root(root, in_root, in_a)
        for i in range(q):
            for b in range(q):
                along = 0.0
                for k in range(i + 1):
                    along += lam[i, k] * in_a[k, b]
                in_root[i, b] = along
        for a in range(q):
            in_g = 0.0
            for b in range(a + 1):
                in_g += lam[a, b] * in_right[b]
                found = g[a] * in_right[b]
                for i in range(q):
                    found += 2.0 * own[a * q + i] * in_root[i, b]
                pull[a, b] += found
            for b in range(wide):
                in_d[b] -= own[q * q + q + a * wide + b] * in_g


def blocks_of(root: Array, side: Array, factors: Array, members: int) -> Array:
    """Returns the root (q, q) of a side's covariance: one factor's own, or those of all groups of several."""
    q, first = int(side[0]), int(side[5])
    found = np.zeros((q, q))
    for m in range(members):
        size, start, at = int(factors[first + m, 0]), int(factors[first + m, 2]), int(factors[first + m, 3])
        copies = int(factors[first + m, 1]) if int(side[6]) == 1 else 1
        for j in range(copies):
            for a in range(size):
                for b in range(a + 1):
                    found[at + j * size + a, at + j * size + b] = root[start + a, start + b]
    return found


def blocks_back(own: Array, side: Array, factors: Array, members: int, pull: Array) -> None:
    """Adds the slope in a side's root (q, q) to that in all of them: the way back of `blocks_of`."""
    first = int(side[5])
    for m in range(members):
        size, start, at = int(factors[first + m, 0]), int(factors[first + m, 2]), int(factors[first + m, 3])
        copies = int(factors[first + m, 1]) if int(side[6]) == 1 else 1
        for j in range(copies):
            for a in range(size):
                for b in range(a + 1):
                    pull[start + a, start + b] += own[at + j * size + a, at + j * size + b]


EFFECTS = (
    solve,
    solve_back,
    reach_into,
    root_into,
    placed,
    through_root,
    drawn_back,
    blocks_of,
    blocks_back,
)
