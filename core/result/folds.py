"""Folds: which outcomes are held out together, single trials or whole groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.matrix import Design
from core.design.part import successes
from core.result.asked import is_whole
from core.result.errors import UnknownGrouping
from core.result.k_fold import MOST_FOLDS, ROWS, BadFolds


@dataclass(frozen=True, slots=True)
class Whole:
    """Rows that are held out whole: each in the fold (n,) of its code."""

    yes: Array  # (n,)
    trials: Array  # (n,)
    fold: NDArray[np.intp]

    def held(self, k: int) -> tuple[Array, Array]:
        """Returns how many successes and trials (n,) of each row fold k holds out."""
        return self.yes * (self.fold == k), self.trials * (self.fold == k)


@dataclass(frozen=True, slots=True)
class Dealt:
    """Rows whose trials are dealt out over K folds."""

    yes: Array  # (K, n)
    trials: Array  # (K, n)

    def held(self, k: int) -> tuple[Array, Array]:
        """Returns how many successes and trials (n,) of each row fold k holds out."""
        return self.yes[k], self.trials[k]


Folds = Whole | Dealt


def folds_of(design: Design, by: str, folds: int, rng: np.random.Generator) -> Folds:
    """Returns the folds of a yes/no outcome. `by` is "rows", or the grouping whose groups are held out whole.

    By rows every trial is dealt out on its own, so that 30 successes of 50 trials are split as 50 single rows
    would be: trials evenly, successes as they fall (hypergeometric). Raises BadFolds, UnknownGrouping.
    """
    if by != ROWS and by not in design.factors:
        raise UnknownGrouping(by, [ROWS, *design.factors])
    yes, trials = successes(design)
    count = int(trials.sum()) if by == ROWS else len(design.factors[by].levels)
    most = min(count, MOST_FOLDS)
    if not is_whole(folds, 2) or folds > most:
        raise BadFolds(folds, most, "outcomes" if by == ROWS else f"groups of '{by}'")
    if by == ROWS and (trials > 1).any():
        return _dealt(yes, trials, folds, rng)
    fold = rng.permutation(count) % folds
    return Whole(yes, trials, fold if by == ROWS else fold[design.factors[by].codes])


def _dealt(yes: Array, trials: Array, folds: int, rng: np.random.Generator) -> Dealt:
    """Trials in turn over all folds, from a random order of the rows on, so that folds are of equal size."""
    order = rng.permutation(len(yes))
    ends = np.cumsum(trials[order])
    shuffled = rng.permutation(folds)
    whole, tried, won = np.arange(folds)[:, None], np.empty((folds, len(yes))), np.empty((folds, len(yes)))
    # Trials number begin..end-1 of the whole deal go to folds 0, 1, .., K - 1, 0, ..
    tried[:, order] = (ends + folds - 1 - whole) // folds - (
        ends - trials[order] + folds - 1 - whole
    ) // folds
    left, good = trials.astype(np.int64), yes.astype(np.int64)
    for k in range(folds):
        take = tried[k].astype(np.int64)
        won[k] = rng.hypergeometric(good, left - good, take)
        left, good = left - take, good - won[k].astype(np.int64)
    return Dealt(won[shuffled], tried[shuffled])
