"""The Gaussian criterion by its definition: n x n matrices, 40 digits, no structure used.

Slow and plain on purpose. Everything the engine does with moments, rotations and profiles is judged by it.
"""

from collections.abc import Sequence

import mpmath
import numpy as np

DIGITS = 40


def criterion(
    y: Sequence[float],
    x: np.ndarray,
    z: np.ndarray,
    codes: Sequence[int],
    relative: mpmath.matrix,
    reml: bool,
) -> mpmath.mpf:
    """Returns -2 log-likelihood (or the REML criterion), sigma and b profiled out.

    V = I + sum_j Z_j L L' Z_j'. Harville (1977), J. Am. Stat. Assoc. 72, equations for the (restricted)
    likelihood of N(X b, s2 V).
    """
    with mpmath.workdps(DIGITS):
        n, p = x.shape
        big_z = mpmath.matrix([[mpmath.mpf(float(v)) for v in row] for row in z])
        zl = big_z * relative if relative.rows else mpmath.zeros(n, 0)
        v = mpmath.eye(n)
        for i in range(n):
            for k in range(n):
                if codes[i] == codes[k]:
                    v[i, k] += mpmath.fsum(zl[i, c] * zl[k, c] for c in range(zl.cols))
        known = mpmath.matrix([[*map(float, row), float(value)] for row, value in zip(x, y, strict=True)])
        root = mpmath.cholesky(v)
        whitened = _solve_lower(root, known)
        s_root = mpmath.cholesky(whitened.T * whitened)
        r2 = s_root[p, p] ** 2
        df = n - p if reml else n
        value = _log_det(root, n) + df * (1 + mpmath.log(2 * mpmath.pi * r2 / df))
        return value + _log_det(s_root, p) if reml else value


def _log_det(root: mpmath.matrix, size: int) -> mpmath.mpf:
    return 2 * mpmath.fsum(mpmath.log(root[k, k]) for k in range(size))


def _solve_lower(root: mpmath.matrix, right: mpmath.matrix) -> mpmath.matrix:
    solved = right.copy()
    for column in range(right.cols):
        for i in range(right.rows):
            done = mpmath.fdot((root[i, k], solved[k, column]) for k in range(i))
            solved[i, column] = (solved[i, column] - done) / root[i, i]
    return solved


def gradient(evaluate, theta: Sequence[float]) -> list[mpmath.mpf]:
    """Returns the derivative of evaluate(theta) by central differences with 40 digits, good to 15."""
    with mpmath.workdps(DIGITS):
        step = mpmath.mpf(10) ** -12
        slopes = []
        for k in range(len(theta)):
            ahead, behind = list(map(mpmath.mpf, theta)), list(map(mpmath.mpf, theta))
            ahead[k] += step
            behind[k] -= step
            slopes.append((evaluate(ahead) - evaluate(behind)) / (2 * step))
        return slopes
