"""A generalised model seen from near: the Gaussian model it resembles around a linear predictor.

With l the log-likelihood of a row, the outcome eta + l'/w with w = -l'' has variance 1 / w (Newton's method):
near the conditional modes everything is a weighted Gaussian model of known residual variance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.design.coding import Array
from core.design.matrix import Design
from core.design.moments import Moments, summarise
from core.design.rows import Rows
from core.design.weights import Weights
from core.fit.family import working
from core.fit.fixed_columns import every_column
from core.fit.joint import pose_joint_any
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.objective import Given
from core.fit.optimise import Optimum, Stop
from core.fit.problem import Problem, pose_any
from core.fit.threads import one_thread

Spread = Mapping[str, Array]
"""Covariance of each factor's effects (q, q), in units."""


@dataclass(frozen=True, slots=True)
class Near:
    """Where a generalised model is looked at: linear predictor (n,), offset included, and variances."""

    eta: Array
    spread: Spread
    dispersion: float


def linearised(design: Design, rows: Rows, near: Near) -> Linear | JointLinear:
    """Returns the Gaussian model that resembles a generalised one, at the variances of `near`."""
    with one_thread():
        dropped = tuple(name for name in design.layout.fixed if name not in rows.fixed)
        return _posed(moments_near(design, rows, near), near.spread, dropped)


def moments_near(design: Design, rows: Rows, near: Near) -> Moments:
    """Returns the sums of the working outcome and its weights: one pass over the rows."""
    outcome, weights = working(rows, near.eta, near.dispersion)
    unit = float(weights.mean())
    layout = replace(design.layout, fixed=rows.fixed)
    said = sum((design.values[name] for name in layout.offsets), np.zeros(rows.n))
    values = {**design.values, layout.outcome: outcome - (rows.offset - said)}
    known = replace(design, values=values, layout=layout, weights=Weights(weights / unit, unit), trials=None)
    return summarise(known)


def _posed(moments: Moments, spread: Spread, dropped: tuple[str, ...]) -> Linear | JointLinear:
    given = every_column(moments)
    given = replace(given, aliased=(*dropped, *given.aliased))
    # A row of average weight has residual variance 1 / unit; in working units the outcome has SD 1.
    s2 = float(np.exp(-2.0 * given.log_scale[0])) / moments.unit
    prior = np.zeros((len(given.names) + 1, len(given.names) + 1))
    # The residual sum of squares says nothing beside a known variance, but a root is taken of it, and a model
    # with as many columns as rows has none.
    prior[-1, -1] = 1.0
    if len(moments.factors) > 1:
        joint = pose_joint_any(moments, given)
        sides = zip(joint.factors, joint.sides, strict=True)
        theta = np.concatenate([relative(side, spread[name], s2) for name, side in sides])
        return JointLinear(moments, joint, known_optimum(theta), reml=True, given=Given(s2, prior))
    problem = pose_any(moments, given)
    name = "".join(moments.factors)
    theta = relative(problem, spread[name], s2) if problem.random else np.empty(0)
    return Linear(moments, problem, known_optimum(theta), reml=True, given=Given(s2, prior))


def relative(problem: Problem, spread: Array, s2: float) -> Array:
    """Returns theta (m,) of a factor's covariance (q, q) in units, at a residual variance s2; singular ones
    too.
    """
    back = np.linalg.inv(problem.to_random @ problem.shape.basis)
    lower = lower_root(back @ root_of(spread)) / np.sqrt(s2)
    return np.asarray(lower[problem.shape.rows, problem.shape.cols])


def root_of(spread: Array) -> Array:
    """Returns R (q, q) with R R' = spread, which may be singular."""
    size = np.sqrt(np.maximum(np.diag(spread), 1e-300))
    values, vectors = np.linalg.eigh(spread / np.outer(size, size))
    return np.asarray(size[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))


def lower_root(root: Array) -> Array:
    """Returns the lower-triangular L (q, q), diagonal >= 0, with L L' = root root'."""
    lower = np.linalg.qr(root.T, mode="r").T
    return np.asarray(lower * np.where(np.diag(lower) < 0, -1.0, 1.0))


def known_optimum(theta: Array) -> Optimum:
    """Returns variances that were found elsewhere as an optimum."""
    m = len(theta)
    stop = Stop.OPTIMUM if m else Stop.NO_SEARCH
    return Optimum(theta, float("nan"), np.zeros(m), np.zeros((m, m)), stop, ())


def predictor(rows: Rows, fixed: Array, effects: Mapping[str, Array]) -> Array:
    """Returns eta (n,) from fixed effects (p,) and group effects by factor (J, q)."""
    eta = rows.offset + rows.x @ fixed
    for name, z in rows.z.items():
        eta = eta + np.einsum("nq,nq->n", z, effects[name][rows.codes[name]])
    return eta
