"""Classification: all that is told of probabilities of yes beside what happened."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.result.asked import check_level
from core.result.calibration import Calibration, calibration
from core.result.confusion import Confusion, confusion, rates
from core.result.lift import Lift, lift
from core.result.precision_recall import PrecisionRecall, precision_recall
from core.result.roc import Roc, roc
from core.result.scored import Outcomes, Scored, outcomes, scored


@dataclass(frozen=True)
class Classification:
    """Ranking (`roc`, `precision_recall`, `lift`), calibration, and counts at any threshold (`scores`).

    `how` says what the probabilities rest on: the same rows, or fits to others.
    """

    scores: Scored
    roc: Roc
    precision_recall: PrecisionRecall
    calibration: Calibration
    lift: Lift
    how: str = "in-sample"

    def at(self, threshold: float) -> Confusion:
        """Returns the counts at a threshold; needs no row."""
        return confusion(self.scores, threshold)

    def rates(self, counts: Confusion) -> pd.DataFrame:
        """Returns precision, recall, specificity and accuracy of counts with intervals, and F1."""
        return rates(counts, self.calibration.level, self.calibration.design_effect)


def classify(
    probability: Array,
    yes: Array,
    trials: Array | None = None,
    weights: Array | None = None,
    *,
    groups: NDArray[np.intp] | None = None,
    folds: NDArray[np.intp] | None = None,
    level: float = 0.95,
    how: str = "in-sample",
) -> Classification:
    """Returns everything about probabilities of yes beside what happened; all are (n,).

    `yes` are successes out of `trials` (1), each row stands `weights` times (1). With `groups` (codes)
    intervals let rows of a group be alike; with `folds` (codes) ranks are compared within each
    alone. Rows sorted once: O(n log n). Raises NotProbabilities, BadLevel.
    """
    check_level(level)
    rows = outcomes(probability, yes, trials, weights)
    used = _used(len(np.asarray(yes)), trials, weights)
    groups, folds = (None if codes is None else codes[used] for codes in (groups, folds))
    whole = scored(rows)
    parts = [whole] if folds is None else [scored(_of(rows, folds == k)) for k in np.unique(folds)]
    found = calibration(rows, whole, level, groups)
    return Classification(
        scores=whole,
        roc=roc(rows, level, groups, folds),
        precision_recall=precision_recall(whole),
        calibration=found,
        lift=lift(parts, level, found.design_effect),
        how=how,
    )


def _used(n: int, trials: Array | None, weights: Array | None) -> NDArray[np.bool_]:
    """Which rows stand for anything (n,)."""
    times = np.ones(n) if weights is None else np.asarray(weights)
    return np.asarray((np.ones(n) if trials is None else np.asarray(trials)) * times > 0)


def _of(rows: Outcomes, chosen: NDArray[np.bool_]) -> Outcomes:
    return Outcomes(rows.probability[chosen], rows.yes[chosen], rows.no[chosen])
