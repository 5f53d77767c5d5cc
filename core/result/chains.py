"""How well chains of draws agree, and how many independent draws they are worth, in NumPy alone.

All of Vehtari, Gelman, Simpson, Carpenter, Buerkner 2021, Rank-normalization, folding, and localization,
Bayesian Analysis 16(2); E-BFMI of Betancourt 2016, arXiv:1604.00695, section 3.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array

LEAST_DRAWS = 4
TAILS = (0.05, 0.95)
# Numbers taken at a time, so that ranks and spectra stay within some 300 MB.
AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What k quantities' chains say of themselves: each (k,).

    `r_hat` compares the spread between and within (half) chains, of ranks and of distances from the median:
    1 where they agree. `ess_bulk` and `ess_tail` are how many independent draws they are worth for the middle
    and for the 5 % and 95 % ends; `mcse_mean` is the standard error that chance leaves in the mean.
    All are NaN where a draw is not finite; of a constant `r_hat` is NaN and every draw counts.
    """

    r_hat: Array
    ess_bulk: Array
    ess_tail: Array
    mcse_mean: Array


def measured(draws: Array) -> Measured:
    """Returns R-hat, effective sample sizes and Monte Carlo error of draws (chains, draws, k).

    A single chain is judged by its halves. Fewer than four draws a chain say nothing: all NaN.
    """
    values = np.ascontiguousarray(np.moveaxis(np.asarray(draws, dtype=np.float64), 2, 0))
    k, chains, n = values.shape
    found = np.full((4, k), np.nan)
    if n >= LEAST_DRAWS:
        step = max(1, AT_ONCE // (chains * n))
        told = np.flatnonzero(np.isfinite(values).all(axis=(1, 2)))
        for start in range(0, len(told), step):
            at = told[start : start + step]
            found[:, at] = _measured(values[at])
    return Measured(*found)


def table_of_chains(draws: Mapping[str, Array]) -> pd.DataFrame:
    """Returns mean sd r_hat ess_bulk ess_tail mcse_mean by quantity, those whose chains say least first.

    `draws` holds (chains, draws) by name. First come those without a figure, then by the larger of R-hat's
    share of 1.01 and 400 over the fewer effective draws.
    """
    values = np.stack(list(draws.values()), axis=2)
    found = measured(values)
    columns = {
        "mean": values.mean(axis=(0, 1)),
        "sd": values.std(axis=(0, 1), ddof=1),
        "r_hat": found.r_hat,
        "ess_bulk": found.ess_bulk,
        "ess_tail": found.ess_tail,
        "mcse_mean": found.mcse_mean,
    }
    doubt = np.maximum((found.r_hat - 1.0) / 0.01, 400.0 / np.minimum(found.ess_bulk, found.ess_tail))
    order = np.argsort(-np.nan_to_num(doubt, nan=np.inf), kind="stable")
    return pd.DataFrame(columns, index=pd.Index(list(draws), name="quantity")).iloc[order]


def e_bfmi(energy: Array) -> Array:
    """Returns each chain's Bayesian fraction of missing information (chains,) from energies (chains, draws).

    The mean squared step of the energy over its variance: small where jumps of momentum are small against
    the energies there are, so that tails are reached slowly. NaN where energies are not finite.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        steps = np.square(np.diff(energy, axis=1)).mean(axis=1)
        return np.asarray(steps / np.var(energy, axis=1, ddof=1))


def _measured(values: Array) -> Array:
    """The four figures (4, k) of finite values (k, chains, n)."""
    halves = _halves(values)
    scores = _normal_scores(halves)
    folded = np.abs(halves - np.median(halves, axis=(1, 2), keepdims=True))
    ends = np.quantile(values, TAILS, axis=(1, 2))[..., None, None]
    tails = np.array([effective(_halves((values <= end).astype(np.float64))) for end in ends])
    spread = values.std(axis=(1, 2), ddof=1)
    return np.stack(
        [
            np.maximum(_r_hat(scores), _r_hat(_normal_scores(folded))),
            effective(scores),
            tails.min(axis=0),
            spread / np.sqrt(effective(halves)),
        ]
    )


def _halves(values: Array) -> Array:
    """First and last halves of each chain as chains of their own; an odd middle draw is left out."""
    half = values.shape[2] // 2
    return np.concatenate([values[:, :, :half], values[:, :, -half:]], axis=1)


def _r_hat(values: Array) -> Array:
    n = values.shape[2]
    between = n * values.mean(axis=2).var(axis=1, ddof=1)
    within = values.var(axis=2, ddof=1).mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt((between / within + n - 1) / n))


def _normal_scores(values: Array) -> Array:
    """Normal scores of ranks within each of k quantities, ties at their average rank (Blom's offset)."""
    from scipy.special import ndtri

    flat = values.reshape(len(values), -1)
    size = flat.shape[1]
    order = np.argsort(flat, axis=1)
    ascending = np.take_along_axis(flat, order, axis=1)
    new = np.ones(flat.shape, dtype=bool)
    new[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    place = np.arange(size)
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    last_of_run = np.roll(new, -1, axis=1)
    last_of_run[:, -1] = True
    last = np.minimum.accumulate(np.where(last_of_run, place, size)[:, ::-1], axis=1)[:, ::-1]
    # Twice the average rank less two is whole, so every score there can be is computed once.
    scores = ndtri((np.arange(2 * size - 1) / 2 + 1 - 3 / 8) / (size + 1 / 4))
    found = np.empty(flat.shape)
    np.put_along_axis(found, order, scores[first + last], axis=1)
    return found.reshape(values.shape)


def effective(values: Array) -> Array:
    """Returns the effective number (k,) of draws (k, chains, n): Geyer's monotone sequence, section 3.2."""
    k, chains, n = values.shape
    size = chains * n
    constant = np.ptp(values, axis=(1, 2)) < np.finfo(np.float64).resolution
    lagged = _autocovariances(values).mean(axis=1)  # (k, n)
    within = lagged[:, :1] * (n / (n - 1.0))
    total = lagged[:, 0] + (values.mean(axis=2).var(axis=1, ddof=1) if chains > 1 else 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rho = 1.0 - (within - lagged) / total[:, None]
    rho[:, 0] = 1.0
    even, odd = rho[:, 0 : n - n % 2 : 2], rho[:, 1::2]
    pairs = even + odd
    # The pairs are followed to the first that is not positive, at most to where lags run out.
    most = max(0, (n - 3) // 2)
    stops = np.concatenate([pairs[:, :most] <= 0, np.ones((k, 1), dtype=bool)], axis=1)
    end = np.argmax(stops, axis=1)
    falling = np.minimum.accumulate(pairs, axis=1)
    before = np.where(np.arange(pairs.shape[1]) < end[:, None], falling, 0.0).sum(axis=1)
    at = np.arange(k)
    last = np.where((even[at, end] > 0) | (pairs[at, end] >= 0), even[at, end], 0.0)
    length = np.maximum(2.0 * before - 1.0 + last, 1.0 / np.log10(size))
    return np.where(constant, float(size), size / length)


def _autocovariances(values: Array) -> Array:
    """Biased autocovariances of every chain at lags 0 to n - 1, by the spectrum: (k, chains, n)."""
    n = values.shape[2]
    long = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(values - values.mean(axis=2, keepdims=True), long, axis=2)
    power = spectrum.real**2 + spectrum.imag**2
    return np.asarray(np.fft.irfft(power, long, axis=2)[:, :, :n] / n)
