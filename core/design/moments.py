"""Moments: everything a Gaussian model needs to know about the rows, in one pass over them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.errors import ExtremeUnits
from core.design.factor import cell_codes
from core.design.matrix import Design, Dropped, Layout

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
    mean: Array  # (C, d)     mean of w over the cell's rows
    cross: Array  # (C, d, d) sum of (w - mean)(w - mean)' over the cell's rows
    low: Array  # (C, d)      smallest w in the cell
    high: Array  # (C, d)     largest w in the cell
    cells: NDArray[np.intp]  # (C, F) level code of each grouping factor
    columns: Columns
    factors: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    layout: Layout
    dropped: tuple[Dropped, ...]

    @property
    def n_rows(self) -> int:
        """Rows in use."""
        return int(self.rows.sum())


def summarise(design: Design) -> Moments:
    """Returns the moments of a design: one pass to centre and scale, one to sum within cells.

    Cost: O(n d^2) once; memory one sorted copy of the columns.
    """
    names = tuple(design.values)
    codes, combinations = cell_codes(tuple(design.factors.values()), design.n_rows)
    cells = len(combinations)

    rows = np.bincount(codes, minlength=cells)
    order = None if _is_sorted(codes) else stable_order(codes, cells)
    n, d = design.n_rows, len(names)
    sorted_w = np.empty((d, n))
    centre, scale = np.empty(d), np.empty(d)
    for k, column in enumerate(design.values.values()):
        np.take(column, order, out=sorted_w[k], mode="clip") if order is not None else np.copyto(
            sorted_w[k], column
        )
        centre[k], scale[k] = _standardise(sorted_w[k])
        if not TINY < scale[k] < HUGE or abs(centre[k]) > HUGE:
            raise ExtremeUnits(names[k], scale[k])

    ends = np.cumsum(rows)
    starts = ends - rows
    mean = np.add.reduceat(sorted_w, starts, axis=1) / rows
    low = np.minimum.reduceat(sorted_w, starts, axis=1)
    high = np.maximum.reduceat(sorted_w, starts, axis=1)
    for k in range(d):
        sorted_w[k] -= np.repeat(mean[k], rows)
    cross = _cell_products(sorted_w, starts, ends)
    return Moments(
        rows=rows.astype(np.float64),
        mean=np.ascontiguousarray(mean.T),
        cross=cross,
        low=np.ascontiguousarray(low.T),
        high=np.ascontiguousarray(high.T),
        cells=combinations,
        columns=Columns(names, centre, scale),
        factors=tuple(design.factors),
        levels=tuple(f.levels for f in design.factors.values()),
        layout=design.layout,
        dropped=design.dropped,
    )


def stable_order(codes: NDArray[np.intp], levels: int) -> NDArray[np.intp]:
    """Returns the order that sorts rows by code. NumPy's radix sort serves 16-bit keys only, so larger codes
    are sorted by their low half, then by their high half: a third of the time of one 64-bit sort."""
    if levels <= 1 << 16:
        return np.argsort(codes.astype(np.uint16), kind="stable")
    low = np.argsort((codes & 0xFFFF).astype(np.uint16), kind="stable")
    high = (codes >> 16).astype(np.uint16 if levels <= 1 << 32 else np.uint64)[low]
    return low[np.argsort(high, kind="stable")]


def _is_sorted(codes: NDArray[np.intp]) -> bool:
    return bool((codes[1:] >= codes[:-1]).all())


def _standardise(w: Array) -> tuple[float, float]:
    """Centres and scales a column in place; returns its centre and scale."""
    centre = float(w.mean())
    w -= centre
    correction = float(w.mean())  # the rounding left in the first mean, when the offset is huge
    w -= correction
    largest = float(max(w.max(), -w.min()))
    # A spread at the level of rounding is a constant column: scaling it up would make noise look like data.
    if largest <= 8.0 * np.spacing(abs(centre)):
        w[:] = 0.0
        return centre, 1.0
    w /= largest  # squares of very small or very large units would leave the range of a double
    spread = float(np.sqrt(np.square(w).mean()))
    w /= spread
    return centre + correction, largest * spread


def _cell_products(w: Array, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Array:
    """Sums of products over each cell's columns of w (d, n): BLAS when cells are long, else by pairs."""
    d, n = w.shape
    cross = np.empty((len(starts), d, d))
    if n >= 400 * len(starts):
        for cell, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            block = w[:, start:end]
            np.matmul(block, block.T, out=cross[cell])
        return cross
    for i in range(d):
        for k in range(i + 1):
            cross[:, i, k] = cross[:, k, i] = np.add.reduceat(w[i] * w[k], starts)
    return cross
