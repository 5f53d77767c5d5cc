"""How sure the variance parameters are, and the degrees of freedom that follow for fixed effects."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.design.coding import Array


@dataclass(frozen=True, slots=True)
class Curvature:
    """First-order uncertainty of the variance parameters phi = (theta, log sigma), m of them.

    From the criterion with sigma free (Kuznetsova, Brockhoff, Christensen 2017, section 2).
    """

    covariance: Array  # (m, m)        2 H^-1 over the directions in which the criterion curves
    fixed_covariance: Array  # (m, p, p) derivative of cov(b)


def with_sigma(
    hessian: Array, r2_slope: Array, s2: float, df: int, root: Array, inverse: Array, information: Array
) -> Curvature:
    """Returns the curvature in (theta, log sigma) from the Hessian with sigma profiled out (m, m).

    Sigma's row and column, known in closed form, put it back: H_tt = H_profiled + h h' / H_ss. `r2_slope`
    (m,) is the derivative of r2, `information` (m, p, p) that of X'V^-1 X; `inverse` (p, p) is R_XX^-1 and
    `root` the same in units.
    """
    m, p = len(r2_slope), len(root)
    cross = -2.0 * r2_slope / s2
    own = 4.0 * df
    full = np.empty((m + 1, m + 1))
    full[:m, :m] = hessian + np.outer(cross, cross) / own
    full[m, :m] = full[:m, m] = cross
    full[m, m] = own
    covariance = np.empty((m + 1, p, p))
    bread = root @ inverse.T
    if m:
        covariance[:m] = -s2 * (bread @ information @ bread.T)
    covariance[m] = 2.0 * s2 * root @ root.T
    return Curvature(_inverse_where_curved(full), covariance)


def _inverse_where_curved(hessian: Array) -> Array:
    """2 H^-1 over the directions of positive curvature: a flat one says nothing about its parameter."""
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    curved = values > 1e-8 * values[-1]
    return np.asarray(2.0 * (vectors[:, curved] / values[curved]) @ vectors[:, curved].T)


class Uncertain(Protocol):
    """A fit that knows how sure it is of its fixed effects and of its variances."""

    @property
    def fixed_covariance(self) -> Array:
        """(p, p)."""

    @property
    def curvature(self) -> Curvature:
        """Of the variance parameters."""


def satterthwaite(linear: Uncertain, contrasts: Array) -> Array:
    """Returns the degrees of freedom (k,) of contrasts (k, p) of the fixed effects.

    2 v^2 / (g' M g), v = c' cov(b) c and g its gradient in the variance parameters (Kuznetsova, Brockhoff,
    Christensen 2017, section 2).
    """
    curve = linear.curvature
    v = np.einsum("kp,pr,kr->k", contrasts, linear.fixed_covariance, contrasts)
    g = np.einsum("kp,mpr,kr->km", contrasts, curve.fixed_covariance, contrasts)
    ratio = np.divide(g, v[:, None], out=np.zeros_like(g), where=v[:, None] > 0)  # v^2 may overflow
    spread = np.einsum("km,mn,kn->k", ratio, curve.covariance, ratio)
    return np.asarray(np.divide(2.0, spread, out=np.full(len(v), np.inf), where=spread > 0))
