"""What plain regressions would say: each group on its own, and all groups as one."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.along import Along
from core.fit.generalised import GeneralisedSide
from core.fit.objective import Pieces, assemble
from core.result.carried import carried
from core.result.effects import wald_table
from core.result.of_rows import without_groups
from core.result.raw_generalised import around_predictor, behind, cases, endless
from core.result.totals import weights_at_average
from core.spec.model import Family

# Steps of Newton's method towards each group's own maximum, and the rise in its numbers that ends them.
STEPS, SETTLED = 30, 1e-8
# Log-odds or log rate at which a group whose rows all say the same is held.
FAR = 15.0
# A predictor keeps its within-group estimate when at least this share of its variation lies within groups.
WITHIN = 1e-9


def plain_regression(linear: Along, level: float) -> pd.DataFrame:
    """Returns ordinary least squares, or the plain generalised model, with the groups ignored; columns as
    `fixed_effects`.

    The same predictors as the model keeps; by the QR of cross-products at theta = 0.
    """
    problem = linear.problem
    side = behind(linear)
    if side is not None:
        plain = without_groups(side.whole.rows)
        std_error = np.sqrt(np.maximum(np.diag(plain.covariance), 0.0))
        return wald_table(problem.fixed, plain.fixed, std_error, np.full(problem.p, np.inf), level)
    estimate, covariance, df = least_squares(linear)
    return wald_table(problem.fixed, estimate, np.sqrt(np.diag(covariance)), np.full(problem.p, df), level)


def least_squares(linear: Along) -> tuple[Array, Array, float]:
    """Returns ordinary least squares with the groups ignored: effects (p,), their covariance (p, p), degrees
    of freedom.
    """
    problem, pieces = linear.problem, _ungrouped(linear)
    root = problem.to_fixed @ pieces.inverse[:-1, :-1]
    estimate = problem.to_fixed @ (-pieces.root[-1, -1] * pieces.inverse[:-1, -1]) + problem.shift
    return estimate, pieces.r2 / pieces.df * root @ root.T, float(pieces.df)


def plain_variance(linear: Along) -> float:
    """Returns the residual variance of ordinary least squares with the groups ignored, of weight 1."""
    pieces = _ungrouped(linear)
    return float(pieces.r2 / pieces.df * np.exp(2 * linear.problem.log_scale[0]))


def _ungrouped(linear: Along) -> Pieces:
    return assemble(linear.problem, np.zeros(len(linear.problem.shape.rows)), reml=True)


@dataclass(frozen=True, slots=True)
class Own:
    """One regression with an indicator and its own slopes for every group, other predictors shared.

    What it expects of a row is x'shared + z'deviation on the scale of the linear predictor; where a group's
    rows cannot tell all of its coefficients, `deviation` is the smallest that fits them in working units.
    `linear` is the Gaussian model whose sums it solves: the model's own, or that which the rows of a
    generalised one resemble around the solution.
    """

    table: pd.DataFrame  # as `raw_coefficients`
    shared: Array  # (p,) as `shared_effects`
    deviation: Array  # (J, q)
    endless: NDArray[np.bool_]  # (J,) groups whose own regression runs on for ever
    linear: Along


def raw_coefficients(linear: Along) -> pd.DataFrame:
    """Returns each group's own estimate without pooling: index level; n, <term>.

    One regression with an indicator and its own slopes for every group, other predictors shared: the model's
    limit as group variances grow. NaN where a group's rows cannot tell (one row, a predictor that never moved
    there, or predictors that already hold the groups' level), and in a model with other groupings, whose
    effects are in the same rows. Empty when nothing varies.
    """
    return own_regressions(linear).table


def own_regressions(linear: Along) -> Own:
    """Returns the regression behind `raw_coefficients`, of any family: O(groups) from sums, of a generalised
    model some dozens of times O(rows).
    """
    side = behind(linear)
    if side is not None and side.problem.random:
        return _own_generalised(side)
    return _own(linear)


def _own_generalised(side: GeneralisedSide) -> Own:
    """Each group's own generalised regression: weighted regressions around what the last ones expect.

    NaN where they go on for ever: none of a group's rows says yes, or all do, or its predictor tells which.
    """
    whole, name = side.whole, side.factor
    rows, terms = whole.rows, list(side.problem.random)
    linear: Along = side.base
    before, eta = None, whole.eta
    for _ in range(STEPS):
        own = _own(linear)
        now = own.table[terms].to_numpy()
        if before is not None and np.nanmax(np.abs(now - before), initial=0.0) < SETTLED:
            break
        before = now
        eta = rows.offset + rows.x @ own.shared
        eta += np.einsum("nq,nq->n", rows.z[name], own.deviation[rows.codes[name]])
        linear = around_predictor(whole, name, np.clip(eta, -FAR, FAR))
    nothing, everything = endless(whole, name)
    # Beyond FAR in some row: the group's own regression runs on for ever, only the clip above holds it.
    out = -eta if rows.family is not Family.BINOMIAL else np.abs(eta)
    away = np.zeros(len(nothing), dtype=bool)
    np.logical_or.at(away, rows.codes[name], out > FAR)
    lost = (nothing | everything if rows.family is Family.BINOMIAL else nothing) | away
    found = own.table.assign(n=np.round(cases(whole, name)).astype(np.int64))
    found.loc[lost, terms] = np.nan
    return replace(own, table=found, endless=lost)


def _own(linear: Along) -> Own:
    """Each group's own Gaussian regression."""
    problem = linear.problem
    effects = shared_effects(linear)
    names = problem.random
    index = pd.Index(
        linear.moments.levels[0] if names else (), name="".join(linear.moments.factors), dtype="str"
    )
    if not names:
        none = np.empty((len(index), 0))
        return Own(pd.DataFrame(index=index), effects, none, np.zeros(len(index), dtype=bool), linear)
    shared = _shared(linear)
    z = problem.z.transpose(2, 1, 0)  # (C, row, column)
    rest = problem.xy[:, -1] - np.einsum("iac,a->ic", problem.xy[:, :-1], shared)  # (q, C)
    inverse = np.linalg.pinv(z, rcond=1e-6)
    working = np.einsum("cki,ic->ck", inverse, rest)
    back = problem.to_random
    # What a flat direction of a group could still hide, seen in each term.
    blind = np.eye(len(names)) - inverse @ z
    unseen = np.abs(back @ blind).max(axis=2) / np.abs(back).max(axis=1) > 1e-6
    # Working columns are centred, which puts the shared predictors' average into the intercept: take it out.
    deviation = working @ back.T
    estimate = np.where(unseen | linear.crossed, np.nan, deviation + carried(linear) @ effects)
    columns: dict[str, Array] = {"n": linear.moments.rows.astype(np.int64)}
    table = pd.DataFrame(columns | {term: estimate[:, k] for k, term in enumerate(names)}, index=index)
    return Own(table, effects, deviation, np.zeros(len(table), dtype=bool), linear)


