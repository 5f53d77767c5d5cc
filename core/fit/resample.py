"""Fits of many re-weightings in the columns' own units: what bootstraps and left-out groups are made from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.covariance import factors
from core.fit.linear import Linear
from core.fit.reweigh import Groups, groups_of
from core.fit.settle import Settled, settle
from core.fit.threads import one_thread

# Share of a column's squares, or of a combination's, below which it does not move: rounding.
FLAT = 1e-10


@dataclass(frozen=True, slots=True)
class Replicates:
    """What R re-weighted fits say; rows of those that could not be fitted are NaN.

    `explained` is the variance of the predictors' part over the rows, `between` the mean over the rows of
    z' Sigma z, as in `result.variance`; both, and `spread`, in the outcome's squared units.
    """

    fixed: Array  # (R, p)
    std_error: Array  # (R, p) given the variances
    spread: Array  # (R, q, q) covariance of the groups' effects
    sigma: Array  # (R,)
    explained: Array  # (R,)
    between: Array  # (R,)
    found: NDArray[np.bool_]  # (R,) a verified optimum


def resampled(
    linear: Linear, n: int, seed: int, done: Callable[[int], None] = lambda count: None
) -> Replicates:
    """Returns n cluster-bootstrap fits: J groups drawn with replacement, each as a group of its own.

    A group drawn twice counts twice: no row is read (Davison, Hinkley 1997, Bootstrap Methods, section 3.8).
    """
    groups = groups_of(linear.moments)
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(groups.count, np.full(groups.count, 1 / groups.count), size=n).astype(np.float64)
    return refitted(linear, groups, counts, done)


def refitted(
    linear: Linear, groups: Groups, counts: Array, done: Callable[[int], None] = lambda count: None
) -> Replicates:
    """Returns the fits of re-weightings, counts (R, J) of each group."""
    with one_thread():
        settled = settle(groups, counts, linear.optimum.theta, linear.reml, done)
        return replicates(groups, counts, settled)


def replicates(groups: Groups, counts: Array, settled: Settled) -> Replicates:
    """Returns what settled fits say, in units."""
    problem, at = groups.problem, settled.at
    p = problem.p
    units = float(np.exp(2 * problem.log_scale[0]))
    s2 = at.root[:, -1, -1] ** 2 / at.df
    working = -at.root[:, -1, -1:] * at.inverse[:, :-1, -1]
    back = problem.to_fixed @ at.inverse[:, :p, :p]
    lams = factors(problem.shape, settled.theta)
    spread = s2[:, None, None] * lams @ lams.transpose(0, 2, 1)
    rows = counts @ groups.rows
    gram = np.einsum("aic,bic->cab", problem.z, problem.z).reshape(groups.count, -1)
    whole = (counts @ groups.whole.reshape(groups.count, -1)).reshape(-1, p + 2, p + 2)
    weight = whole[:, 0, 0]  # of the rows drawn, whose weights need not average 1
    between = (counts @ gram * spread.reshape(len(counts), -1)).sum(axis=1) / weight
    total = np.einsum("rp,rp->r", whole[:, 0, 1:-1], working)
    squares = np.einsum("rp,rps,rs->r", working, whole[:, 1:-1, 1:-1], working)
    out = problem.to_random
    return Replicates(
        fixed=working @ problem.to_fixed.T + problem.shift,
        std_error=np.sqrt(s2[:, None] * (back**2).sum(axis=2)),
        spread=out @ spread @ out.T,
        sigma=np.sqrt(s2 * units),
        explained=(squares - total**2 / weight) / weight * rows / np.maximum(rows - 1, 1) * units,
        between=between * units,
        found=settled.found & _told(counts @ gram, gram.sum(axis=0)),
    )


def _told(drawn: Array, whole: Array) -> NDArray[np.bool_]:
    """Whether each draw (R, q q) has what every effect moves: without it the search stays where it began."""
    q = int(np.sqrt(len(whole)))
    size = np.sqrt(np.diag(whole.reshape(q, q)))
    both = np.concatenate([drawn, whole[None]]).reshape(-1, q, q) / np.outer(size, size)
    least = np.linalg.eigvalsh(both)[:, 0] if q else np.ones(len(both))
    moves = (np.diagonal(both, axis1=1, axis2=2)[:-1] > FLAT).all(axis=1)
    # Columns may depend on each other in the whole, and their variances still be told.
    return np.asarray(moves & ((least[:-1] > FLAT) | (least[-1] <= FLAT)))
