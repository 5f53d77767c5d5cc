"""The random effects' covariance as a function of few free numbers: theta -> factor -> Sigma."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which entries of the lower-triangular L (q, q) are free, and the basis it is written in.

    The relative factor is `basis @ L`; Sigma = sigma^2 (basis L)(basis L)'.
    """

    rows: NDArray[np.intp]  # (m,) row of each free entry
    cols: NDArray[np.intp]  # (m,) its column
    basis: Array  # (q, q)

    @property
    def size(self) -> int:
        """q, the number of random columns."""
        return len(self.basis)


def pattern(blocks: tuple[int, ...], basis: Array) -> Pattern:
    """Returns the pattern of independent blocks of the given sizes along the diagonal."""
    rows, cols = [], []
    start = 0
    for size in blocks:
        r, c = np.tril_indices(size)
        rows.append(r + start)
        cols.append(c + start)
        start += size
    none = np.empty(0, np.intp)
    return Pattern(np.concatenate([none, *rows]), np.concatenate([none, *cols]), basis)


def joined(shapes: tuple[Pattern, ...]) -> Pattern:
    """Returns the pattern of several independent factors' effects, one after the other."""
    starts = np.cumsum([0, *(shape.size for shape in shapes)])
    basis = np.zeros((starts[-1], starts[-1]))
    for start, shape in zip(starts[:-1], shapes, strict=True):
        span = slice(start, start + shape.size)
        basis[span, span] = shape.basis
    moved = list(zip(shapes, starts[:-1], strict=True))
    return Pattern(
        np.concatenate([shape.rows + start for shape, start in moved]),
        np.concatenate([shape.cols + start for shape, start in moved]),
        basis,
    )


def factor(shape: Pattern, theta: Array) -> Array:
    """Returns the relative factor (q, q) for theta (m,)."""
    return shape.basis @ lower(shape, theta)


def lower(shape: Pattern, theta: Array) -> Array:
    """Returns the lower-triangular L (q, q) whose free entries are theta (m,)."""
    found = np.zeros((shape.size, shape.size))
    found[shape.rows, shape.cols] = theta
    return found


def factors(shape: Pattern, thetas: Array) -> Array:
    """Returns the relative factors (T, q, q) for many thetas (T, m)."""
    lower = np.zeros((len(thetas), shape.size, shape.size))
    lower[:, shape.rows, shape.cols] = thetas
    return np.asarray(shape.basis @ lower)


def pull_back(shape: Pattern, slope: Array) -> Array:
    """Returns the derivative in theta (m,) of a function whose derivative in the factor is `slope` (q, q)."""
    return (shape.basis.T @ slope)[shape.rows, shape.cols]


def nearest_theta(shape: Pattern, local: Array, floor: float) -> Array:
    """Returns theta whose L L' is near `local` (q, q), with every SD at least `floor`.

    Off-block entries are dropped and negative eigenvalues raised: a start for the search, not an estimate.
    """
    free = np.zeros_like(local, dtype=bool)
    free[shape.rows, shape.cols] = True
    local = np.where(free | free.T, (local + local.T) / 2, 0.0)
    values, vectors = np.linalg.eigh(local)
    raised = (vectors * np.maximum(values, floor**2)) @ vectors.T
    raised = np.where(free | free.T, raised, 0.0)
    return np.linalg.cholesky(raised)[shape.rows, shape.cols]
