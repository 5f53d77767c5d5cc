"""PrecisionRecall: how many of those called yes are yes, as more and more are called."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.result.scored import Scored

POINTS = 400


@dataclass(frozen=True)
class PrecisionRecall:
    """`curve`: recall precision threshold, recall rising, thinned for drawing; NaN-free.

    `average` is average precision; calling at random has precision `rate`, the share of yes, throughout.
    """

    curve: pd.DataFrame
    average: float
    rate: float


def precision_recall(scores: Scored) -> PrecisionRecall:
    """Returns precision at every recall that can be had, and average precision.

    Average precision is the sum of (rise in recall) x precision, a step at each distinct probability, as no
    line between two points can be had (Davis, Goadrich 2006); NaN without any yes. Its curve is then empty.
    """
    if not scores.all_yes:
        empty = pd.DataFrame({"recall": [], "precision": [], "threshold": []}, dtype=np.float64)
        return PrecisionRecall(empty, float("nan"), scores.rate)
    precision = scores.yes_above / (scores.yes_above + scores.no_above)
    recall = scores.yes_above / scores.all_yes
    average = float(scores.yes @ precision) / scores.all_yes
    kept = np.arange(len(recall))
    if len(kept) > POINTS:
        share = (scores.yes_above + scores.no_above) / (scores.all_yes + scores.all_no)
        along = np.searchsorted(recall + share, np.linspace(0.0, 2.0, POINTS))
        kept = np.unique(np.append(np.minimum(along, len(kept) - 1), 0))
    curve = pd.DataFrame(
        {"recall": recall[kept], "precision": precision[kept], "threshold": scores.probability[kept]}
    )
    return PrecisionRecall(curve, average, scores.rate)
