"""Sums over cells of rows, some cells at a time, so that what is summed stays in the processor's cache."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.standard import Standard

# Numbers in a block: 1 MB, about what a second cache holds. Blocks eight times smaller took a fifth longer.
BLOCK = 1 << 17
# Rows a cell from which one matrix product a cell beats one sum over all cells for every pair of columns.
LONG = 400


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows by cell: `order` sorts them (None when they are sorted), `ends` (C,) is where each cell ends."""

    order: NDArray[np.intp] | None
    rows: NDArray[np.intp]  # (C,)
    ends: NDArray[np.intp]  # (C,)

    def blocks(self, most: int) -> Iterator[tuple[int, int]]:
        """Yields runs of whole cells, from the first to before the last, of about `most` rows or one cell."""
        size = int(self.ends[-1])
        cuts = np.searchsorted(self.ends, np.arange(most, size, most)) + 1
        edges = np.unique(np.concatenate([[0], cuts, [len(self.ends)]])).tolist()
        yield from pairwise(edges)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of standardised columns w in each cell: mean, smallest and largest (C, d), and centred products."""

    weight: Array  # (C,) sum of the rows' weights
    mean: Array  # (C, d)
    low: Array  # (C, d)
    high: Array  # (C, d)
    cross: Array  # (C, d, d)


def sort_cells(codes: NDArray[np.intp], count: int) -> Cells:
    """Returns rows by cell from each row's cell (n,), every one of `count` cells having rows."""
    rows = np.bincount(codes, minlength=count)
    order = None if bool((codes[1:] >= codes[:-1]).all()) else stable_order(codes, count)
    return Cells(order, rows, np.cumsum(rows))


def sum_cells(columns: Sequence[Array], by: Standard, cells: Cells, weights: Array | None = None) -> Sums:
    """Returns the sums of the columns (n,), standardised, in each cell; by weights (n,) if there are any.

    Cost O(n d^2); the rows are copied one block at a time.
    """
    count, d = len(cells.rows), len(columns)
    mean, low, high = (np.empty((count, d)) for _ in range(3))
    cross = np.empty((count, d, d))
    total = cells.rows.astype(np.float64)
    for first, last in cells.blocks(max(BLOCK // max(d, 1), 1)):
        rows = cells.rows[first:last]
        start, end = int(cells.ends[first] - rows[0]), int(cells.ends[last - 1])
        starts = cells.ends[first:last] - rows - start
        w = _gather(columns, by, cells.order, start, end)
        if weights is None:
            root, middle = None, np.add.reduceat(w, starts, axis=1) / rows
        else:
            weight = weights[start:end] if cells.order is None else weights[cells.order[start:end]]
            total[first:last] = np.add.reduceat(weight, starts)
            root, middle = np.sqrt(weight), np.add.reduceat(w * weight, starts, axis=1) / total[first:last]
        mean[first:last] = middle.T
        low[first:last] = np.minimum.reduceat(w, starts, axis=1).T
        high[first:last] = np.maximum.reduceat(w, starts, axis=1).T
        for column, around in zip(w, middle, strict=True):
            column -= np.repeat(around, rows)
            if root is not None:
                column *= root
        _products(w, starts, rows, cross[first:last])
    off = by.rest * by.per  # products around a cell's own mean do not move with it
    return Sums(total, mean - off, low - off, high - off, cross)


def stable_order(codes: NDArray[np.intp], levels: int) -> NDArray[np.intp]:
    """Returns the order that sorts rows by code. NumPy's radix sort serves 16-bit keys only, so larger codes
    are sorted by their low half, then by their high half: a third of the time of one 64-bit sort."""
    if levels <= 1 << 16:
        return np.argsort(codes.astype(np.uint16), kind="stable")
    low = np.argsort((codes & 0xFFFF).astype(np.uint16), kind="stable")
    high = (codes >> 16).astype(np.uint16 if levels <= 1 << 32 else np.uint64)[low]
    return low[np.argsort(high, kind="stable")]


def _gather(
    columns: Sequence[Array], by: Standard, order: NDArray[np.intp] | None, start: int, end: int
) -> Array:
    """Sorted rows from start to end, standardised but for what rounding left in the first mean: (d, rows)."""
    w = np.empty((len(columns), end - start))
    for k, (column, centre, per) in enumerate(zip(columns, by.first, by.per, strict=True)):
        if order is None:
            np.subtract(column[start:end], centre, out=w[k])
        else:
            np.take(column, order[start:end], out=w[k], mode="clip")
            w[k] -= centre
        w[k] *= per
    return w


def _products(w: Array, starts: NDArray[np.intp], rows: NDArray[np.intp], cross: Array) -> None:
    """Writes the products of each cell's columns of w (d, n) into `cross` (C, d, d)."""
    if w.shape[1] >= LONG * len(starts):
        for cell, (start, size) in enumerate(zip(starts.tolist(), rows.tolist(), strict=True)):
            part = w[:, start : start + size]
            np.matmul(part, part.T, out=cross[cell])
        return
    for i, column in enumerate(w):
        found = np.add.reduceat(column * w[: i + 1], starts, axis=1)
        cross[:, i, : i + 1] = cross[:, : i + 1, i] = found.T
