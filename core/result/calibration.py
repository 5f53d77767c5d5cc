"""Calibration: whether what is given 30 % happens in 30 of 100 cases."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.result.clustered import design_effect, quantile, sums
from core.result.cox import Estimate, cox
from core.result.scored import Outcomes, Scored
from core.table.wilson import wilson

MOST_BINS = 10
LEAST = 25.0  # outcomes a bin should have: with fewer, intervals are wider than what they would show
HISTOGRAM = 40
TOPS = [digit * 10.0**power for power in range(-5, 1) for digit in (1, 2, 5)][:-2]  # up to 1


@dataclass(frozen=True)
class Calibration:
    """Probabilities beside what happened.

    `bins`: n predicted observed low high, parts of about equal size by rising probability, equal
    probabilities kept together; Wilson intervals of n / `design_effect` outcomes. `histogram`: low high yes
    no of each of 40 equal widths from 0 to a round number. `too_low` is the observed less the predicted rate.
    `slope` and `intercept` are those of the log-odds that hold against those foretold (Cox 1958, Biometrika
    45): 1 and 0 when calibrated, a slope below 1 for probabilities too near to 0 and 1. `brier` is the mean
    squared error of the probabilities, `log_score` the mean of -log of what was given to what happened (inf
    where that was 0); both beside giving everyone the rate of all (`_base`). Intervals of what has an error
    reach `quantile` of them.
    """

    bins: pd.DataFrame
    histogram: pd.DataFrame
    too_low: Estimate
    intercept: Estimate
    slope: Estimate
    brier: float
    brier_base: float
    log_score: float
    log_score_base: float
    design_effect: float
    quantile: float
    level: float


def calibration(
    rows: Outcomes, scores: Scored, level: float, groups: NDArray[np.intp] | None = None
) -> Calibration:
    """Returns how far probabilities are right as they stand; all NaN without any outcome.

    With `groups` (codes, n) errors let rows of a group be alike; see `design_effect`.
    """
    p, yes, no = scores.probability, scores.yes, scores.no
    total = scores.all_yes + scores.all_no
    with np.errstate(divide="ignore", invalid="ignore"):
        brier = float(yes @ (1.0 - p) ** 2 + no @ p**2) / total if total else np.nan
        log_score = (_surprise(yes, p) + _surprise(no, 1.0 - p)) / total if total else np.nan
        rate = np.array([scores.rate])
        base = _surprise(rate, rate) + _surprise(1.0 - rate, 1.0 - rate) if total else np.nan
    effect = design_effect(rows, groups)
    count = np.inf if groups is None else float(len(np.unique(groups)))
    intercept, slope = cox(rows.probability, rows.yes, rows.no, groups)
    return Calibration(
        bins=_bins(p, yes, no, level, effect),
        histogram=_histogram(p, yes, no),
        too_low=_too_low(rows, groups),
        intercept=intercept,
        slope=slope,
        brier=brier,
        brier_base=scores.rate * (1.0 - scores.rate),
        log_score=log_score,
        log_score_base=base,
        design_effect=effect,
        quantile=quantile(level, count),
        level=level,
    )


def _too_low(rows: Outcomes, groups: NDArray[np.intp] | None) -> Estimate:
    """The observed less the predicted rate."""
    n, p = rows.yes + rows.no, rows.probability
    if not n.sum():
        return Estimate(float("nan"), float("nan"))
    off = float((rows.yes - n * p).sum() / n.sum())
    away = rows.yes - n * (p + off)
    square = float((n * p * (1.0 - p)).sum()) if groups is None else float((sums(away, groups) ** 2).sum())
    return Estimate(off, float(np.sqrt(square) / n.sum()))


def _surprise(counts: Array, p: Array) -> float:
    """Sum of counts x -log p; nothing counts nothing, even at p = 0."""
    return float(-(counts[counts > 0] * np.log(p[counts > 0])).sum())


def _bins(p: Array, yes: Array, no: Array, level: float, effect: float) -> pd.DataFrame:
    n = yes + no
    total = float(n.sum())
    most = int(min(MOST_BINS, max(total // LEAST, 2.0)))
    if len(p) <= MOST_BINS:
        code = np.arange(len(p))
    else:  # each value goes where the middle of its outcomes lies
        code = np.minimum(((np.cumsum(n) - n / 2.0) / total * most).astype(np.intp), most - 1)
    code = np.unique(code, return_inverse=True)[1]
    count, good, given = (np.bincount(code, w)[::-1] for w in (n, yes, n * p))
    low, high = wilson(good / effect, count / effect, level)
    return pd.DataFrame(
        {"n": count, "predicted": given / count, "observed": good / count, "low": low, "high": high}
    )


def _histogram(p: Array, yes: Array, no: Array) -> pd.DataFrame:
    top = min((end for end in TOPS if end >= p.max(initial=0.0)), default=1.0)
    edges = np.linspace(0.0, top, HISTOGRAM + 1)
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "yes": np.histogram(p, edges, weights=yes)[0],
            "no": np.histogram(p, edges, weights=no)[0],
        }
    )
