"""Moments: everything a Gaussian model needs to know about the rows, in one pass over them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.complete import Dropped
from core.design.errors import ExtremeUnits
from core.design.factor import cell_codes
from core.design.layout import Layout
from core.design.matrix import Design
from core.design.standard import Standard, standard
from core.design.sums import sort_cells, sum_cells

# Units in which squares, and products of squares, stay inside the range of a double.
TINY, HUGE = 1e-70, 1e70


@dataclass(frozen=True, slots=True)
class Columns:
    """The d columns behind the moments: w = (value - centre) / scale, so that w has mean 0 and SD 1 over all
    rows.
    """

    names: tuple[str, ...]
    centre: Array  # (d,)
    scale: Array  # (d,), 1 for a constant column

    def index(self, name: str) -> int:
        """Position of a column by label."""
        return self.names.index(name)


@dataclass(frozen=True, slots=True)
class Moments:
    """Row counts, means and centred cross-products of w in each cell, a combination of the factors' levels.

    Cells are centred at their own mean: with one raw cross-product, stores that differ by a thousand
    times the week-to-week noise would lose that noise to rounding.
    """

    rows: Array  # (C,)       rows per cell
    weight: Array  # (C,)     sum of the rows' weights, which average 1: the rows themselves without weights
    mean: Array  # (C, d)     mean of w over the cell's rows, and all sums below, by those weights
    cross: Array  # (C, d, d) sum of (w - mean)(w - mean)' over the cell's rows
    low: Array  # (C, d)      smallest w in the cell
    high: Array  # (C, d)     largest w in the cell
    cells: NDArray[np.intp]  # (C, F) level code of each grouping factor
    columns: Columns
    factors: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    layout: Layout
    dropped: tuple[Dropped, ...]
    unit: float = 1.0  # the weight that 1 stands for
    log_weights: float = 0.0  # sum over rows of log weight

    @property
    def n_rows(self) -> int:
        """Rows in use."""
        return int(self.rows.sum())


def summarise(design: Design) -> Moments:
    """Returns the moments of a design: one pass to centre and scale, one to sum within cells.

    Cost: O(n d^2) once; memory one index of the rows. Raises ExtremeUnits.
    """
    columns = tuple(design.values.values())
    by = standard(columns)
    _check_units(design, by)
    codes, combinations = cell_codes(tuple(design.factors.values()), design.n_rows)
    cells = sort_cells(codes, len(combinations))
    sums = sum_cells(columns, by, cells, design.weights.values)
    return Moments(
        rows=cells.rows.astype(np.float64),
        weight=sums.weight,
        mean=sums.mean,
        cross=sums.cross,
        low=sums.low,
        high=sums.high,
        cells=combinations,
        columns=Columns(tuple(design.values), by.first + by.rest, np.where(by.scale > 0.0, by.scale, 1.0)),
        factors=tuple(design.factors),
        levels=tuple(f.levels for f in design.factors.values()),
        layout=design.layout,
        dropped=design.dropped,
        unit=design.weights.unit,
        log_weights=design.weights.logs,
    )


def _check_units(design: Design, by: Standard) -> None:
    for name, centre, scale in zip(design.values, by.first.tolist(), by.scale.tolist(), strict=True):
        if (scale and not TINY < scale < HUGE) or abs(centre) > HUGE:
            raise ExtremeUnits(name, scale or 1.0)
