"""A matrix in which each group of rows meets few columns: the effects of other factors among its rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array

Index = NDArray[np.intp]
# Pairs of columns that are listed; beyond it, blocks of groups are written out and left to BLAS.
MOST_PAIRS = 20_000_000
# Entries of a block written out: 64 MB.
BLOCK = 1 << 23


@dataclass(frozen=True, slots=True)
class Places:
    """Where a matrix has entries: K meetings of a group with a column, by group and then by column."""

    group: Index  # (K,)
    column: Index  # (K,)
    group_starts: Index  # (G,) first meeting of each group; every group has one
    by_column: Index  # (K,) the meetings by column
    column_starts: Index  # (D,) first of each column among `by_column`; every column has one
    pairs: tuple[Index, Index] | None  # (M,), (M,) meetings of one group, the later column first

    @property
    def columns(self) -> int:
        """D."""
        return len(self.column_starts)


@dataclass(frozen=True, slots=True)
class Reach:
    """A (G q, D) matrix: `values` (K, q) are the q rows of a group in a column it meets."""

    places: Places
    values: Array


def gathered(groups: Index, columns: Index, values: Array) -> Reach:
    """Returns the matrix to which each of `values` (N, q) is added at its group and column (N,)."""
    width = int(columns.max()) + 1
    key, meeting = np.unique(groups * width + columns, return_inverse=True)
    order = np.argsort(meeting, kind="stable")
    starts = np.searchsorted(meeting[order], np.arange(len(key)))
    summed = np.add.reduceat(values[order], starts, axis=0)
    group, column = key // width, key % width
    group_starts = np.searchsorted(group, np.arange(int(group[-1]) + 1))
    by_column = np.argsort(column, kind="stable")
    column_starts = np.searchsorted(column[by_column], np.arange(width))
    pairs = _pairs(group, group_starts)
    return Reach(Places(group, column, group_starts, by_column, column_starts, pairs), summed)


def _pairs(group: Index, group_starts: Index) -> tuple[Index, Index] | None:
    earlier = np.arange(len(group)) - group_starts[group]
    total = int(earlier.sum()) + len(group)
    if total > MOST_PAIRS:
        return None
    left = np.repeat(np.arange(len(group)), earlier + 1)
    ends = np.cumsum(earlier + 1)
    return left, np.arange(total) - np.repeat(ends - earlier - 1, earlier + 1) + np.repeat(
        group_starts[group], earlier + 1
    )


def turned(blocks: Array, reach: Reach) -> Reach:
    """Returns the block-diagonal matrix of `blocks` (G, q, q) times the matrix."""
    if blocks.shape[1] == 1:
        return replace(reach, values=blocks[reach.places.group, 0] * reach.values)
    return replace(reach, values=np.einsum("kab,kb->ka", blocks[reach.places.group], reach.values))


def times(reach: Reach, right: Array) -> Array:
    """Returns the matrix times `right` (D, k): (G, q, k)."""
    parts = reach.values[:, :, None] * right[reach.places.column][:, None, :]
    return np.asarray(np.add.reduceat(parts, reach.places.group_starts, axis=0))


def transposed_times(reach: Reach, right: Array) -> Array:
    """Returns the transposed matrix times `right` (G, q, k): (D, k)."""
    parts = np.einsum("ka,kab->kb", reach.values, right[reach.places.group])
    places = reach.places
    return np.asarray(np.add.reduceat(parts[places.by_column], places.column_starts, axis=0))


def gram_of(reach: Reach) -> Array:
    """Returns the transposed matrix times the matrix: (D, D)."""
    places, d = reach.places, reach.places.columns
    if places.pairs is None:
        total = np.zeros((d, d))
        for _, block in _written_out(reach):
            total += block.T @ block
        return total
    left, right = places.pairs
    products = np.einsum("ka,ka->k", reach.values[left], reach.values[right])
    flat = places.column[left] * d + places.column[right]
    lower = np.bincount(flat, weights=products, minlength=d * d).reshape(d, d)
    whole = lower + lower.T
    whole[np.diag_indices(d)] /= 2.0
    return whole


def around_groups(reach: Reach, middle: Array) -> Array:
    """Returns M middle M' on the diagonal block of each group, `middle` (D, D) symmetric: (q, q, G)."""
    places, q = reach.places, reach.values.shape[1]
    groups = len(places.group_starts)
    found = np.empty((q, q, groups))
    if places.pairs is None:
        for span, block in _written_out(reach):
            parts = (block @ middle).reshape(-1, q, places.columns)
            own = parts @ block.reshape(-1, q, places.columns).transpose(0, 2, 1)
            found[:, :, span] = own.transpose(1, 2, 0)
        return found
    left, right = places.pairs
    weights = middle[places.column[left], places.column[right]] * np.where(left == right, 0.5, 1.0)
    which = places.group[left]
    for a in range(q):
        for b in range(a + 1):
            both = (
                reach.values[left, a] * reach.values[right, b]
                + reach.values[right, a] * reach.values[left, b]
            )
            found[a, b] = found[b, a] = np.bincount(which, weights=weights * both, minlength=groups)
    return found


def _written_out(reach: Reach) -> Iterator[tuple[slice, Array]]:
    """Blocks of groups as ordinary matrices (g q, D)."""
    places, q = reach.places, reach.values.shape[1]
    groups = len(places.group_starts)
    at_once = max(1, BLOCK // (q * places.columns))
    ends = np.append(places.group_starts, len(places.group))
    for start in range(0, groups, at_once):
        stop = min(start + at_once, groups)
        held = slice(ends[start], ends[stop])
        block = np.zeros((stop - start, q, places.columns))
        block[places.group[held] - start, :, places.column[held]] = reach.values[held]
        yield slice(start, stop), block.reshape(-1, places.columns)
