"""Means, counts and probabilities whose linear predictor is normal: what is expected of groups never met."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.family import mean, variance
from core.spec.model import Family, Link

# Where the normal density ends for every purpose, and the widest and narrowest steps of the sum.
END, WIDE, NARROW = 8.3, 0.5, 0.05
# Logs of means beyond which they are held, so that their squares stay inside the range of a double.
FAR = 340.0
# Points of a curve that many rows share.
GRID = 2_048


@dataclass(frozen=True, slots=True)
class OverNormal:
    """Of one trial, count or amount whose eta is normal: its mean, the variance of its mean, and the mean of
    the variance that chance adds (n,) each.
    """

    mean: Array
    between: Array
    chance: Array


def over_normal(family: Family, link: Link, dispersion: float, eta: Array, sd: Array) -> OverNormal:
    """Returns what is expected of rows with eta ~ N(`eta`, `sd`^2), (n,) each.

    By the trapezoidal rule, which for these functions converges geometrically (Trefethen, Weideman 2014, SIAM
    Rev. 56, section 5): a logistic curve of slope s has its poles at pi / s, so steps of 0.6 / s leave 1e-13.
    Of a log link in closed form.
    """
    if link is Link.LOG:
        return _lognormal(family, dispersion, eta, sd)
    if len(eta) > 2 * GRID and np.ptp(sd) == 0.0:
        return _interpolated(family, link, dispersion, eta, float(sd[0]))
    return _summed(family, link, dispersion, eta, sd)


def _interpolated(family: Family, link: Link, dispersion: float, eta: Array, sd: float) -> OverNormal:
    """One curve for all rows, from a grid fine enough for ten digits: it is smooth at the scale of 1."""
    from scipy.interpolate import CubicSpline

    grid = np.linspace(float(eta.min()), float(eta.max()), GRID)
    if grid[-1] - grid[0] > GRID / 50.0:
        return _summed(family, link, dispersion, eta, np.full(len(eta), sd))
    made = _summed(family, link, dispersion, grid, np.full(GRID, sd))
    curves = CubicSpline(grid, np.column_stack([made.mean, made.between, made.chance]))(eta)
    return OverNormal(*(np.ascontiguousarray(curve) for curve in curves.T))


def _summed(family: Family, link: Link, dispersion: float, eta: Array, sd: Array) -> OverNormal:
    """By the trapezoidal rule."""
    found = OverNormal(np.zeros_like(eta), np.zeros_like(eta), np.zeros_like(eta))
    for point, weight in zip(*_even_points(float(sd.max(initial=0.0))), strict=True):
        mu = mean(link, eta + sd * point)
        found.mean[:] += weight * mu
        found.between[:] += weight * np.square(mu)
        found.chance[:] += weight * variance(family, mu, dispersion)
    found.between[:] = np.maximum(found.between - np.square(found.mean), 0.0)
    return found


def _even_points(sd: float) -> tuple[Array, Array]:
    """Points and weights for curves as steep as `sd`."""
    return even_points(max(min(WIDE, 0.6 / max(sd, 1e-3)), NARROW))


def even_points(step: float) -> tuple[Array, Array]:
    """Returns points `step` apart and their weights under the standard normal (n,), (n,)."""
    points = np.arange(-np.ceil(END / step), np.ceil(END / step) + 1) * step
    weights = np.exp(-np.square(points) / 2.0)
    return points, weights / weights.sum()


def standard_points(n: int) -> tuple[Array, Array]:
    """Returns Gauss-Hermite points and weights of the standard normal (n,), (n,), which add up to 1."""
    points, weights = np.polynomial.hermite_e.hermegauss(n)
    return points, weights / weights.sum()


def _lognormal(family: Family, dispersion: float, eta: Array, sd: Array) -> OverNormal:
    """E mu = exp(eta + s^2 / 2) and E mu^2 = E[mu]^2 exp(s^2)."""
    square = np.minimum(np.square(sd), FAR)
    log_mu = np.clip(eta + square / 2.0, -FAR, FAR)
    mu, ratio = np.exp(log_mu), np.expm1(square)
    between = np.zeros_like(mu)
    differ = ratio > 0.0
    between[differ] = np.exp(np.clip(2.0 * log_mu[differ] + np.log(ratio[differ]), -2 * FAR, 2 * FAR))
    if family is Family.POISSON:
        return OverNormal(mu, between, mu)
    squares = np.square(mu) + between
    chance = dispersion * squares if family is Family.GAMMA else mu + squares / dispersion
    return OverNormal(mu, between, chance)
