"""What plain regressions would say: each group on its own, and all groups as one."""

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.matrix import INTERCEPT
from core.fit.linear import Linear
from core.fit.objective import assemble
from core.result.effects import wald_table
from core.result.totals import averages, matching

# A predictor keeps its within-group estimate when at least this share of its variation lies within groups.
WITHIN = 1e-9


def plain_regression(linear: Linear, level: float) -> pd.DataFrame:
    """Returns ordinary least squares with the groups ignored, columns as `fixed_effects`.

    The same predictors as the model keeps; by the QR of cross-products at theta = 0.
    """
    problem = linear.problem
    pieces = assemble(problem, np.zeros(len(problem.shape.rows)), reml=True)
    root = problem.to_fixed @ pieces.inverse[:-1, :-1]
    estimate = problem.to_fixed @ (-pieces.root[-1, -1] * pieces.inverse[:-1, -1]) + problem.shift
    std_error = np.sqrt(pieces.r2 / pieces.df * (root**2).sum(axis=1))
    return wald_table(problem.fixed, estimate, std_error, np.full(problem.p, float(pieces.df)), level)


def raw_coefficients(linear: Linear) -> pd.DataFrame:
    """Returns each group's own estimate without pooling: index level; n, <term>, <term>_se.

    One regression with an indicator and its own slopes for every group, other predictors shared: the model's
    limit as group variances grow. NaN where a group's rows cannot tell (one row, or a predictor that never
    moved there). Raises nothing; empty when nothing varies.
    """
    problem = linear.problem
    names = problem.random
    index = pd.Index(
        linear.moments.levels[0] if names else (), name="".join(linear.moments.factors), dtype="str"
    )
    if not names:
        return pd.DataFrame(index=index)
    shared, variance = _shared(linear)
    z = problem.z.transpose(2, 1, 0)  # (C, row, column)
    rest = problem.xy[:, -1] - np.einsum("iac,a->ic", problem.xy[:, :-1], shared)  # (q, C)
    inverse = np.linalg.pinv(z, rcond=1e-6)
    working = np.einsum("cki,ic->ck", inverse, rest)
    back = problem.to_random
    # What a flat direction of a group could still hide, seen in each term.
    blind = np.eye(len(names)) - inverse @ z
    unseen = np.abs(back @ blind).max(axis=2) / np.abs(back).max(axis=1) > 1e-6
    covariance = back @ (inverse @ inverse.transpose(0, 2, 1)) @ back.T
    own_shift = matching(problem.fixed, names) @ problem.shift
    estimate = np.where(unseen, np.nan, working @ back.T + own_shift)
    std_error = np.where(
        np.isnan(estimate), np.nan, np.sqrt(variance * covariance.diagonal(axis1=1, axis2=2))
    )
    columns: dict[str, Array] = {"n": linear.moments.rows.astype(np.int64)}
    for k, term in enumerate(names):
        columns |= {term: estimate[:, k], f"{term}_se": std_error[:, k]}
    return pd.DataFrame(columns, index=index)


def raw_at_average(linear: Linear) -> pd.DataFrame:
    """Returns raw_coefficients with "(Intercept)" replaced by each group's own level at average predictors.

    NaN where the group has no slope of its own to carry its level there.
    """
    raw = raw_coefficients(linear)
    terms = linear.problem.random
    if INTERCEPT not in terms:
        return raw
    shared, _ = _shared(linear)
    others = np.array([t not in terms for t in linear.problem.fixed], dtype=bool)
    effects = linear.problem.to_fixed[:, others] @ shared[others]
    offset = float(averages(linear, linear.problem.fixed)[others] @ effects[others])
    level = raw[list(terms)].to_numpy() @ averages(linear, terms) + offset
    return raw.assign(**{INTERCEPT: level}).drop(columns=f"{INTERCEPT}_se")


def _shared(linear: Linear) -> tuple[Array, float]:
    """Working effects of the predictors that do not vary, estimated within groups, and the residual variance.

    Predictors that are constant within groups keep the mixed model's estimate; those that vary are each
    group's own and enter with zero.
    """
    problem = linear.problem
    within = problem.rest[:-1, :-1]
    x_size = np.diag(within) + (problem.xy[:, :-1] ** 2).sum(axis=(0, 2))
    own = np.array([name in problem.random for name in problem.fixed], dtype=bool)
    seen = (np.diag(within) > WITHIN * np.maximum(x_size, 1e-300)) & ~own
    effects = -linear.pieces.root[-1, -1] * linear.pieces.inverse[:-1, -1]
    effects = np.where(own, 0.0, effects)
    if seen.any():
        solved = np.linalg.lstsq(within[np.ix_(seen, seen)], problem.rest[:-1, -1][seen], rcond=1e-10)[0]
        effects[seen] = solved
    full = np.append(-effects * seen, 1.0)
    used = (np.abs(problem.z).max(axis=0) > 0).sum() + seen.sum()
    return effects, max(float(full @ problem.rest @ full), 0.0) / max(problem.n_rows - float(used), 1.0)
