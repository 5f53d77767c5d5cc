"""Pareto-smoothed importance weights: the largest weights of a sample made steady, if they can be."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.errors import PanelwiseError

# Of a shorter tail the fit has no first quarter to go by (the paper asks for five).
LEAST_TAIL = 6
# A weakly informative prior on k: PRIOR_DRAWS draws' worth of k = 0.5 (same paper, appendix C).
PRIOR_DRAWS, PRIOR_K = 10, 0.5
# Columns taken at a time, so that the grid of the tail fit stays within some 50 MB.
GRID = 4_000_000


class UnweighableDraws(PanelwiseError):
    """Draws whose weights cannot be compared."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"The draws cannot be weighed: {found}. Check the priors and the scale of the columns, or sample "
            "by NUTS."
        )


@dataclass(frozen=True, slots=True)
class Smoothed:
    """Weights of n draws in one sample, or in each of K samples.

    `log_weights` are normalised: their exponentials add up to 1 along the first axis. `k` is the shape of the
    largest weights' tail, k-hat: up to 0.7 an average under the weights can be trusted; inf where the draws
    are too few or too alike to tell, 0 where all weights are the same.
    """

    log_weights: Array  # (n,) or (n, K)
    k: Array  # () or (K,)

    @property
    def ess(self) -> Array:
        """How many equally weighted draws say as much: 1 / sum of squared weights, () or (K,)."""
        return np.asarray(1.0 / np.exp(2.0 * self.log_weights).sum(axis=0))


def smoothed(log_weights: Array, relative_ess: float = 1.0) -> Smoothed:
    """Returns importance weights with the tail of the largest smoothed, normalised, and its k-hat.

    `log_weights` (n,) are logarithms of target over proposal up to a constant; -inf is a draw of no weight.
    (n, K) are K samples side by side, as in leave-one-out. `relative_ess` is the share of independent draws
    among those of a Markov chain, which lengthens the tail looked at.
    The largest min(n / 5, 3 sqrt(n / relative_ess)) weights are replaced by quantiles of a generalised Pareto
    distribution fitted to them, cut at the largest raw weight (Vehtari, Simpson, Gelman, Yao, Gabry 2024,
    Pareto smoothed importance sampling, JMLR 25, section 3).
    Raises UnweighableDraws for weights that are not numbers, are infinite, or are all zero.
    """
    given = np.asarray(log_weights, dtype=np.float64)
    if given.size == 0:
        raise UnweighableDraws("there are none")
    columns = given.reshape(len(given), -1).T
    _check(columns)
    scaled = columns - columns.max(axis=1, keepdims=True)
    tail = _tail_length(len(given), relative_ess)
    k = np.full(len(scaled), np.inf)
    if tail >= LEAST_TAIL:
        step = max(1, GRID // (tail * _n_grid(tail)))
        for start in range(0, len(scaled), step):
            at = slice(start, start + step)
            scaled[at], k[at] = _with_smooth_tail(scaled[at], tail)
    k[(columns == columns[:, :1]).all(axis=1)] = 0.0
    scaled -= np.log(np.exp(scaled).sum(axis=1, keepdims=True))
    return Smoothed(scaled.T.reshape(given.shape), k.reshape(given.shape[1:]))


def _check(columns: Array) -> None:
    """Raises UnweighableDraws."""
    bad = np.isnan(columns) | np.isposinf(columns)
    if bad.any():
        raise UnweighableDraws(f"{int(bad.sum()):,} of {bad.size:,} weights are not finite numbers")
    if np.isneginf(columns).all(axis=1).any():
        raise UnweighableDraws("not one of them is possible under the model")


def _tail_length(n: int, relative_ess: float) -> int:
    """How many of the largest weights are smoothed; 225 is where a fifth and three roots meet."""
    return int(3.0 * np.sqrt(n / relative_ess)) if n * relative_ess > 225 else n // 5


def _with_smooth_tail(scaled: Array, tail: int) -> tuple[Array, Array]:
    """Samples (K, n) of log weights up to 0, the largest of each smoothed; and k-hat (K,)."""
    n = scaled.shape[1]
    largest = np.argpartition(scaled, (n - tail - 1, n - tail), axis=1)[:, n - tail - 1 :]
    values = np.take_along_axis(scaled, largest, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    largest, values = np.take_along_axis(largest, order, axis=1), np.take_along_axis(values, order, axis=1)
    weights = np.exp(values)
    cutoff = weights[:, :1]
    k, sigma = _pareto_fit(weights[:, 1:] - cutoff)
    fine = np.isfinite(k) & (sigma > 0)
    steady = np.full((len(values), tail), -np.inf)
    share = np.arange(0.5, tail) / tail
    steady[fine] = np.log(_pareto_quantile(share, k[fine, None], sigma[fine, None]) + cutoff[fine])
    replaced = np.where(fine[:, None], np.minimum(steady, 0.0), values[:, 1:])
    found = scaled.copy()
    np.put_along_axis(found, largest[:, 1:], replaced, axis=1)
    return found, k


def _n_grid(tail: int) -> int:
    return 30 + int(tail**0.5)


def _pareto_fit(x: Array) -> tuple[Array, Array]:
    """Shape and scale (K,) of generalised Pareto distributions of ascending x (K, m) above zero.

    The empirical Bayes estimate of Zhang, Stephens 2009, Technometrics 51: the mean of b = -k / sigma over a
    grid weighed by its profile likelihood, then k given b, drawn toward PRIOR_K. (inf, NaN) where the first
    quarter of the tail is one value: what is there is no such distribution.
    """
    m = x.shape[1]
    grid = np.arange(1, _n_grid(m) + 1)
    quartile = x[:, int(m / 4 + 0.5) - 1]
    told = quartile > x[:, 0]
    k, sigma = np.full(len(x), np.inf), np.full(len(x), np.nan)
    if not told.any():
        return k, sigma
    x, quartile = x[told], quartile[told, None]
    b = (1.0 - np.sqrt(len(grid) / (grid - 0.5))) / (3.0 * quartile) + 1.0 / x[:, -1:]
    shapes = np.stack([np.log1p(-one[:, None] * x).mean(axis=1) for one in b.T], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):  # b = 0: the exponential, whose limit is not needed
        likelihood = m * (np.log(-b / shapes) - shapes - 1.0)
    likelihood[np.isnan(likelihood)] = -np.inf
    weight = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    weight[weight < 10 * np.finfo(np.float64).eps] = 0.0
    mean = (b * weight).sum(axis=1) / weight.sum(axis=1)
    shape = np.log1p(-mean[:, None] * x).mean(axis=1)
    k[told] = (m * shape + PRIOR_DRAWS * PRIOR_K) / (m + PRIOR_DRAWS)
    sigma[told] = -shape / mean
    return k, sigma


def _pareto_quantile(share: Array, k: Array, sigma: Array) -> Array:
    gone = np.log1p(-share)
    safe = np.where(k == 0.0, 1.0, k)
    return np.where(k == 0.0, -sigma * gone, sigma * np.expm1(-safe * gone) / safe)
