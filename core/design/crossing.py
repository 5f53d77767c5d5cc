"""From the cells of several grouping factors to those of fewer."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.factor import Factor, cell_codes
from core.design.moments import Moments


def merged(moments: Moments, factors: tuple[str, ...]) -> Moments:
    """Returns the moments of fewer factors: cells that differ in the others alone are added up.

    Sums of squares around a coarser mean are the sums around the finer ones and the spread of those.
    """
    if factors == moments.factors:
        return moments
    places = [moments.factors.index(name) for name in factors]
    levels = tuple(moments.levels[k] for k in places)
    kept = tuple(
        Factor(name, moments.cells[:, k], by) for name, k, by in zip(factors, places, levels, strict=True)
    )
    cell, cells = cell_codes(kept, len(moments.rows))
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(len(cells)))

    def total(values: Array) -> Array:
        return np.asarray(np.add.reduceat(values[order], starts, axis=0))

    weight = total(moments.weight)
    mean = total(moments.mean * moments.weight[:, None]) / weight[:, None]
    away = moments.mean - mean[cell]
    return replace(
        moments,
        rows=total(moments.rows),
        weight=weight,
        mean=mean,
        cross=total(moments.cross + moments.weight[:, None, None] * away[:, :, None] * away[:, None, :]),
        low=np.minimum.reduceat(moments.low[order], starts, axis=0),
        high=np.maximum.reduceat(moments.high[order], starts, axis=0),
        cells=cells,
        factors=factors,
        levels=levels,
    )


def subset(moments: Moments, keep: NDArray[np.bool_]) -> Moments:
    """Returns the moments of some cells (C,); levels that no cell has any more are left out."""
    cells, levels = moments.cells[keep], []
    recoded = np.empty_like(cells)
    for k, names in enumerate(moments.levels):
        used, recoded[:, k] = np.unique(cells[:, k], return_inverse=True)
        levels.append(tuple(names[code] for code in used.tolist()))
    return of_cells(moments, np.flatnonzero(keep), recoded, tuple(levels))


def of_cells(
    moments: Moments, place: NDArray[np.intp], cells: NDArray[np.intp], levels: tuple[tuple[str, ...], ...]
) -> Moments:
    """Returns the moments of the cells at `place` (c,), any of them as often as it is named, under other
    `cells` (c, F) and `levels`.

    Columns stay centred and scaled as they were. The sum of log weights of a part is not known (NaN), so a
    weighted model's criterion is not either.
    """
    return replace(
        moments,
        rows=moments.rows[place],
        weight=moments.weight[place],
        mean=moments.mean[place],
        cross=moments.cross[place],
        low=moments.low[place],
        high=moments.high[place],
        cells=cells,
        levels=levels,
        log_weights=np.nan if moments.log_weights else 0.0,
    )
