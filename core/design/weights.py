"""Row weights: how much each row says, as a column of the table gives it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.errors import NegativeWeights, NotANumber, WeighsNothing
from core.table.table import Kind, Table


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows in use: a mask over the table's rows (None: all), and how many of them weigh nothing."""

    rows: NDArray[np.bool_] | None
    weightless: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the rows in use, brought to an average of 1; `unit` is what 1 stands for in the column.

    A row's residual variance is sigma^2 / weight, so sigma is that of a row of average weight. `logs` is the
    sum of their logarithms, which the likelihood of the rows as given has and that of the weighted has not.
    """

    values: Array | None  # (n,), None when all weigh the same
    unit: float = 1.0

    @property
    def logs(self) -> float:
        """Sum over rows of log weight."""
        return 0.0 if self.values is None else float(np.log(self.values).sum())


ALIKE = Weights(None)


def with_weight(table: Table, column: str, rows: NDArray[np.bool_] | None) -> Kept:
    """Returns the rows (a mask, or None for all) without those of weight zero. Raises NegativeWeights,
    NotANumber, WeighsNothing.
    """
    kind = table.column(column).kind
    if kind is not Kind.NUMBER:
        raise NotANumber(column, f"{kind} cells", "a weight")
    values = table.frame[column].to_numpy(dtype=np.float64)
    used = np.ones(len(values), dtype=bool) if rows is None else rows
    below = used & (values < 0)
    if below.any():
        first = int(np.argmax(below))
        raise NegativeWeights(column, int(below.sum()), table.reading.row(first), float(values[first]))
    empty = used & (values == 0)
    if not empty.any():
        return Kept(rows, 0)
    left = used & ~empty
    if not left.any():
        raise WeighsNothing(column)
    return Kept(left, int(empty.sum()))


def weights_of(table: Table, column: str, rows: NDArray[np.bool_] | None) -> Weights:
    """Returns the weights of rows that all weigh something."""
    cells = table.frame[column] if rows is None else table.frame[column][rows]
    values = cells.to_numpy(dtype=np.float64)
    unit = float(values.mean())
    return Weights(values / unit, unit)


def of_new_rows(table: Table, column: str | None, rows: NDArray[np.intp], unit: float) -> Array:
    """Returns the weights (n,) of other rows in the unit of the fitted ones; 1 where the table has none."""
    if column is None or column not in table.names or table.column(column).kind is not Kind.NUMBER:
        return np.ones(len(rows))
    values = table.frame[column].to_numpy(dtype=np.float64)[rows] / unit
    return np.where(values > 0, values, 1.0)
