"""How much rows say where those of a group are alike: the number of independent rows that says as much."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
LEAST_GROUPS = 10  # in a cell; the variance between fewer is too rough to divide by, and rows count in full


def effective(won: Floats, tried: Floats, cells: Codes, groups: Codes, size: int) -> Floats:
    """Returns the number tried in each of `size` cells (size,), over how far its groups inflate the variance.

    The rate r of a cell is a ratio of sums over its J groups, whose variance is J / (J - 1) times the sum of
    (won_j - r tried_j)^2 over tried^2; what independent trials have is r (1 - r) / tried. Their ratio, the
    design effect, is at least 1 here. Wilson's interval of this number keeps its level in samples of clusters
    (Franco, Little, Louis and Slud 2019, Journal of Survey Statistics and Methodology 7). Rows of no group
    (-1) are alike with none. All arguments but `size` are (n,).
    """
    total, yes = (np.bincount(cells, weights=values, minlength=size) for values in (tried, won))
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = yes / total
        off = won - rate[cells] * tried
        own = np.where(groups >= 0, groups, groups.max(initial=0) + 1 + np.arange(len(groups)))
        many = int(own.max(initial=0)) + 1
        pairs, where = _numbered(cells * many + own, size * many)
        sums = np.bincount(pairs, weights=off, minlength=len(where))
        count = np.bincount(where // many, minlength=size)
        squares = np.bincount(where // many, weights=sums**2, minlength=size)
        inflation = count / (count - 1) * squares / (rate * (1 - rate) * total)
    known = (count >= LEAST_GROUPS) & np.isfinite(inflation)
    return np.asarray(total / np.where(known, np.maximum(inflation, 1.0), 1.0))


def _numbered(pairs: Codes, most: int) -> tuple[Codes, Codes]:
    """Each row's pair of cell and group as a number from 0, and the pairs that occur; `most` can.

    Counted where that is cheap, sorted where pairs that can occur far outnumber the rows.
    """
    if most > 4 * len(pairs) + 1_000_000:
        occur, numbers = np.unique(pairs, return_inverse=True)
        return np.asarray(numbers), occur
    seen = np.zeros(most, dtype=bool)
    seen[pairs] = True
    return np.asarray(np.cumsum(seen)[pairs] - 1), np.flatnonzero(seen)
