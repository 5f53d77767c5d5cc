"""The posterior of the variances of a generalised model with one grouping factor, by sums over its groups."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.collapsed import Collapsed, log_prior
from core.fit.covariance import lower
from core.fit.group_modes import Modes, find_modes
from core.fit.group_slopes import slope_of_lower
from core.fit.group_sums import Panel, Sums, panel, sums_at
from core.fit.importance import spread_evenly
from core.fit.linear import Linear
from core.fit.problem import Problem
from core.fit.spherical import Spherical, jacobian, spherical, to_theta

# Where a search of the modes ends, in log-likelihood: far below what moves a posterior.
SETTLED = 1e-6
# Differences of gradients, in theta relative to its entries, and in logs of SDs.
STEP, APART = 1e-3, 0.02
# A log SD or a transformed correlation known better than this has a posterior that is normal enough.
NORMAL = 0.2
# Newton's steps to the top, how long one may be, and how near they end: a tenth of a posterior SD.
STEPS, LONGEST, NEAR = 6, 0.5, 0.005


@dataclass(frozen=True)
class PanelMarginal:
    """-2 Laplace log-likelihood of theta in the base's working units, fixed effects integrated out."""

    base: Linear
    rows: Rows
    dispersion: float
    eta: Array  # (n,) at the estimates

    @cached_property
    def data(self) -> Panel:
        """The rows by group; an effect in working coordinates is L(theta) v."""
        assert self.base.given is not None  # linearised bases know their residual variance
        root = units(self.base.problem, self.base.given.s2)
        return panel(self.rows, self.dispersion, {self.base.moments.factors[0]: root})

    @cached_property
    def begun(self) -> Sums:
        """What the rows say at the estimates: every search begins there."""
        return sums_at(self.data, self.eta[self.data.order])

    def modes(self, theta: Array) -> Modes | None:
        """Returns the modes at theta, or None where there are none to be found."""
        lowers = (lower(self.base.problem.shape, theta),)
        try:
            with np.errstate(all="ignore"):
                found = find_modes(self.data, lowers, self.begun, SETTLED)
        except np.linalg.LinAlgError:
            return None
        return found if np.isfinite(found.log_likelihood) else None

    def __call__(self, theta: Array) -> float:
        """Returns the value; infinite where there are no modes."""
        found = self.modes(theta)
        return -2.0 * found.log_likelihood if found else np.inf

    def gradient(self, theta: Array) -> Array:
        """Returns the gradient (m,); NaN where there are no modes."""
        found, shape = self.modes(theta), self.base.problem.shape
        if found is None:
            return np.full(len(theta), np.nan)
        return np.asarray(-2.0 * slope_of_lower(self.data, found)[shape.rows, shape.cols])

    def slopes(self, theta: Array) -> tuple[float, Array, Array]:
        """Returns value, gradient (m,) and Hessian (m, m), by differences of gradients."""
        steps = STEP * np.maximum(np.abs(theta), 0.1)
        rows = [
            (self.gradient(theta + e) - self.gradient(theta - e)) / (2.0 * step)
            for step, e in zip(steps, np.diag(steps), strict=True)
        ]
        hessian = np.array(rows)
        return self(theta), self.gradient(theta), (hessian + hessian.T) / 2.0

    def collapsed(self) -> Collapsed:
        """Returns it as a function of theta to search and to weight draws by."""
        shape = self.base.problem.shape
        return Collapsed(shape, self.slopes, lambda thetas: np.array([self(one) for one in thetas]))


def units(problem: Problem, s2: float) -> Array:
    """Returns what turns a factor's u = L(theta) v into effects in units (q, q)."""
    return np.asarray(problem.to_random @ problem.shape.basis * np.sqrt(s2))


def normal_draws(given: PanelMarginal, theta: Array, sd: float, n: int) -> Array | None:
    """Returns n values of theta (n, m) from the normal approximation at the posterior's top; None where that
    is no approximation: few groups, an SD of zero, a correlation of one.

    In log SDs and Fisher-transformed correlations; `sd` is the residual SD in working units. A handful of
    gradients, where the rows are many.
    """
    frame = spherical(given.base.problem.shape)
    psi = frame.start(theta)
    slope = _energy_slope(given, frame, psi, sd)
    ahead = [_energy_slope(given, frame, psi + e, sd) for e in APART * np.eye(len(psi))]
    hessian = (np.array(ahead) - slope) / APART
    hessian = (hessian + hessian.T) / 2.0
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian)[0] < NORMAL**-2:
        return None
    for _ in range(STEPS):
        step = -np.linalg.solve(hessian, slope)
        if not np.isfinite(step).all() or np.abs(step).max() > LONGEST:
            return None
        psi = psi + step
        if -slope @ step < 2.0 * NEAR:
            root = np.linalg.inv(np.linalg.cholesky(hessian)).T
            return to_theta(frame, psi + _normals(n, len(psi)) @ root.T)
        slope = _energy_slope(given, frame, psi, sd)
    return None


def _energy_slope(given: PanelMarginal, frame: Spherical, psi: Array, sd: float) -> Array:
    """Slope of minus the log posterior (m,)."""
    back = jacobian(frame, psi).T @ given.gradient(to_theta(frame, psi))
    return np.asarray(back / 2.0 - log_prior(frame, psi, sd)[1])


def _normals(n: int, m: int) -> Array:
    """Standard normal points (n, m) that fill their space evenly."""
    from scipy.special import ndtri

    return np.asarray(ndtri(spread_evenly(n, m, np.random.default_rng(0))))
