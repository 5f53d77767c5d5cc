"""A fit's model as a posterior sees it: priors in working units, density, points of the variances."""

import numpy as np

from core.design.coding import Array
from core.fit.density import Density, density, joint_density, thetas_of
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.objective import Given
from core.fit.prior import WorkingPrior, working_prior
from core.fit.problem import Problem
from core.spec.prior import Priors


def posed_sides(base: Linear | JointLinear) -> list[tuple[str, Problem]]:
    """Returns each factor's problem by name, in the order of theta."""
    if isinstance(base, JointLinear):
        return list(zip(base.joint.factors, base.joint.sides, strict=True))
    return [(name, side.problem) for name, side in base.sides.items()]


def prior_of(base: Linear | JointLinear, priors: Priors) -> WorkingPrior:
    """Returns complete priors in the units of a fit's problem."""
    return working_prior(priors, base.moments, base.lead.problem, posed_sides(base))


def density_of(base: Linear | JointLinear, prior: WorkingPrior) -> Density:
    """Returns the posterior density of a fit's model."""
    if isinstance(base, JointLinear):
        return joint_density(base.joint, prior)
    return density(base.problem, prior)


def point(prior: WorkingPrior, x: Array) -> Array:
    """Returns points (theta, log s) (..., m + 1) of coordinates (log s, psi)."""
    return np.concatenate([thetas_of(prior, x), x[..., :1]], axis=-1)


def unpoint(prior: WorkingPrior, where: Array) -> tuple[Array, Given]:
    """Returns theta, and the residual variance with the fixed effects' prior, of one point."""
    return where[:-1], Given(float(np.exp(2.0 * where[-1])), prior.fixed)
