"""Leave one group out, for all groups, from moments."""

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.linear import Linear
from core.fit.resample import Replicates, refitted, replicates
from core.fit.reweigh import Groups, Without, groups_of, moved, without_each
from core.fit.settle import Settled
from core.fit.target import sizes
from core.fit.threads import one_thread

# Fits times groups that are searched to their end, a second's work or two: all fits of up to 632 groups, and
# with more of them those whose step from the whole fit is longest.
BUDGET = 400_000
# Steps shorter than this, in sized theta, are trusted; near a variance of zero, where the criterion is no
# parabola, a tenth of the way there.
LONG, SHARE = 0.005, 0.1


def left_out(linear: Linear) -> Replicates:
    """Returns the fit without each group, in the order of the groups' levels.

    With many groups one Newton step from the whole fit serves: leaving one of J out moves theta by O(1/J),
    and what the step misses is O(1/J^2) (for a step of another kind: Christensen, Pearson, Johnson 1992,
    Technometrics 34(1)). Groups that move it far are fitted fully.
    """
    groups = groups_of(linear.moments)
    j = groups.count
    if j * j <= BUDGET or not len(linear.optimum.theta):
        return refitted(linear, groups, 1.0 - np.eye(j))
    with one_thread():
        without = without_each(groups, linear.optimum.theta, linear.reml)
        step = _step(groups, without)
        theta = linear.optimum.theta + step
        found = np.isfinite(without.at.value)
        near = Settled(theta, moved(groups.problem, without, theta), found)
        counts = 1.0 - np.eye(j)
        stepped = replicates(groups, counts, near)
    far = _far(groups, linear.optimum.theta, step)[: BUDGET // j]
    if not len(far):
        return stepped
    return _replaced(stepped, refitted(linear, groups, counts[far]), far)


def _step(groups: Groups, without: Without) -> Array:
    """Newton steps (J, m) in theta; none along directions that do not curve up."""
    size = sizes(groups.problem)
    gradient, hessian = without.at.gradient / size, without.at.hessian / np.outer(size, size)
    values, vectors = np.linalg.eigh(hessian)
    sound = values > 1e-6 * values[:, -1:]
    along = np.einsum("jmk,jm->jk", vectors, gradient)
    step = np.divide(-along, values, out=np.zeros_like(along), where=sound)
    return np.asarray(np.einsum("jmk,jk->jm", vectors, step) / size)


def _far(groups: Groups, theta: Array, step: Array) -> NDArray[np.intp]:
    """Groups whose steps (J, m) are too long to be trusted, the longest first."""
    size, shape = sizes(groups.problem), groups.problem.shape
    diagonal = np.abs(theta * size)[shape.rows == shape.cols]
    trusted = np.minimum(LONG, SHARE * diagonal[diagonal > 0.0].min(initial=np.inf))
    length = np.linalg.norm(step * size, axis=1)
    order = np.argsort(-length)
    return np.asarray(order[length[order] > trusted], dtype=np.intp)


def _replaced(into: Replicates, by: Replicates, places: NDArray[np.intp]) -> Replicates:
    fields = {}
    for name in Replicates.__slots__:
        values = getattr(into, name).copy()
        values[places] = getattr(by, name)
        fields[name] = values
    return Replicates(**fields)
