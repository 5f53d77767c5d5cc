"""How Laplace's likelihood of a model with one grouping factor rises with its variances.

By the implicit function theorem: with h_i the variance of eta_i under the normal approximation, and w_i' the
slope of its curvature, log|H| gains h_i w_i' as eta_i moves (Kristensen et al. 2016, J. Stat. Softw. 70(5)).
"""

import numpy as np

from core.design.coding import Array
from core.fit.family import derivatives
from core.fit.group_modes import Modes
from core.fit.group_sums import Panel

# Of the difference that gives the slope of a row's curvature: it errs by 1e-8 of it.
STEP = 1e-4


def slope_of_lower(data: Panel, modes: Modes) -> Array:
    """Returns the derivative (q, q) of the log-likelihood in L; its free entries mean something."""
    sums = modes.sums
    own = modes.lower @ modes.inverse @ modes.lower.T  # (J, q, q) covariance of u given the fixed effects
    pull = own @ sums.zx
    t = _leverage(data, modes, own, pull) * _bend(data, sums.eta)
    s = data.summed(t * data.z)[:, :, None]
    fixed = modes.of_fixed @ (t @ data.x - np.sum(pull.transpose(0, 2, 1) @ s, axis=0)[:, 0])
    moved = (own @ s)[:, :, 0] - pull @ fixed
    k = s[:, :, 0] - (sums.zz @ moved[:, :, None])[:, :, 0] - sums.zx @ fixed
    inside = sums.zz @ own
    rest = sums.zx - inside @ sums.zx
    # With Sigma = L L': d log-likelihood = tr(total dSigma) / 2.
    total = sums.z_rise.T @ sums.z_rise - np.sum(sums.zz - inside @ sums.zz, axis=0)
    total += np.sum(rest @ modes.of_fixed @ rest.transpose(0, 2, 1), axis=0)
    total -= (k.T @ sums.z_rise + sums.z_rise.T @ k) / 2.0
    return np.asarray(total @ modes.lower)


def slope_of_offset(data: Panel, modes: Modes) -> Array:
    """Returns the derivative of the log-likelihood in each row's offset (n,); the panel has no columns x."""
    own = modes.lower @ modes.inverse @ modes.lower.T
    t = _leverage(data, modes, own, own @ modes.sums.zx) * _bend(data, modes.sums.eta)
    moved = (own @ data.summed(t * data.z)[:, :, None]).transpose(1, 0, 2)[:, :, 0]
    back = np.einsum("qn,qn->n", data.z, np.repeat(moved, data.counts, axis=1))
    curve = derivatives(data.rows, modes.sums.eta, data.dispersion)[1]
    return np.asarray(modes.sums.rise - (t - curve * back) / 2.0)


def _bend(data: Panel, eta: Array) -> Array:
    """The slope in eta of each row's curvature (n,)."""
    above, below = (derivatives(data.rows, eta + step, data.dispersion)[1] for step in (STEP, -STEP))
    return np.asarray((above - below) / (2.0 * STEP))


def _leverage(data: Panel, modes: Modes, own: Array, pull: Array) -> Array:
    """Variance (n,) of eta, of the fixed columns and the effects together."""
    found = np.einsum("qn,qrn,rn->n", data.z, _spread_out(data, own), data.z, optimize=True)
    if data.x.shape[1]:
        left = data.x.T - np.einsum("qpn,qn->pn", _spread_out(data, pull), data.z)
        found = found + np.einsum("pn,pn->n", left, modes.of_fixed @ left)
    return np.asarray(found)


def _spread_out(data: Panel, values: Array) -> Array:
    """Values of the groups (J, a, b) at each row (a, b, n)."""
    return np.repeat(np.ascontiguousarray(values.transpose(1, 2, 0)), data.counts, axis=2)
