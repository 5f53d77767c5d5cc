"""Roughly where a generalised model's parameters lie: what NUTS walks out from.

Penalised quasi-likelihood (Breslow, Clayton 1993, JASA 88) with EM steps for the variances, one factor at a
time: no estimate to report, only a place and a scale. Whatever it says, the posterior drawn is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.effects import Codes
from core.fit.rows_posed import RowsPosed
from core.spec.model import Family, Link

STEPS = 40
# Working weights are kept above this share of the largest, linear predictors within this distance of zero:
# rows that are all yes would otherwise walk off.
LEAST, FAR = 1e-8, 30.0
# The shape^(-1/2) to start from lies between these.
SHAPE = (0.05, 3.0)


@dataclass(frozen=True, slots=True)
class RoughSide:
    """One factor's covariance (q, q) of effects, and effects (J, q)."""

    sigma: Array
    mean: Array


@dataclass(frozen=True, slots=True)
class Rough:
    """Fixed effects w (p,) in working units, shape^(-1/2), the factors, and the rows there as Gaussian models
    see them: working weights (n,) and outcomes (n,), offset left in.
    """

    w: Array
    noise: float
    sides: Mapping[str, RoughSide]
    weight: Array
    target: Array


def rough(posed: RowsPosed) -> Rough:
    """Returns a place and scales to start from; where the steps fail, the priors' own."""
    rows = posed.rows
    f, noise, w = _start(posed), 0.5, np.zeros(posed.x.shape[1])
    sides = {name: _none(posed, name) for name in posed.z}
    weight, target = _linearised(posed, np.clip(f, -FAR, FAR), noise)
    for step in range(STEPS):
        before = f
        moved = {name: reach(posed, name, side.mean) for name, side in sides.items()}
        for name in posed.z or ("",):
            rest = target - rows.offset - sum((part for other, part in moved.items() if other != name), 0.0)
            w, side = _solved(posed, name, weight, rest, sides.get(name))
            if side is not None:
                sides[name], moved[name] = side, reach(posed, name, side.mean)
        f = posed.x @ w + rows.offset + sum(moved.values(), np.zeros(rows.n))
        if not np.isfinite(f).all():
            sides = {name: _none(posed, name) for name in posed.z}
            return Rough(np.zeros(len(w)), 0.5, sides, np.full(rows.n, 1e-3), rows.offset)
        noise = _noise(posed, np.clip(f, -FAR, FAR))
        weight, target = _linearised(posed, np.clip(f, -FAR, FAR), noise)
        if step > 5 and np.abs(f - before).max() < 1e-3:
            break
    return Rough(w, noise, sides, weight, target)


def reach(posed: RowsPosed, name: str, effects: Array) -> Array:
    """Returns what one factor's effects (J, q) add to each row (n,)."""
    return np.asarray(np.einsum("nq,nq->n", posed.z[name], effects[posed.rows.codes[name]]))


def _none(posed: RowsPosed, name: str) -> RoughSide:
    groups, q = posed.groups[name], posed.z[name].shape[1]
    return RoughSide(0.25 * np.eye(q), np.zeros((groups, q)))


def _start(posed: RowsPosed) -> Array:
    """The link of each row's own outcome, drawn a little towards the middle."""
    rows = posed.rows
    if rows.family is not Family.BINOMIAL:
        return np.log(rows.y + 0.1 * float(np.average(rows.y, weights=rows.weights)) + 1e-300)
    share = (rows.y + 0.5) / (rows.trials + 1.0)
    if rows.link is Link.PROBIT:
        from scipy.special import ndtri

        return np.asarray(ndtri(share))
    return np.log(share / (1.0 - share))


