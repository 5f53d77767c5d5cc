"""Conditional modes of a generalised model by a few sums over groups a step.

Effects are u = L v in the panel's working coordinates, v ~ N(0, I). Those of the factor that rows are sorted
by are eliminated group by group; columns x are integrated out with all effects, under a flat prior. Penalised
iteratively reweighted least squares (Bates 2015, lme4).
"""

from dataclasses import dataclass, replace

import numpy as np

from core.design.coding import Array
from core.fit.family import moving_part
from core.fit.group_sums import Panel, Sums, sums_at

STEPS, HALVINGS = 60, 25
# Steps that promise more than this rise of log density are checked to rise.
LONG = 0.5


@dataclass(frozen=True, slots=True)
class Modes:
    """The mode at some L (q, q), and H, minus the second derivatives of the log density there in (c, v).

    `sums` are those of c and u there.
    """

    lower: Array
    fixed: Array  # c (R,)
    v: Array  # (J, q)
    sums: Sums
    inverse: Array  # (J, q, q) of M = I + L'Z'WZ L
    of_fixed: Array  # (R, R) of H's inverse
    log_det: float  # log |H|
    height: float  # log-likelihood - |v|^2 / 2, but for constants

    @property
    def log_likelihood(self) -> float:
        """Laplace's approximation, but for constants."""
        return self.height - self.log_det / 2.0


def find_modes(data: Panel, lowers: tuple[Array, ...], begun: Sums, settled: float) -> Modes:
    """Returns the mode at L (q, q) of each factor, searched from the sums at any linear predictor.

    The search ends where the quadratic model promises less than `settled` of log density. Raises LinAlgError
    where the fixed columns cannot be told apart.
    """
    lower = lowers[0]
    c, v = _top(_curved(data, begun, lowers))
    height = -np.inf
    for _ in range(STEPS):
        sums = sums_at(data, predicted(data, lowers, c, v))
        found = replace(_curved(data, sums, lowers), fixed=c, v=v)
        to = _top(found)
        slope = found.sums.x_rise - data.held * c
        promised = slope @ (to[0] - c) + np.sum((sums.z_rise @ lower - v) * (to[1] - v))
        if promised < 2.0 * settled:
            break
        if promised > LONG:
            height = height if np.isfinite(height) else _height(data, sums.eta, c, v)
            to, height = _risen(data, lowers, (c, v), to, height)
        c, v = to
    return replace(found, sums=sums, height=_height(data, sums.eta, found.fixed, found.v))


def predicted(data: Panel, lowers: tuple[Array, ...], c: Array, v: Array) -> Array:
    """Returns eta (n,), offset included."""
    effects = np.repeat((v @ lowers[0].T).T, data.counts, axis=1)
    eta = data.rows.offset + data.x @ c[: data.x.shape[1]] + np.einsum("qn,qn->n", data.z, effects)
    for one, lower in zip(data.others, lowers[1:], strict=True):
        own = (c[one.start : one.end].reshape(one.levels, -1) @ lower.T).T
        eta = eta + np.einsum("qn,qn->n", one.z, own[:, one.codes])
    return np.asarray(eta)


def _curved(data: Panel, sums: Sums, lowers: tuple[Array, ...]) -> Modes:
    """Curvatures at some sums and L, the mode not known yet; sums of other factors become those of v."""
    lower, held = lowers[0], data.held
    if data.others:
        sums = replace(
            sums,
            zx=_turned(data, sums.zx, lowers),
            xx=_turned(data, _turned(data, sums.xx, lowers).T, lowers),
            xy=_turned(data, sums.xy, lowers),
            x_rise=_turned(data, sums.x_rise, lowers),
        )
    v_size = sums.zy.size
    inner, b = np.eye(len(lower)) + lower.T @ sums.zz @ lower, lower.T @ sums.zx
    inverse = np.linalg.inv(inner)
    through = (inverse @ b).reshape(v_size, len(held))
    own = sums.xx + np.diag(held) - b.reshape(v_size, len(held)).T @ through
    log_det = float(np.linalg.slogdet(inner)[1].sum() + np.linalg.slogdet(own)[1])
    nothing = np.zeros(len(held)), np.zeros(sums.zy.shape)
    return Modes(lower, *nothing, sums, inverse, np.linalg.inv(own), log_det, np.nan)


def _turned(data: Panel, values: Array, lowers: tuple[Array, ...]) -> Array:
    """Values (..., R) of other factors' u as those of their v."""
    found = values.copy()
    for one, lower in zip(data.others, lowers[1:], strict=True):
        part = values[..., one.start : one.end]
        shape = (*part.shape[:-1], one.levels, len(lower))
        found[..., one.start : one.end] = (part.reshape(shape) @ lower).reshape(part.shape)
    return found


def _top(at: Modes) -> tuple[Array, Array]:
    """c (R,) and v (J, q) at the top of the quadratic model around some sums."""
    b = at.lower.T @ at.sums.zx
    alone = at.inverse @ (at.sums.zy @ at.lower)[:, :, None]
    c = at.of_fixed @ (at.sums.xy - np.einsum("jqr,jq->r", b, alone[:, :, 0]))
    return c, (alone - at.inverse @ (b @ c)[:, :, None])[:, :, 0]


def _risen(
    data: Panel, lowers: tuple[Array, ...], at: tuple[Array, Array], to: tuple[Array, Array], height: float
) -> tuple[tuple[Array, Array], float]:
    """The step, halved until the density rises, and the density there."""
    for _ in range(HALVINGS):
        reached = _height(data, predicted(data, lowers, *to), *to)
        if reached >= height:
            return to, reached
        to = (at[0] + to[0]) / 2.0, (at[1] + to[1]) / 2.0
    return at, height


def _height(data: Panel, eta: Array, c: Array, v: Array) -> float:
    size = np.square(v).sum() + data.held @ np.square(c)
    return float(moving_part(data.rows, eta, data.dispersion).sum() - size / 2.0)
