"""Grouping factors: which group each row belongs to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.table.table import Table


@dataclass(frozen=True, slots=True)
class Factor:
    """One grouping factor. `codes` (n,) point into `levels`, which are the groups' names in sorted order."""

    name: str
    codes: NDArray[np.intp]
    levels: tuple[str, ...]


def factor(table: Table, columns: tuple[str, ...], rows: NDArray[np.bool_] | None) -> Factor:
    """Returns the factor made of one column, or of several taken together (`region:store`)."""
    codes, levels = _codes(table.frame[columns[0]], rows)
    for column in columns[1:]:
        inner, inner_levels = _codes(table.frame[column], rows)
        both, used = np.unique(codes * len(inner_levels) + inner, return_inverse=True)[::-1]
        codes = both.astype(np.intp)
        pairs = [(levels[k // len(inner_levels)], inner_levels[k % len(inner_levels)]) for k in used]
        levels = tuple(_joined(outer, within, quoted=False) for outer, within in pairs)
        if len(set(levels)) < len(levels):  # names that hold a colon themselves
            levels = tuple(_joined(outer, within, quoted=True) for outer, within in pairs)
    return Factor(":".join(columns), codes, levels)


def names_of(parts: Sequence[NDArray[np.object_]], known: Collection[str]) -> NDArray[np.object_]:
    """Returns the group names (n,) that `factor` gives rows whose columns hold these level names (n,) each.

    Whether a factor quotes its names was settled by the rows it was made of; they are written here as most
    of them are `known`, plainly when none is.
    """
    levels = frozenset(known)
    written = [_joined_all(parts, quoted) for quoted in product((False, True), repeat=len(parts) - 1)]
    return max(written, key=lambda names: sum(name in levels for name in names.tolist()))


def _joined_all(parts: Sequence[NDArray[np.object_]], quoted: Sequence[bool]) -> NDArray[np.object_]:
    names = parts[0].tolist()
    for part, quotes in zip(parts[1:], quoted, strict=True):
        names = [_joined(outer, inner, quotes) for outer, inner in zip(names, part.tolist(), strict=True)]
    return np.array(names, dtype=object)


def _joined(outer: str, inner: str, quoted: bool) -> str:
    return f"{_quoted(outer)}:{_quoted(inner)}" if quoted else f"{outer}:{inner}"


def cell_codes(factors: tuple[Factor, ...], rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns each row's cell (n,) and each cell's level of every factor (C, F): combinations that occur."""
    if not factors:
        return np.zeros(rows, np.intp), np.zeros((1, 0), np.intp)
    code = factors[0].codes
    if len(factors) == 1:
        return code, np.arange(len(factors[0].levels))[:, None]
    for by in factors[1:]:  # combinations that occur are never more than rows, so no product overflows
        code = np.unique(code * len(by.levels) + by.codes, return_inverse=True)[1]
    first = np.unique(code, return_index=True)[1]
    return code, np.column_stack([by.codes[first] for by in factors])


def level_name(level: object) -> str:
    """Returns a group's name as a reader writes it: 3.0 is '3', midnight is left off a date."""
    if isinstance(level, float) and level.is_integer():
        return str(int(level))
    if isinstance(level, pd.Timestamp):
        return str(level).removesuffix(" 00:00:00")
    return str(level)


def _quoted(name: str) -> str:
    """A name in quotes, its own doubled, so that two pairs of names never read the same."""
    return "'" + name.replace("'", "''") + "'"


def _codes(
    cells: "pd.Series[Any]", rows: NDArray[np.bool_] | None
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    used = cells if rows is None else cells[rows]
    if used.dtype.kind in "iu" and len(used):
        counted = _count_codes(used.to_numpy())
        if counted is not None:
            return counted
    codes, levels = pd.factorize(used, sort=True)
    return codes.astype(np.intp, copy=False), tuple(level_name(level) for level in levels.tolist())


def _count_codes(values: NDArray[np.int_]) -> tuple[NDArray[np.intp], tuple[str, ...]] | None:
    """Codes for whole numbers in a narrow range by counting: a third of the time of hashing."""
    low, high = int(values.min()), int(values.max())
    if high - low > 4 * len(values) + 1000:
        return None
    if not -(2**62) < low <= high < 2**62:
        return None
    offset = (
        values.astype(np.intp, copy=False) - low
    )  # in the column's own eight bits the difference may wrap
    present = np.bincount(offset, minlength=high - low + 1) > 0
    if present.all():
        return offset, tuple(map(str, range(low, high + 1)))
    position = np.cumsum(present) - 1
    return position[offset], tuple(str(low + k) for k in np.flatnonzero(present).tolist())
