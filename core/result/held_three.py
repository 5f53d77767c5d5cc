"""Held: what complete, no and partial pooling say of one fold's rows, and how far off they are."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.crossing import merged, subset
from core.design.factor import Factor
from core.design.matrix import Design
from core.design.moments import summarise
from core.fit.along import Along
from core.fit.effects import Codes
from core.result.fit import Fit
from core.result.k_fold import FOLD, as_new, like
from core.result.predict import foretold
from core.result.raw import least_squares, own_regressions, plain_variance
from core.result.unpooled import foretell, scatter

POOLINGS = ("complete", "none", "partial")
# Widths of the prediction intervals that are looked at.
LEVELS = (0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Held:
    """Held-out rows (n,), each of `size` single outcomes, under the three poolings; NaN without an answer.

    `loss` is the squared error, of yes/no, counts and amounts minus the log probability of what happened;
    `square` the squared error of the mean, both summed over the single outcomes; `inside` and `width` are of
    the prediction intervals at LEVELS.
    """

    group: Codes  # (n,)
    size: Array  # (n,)
    loss: Array  # (3, n)
    square: Array  # (3, n)
    inside: Array  # (3, L, n)
    width: Array  # (3, L, n)


def held_of_sums(
    fit: Fit, design: Design, factor: str, fold: NDArray[np.intp], looked: NDArray[np.bool_]
) -> Callable[[int], Held]:
    """Returns what makes the folds of a Gaussian model: each from the sums of the others.

    `fold` (n,) is each row's, `looked` (n,) says which held-out rows are looked at.
    """
    names = tuple(str(k + 1) for k in range(int(fold.max()) + 1))
    kept = summarise(replace(design, factors={**design.factors, FOLD: Factor(FOLD, fold, names)}))

    def made(k: int) -> Held:
        rest = subset(kept, kept.cells[:, -1] != k)
        part = replace(fit, linear=like(fit, merged(rest, rest.factors[:-1])))
        return _of_sums(part, design, factor, np.flatnonzero((fold == k) & looked))

    return made


@dataclass(frozen=True, slots=True)
class _Said:
    """What one pooling says of n rows: means, and both ends of each prediction interval (L, n)."""

    mean: Array
    low: Array
    high: Array


def _of_sums(part: Fit, design: Design, factor: str, rows: NDArray[np.intp]) -> Held:
    new = as_new(design, rows)
    side, outcome = part.linear.sides[factor], new.values[design.layout.outcome]
    offset = sum((new.values[name] for name in design.layout.offsets), np.zeros(len(rows)))
    x, z = new.matrix(side.problem.fixed), new.matrix(side.problem.random)
    group = design.factors[factor].codes[rows]
    place = {level: k for k, level in enumerate(side.moments.levels[0])}
    codes = np.array([place.get(one, -1) for one in design.factors[factor].levels], dtype=np.intp)[group]
    said = (
        _complete(side, x, offset, new.weights),
        _none(side, x, z, codes, offset, new.weights),
        _Said(*foretold(part, new, LEVELS)),
    )
    mean, low, high = (np.stack([getattr(one, name) for one in said]) for name in ("mean", "low", "high"))
    square = np.square(outcome - mean)
    inside = np.where(np.isfinite(low), (low <= outcome) & (outcome <= high), np.nan)
    return Held(group, np.ones(len(rows)), square, square, inside, high - low)


def _complete(side: Along, x: Array, offset: Array, weights: Array) -> _Said:
    estimate, covariance, df = least_squares(side)
    variance = np.einsum("np,pr,nr->n", x, covariance, x) + plain_variance(side) / weights
    return _around(x @ estimate + offset, variance, df)


def _none(side: Along, x: Array, z: Array, codes: Codes, offset: Array, weights: Array) -> _Said:
    if side.crossed:
        nothing = np.full(len(x), np.nan)
        return _around(nothing, nothing, 1.0)
    own = own_regressions(side)
    told, (variance, df) = foretell(own, x, z, codes), scatter(own)
    return _around(told.eta + offset, variance * (told.lever + 1.0 / weights), max(df, 1.0))


def _around(mean: Array, variance: Array, df: float) -> _Said:
    from scipy.special import stdtrit

    reach = np.array([stdtrit(df, 0.5 + level / 2) for level in LEVELS])[:, None] * np.sqrt(variance)
    return _Said(mean, mean - reach, mean + reach)
