"""Log densities of one row's outcome and their slopes, as loops that Numba compiles; see `nuts_rows_kernel`.

Safe in the tails: probabilities and means are never formed where they would round to nothing.
"""

from math import erfc, lgamma

import numpy as np


def digamma(k: float) -> float:
    """Returns the derivative of log Gamma at k > 0: raised to 10 by recurrence, then asymptotic."""
    found = 0.0
    while k < 10.0:
        found -= 1.0 / k
        k += 1.0
    over = 1.0 / (k * k)
    series = over * (1 / 12 - over * (1 / 120 - over * (1 / 252 - over * (1 / 240 - over / 132))))
    return float(found + np.log(k) - 0.5 / k - series)


def stirling(k: float) -> float:
    """Returns log Gamma(k) - (k - 1/2) log k + k - log(2 pi)/2 for k of 20 and more."""
    over = 1.0 / (k * k)
    return (1 / 12 - over * (1 / 360 - over * (1 / 1260 - over / 1680))) / k


def log_phi(t: float) -> tuple[float, float]:
    """Returns the log of the normal distribution function at t, and its derivative."""
    if t > -30.0:
        share = 0.5 * erfc(-t / np.sqrt(2.0))
        density = np.exp(-0.5 * t * t) / np.sqrt(2.0 * np.pi)
        return float(np.log(share)), float(density / share)
    over = 1.0 / (t * t)
    series = 1.0 - over * (1.0 - over * (3.0 - over * (15.0 - over * 105.0)))
    return float(-0.5 * t * t - np.log(-t) - 0.5 * np.log(2.0 * np.pi) + np.log(series)), float(-t / series)


def raised(y: float, k: float) -> tuple[float, float]:
    """Returns log Gamma(y + k) - log Gamma(k) - y log k, and the derivative of the first two in k.

    Written in y / k for a large k, so that a negative binomial turns into Poisson without loss.
    """
    if k < 20.0:
        return lgamma(y + k) - lgamma(k) - y * np.log(k), digamma(y + k) - digamma(k)
    one, other = 1.0 / (k + y), 1.0 / k
    gain = np.log1p(y / k) - 0.5 * (one - other)
    gain -= (one**2 - other**2) / 12.0 - (one**4 - other**4) / 120.0 + (one**6 - other**6) / 252.0
    return float((k + y - 0.5) * np.log1p(y / k) - y + stirling(k + y) - stirling(k)), float(gain)


def shape_terms(k: float) -> tuple[float, float]:
    """Returns k log k - k - log Gamma(k), and log k - its derivative's digamma(k)."""
    if k < 20.0:
        return k * (np.log(k) - 1.0) - lgamma(k), np.log(k) - digamma(k)
    return float(0.5 * np.log(k / (2.0 * np.pi)) - stirling(k)), float(np.log(k) - digamma(k))


def said_of(
    kind: int, y: float, trials: float, f: float, k: float, term: float, gain: float
) -> tuple[float, float, float]:
    """Returns a row's log density up to a constant, and its slopes in the linear predictor f and log k.

    `kind`: place in `nuts_rows_numbers.KINDS`; y is the log of a Gamma amount; `term` and `gain` are what
    `raised` says of a negative binomial count, `shape_terms` of Gamma's shape.
    """
    if kind == 0:
        low = np.exp(-np.abs(f))
        share = 1.0 / (1.0 + low) if f >= 0.0 else low / (1.0 + low)
        return y * f - trials * (max(f, 0.0) + np.log1p(low)), y - trials * share, 0.0
    if kind == 1:
        value, slope = 0.0, 0.0
        if y > 0.0:
            log, more = log_phi(f)
            value, slope = value + y * log, slope + y * more
        if y < trials:
            log, more = log_phi(-f)
            value, slope = value + (trials - y) * log, slope - (trials - y) * more
        return value, slope, 0.0
    if kind == 2:
        mean = np.exp(f)
        return y * f - mean, y - mean, 0.0
    if kind == 3:
        mean = np.exp(f)
        left = np.log1p(mean / k) if mean < 1e300 else f - np.log(k)
        slope = (y - mean) / (1.0 + mean / k) if mean < 1e300 else -k
        return term + y * f - (y + k) * left, slope, k * (gain - left) - slope
    off = y - f
    bent = off - np.expm1(off) if off < 700.0 else -np.inf
    return term + k * bent, k * np.expm1(off), k * (gain + bent)


FAMILIES = (digamma, stirling, log_phi, raised, shape_terms, said_of)
