"""What is searched for one grouping factor and for several, and where each search begins."""

import numpy as np

from core.design.coding import Array
from core.fit.covariance import nearest_theta
from core.fit.hessian import criterion_and_slopes
from core.fit.joint import Joint
from core.fit.joint_objective import Latest, joint_slopes, slopes_of
from core.fit.objective import assemble, residual_weights
from core.fit.optimise import ZERO, Target
from core.fit.problem import Problem

# Of central differences of a gradient, in sized theta.
STEP = 1e-4
# With few groups a criterion of several parameters may have a second, lower valley (two of 1,372 small panels
# did); there every start is searched, and costs little.
FEW = 60


def target(problem: Problem, reml: bool) -> Target:
    """Returns the search of a model with one grouping factor, or none."""
    return Target(
        shapes=(problem.shape,),
        sizes=sizes(problem),
        starts=starts(problem),
        slopes=lambda theta: criterion_and_slopes(problem, theta, reml),
        thorough=len(problem.random) > 1 and problem.cells <= FEW,
    )


def joint_target(joint: Joint, reml: bool, latest: Latest | None = None) -> Target:
    """Returns the search of a model with several: each factor begins where it would alone. `latest` keeps
    what was made of the last theta.

    Large models, whose every value is dear, are searched from two starts and judged by the average
    information alone.
    """
    together = zip(*(starts(side) for side in joint.sides), strict=True)
    begun = tuple(np.concatenate(each) for each in together)
    assemble = latest or Latest(joint, reml)
    return Target(
        shapes=tuple(side.shape for side in joint.sides),
        sizes=np.concatenate([sizes(side) for side in joint.sides]),
        starts=begun[:2] if joint.large else begun,
        slopes=lambda theta: slopes_of(joint, assemble(theta), reml),
        thorough=joint.first.cells <= FEW,
        hessian=None if joint.large else lambda theta: joint_hessian(joint, theta, reml),
    )


def joint_hessian(joint: Joint, theta: Array, reml: bool, gradient: Array | None = None) -> Array:
    """Returns the Hessian (m, m) of the criterion of several factors, by differences of its gradient.

    Central ones; where the `gradient` (m,) at theta is given, one-sided ones, at half the price and with four
    digits, which is what degrees of freedom need.
    """
    scale = np.concatenate([sizes(side) for side in joint.sides])
    steps = STEP * np.diag(np.maximum(np.abs(theta * scale), 0.05) / scale)
    ahead = np.array([joint_slopes(joint, theta + step, reml)[1] for step in steps])
    if gradient is not None:
        found = (ahead - gradient) / np.diag(steps)[:, None]
    else:
        behind = np.array([joint_slopes(joint, theta - step, reml)[1] for step in steps])
        found = (ahead - behind) / (2.0 * np.diag(steps)[:, None])
    return np.asarray((found + found.T) / 2.0)


def sizes(problem: Problem) -> Array:
    """Returns what each entry of theta adds to a row per residual SD: (m,)."""
    return effect_columns(problem)[1][problem.shape.rows]


def starts(problem: Problem) -> tuple[Array, ...]:
    """Returns five sized starts (m,), the best guess first."""
    return (moment_start(problem), *other_starts(problem)) if problem.random else (np.empty(0),) * 5


def is_singular(problem: Problem, theta: Array) -> bool:
    """Returns whether a diagonal entry of L is zero next to the residual SD."""
    diagonal = problem.shape.rows == problem.shape.cols
    return bool((np.abs(theta * sizes(problem))[diagonal] < ZERO).any())


def effect_columns(problem: Problem) -> tuple[Array, Array]:
    """Returns the columns that the effects move, with mean square 1 over the rows, and their sizes.

    (q, q, C) [effect, row, cell] and (q,). The size of a working column is 1 but for one far from zero that
    is not centred.
    """
    q, _, cells = problem.z.shape
    columns = problem.shape.basis.T @ problem.z.reshape(q, q * cells)
    sizes = np.sqrt(np.square(columns).sum(axis=1) / problem.n_rows)
    return (columns / sizes[:, None]).reshape(q, q, cells), sizes


def moment_start(problem: Problem) -> Array:
    """Returns sized theta (m,) from equating the cells' squares to their expectation (MINQUE(0)).

    With f = F_y - F_x b of pooled least squares, E[Z'(ff' - s2)Z] = Z'Z Sigma Z'Z, summed over cells, where
    errors are independent.
    """
    q = len(problem.random)
    pooled = assemble(problem, np.zeros(len(problem.shape.rows)), reml=False)
    weights = residual_weights(pooled)
    f = np.einsum("ijc,j->ic", problem.xy, weights)
    spare = problem.n_rows - problem.cells * q
    s2 = float(weights @ problem.rest @ weights) / spare if spare > 0 else pooled.r2 / problem.n_rows / 2
    s2 = max(s2, 1e-8 * pooled.r2 / problem.n_rows)
    z, _ = effect_columns(problem)
    zf = np.einsum("kic,ic->kc", z, f)
    zz = np.einsum("kic,lic->klc", z, z)
    left = np.einsum("klc,mnc->kmln", zz, zz).reshape(q * q, q * q)
    right = (zf @ zf.T / s2 - zz.sum(axis=2)).reshape(q * q)
    sigma = np.linalg.lstsq(left, right, rcond=1e-10)[0].reshape(q, q)
    # A start at zero could not leave it, the gradient being zero there: begin at a third of what one group's
    # rows can just tell from nothing.
    typical = float(np.sqrt(problem.cells / problem.n_rows))
    return nearest_theta(problem.shape, sigma, floor=max(0.3 * typical, 1e-3))


def other_starts(problem: Problem) -> tuple[Array, ...]:
    """Returns more sized starts: effects that go together, weak ones that oppose each other, effects in step
    (a factor of rank one), strong ones that oppose each other.
    """
    q = len(problem.random)
    off = 0.3 * (np.ones((q, q)) - np.eye(q))
    return (
        nearest_theta(problem.shape, np.eye(q) + off, floor=0.1),
        nearest_theta(problem.shape, 0.01 * (np.eye(q) - off), floor=0.03),
        nearest_theta(problem.shape, np.ones((q, q)), floor=1e-3),
        nearest_theta(problem.shape, 4.0 * np.eye(q) - 3.0 * off, floor=0.1),
    )
