"""The rows a model can use: those without a gap in any of its columns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.errors import NoRowsLeft
from core.table.table import Kind, Table


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows a model leaves out, and why: `column` is where a cell is missing."""

    reason: str
    rows: int
    column: str = ""


def complete_rows(
    table: Table, used: tuple[str, ...]
) -> tuple[NDArray[np.bool_] | None, tuple[Dropped, ...]]:
    """Returns a mask of the rows without gaps in the columns used (None: all), and what was left out."""
    n = len(table.frame)
    keep: NDArray[np.bool_] | None = None
    dropped, blanks = [], []
    for name in used:
        for reason, bad in _gaps(table, name):
            blanks.append((name, int(bad.sum())))
            newly = int((bad if keep is None else bad & keep).sum())
            keep = ~bad if keep is None else keep & ~bad
            if newly:
                dropped.append(Dropped(reason, newly, name))
    left = n if keep is None else int(keep.sum())
    if left == 0:
        raise NoRowsLeft(n, blanks)
    return keep, tuple(dropped)


def _gaps(table: Table, name: str) -> list[tuple[str, NDArray[np.bool_]]]:
    cells = table.frame[name]
    if isinstance(cells.dtype, np.dtype) and cells.dtype.kind in "iub":
        # Not so pandas' own dtypes of the same kinds, which yes/no columns have: those hold blanks.
        return []
    gaps = []
    if table.column(name).kind is Kind.NUMBER and cells.dtype.kind == "f":
        numbers = cells.to_numpy()
        if np.isfinite(numbers.sum()) or np.isfinite(numbers).all():
            return []
        infinite = np.isinf(numbers)
        if infinite.any():
            gaps.append((f"'{name}' is infinite", infinite))
    missing = pd.isna(cells).to_numpy(dtype=bool)
    if missing.any():
        gaps.append((f"'{name}' is blank", missing))
    return gaps