def _linearised(posed: RowsPosed, f: Array, noise: float) -> tuple[Array, Array]:
    """Working weights and working outcomes (n,) of Fisher scoring at the linear predictor f."""
    rows = posed.rows
    if rows.family is Family.BINOMIAL:
        if rows.link is Link.PROBIT:
            from scipy.special import ndtr

            density = np.exp(-0.5 * f**2) / np.sqrt(2.0 * np.pi)
            mean = np.clip(ndtr(f), 1e-12, 1.0 - 1e-12)
            weight = rows.trials * density**2 / (mean * (1.0 - mean))
            off = (rows.y / rows.trials - mean) / np.maximum(density, 1e-12)
        else:
            mean = 1.0 / (1.0 + np.exp(-f))
            weight = rows.trials * mean * (1.0 - mean)
            off = (rows.y / rows.trials - mean) / np.maximum(mean * (1.0 - mean), 1e-12)
    else:
        mean = np.exp(f)
        off = rows.y / mean - 1.0
        weight = {
            Family.POISSON: mean,
            Family.NEGATIVE_BINOMIAL: mean / (1.0 + mean * noise**2),
            Family.GAMMA: np.full(rows.n, 1.0 / noise**2),
        }[rows.family]
    weight = rows.weights * weight
    return np.maximum(weight, LEAST * weight.max()), f + np.clip(off, -5.0, 5.0)


def _noise(posed: RowsPosed, f: Array) -> float:
    """shape^(-1/2) by moments of the outcome around its mean."""
    if not posed.shaped:
        return 0.5
    rows, mean = posed.rows, np.exp(f)
    square = (rows.y - mean) ** 2
    if posed.rows.family is Family.NEGATIVE_BINOMIAL:
        square = square - mean
    over = float(np.average(square / mean**2, weights=rows.weights * mean / (1.0 + mean)))
    return float(np.clip(np.sqrt(max(over, 0.0)), *SHAPE))


def _solved(
    posed: RowsPosed, name: str, weight: Array, target: Array, side: RoughSide | None
) -> tuple[Array, RoughSide | None]:
    """Weighted least squares of the fixed effects and one factor's, given its covariance; then an EM step."""
    x, far = posed.x, posed.far
    seen = x * weight[:, None]
    normal, right = x.T @ seen + far[:, :-1].T @ far[:, :-1], seen.T @ target + far[:, :-1].T @ far[:, -1]
    if side is None:
        return inverse(normal) @ right, None
    z, codes, groups = posed.z[name], posed.rows.codes[name], posed.groups[name]
    zw = z * weight[:, None]
    gram, met = summed(zw, z, codes, groups), summed(zw, x, codes, groups)
    own = summed(zw, target[:, None], codes, groups)[:, :, 0]
    left = left_open(side.sigma, gram)
    pull = left @ met
    covariance = inverse(normal - np.einsum("jqa,jqb->ab", met, pull))
    w = covariance @ (right - np.einsum("jqa,jq->a", pull, own))
    mean = np.einsum("jab,jb->ja", left, own) - pull @ w
    sigma = (mean.T @ mean + left.sum(axis=0) + 0.25 * np.eye(z.shape[1])) / (groups + 1.0)
    shape = posed.shapes[name]
    free = np.zeros(sigma.shape, dtype=bool)
    free[shape.rows, shape.cols] = free[shape.cols, shape.rows] = True
    return w, RoughSide(np.where(free, sigma, 0.0), mean)


def left_open(sigma: Array, gram: Array) -> Array:
    """Returns (gram + sigma^-1)^-1 (J, q, q) of each group; sigma may be singular."""
    root = sigma_root(sigma)
    inner = np.eye(len(sigma)) + root.T @ gram @ root
    return np.asarray(root @ np.linalg.solve(inner, np.broadcast_to(root.T, gram.shape)))


def sigma_root(sigma: Array) -> Array:
    """Returns a lower root (q, q) of a covariance."""
    return np.linalg.cholesky(sigma + 1e-10 * np.trace(sigma) * np.eye(len(sigma)))


def inverse(normal: Array) -> Array:
    """Returns the inverse of a positive matrix, raised a little."""
    ridge = 1e-10 * max(float(np.trace(normal)), 1e-300) * np.eye(len(normal))
    found = np.linalg.inv(normal + ridge) if len(normal) else normal
    return np.asarray((found + found.T) / 2.0)


def summed(left: Array, right: Array, codes: Codes, groups: int) -> Array:
    """Returns the cross-products (J, a, b) of two sets of columns over each group's rows."""
    found = np.empty((groups, left.shape[1], right.shape[1]))
    for a in range(left.shape[1]):
        for b in range(right.shape[1]):
            found[:, a, b] = np.bincount(codes, left[:, a] * right[:, b], groups)
    return found
