"""How much of a column's variation lies within groups: only that part teaches a slope."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.table.table import Kind, Table


def as_floats(table: Table, name: str) -> NDArray[np.float64]:
    """Returns a column as floats: flags as 0 and 1, dates as days since 1970, text and gaps as NaN."""
    cells, kind = table.frame[name], table.column(name).kind
    if kind is Kind.TEXT:
        return np.full(len(cells), np.nan)
    if kind is Kind.DATE:
        stamps = cells.to_numpy(dtype="datetime64[us]")
        days = stamps.astype(np.int64) / 86_400e6
        return np.where(np.isnat(stamps), np.nan, days)
    return np.asarray(cells.to_numpy(dtype="float64", na_value=np.nan))


def group_codes(table: Table, group: str) -> tuple[NDArray[np.intp], pd.Index]:
    """Returns the number (n,) of each row's group, -1 where it is missing, and the groups' labels."""
    codes, labels = pd.factorize(table.frame[group], sort=False)
    return codes, pd.Index(labels)


def within_share(table: Table, column: str, group: str) -> float:
    """Returns the share (0 to 1) of a column's variation that lies within groups; NaN when it has none.

    Sum of squares around the group means over the sum of squares around the mean, on rows where both are
    present and finite. 1: groups have the same average. 0: constant within every group, so it cannot tell how
    a group responds to it. Raises UnknownColumn.
    """
    values = as_floats(table, column)
    codes, _ = group_codes(table, group)
    return share_within(values, codes)


def share_within(values: NDArray[np.float64], codes: NDArray[np.intp]) -> float:
    """Returns the share for values (n,) and group codes (n,); -1 and non-finite rows are left out."""
    use = (codes >= 0) & np.isfinite(values)
    if not use.any():
        return float("nan")
    kept, of = values[use], codes[use]
    size = float(np.abs(kept).max())
    kept = (kept - kept.mean()) / (size or 1.0)
    total = float(kept @ kept)
    if total <= len(kept) * 1e-26:  # rounding of equal numbers, not variation
        return float("nan")
    counts = np.bincount(of)
    means = np.bincount(of, weights=kept) / np.maximum(counts, 1)
    inner = kept - means[of]
    left = float(inner @ inner)
    return left / total if left > len(kept) * 1e-26 else 0.0
