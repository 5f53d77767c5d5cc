"""What a regression with an indicator and slopes of its own for every group foretells of new rows."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.fit.effects import Codes
from core.result.raw import Own, seen_within

# Share of a column's spread from which a row reaches where its group's own rows never were.
BLIND = 1e-6


@dataclass(frozen=True, slots=True)
class Unpooled:
    """Of each row (n,): its linear predictor, NaN where the group's own rows cannot tell it, and the variance
    of that estimate in units of the residual variance.
    """

    eta: Array
    lever: Array


def foretell(own: Own, x: Array, z: Array, codes: Codes) -> Unpooled:
    """Returns what the unpooled model says of rows: x (n, p), z (n, q) in units, places (n,) of their groups.

    -1 stands for a group that the model has not met. With w_j the group's own working coefficients, R_j their
    triangle and G the shared columns' products within groups, the estimate z'w_j + x'b has variance
    |R_j^-T z|^2 + v'G^-1 v, v = x - F_j'R_j^-T z (partitioned least squares).
    """
    linear = own.linear
    problem = linear.problem
    inverse = _inverses(own)
    working = z @ problem.to_random
    at = np.maximum(codes, 0)
    through = np.einsum("nq,nqr->nr", working, inverse[at])
    reached = np.einsum("nr,rqn->nq", through, problem.z.transpose(1, 0, 2)[:, :, at])
    size = np.abs(problem.to_random).max(axis=0)
    blind = (np.abs(working - reached) > BLIND * np.maximum(np.abs(working), size)).any(axis=1)
    eta = x @ own.shared + np.einsum("nq,nq->n", z, own.deviation[at])
    seen = seen_within(linear)
    apart = (x @ problem.to_fixed)[:, seen]
    apart = apart - np.einsum("nr,rsn->ns", through, problem.xy[:, :-1][:, seen][:, :, at])
    gram = np.linalg.pinv(problem.rest[:-1, :-1][np.ix_(seen, seen)], rcond=1e-10)
    lever = (through**2).sum(axis=1) + np.einsum("ns,st,nt->n", apart, gram, apart)
    lost = blind | (codes < 0) | own.endless[at]
    unit = float(np.exp(2 * problem.log_scale[0]))
    return Unpooled(np.where(lost, np.nan, eta), np.where(lost, np.nan, lever / unit))


def scatter(own: Own) -> tuple[float, float]:
    """Returns the residual variance of the unpooled model (of weight 1) and its degrees of freedom: rows less
    coefficients that the rows can tell; NaN and 0 where none are left.
    """
    linear = own.linear
    problem = linear.problem
    effects = np.linalg.solve(problem.to_fixed, own.shared - problem.shift)
    inverse = _inverses(own)
    z = problem.z.transpose(2, 1, 0)
    toward = np.append(-effects, 1.0)
    rest = np.einsum("iac,a->ci", problem.xy, toward)
    left = rest - np.einsum("cik,ckr,cr->ci", z, inverse, rest)
    squares = float(toward @ problem.rest @ toward) + float((left**2).sum())
    told = np.einsum("cik,cki->", z, inverse)  # the trace of a projection is its rank
    df = problem.n_rows - round(float(told)) - int(seen_within(linear).sum())
    unit = float(np.exp(2 * problem.log_scale[0]))
    return (squares / df * unit, float(df)) if df > 0 else (np.nan, 0.0)


def _inverses(own: Own) -> Array:
    """What turns each group's rotated rows into its working coefficients: (J, q, row)."""
    return np.asarray(np.linalg.pinv(own.linear.problem.z.transpose(2, 1, 0), rcond=1e-6))
