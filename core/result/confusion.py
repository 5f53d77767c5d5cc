"""Confusion: what calling every row a yes from some probability on gets right and wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.result.scored import TIE, Scored
from core.table.wilson import wilson

NONE_CALLED = "No row is called a yes at this threshold."
NO_YES = "There is no yes among these outcomes."
NO_NO = "There is no no among these outcomes."


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of outcomes when those with a probability of at least `threshold` are called yes.

    A share of nothing is NaN, and `undefined` says why; it is never 0.
    """

    threshold: float
    true_positive: float
    false_positive: float
    false_negative: float
    true_negative: float

    @property
    def n(self) -> float:
        """How many outcomes there are."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative

    @property
    def called(self) -> float:
        """How many are called yes."""
        return self.true_positive + self.false_positive

    @property
    def precision(self) -> float:
        """The share of yes among those called yes."""
        return _share(self.true_positive, self.called)

    @property
    def recall(self) -> float:
        """The share of all yes that are called yes; also: sensitivity."""
        return _share(self.true_positive, self.true_positive + self.false_negative)

    @property
    def specificity(self) -> float:
        """The share of all no that are called no."""
        return _share(self.true_negative, self.true_negative + self.false_positive)

    @property
    def accuracy(self) -> float:
        """The share called right."""
        return _share(self.true_positive + self.true_negative, self.n)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, NaN where either is unknown."""
        if np.isnan(self.precision) or np.isnan(self.recall):
            return float("nan")
        return _share(2.0 * self.true_positive, self.called + self.true_positive + self.false_negative)

    @property
    def undefined(self) -> Mapping[str, str]:
        """Why a share is unknown, by its name."""
        yes, no = self.true_positive + self.false_negative, self.true_negative + self.false_positive
        why = {}
        if not self.called:
            why["precision"] = why["f1"] = NONE_CALLED
        if not yes:
            why["recall"] = why["f1"] = NO_YES
        if not no:
            why["specificity"] = NO_NO
        return why if self.n else dict.fromkeys(RATES, "There are no outcomes.")


RATES = ("precision", "recall", "specificity", "accuracy", "f1")


def confusion(by_score: Scored, threshold: float) -> Confusion:
    """Returns the counts at a threshold: two look-ups, however many rows there are."""
    bar = threshold * (1.0 - TIE)
    above = len(by_score.probability) - int(np.searchsorted(by_score.probability[::-1], bar))
    yes = float(by_score.yes_above[above - 1]) if above else 0.0
    no = float(by_score.no_above[above - 1]) if above else 0.0
    return Confusion(threshold, yes, no, by_score.all_yes - yes, by_score.all_no - no)


def rates(counts: Confusion, level: float, effect: float = 1.0) -> pd.DataFrame:
    """Returns index precision recall specificity accuracy f1: estimate low high (Wilson intervals).

    `effect` says how many outcomes say as much as one independent one (`design_effect`). F1 is no share of
    anything and has no interval here.
    """
    parts = {
        "precision": (counts.true_positive, counts.called),
        "recall": (counts.true_positive, counts.true_positive + counts.false_negative),
        "specificity": (counts.true_negative, counts.true_negative + counts.false_positive),
        "accuracy": (counts.true_positive + counts.true_negative, counts.n),
    }
    yes, tried = np.array(list(parts.values())).T
    low, high = wilson(yes / effect, tried / effect, level)
    return pd.DataFrame(
        {
            "estimate": [getattr(counts, name) for name in RATES],
            "low": [*low, np.nan],
            "high": [*high, np.nan],
        },
        index=pd.Index(RATES, name="rate", dtype="str"),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