def raw_at_average(linear: Along) -> pd.DataFrame:
    """Returns raw_coefficients read as `totals_at_average` reads the pooled ones: at average predictors.

    NaN where the group has no slope of its own to carry it there.
    """
    own = own_regressions(linear)
    raw, terms = own.table, linear.problem.random
    if not terms:
        return raw
    of_fixed, of_own = weights_at_average(linear)
    of_fixed = of_fixed - of_own @ carried(linear)  # what varies is in `raw` itself
    level = weighted(raw[list(terms)].to_numpy(), of_own) + of_fixed @ own.shared
    return raw.assign(**{term: level[:, k] for k, term in enumerate(terms)})


def weighted(values: Array, weights: Array) -> Array:
    """Returns values (J, q) @ weights' (q, k), a value without weight left out, unknown (NaN) or not."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0) @ weights.T
    return np.where(~known @ (weights != 0.0).T, np.nan, total)


def shared_effects(linear: Along) -> Array:
    """Returns what raw_coefficients takes for the fixed columns (p,), in units.

    Those of columns that vary by group are the mixed model's part of centring only: read `raw` for them.
    """
    return np.asarray(linear.problem.to_fixed @ _shared(linear) + linear.problem.shift)


def _shared(linear: Along) -> Array:
    """Working effects (p,) of the predictors that do not vary, estimated within groups.

    Predictors that are constant within groups keep the mixed model's estimate; those that vary are each
    group's own and enter with zero.
    """
    problem = linear.problem
    within = problem.rest[:-1, :-1]
    own = np.array([name in problem.random for name in problem.fixed], dtype=bool)
    seen = seen_within(linear)
    effects = np.where(own, 0.0, linear.working.fixed)
    if seen.any():
        gram, with_outcome = within[np.ix_(seen, seen)], problem.rest[:-1, -1][seen]
        effects[seen] = np.linalg.lstsq(gram, with_outcome, rcond=1e-10)[0]
    return effects


def seen_within(linear: Along) -> NDArray[np.bool_]:
    """Returns which fixed columns (p,) move within groups and are shared by all of them."""
    problem = linear.problem
    within = np.diag(problem.rest[:-1, :-1])
    size = within + (problem.xy[:, :-1] ** 2).sum(axis=(0, 2))
    own = np.array([name in problem.random for name in problem.fixed], dtype=bool)
    return np.asarray((within > WITHIN * np.maximum(size, 1e-300)) & ~own)
