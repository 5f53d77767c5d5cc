"""Conditional modes of a generalised model with one grouping factor, by a few sums over groups a step.

Effects are u = L v in the panel's working coordinates, v ~ N(0, I). Rows are sorted by group, so that a sum
over a group is one over neighbours. Columns x are integrated out with the effects under a flat prior; there
may be none. Penalised iteratively reweighted least squares (Bates 2015, lme4).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.family import derivatives, moving_part

STEPS, HALVINGS = 60, 25
# Steps that promise more than this rise of log density are checked to rise.
LONG = 0.5


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows sorted by group, with the columns' products that sums are made of."""

    rows: Rows
    dispersion: float
    first: NDArray[np.intp]  # (J,) where each group begins
    counts: NDArray[np.intp]  # (J,)
    order: NDArray[np.intp]  # (n,) the rows' places before
    x: Array  # (n, p) orthogonal columns
    z: Array  # (q, n)
    pairs: Array  # (q * q, n) z z'
    across: Array  # (q * p, n) z x'

    def summed(self, values: Array) -> Array:
        """Returns sums (J, k) of values (k, n) over the rows of each group."""
        if not len(values):
            return np.empty((len(self.first), 0))
        return np.asarray(np.add.reduceat(values, self.first, axis=1)).T


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows say near some linear predictor, whatever the variances: W are the curvatures there."""

    eta: Array  # (n,)
    rise: Array  # (n,) derivative of the log-likelihood in eta
    zz: Array  # (J, q, q) Z'WZ
    zx: Array  # (J, q, p) Z'WX
    xx: Array  # (p, p) X'WX
    zy: Array  # (J, q) Z' of W (eta - offset) + rise
    xy: Array  # (p,)
    z_rise: Array  # (J, q)
    x_rise: Array  # (p,)


@dataclass(frozen=True, slots=True)
class Modes:
    """The mode at some L (q, q), and H, minus the second derivatives of the log density there in (c, v)."""

    lower: Array
    fixed: Array  # c (p,), coefficients of x
    v: Array  # (J, q)
    sums: Sums
    inverse: Array  # (J, q, q) of M = I + L'Z'WZ L
    of_fixed: Array  # (p, p) of H's inverse
    log_det: float  # log |H|
    height: float  # log-likelihood - |v|^2 / 2, but for constants

    @property
    def log_likelihood(self) -> float:
        """Laplace's approximation, but for constants."""
        return self.height - self.log_det / 2.0


def panel(rows: Rows, dispersion: float, to_units: Array) -> Panel:
    """Returns the rows of a model with one factor; effects in units are `to_units` (q, q) times u."""
    ((name, codes),) = rows.codes.items()
    order = np.argsort(codes, kind="stable")
    _, first, counts = np.unique(codes[order], return_index=True, return_counts=True)
    kept = {key: getattr(rows, key)[order] for key in ("y", "trials", "weights", "offset")}
    x = rows.x[order]
    basis = np.linalg.qr(x)[0] * np.sqrt(len(order)) if x.shape[1] else x
    z = np.ascontiguousarray((rows.z[name][order] @ to_units).T)
    pairs = (z[:, None] * z[None]).reshape(-1, len(order))
    across = (z[:, None] * basis.T[None]).reshape(len(z) * x.shape[1], len(order))
    return Panel(replace(rows, **kept), dispersion, first, counts, order, basis, z, pairs, across)


def sums_at(data: Panel, eta: Array) -> Sums:
    """Returns the sums at a linear predictor (n,), offset included, in the panel's order."""
    rows, q, p = data.rows, len(data.z), data.x.shape[1]
    rise, curve = derivatives(rows, eta, data.dispersion)
    pull = curve * (eta - rows.offset) + rise
    return Sums(
        eta=eta,
        rise=rise,
        zz=data.summed(curve * data.pairs).reshape(len(data.first), q, q),
        zx=data.summed(curve * data.across).reshape(len(data.first), q, p),
        xx=data.x.T @ (curve[:, None] * data.x),
        zy=data.summed(pull * data.z),
        xy=pull @ data.x,
        z_rise=data.summed(rise * data.z),
        x_rise=rise @ data.x,
    )


def find_modes(data: Panel, lower: Array, begun: Sums, settled: float) -> Modes:
    """Returns the mode at L (q, q), searched from the sums at any linear predictor.

    The search ends where the quadratic model promises less than `settled` of log density. Raises LinAlgError
    where the fixed columns cannot be told apart.
    """
    fixed, v = _top(_curved(begun, lower), begun)
    height = -np.inf
    for _ in range(STEPS):
        sums = sums_at(data, predicted(data, lower, fixed, v))
        found = replace(_curved(sums, lower), fixed=fixed, v=v)
        to = _top(found, sums)
        promised = sums.x_rise @ (to[0] - fixed) + np.sum((sums.z_rise @ lower - v) * (to[1] - v))
        if promised < 2.0 * settled:
            break
        if promised > LONG:
            height = height if np.isfinite(height) else _height(data, sums.eta, v)
            to, height = _risen(data, lower, (fixed, v), to, height)
        fixed, v = to
    return replace(found, height=_height(data, found.sums.eta, found.v))


def predicted(data: Panel, lower: Array, fixed: Array, v: Array) -> Array:
    """Returns eta (n,), offset included."""
    effects = np.repeat((v @ lower.T).T, data.counts, axis=1)
    return np.asarray(data.rows.offset + data.x @ fixed + np.einsum("qn,qn->n", data.z, effects))


def _curved(sums: Sums, lower: Array) -> Modes:
    """Curvatures at some sums and L, where the mode is not known yet."""
    q, p = len(lower), len(sums.xx)
    inner, b = np.eye(q) + lower.T @ sums.zz @ lower, lower.T @ sums.zx
    inverse = np.linalg.inv(inner)
    own = sums.xx - np.sum(b.transpose(0, 2, 1) @ inverse @ b, axis=0)
    log_det = float(np.linalg.slogdet(inner)[1].sum() + np.linalg.slogdet(own)[1])
    return Modes(
        lower, np.zeros(p), np.zeros(sums.zy.shape), sums, inverse, np.linalg.inv(own), log_det, np.nan
    )


def _top(at: Modes, sums: Sums) -> tuple[Array, Array]:
    """Coefficients (p,) and v (J, q) at the top of the quadratic model around some sums."""
    b = at.lower.T @ sums.zx
    alone = at.inverse @ (sums.zy @ at.lower)[:, :, None]
    fixed = at.of_fixed @ (sums.xy - np.sum(b.transpose(0, 2, 1) @ alone, axis=0)[:, 0])
    return fixed, (alone - at.inverse @ (b @ fixed)[:, :, None])[:, :, 0]


def _risen(
    data: Panel, lower: Array, at: tuple[Array, Array], to: tuple[Array, Array], height: float
) -> tuple[tuple[Array, Array], float]:
    """The step, halved until the density rises, and the density there."""
    for _ in range(HALVINGS):
        reached = _height(data, predicted(data, lower, *to), to[1])
        if reached >= height:
            return to, reached
        to = (at[0] + to[0]) / 2.0, (at[1] + to[1]) / 2.0
    return at, height


def _height(data: Panel, eta: Array, v: Array) -> float:
    return float(moving_part(data.rows, eta, data.dispersion).sum() - np.square(v).sum() / 2.0)
