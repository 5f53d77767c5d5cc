"""Centre and scale of columns, so that sums of squares neither overflow nor lose the noise to an offset."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array

# Values a core's first cache holds: passes after the first read nothing from memory.
NEAR = 1 << 13


@dataclass(frozen=True, slots=True)
class Standard:
    """w = (value - first - rest) / scale has mean 0 and SD 1 over all rows; a constant column has scale 0.

    `rest` is what rounding leaves in the first mean when the offset is huge: adding the two would lose it.
    """

    first: Array  # (d,)
    rest: Array  # (d,)
    scale: Array  # (d,)

    @property
    def per(self) -> Array:
        """1 / scale (d,), 0 for a constant column."""
        return np.divide(1.0, self.scale, out=np.zeros_like(self.scale), where=self.scale > 0.0)


def standard(columns: Iterable[Array]) -> Standard:
    """Returns the centre and scale of each column (n,)."""
    return Standard(*np.array([_measure(column) for column in columns]).reshape(-1, 3).T)


def _measure(column: Array) -> tuple[float, float, float]:
    blocks = [column[start : start + NEAR] for start in range(0, len(column), NEAR)]
    sums = np.array([(part.sum(), part.min(), part.max()) for part in blocks])
    first = float(sums[:, 0].sum()) / len(column)
    largest = max(float(sums[:, 2].max()) - first, first - float(sums[:, 1].min()))
    # A spread at the level of rounding is a constant column: scaling it up would make noise look like data.
    if largest <= 8.0 * np.spacing(abs(first)):
        return first, 0.0, 0.0
    total = squares = 0.0
    for part in blocks:
        w = part - first
        total += float(w.sum())
        w /= largest  # squares of very small or very large units would leave the range of a double
        squares += float(w @ w)
    rest = total / len(column)
    return first, rest, largest * float(np.sqrt(squares / len(column) - (rest / largest) ** 2))
