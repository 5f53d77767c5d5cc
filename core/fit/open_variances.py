"""The variances of group effects that the data of a generalised model leave open.

Their posterior under a flat prior on the fixed effects and weak ones on the variances (see `collapsed`),
fixed and group effects integrated out by Laplace's approximation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.collapsed import Collapsed, VarianceDraws, log_prior, variance_draws
from core.fit.covariance import joined, lower
from core.fit.group_modes import find_modes
from core.fit.group_sums import Panel, Sums, panel, sums_at
from core.fit.joint_linear import JointLinear
from core.fit.joint_objective import split
from core.fit.linear import Linear
from core.fit.linearised import predictor
from core.fit.open_panel import SETTLED, PanelMarginal, normal_draws, units
from core.fit.spherical import spherical, to_theta

# Values of the variances that answers are averaged over: evenly spread ones, whose average is wrong by 1 / n
# and so as sure as that of n^2 drawn ones, and drawn ones.
PLAUSIBLE, DRAWN = 64, 128
# Groups beyond which fewer values say the same, as they do of one SD that is well known.
MANY = 400
# Rows up to which draws are weighted by the likelihood; beyond them its curvature at the top says enough.
# With one factor a value costs a tenth.
WEIGHED, WEIGHED_ONE = 2_000, 3_000
# Of one SD: how many points of its logarithm, how far below and above the estimate.
GRID, BELOW, ABOVE = 33, 5.0, 3.0
LEAST = -5.0
# Numbers that the products of two factors' columns may take: 160 MB. Beyond, so many groups leave little
# open, and the estimates stand for themselves.
MOST = 20_000_000
# Of differences of the criterion in theta, relative to its entries.
STEP = 1e-3

Values = tuple[Array, Mapping[str, Array]]
"""Fixed effects (p,) and group effects by factor (J, q)."""


@dataclass(frozen=True, slots=True)
class Marginal:
    """-2 Laplace log-likelihood of theta in the base's working units, fixed effects integrated out."""

    base: JointLinear
    data: Panel
    begun: Sums

    def __call__(self, theta: Array) -> float:
        """Returns the value; infinite where the modes cannot be found."""
        parts = zip(self.base.joint.sides, split(self.base.joint, theta), strict=True)
        lowers = tuple(lower(side.shape, own) for side, own in parts)
        try:
            with np.errstate(all="ignore"):
                value = -2.0 * find_modes(self.data, lowers, self.begun, SETTLED).log_likelihood
        except np.linalg.LinAlgError:
            return np.inf
        return value if np.isfinite(value) else np.inf

    def slopes(self, theta: Array) -> tuple[float, Array, Array]:
        """Returns value, gradient (m,) and Hessian (m, m), by central differences."""
        m = len(theta)
        steps = STEP * np.maximum(np.abs(theta), 0.1) * np.eye(m)
        centre = self(theta)
        ahead = np.array([self(theta + e) for e in steps])
        behind = np.array([self(theta - e) for e in steps])
        size = np.diag(steps)
        hessian = np.diag((ahead - 2.0 * centre + behind) / size**2)
        for i in range(m):
            for j in range(i):
                both = self(theta + steps[i] + steps[j]) - ahead[i] - ahead[j] + centre
                back = self(theta - steps[i] - steps[j]) - behind[i] - behind[j] + centre
                hessian[i, j] = hessian[j, i] = (both + back) / (2.0 * size[i] * size[j])
        return centre, (ahead - behind) / (2.0 * size), hessian


def open_variances(rows: Rows, base: Linear | JointLinear, dispersion: float, begun: Values) -> VarianceDraws:
    """Returns values of theta, in the base's working units, spread over their posterior; seed 0.

    Searches begin at the linear predictor of `begun`.
    """
    theta = base.optimum.theta
    if not len(theta):
        return VarianceDraws(np.empty((1, 0)), 1.0, 0)
    assert base.given is not None  # linearised bases know their residual variance
    # Of SDs on the scale of the linear predictor, whatever the working outcome's.
    lead = base.joint.sides[0] if isinstance(base, JointLinear) else base.problem
    sd = float(np.sqrt(base.given.s2) * np.exp(lead.log_scale[0]))
    if isinstance(base, Linear):
        single = PanelMarginal(base, rows, dispersion, predictor(rows, *begun))
        n = PLAUSIBLE // 2 if base.problem.cells <= MANY and len(theta) > 1 else PLAUSIBLE // 4
        found = normal_draws(single, theta, sd, n) if rows.n > WEIGHED else None
        if found is not None:
            return VarianceDraws(found, float(n) ** 2, n)
        given = single.collapsed()
    else:
        first = base.joint.first
        if first.cells * len(first.random) * (base.joint.starts[-1] + first.p) > MOST:
            return VarianceDraws(theta[None], 1.0, 1)
        shape = joined(tuple(side.shape for side in base.joint.sides))
        named = zip(base.joint.factors, base.joint.sides, strict=True)
        data = panel(rows, dispersion, {name: units(side, base.given.s2) for name, side in named})
        value = Marginal(base, data, sums_at(data, predictor(rows, *begun)[data.order]))
        given = Collapsed(shape, value.slopes, lambda thetas: np.array([value(one) for one in thetas]))
    if len(theta) == 1:
        return _on_a_grid(given, theta, sd)
    rng = np.random.default_rng(0)
    most = WEIGHED_ONE if isinstance(base, Linear) else WEIGHED
    largest = max(len(levels) for levels in rows.levels.values())
    n = DRAWN if largest <= MANY else DRAWN // 4
    return variance_draws(given, theta, sd, n, rng, weighted=rows.n <= most)


def _on_a_grid(given: Collapsed, theta: Array, sd: float) -> VarianceDraws:
    """Quantiles of the posterior of one SD, midway between equal shares: no noise of drawing."""
    from scipy.interpolate import CubicSpline

    frame = spherical(given.shape)
    first = max(float(np.log(max(abs(float(theta[0])), 1e-12))), LEAST)
    psi = np.linspace(first - BELOW, first + ABOVE, GRID)
    density = log_prior(frame, psi[:, None], sd)[0] - given.values(to_theta(frame, psi[:, None])) / 2.0
    sound = np.isfinite(density)
    smooth = CubicSpline(psi[sound], density[sound] - density[sound].max())
    fine = np.linspace(psi[sound][0], psi[sound][-1], 2_000)
    total = np.cumsum(np.exp(smooth(fine)))
    share = (np.arange(PLAUSIBLE) + 0.5) / PLAUSIBLE
    found = np.interp(share, total / total[-1], fine)
    return VarianceDraws(to_theta(frame, found[:, None]), float(PLAUSIBLE) ** 2, PLAUSIBLE)
