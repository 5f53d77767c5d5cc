"""Scored: yes/no outcomes sorted by the probability a model gave them, from which all else is read off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.errors import PanelwiseError

# Probabilities closer than this, relative to themselves, are one: equal rows differ by rounding alone.
TIE = 1e-12


class NotProbabilities(PanelwiseError):
    """Numbers that are no probabilities of yes, or counts that do not go with them."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"Yes/no outcomes cannot be judged: {found}. Give a probability from 0 to 1 for each row, and no "
            "more successes than trials."
        )


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Rows of yes/no outcomes: each stands for `yes` and `no` single ones, and has one probability of yes."""

    probability: Array  # (n,)
    yes: Array  # (n,)
    no: Array  # (n,)

    @property
    def rate(self) -> float:
        """The share of yes; NaN without any outcome."""
        total = float(self.yes.sum() + self.no.sum())
        return float(self.yes.sum()) / total if total > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Scored:
    """Counts of yes and no at, and at or above, each distinct probability, highest first.

    A row of 30 successes in 50 trials counts as 50 single rows.
    """

    probability: Array  # (m,) falling
    yes: Array  # (m,) how many yes have this probability
    no: Array  # (m,)
    yes_above: Array  # (m,) how many yes have this probability or a higher one
    no_above: Array  # (m,)

    @property
    def all_yes(self) -> float:
        """How many yes there are."""
        return float(self.yes_above[-1]) if len(self.yes_above) else 0.0

    @property
    def all_no(self) -> float:
        """How many no there are."""
        return float(self.no_above[-1]) if len(self.no_above) else 0.0

    @property
    def rate(self) -> float:
        """The share of yes among all; NaN without any outcome."""
        total = self.all_yes + self.all_no
        return self.all_yes / total if total > 0 else float("nan")


def outcomes(
    probability: Array, yes: Array, trials: Array | None = None, weights: Array | None = None
) -> Outcomes:
    """Returns rows to judge: `yes` successes out of `trials` (1 where none are given), `weights` times each.

    Rows that stand for nothing are left out. All are (n,). Raises NotProbabilities.
    """
    p, good = np.asarray(probability, dtype=np.float64), np.asarray(yes, dtype=np.float64)
    tried = np.ones(len(good)) if trials is None else np.asarray(trials, dtype=np.float64)
    times = np.ones(len(good)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(p) == len(good) == len(tried) == len(times):
        raise NotProbabilities(f"{len(p):,} probabilities stand beside {len(good):,} outcomes")
    bad = ~(np.isfinite(p) & (p >= 0) & (p <= 1))
    if bad.any():
        raise NotProbabilities(f"{float(p[bad][0]):g} is no probability")
    if not ((good >= 0) & (good <= tried) & (times >= 0)).all():
        raise NotProbabilities("a row has fewer trials than successes, or a negative count")
    used = tried * times > 0
    return Outcomes(p[used], (good * times)[used], ((tried - good) * times)[used])


def scored(rows: Outcomes) -> Scored:
    """Returns the rows sorted and equal probabilities merged: O(n log n), once."""
    return placed(rows)[0]


def placed(rows: Outcomes) -> tuple[Scored, NDArray[np.intp]]:
    """Returns the rows as Scored, and the place of each row (n,) in it."""
    order = np.argsort(-rows.probability, kind="stable")
    p = rows.probability[order]
    begins = np.ones(len(p), dtype=bool)
    begins[1:] = p[:-1] - p[1:] > TIE * p[:-1]
    firsts = np.flatnonzero(begins)
    place = np.empty(len(p), dtype=np.intp)
    place[order] = np.cumsum(begins) - 1
    yes, no = (np.add.reduceat(side[order], firsts) if len(p) else side for side in (rows.yes, rows.no))
    return Scored(p[firsts], yes, no, np.cumsum(yes), np.cumsum(no)), place
