"""How much rows say where those of a group are alike: the number of independent rows that says as much."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
LEAST_GROUPS = 10  # in a cell; the variance between fewer is too rough, and is taken from all cells together


@dataclass(frozen=True, slots=True)
class Effective:
    """`number` (size,) of independent trials that say as much as a cell's, and `df` (size,), the degrees of
    freedom that number is estimated with: infinite where the trials are independent as they stand. `unknown`
    says that rows of a group stand together, yet no cell holds two groups: rows count in full, too surely.
    """

    number: Floats
    df: Floats
    unknown: bool = False

    def at(self, level: float) -> Floats:
        """Returns the number (size,) whose normal interval is as wide as the t interval of that level."""
        from scipy.special import ndtri, stdtrit

        share = 0.5 + level / 2.0
        t = np.where(
            np.isfinite(self.df), stdtrit(np.where(np.isfinite(self.df), self.df, 1.0), share), np.inf
        )
        z = float(ndtri(share))
        return np.asarray(self.number * np.where(np.isfinite(t), z / t, 1.0) ** 2)


def effective(won: Floats, tried: Floats, cells: Codes, groups: Codes, size: int) -> Effective:
    """Returns the number tried in each of `size` cells over how far its groups inflate the variance.

    The rate r of a cell is a ratio of sums over its J groups, whose variance is J / (J - 1) times the sum of
    (won_j - r tried_j)^2 over tried^2; what independent trials have is r (1 - r) / tried. Their ratio, the
    design effect, is at least 1 here. Wilson's interval of this number, with t quantiles of J - 1 degrees of
    freedom, keeps its level in samples of clusters (Franco, Little, Louis and Slud 2019, Journal of Survey
    Statistics and Methodology 7). Cells of fewer than LEAST_GROUPS groups, or of one outcome, take the
    correlation within groups, rho, from all cells together: what their sums of squares exceed those of
    independent trials by, over sum r (1 - r) tried_j (tried_j - 1); their design effect is 1 + (m - 1) rho
    with m = sum tried_j^2 / tried, of sum J - 1 degrees of freedom. Where no cell has two groups nothing is
    known, and rows count in full. Rows of no group (-1) are alike with none.
    All arguments but `size` are (n,).
    """
    total, yes = (np.bincount(cells, weights=values, minlength=size) for values in (tried, won))
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = yes / total
        off = won - rate[cells] * tried
        own = np.where(groups >= 0, groups, groups.max(initial=0) + 1 + np.arange(len(groups)))
        many = int(own.max(initial=0)) + 1
        pairs, where = _numbered(cells * many + own, size * many)
        sums, sizes = (np.bincount(pairs, weights=one, minlength=len(where)) for one in (off, tried))
        count = np.bincount(where // many, minlength=size)
        scaled = [np.bincount(where // many, weights=one**2, minlength=size) for one in (sums, sizes)]
        squares, together = count / (count - 1) * scaled[0], scaled[1]
        chance = rate * (1 - rate)
        inflation = squares / (chance * total)
        several = (count > 1) & np.isfinite(inflation)
        more = squares[several].sum() - (chance * total)[several].sum()
        rho = np.clip(more / (chance * (together - total))[several].sum(), 0.0, 1.0)
        shared = 1.0 + (together / total - 1.0) * rho
    known = (count >= LEAST_GROUPS) & np.isfinite(inflation)
    alike = (together > total) & np.isfinite(np.where(known, inflation, shared))
    over = np.where(alike, np.where(known, inflation, shared), 1.0)
    df = np.where(known, count - 1.0, float((count[several] - 1).sum()))
    number = np.asarray(total / np.maximum(over, 1.0))
    return Effective(
        number, np.where(alike, df, np.inf), bool((together > total).any() and not (count > 1).any())
    )


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
