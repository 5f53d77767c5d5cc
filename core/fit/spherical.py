"""Free coordinates of the relative factor: log SDs and Fisher-transformed partial correlations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.covariance import Pattern


@dataclass(frozen=True, slots=True)
class Spherical:
    """psi (m,) beside theta (m,): one coordinate for each free entry of L, in the same order.

    The diagonal entry of a row holds the log of the row's length (the effect's relative SD); the others the
    inverse hyperbolic tangents of partial correlations. `rows` lists, for each row of L, its entries in
    column order, the diagonal last.
    """

    is_log_sd: NDArray[np.bool_]  # (m,)
    block: NDArray[np.intp]  # (m,) size of the entry's block
    place: NDArray[np.intp]  # (m,) the column within its block, from 0
    rows: tuple[NDArray[np.intp], ...]

    def start(self, theta: Array, floor: float = 1e-2) -> Array:
        """Returns psi near theta, with SDs of at least `floor` and correlations inside 0.9."""
        psi = np.zeros_like(theta)
        for entries in self.rows:
            length = max(float(np.linalg.norm(theta[entries])), floor)
            psi[entries[-1]] = np.log(length)
            left = 1.0
            for entry in entries[:-1]:
                partial = float(np.clip(theta[entry] / length / max(left, 1e-6), -0.9, 0.9))
                psi[entry] = np.arctanh(partial)
                left *= float(np.sqrt(1.0 - partial**2))
        return psi


def spherical(shape: Pattern) -> Spherical:
    """Returns the coordinates of a pattern."""
    rows = tuple(np.flatnonzero(shape.rows == row) for row in range(shape.size))
    first = np.array([shape.cols[rows[row]].min() for row in range(shape.size)], dtype=np.intp)
    sizes = np.array([(first == first[row]).sum() for row in range(shape.size)], dtype=np.intp)
    return Spherical(
        is_log_sd=shape.rows == shape.cols,
        block=sizes[shape.rows],
        place=shape.cols - first[shape.rows],
        rows=rows,
    )


def to_theta(frame: Spherical, psi: Array) -> Array:
    """Returns theta (..., m) for psi (..., m).

    A row is its SD times a unit vector: tanh z_1, tanh z_2 sech z_1, ..., the last the product of all sech.
    """
    theta = np.empty_like(psi)
    for entries in frame.rows:
        left = np.exp(psi[..., entries[-1]])
        for entry in entries[:-1]:
            tangent = np.tanh(psi[..., entry])
            theta[..., entry] = left * tangent
            left = left * np.sqrt(1.0 - tangent**2)
        theta[..., entries[-1]] = left
    return theta


def jacobian(frame: Spherical, psi: Array) -> Array:
    """Returns d theta / d psi (m, m)."""
    slopes = np.zeros((len(psi), len(psi)))
    for entries in frame.rows:
        length = np.exp(psi[entries[-1]])
        tangent = np.tanh(psi[entries[:-1]])
        left = np.concatenate([[1.0], np.cumprod(np.sqrt(1.0 - tangent**2))])
        unit = left * np.append(tangent, 1.0)
        slopes[entries, entries[-1]] = length * unit
        for i, entry in enumerate(entries[:-1]):
            slopes[entries[i + 1 :], entry] = -length * tangent[i] * unit[i + 1 :]
            slopes[entry, entry] = length * left[i] * (1.0 - tangent[i] ** 2)
    return slopes
