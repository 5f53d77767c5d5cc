"""What a column's cells say about its role: how many distinct values, how often they repeat, their range."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.table.table import Kind, Table
from core.table.vocabulary import tokens

GLANCE = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """One column looked at once.

    `levels` counts distinct values, and is 0 where they were not counted: numbers with decimals are
    measurements, never groups. `codes` (n,) numbers the levels (-1 missing), None where not counted.
    """

    name: str
    kind: Kind
    words: tuple[str, ...]
    rows: int
    filled: int
    low: float
    high: float
    whole: bool
    levels: int
    codes: NDArray[np.intp] | None

    @property
    def varies(self) -> bool:
        """Whether at least two different values occur."""
        return self.levels > 1 or (self.codes is None and self.low < self.high)

    @property
    def repeats(self) -> float:
        """Rows per level; 0 where levels were not counted."""
        return self.filled / self.levels if self.levels else 0.0

    @property
    def unique(self) -> bool:
        """Whether every filled row has its own value."""
        return self.levels == self.filled > 1

    def named(self, words: frozenset[str]) -> bool:
        """Returns whether the column's name holds one of the words."""
        return any(word in words for word in self.words)


def look(table: Table, names: Collection[str] | None = None) -> tuple[Evidence, ...]:
    """Returns the evidence of every column, or of those named, one pass each."""
    asked = [one for one in table.columns if names is None or one.name in names]
    return tuple(_look(table, column.name, column.kind) for column in asked)


def _look(table: Table, name: str, kind: Kind) -> Evidence:
    cells = table.frame[name]
    rows = len(cells)
    if kind is Kind.EMPTY or rows == 0:
        return Evidence(name, kind, tokens(name), rows, 0, np.nan, np.nan, False, 0, None)
    low = high = np.nan
    whole = False
    if kind is Kind.NUMBER:
        values = cells.to_numpy(dtype="float64") if cells.dtype != np.int64 else cells.to_numpy()
        low, high = _range(values)
        whole = values.dtype == np.int64 or _all_whole(values)
        if not whole:
            filled = rows - table.column(name).missing
            return Evidence(name, kind, tokens(name), rows, filled, low, high, False, 0, None)
    codes, distinct = pd.factorize(cells.to_numpy() if kind is Kind.NUMBER else cells)
    filled = int(np.count_nonzero(codes >= 0))
    return Evidence(name, kind, tokens(name), rows, filled, low, high, whole, len(distinct), codes)


def _range(values: NDArray[np.float64] | NDArray[np.int64]) -> tuple[float, float]:
    """Returns the smallest and largest finite value; NaN when there is none."""
    low, high = float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
    if np.isinf(low) or np.isinf(high):
        finite = values[np.isfinite(values)]
        return (float(finite.min()), float(finite.max())) if len(finite) else (np.nan, np.nan)
    return low, high


def _all_whole(values: NDArray[np.float64]) -> bool:
    """Returns whether every filled value is a finite whole number; a glance settles most columns."""
    for part in (values[:GLANCE], values):
        filled = part[~np.isnan(part)]
        if not np.isfinite(filled).all() or (filled != np.floor(filled)).any():
            return False
    return True


def pairs(a: Evidence, b: Evidence) -> int:
    """Returns how many combinations of the two columns' levels occur in rows where both are filled."""
    if a.codes is None or b.codes is None:
        return 0
    both = (a.codes >= 0) & (b.codes >= 0)
    joined = a.codes[both].astype(np.int64) * b.levels + b.codes[both]
    if a.levels * b.levels <= 4 * len(joined) + 1_000_000:
        return int(np.count_nonzero(np.bincount(joined, minlength=1)))
    return len(pd.unique(joined))
