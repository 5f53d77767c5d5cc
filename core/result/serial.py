"""Whether what a model misses in one period carries over into the next."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.errors import UnknownColumn
from core.result.errors import NoGroups
from core.result.residuals import Residuals
from core.table.table import Kind, Table

# Fewer neighbours than this leave any correlation open.
LEAST = 20


@dataclass(frozen=True, slots=True)
class Serial:
    """`correlation` of a residual with the one before it in its group, corrected for what fitting takes out.

    `low` and `high` bound it (95 %); `p_value` is that of none; `pairs` neighbours were compared.
    """

    correlation: float
    low: float
    high: float
    p_value: float
    pairs: int


def serial(found: Residuals, table: Table, time: str, name: str = "") -> Serial | None:
    """Returns the correlation of neighbouring residuals within groups; None with fewer than 20 neighbours.

    `name` is the grouping to follow, by default the one with the most groups. A slope that varies along time
    itself takes more of the correlation out than is put back: there it reads too low.

    Each group's r_j = sum (e_t - mean)(e_t+1 - mean) / sum (e_t - mean)^2 has, without any dependence, mean
    -1/n_j and variance (n_j - 2)^2 / (n_j^2 (n_j - 1)), whatever the group's own spread (Moran 1948,
    Biometrika 35); the statistic is their sum weighted by n_j. Rows of one group that share a
    period are averaged.
    Raises UnknownColumn, NoGroups.
    """
    if not found.codes:
        raise NoGroups()
    if time not in table.names:
        raise UnknownColumn(time, table.names)
    name = name or max(found.levels, key=lambda one: len(found.levels[one]))
    if name not in found.codes:
        raise NoGroups()
    group, values = _series(found, _when(table, time, found.rows), name)
    return _pooled(group, values)


def _when(table: Table, time: str, rows: NDArray[np.intp]) -> Array:
    cells = table.frame[time].iloc[rows]
    if table.column(time).kind in (Kind.NUMBER, Kind.DATE, Kind.YES_NO):
        numbers = cells.astype("int64") if cells.dtype.kind == "M" else cells
        return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))
    return np.asarray(pd.factorize(cells, sort=True)[0], dtype=np.float64)


def _series(found: Residuals, when: Array, name: str) -> tuple[NDArray[np.intp], Array]:
    """Group and residual of every period of every group, in order of time."""
    known = np.isfinite(when)
    frame = pd.DataFrame({"g": found.codes[name][known], "t": when[known], "e": found.standardised[known]})
    series = frame.groupby(["g", "t"], sort=True)["e"].mean()
    return series.index.get_level_values("g").to_numpy(dtype=np.intp), series.to_numpy()


def _pooled(group: NDArray[np.intp], values: Array) -> Serial | None:
    from scipy import special

    n = np.bincount(group).astype(np.float64)
    mean = np.divide(np.bincount(group, values), n, out=np.zeros(len(n)), where=n > 0)
    around = values - mean[group]
    same = group[1:] == group[:-1]
    products = np.bincount(group[1:][same], (around[1:] * around[:-1])[same], minlength=len(n))
    square = np.bincount(group, around**2, minlength=len(n))
    told = (n >= 3) & (square > 0)
    pairs = int((n[told] - 1).sum())
    if pairs < LEAST:
        return None
    n, r = n[told], products[told] / square[told]
    error = np.sqrt(((n - 2) ** 2 / (n - 1)).sum())
    z = float((n * r + 1.0).sum()) / error
    # Taking the mean out also takes some of the correlation: E r = rho - (1 + 4 rho) / n (Kendall 1954).
    scale = float(np.maximum(n - 4.0, n / 4.0).sum())
    correlation = float(np.clip((n * r + 1.0).sum() / scale, -1.0, 1.0))
    reach = 1.96 * error / scale
    return Serial(
        correlation,
        max(-1.0, correlation - reach),
        min(1.0, correlation + reach),
        2 * float(special.ndtr(-abs(z))),
        pairs,
    )
