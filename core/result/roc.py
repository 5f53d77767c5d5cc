"""Roc: how well probabilities rank the yes above the no, whatever the threshold."""

from dataclasses import dataclass, replace
from math import log, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.result.clustered import quantile
from core.result.roc_curve import average_curve
from core.result.scored import TIE, Outcomes, Scored, placed


@dataclass(frozen=True)
class Roc:
    """The curve and the area under it: the probability that a yes has a higher probability than a no.

    `curve`: false_positive_rate true_positive_rate, from (0, 0) to (1, 1), thinned for drawing. `clustered`
    says whether the interval lets rows of one group be alike. All NaN where only one class was seen.
    """

    curve: pd.DataFrame
    area: float
    low: float
    high: float
    level: float
    clustered: bool

    @property
    def how(self) -> str:
        """How the interval was made."""
        if not 0.0 < self.area < 1.0:
            return f"{100 * self.level:.4g} % interval by Newcombe's method, rows taken as independent"
        kind = (
            "Obuchowski's variance, rows of a group taken as alike" if self.clustered else "DeLong's variance"
        )
        return f"{100 * self.level:.4g} % interval from {kind}"


def roc(
    rows: Outcomes,
    level: float,
    groups: NDArray[np.intp] | None = None,
    folds: NDArray[np.intp] | None = None,
) -> Roc:
    """Returns the ROC curve with its area and interval. `groups` and `folds` are codes (n,) of the rows.

    Area: Mann-Whitney's, ties count half. Its variance: DeLong, DeLong, Clarke-Pearson (1988), Biometrics 44;
    with groups that of Obuchowski (1997), Biometrics 53, which is DeLong's where each row is a group; the
    interval is on the logit scale. Where all pairs are in order that variance is zero, and the interval is
    Newcombe's (2006), Stat. Med. 25, method 5. With folds only pairs of one fold are compared, since fits of
    different folds shift all their probabilities against the rates held out (Airola and others 2011, Comput.
    Stat. Data Anal. 55); the curve is then the vertical average of the folds' curves, whose area is this.
    """
    fold = np.zeros(len(rows.yes), dtype=np.intp) if folds is None else folds
    group = np.arange(len(rows.yes)) if groups is None else groups
    parts = [one for k in np.unique(fold) if (one := _part(rows, fold == k)) is not None]
    if not parts:
        empty = pd.DataFrame({"false_positive_rate": [0.0, 1.0], "true_positive_rate": [0.0, 1.0]})
        return Roc(empty, np.nan, np.nan, np.nan, level, groups is not None)
    pairs = np.array([part.scores.all_yes * part.scores.all_no for part in parts])
    share = pairs / pairs.sum()
    area = float(share @ [part.area for part in parts])
    if min(area, 1.0 - area) < TIE:  # all pairs are in order, but for rounding
        area = float(round(area))
    found = Roc(
        average_curve([part.scores for part in parts], share), area, area, area, level, groups is not None
    )
    if not 0.0 < area < 1.0:
        yes, no = (sum(getattr(part.scores, name) for part in parts) for name in ("all_yes", "all_no"))
        low, high = _newcombe(area, yes, no, level)
    else:
        counted = np.inf if groups is None else float(len(np.unique(group)))
        error = sqrt(_variance(parts, area, share, group, groups is None))
        low, high = _on_logit(area, error, quantile(level, counted))
    return replace(found, low=low, high=high)


@dataclass(frozen=True, slots=True)
class _Part:
    """One fold: its rows' places in the table, what they score, and how each of them is placed."""

    at: NDArray[np.intp]
    yes: Array
    no: Array
    scores: Scored
    area: float
    beaten: Array  # of a yes with this row's probability: share of no below it, those level by half
    beating: Array  # of a no: share of yes above it


def _part(rows: Outcomes, chosen: NDArray[np.bool_]) -> _Part | None:
    at = np.flatnonzero(chosen)
    some = Outcomes(rows.probability[at], rows.yes[at], rows.no[at])
    scores, place = placed(some)
    if not scores.all_yes or not scores.all_no:
        return None
    beaten = (scores.all_no - scores.no_above + scores.no / 2.0) / scores.all_no
    beating = (scores.yes_above - scores.yes / 2.0) / scores.all_yes
    area = float(scores.yes @ beaten) / scores.all_yes
    return _Part(at, some.yes, some.no, scores, area, beaten[place], beating[place])


def _variance(parts: list[_Part], area: float, share: Array, group: NDArray[np.intp], alone: bool) -> float:
    """Obuchowski's variance of the area; `alone`: each of the outcomes a row stands for is its own group."""
    above = [w * (p.beaten - area) / p.scores.all_yes for p, w in zip(parts, share, strict=True)]
    below = [w * (p.beating - area) / p.scores.all_no for p, w in zip(parts, share, strict=True)]
    if alone:
        good, poor = sum(p.scores.all_yes for p in parts), sum(p.scores.all_no for p in parts)
        first = sum(float(p.yes @ a**2) for p, a in zip(parts, above, strict=True))
        second = sum(float(p.no @ b**2) for p, b in zip(parts, below, strict=True))
        return first * _unbiased(good) + second * _unbiased(poor)
    codes = np.unique(np.concatenate([group[p.at] for p in parts]), return_inverse=True)[1]
    yes, no = (np.concatenate([getattr(p, name) for p in parts]) for name in ("yes", "no"))
    a = np.bincount(codes, yes * np.concatenate(above))
    b = np.bincount(codes, no * np.concatenate(below))
    with_yes, with_no = (float((np.bincount(codes, side) > 0).sum()) for side in (yes, no))
    own = float(a @ a) * _unbiased(with_yes) + float(b @ b) * _unbiased(with_no)
    return max(own + 2.0 * float(a @ b) * _unbiased(len(a)), 0.0)


def _unbiased(count: float) -> float:
    return count / (count - 1.0) if count > 1 else np.inf


def _on_logit(area: float, error: float, z: float) -> tuple[float, float]:
    if not np.isfinite(error):
        return 0.0, 1.0
    middle = log(area / (1.0 - area))
    half = z * error / (area * (1.0 - area))
    low, high = (1.0 / (1.0 + np.exp(-np.clip([middle - half, middle + half], -700, 700)))).tolist()
    return float(low), float(high)


def _newcombe(area: float, yes: float, no: float, level: float) -> tuple[float, float]:
    """The interval of an area of 0 or 1: all areas from which it is no further than z of their own errors."""
    from scipy.optimize import brentq

    z, more = NormalDist().inv_cdf(0.5 + level / 2.0), (yes + no) / 2.0 - 1.0

    def beyond(lack: float) -> float:
        theta = 1.0 - lack
        spread = theta * lack / (yes * no) * (1.0 + more * (lack / (2.0 - theta) + theta / (1.0 + theta)))
        return lack - z * sqrt(spread)

    lack = float(brentq(beyond, 1e-12, 1.0)) if beyond(1.0) > 0 > beyond(1e-12) else 1.0
    return (1.0 - lack, 1.0) if area == 1.0 else (0.0, lack)
