"""Residuals of every row: what a fit says of it, how far off it is, and how far that is for such a row."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.effects import Codes
from core.fit.threads import one_thread
from core.result.errors import check_gaussian
from core.result.fit import Fit
from core.result.rows_in_use import RowsInUse, rows_in_use
from core.table.read import read_table
from core.table.table import Table

# With several groupings the exact leverage costs a sum over pairs of groups; beyond this many rows, when each
# has little, what every grouping would take alone stands for it.
MANY = 20_000
# Of a row's variance, least share that its own effects are taken to leave: they may fit it exactly.
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Residuals:
    """What a fit says of each of the n rows in use, in the table's order.

    `leverage` is the share that a row's own outcome has in its fitted value. `standardised` is the residual
    over its own standard deviation, sigma sqrt((1 - leverage) / weight): under the model its variance is 1.
    `tied` is the sum of its squared correlations with those of the other rows, which share fitted effects.
    """

    rows: NDArray[np.intp]  # (n,) positions in the table
    fitted: Array  # (n,) X b + Z u_hat + offset, in the outcome's units
    residual: Array  # (n,) outcome - fitted
    leverage: Array  # (n,) 0 to 1
    standardised: Array  # (n,)
    tied: Array  # (n,) 0 or more
    codes: Mapping[str, Codes]  # by grouping (n,): place of the row's group in `levels`
    levels: Mapping[str, tuple[str, ...]]
    sigma: float  # residual SD of a row of average weight
    unknown: int  # rows left out because the fit has never met their groups

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def scaled(self) -> Array:
        """Residuals times sqrt(weight) over sigma (n,): those whose quantiles lme4's summary prints."""
        return np.asarray(self.standardised * np.sqrt(np.maximum(1.0 - self.leverage, LEAST)))


def residuals(fit: Fit, table: Table | pd.DataFrame) -> Residuals:
    """Returns fitted values, residuals and standardised residuals on the complete rows of a table.

    The table is the one the fit was made from; means, spreads and levels are those learned then, and rows of
    groups that the fit has not met are left out and counted. Under the model Var(outcome - fitted) =
    sigma^2 (I - H), where H makes fitted values of outcomes and `leverage` is its diagonal (Henderson's
    equations at the fit's own variances); beyond 20,000 rows with several groupings it is approximate. One
    pass over the rows, O(n (p + q)^2). Raises UnknownColumn, OutsideDomain, NotGaussian.
    """
    check_gaussian(fit.linear, "The study of residuals", "Its own are core.quantile_residuals")
    panel = table if isinstance(table, Table) else read_table(table)
    rows = rows_in_use(fit, panel)
    met = np.all([code >= 0 for code in rows.codes.values()], axis=0) if rows.codes else np.array(True)
    unknown = int((~met).sum())
    rows = rows.where(met) if unknown else rows
    lead, sides = fit.linear.lead, fit.linear.sides
    x = rows.matrix(lead.problem.fixed)
    z = {name: rows.matrix(side.problem.random) for name, side in sides.items()}
    fitted = x @ lead.fixed
    for name in lead.moments.layout.offsets:
        fitted += rows.values[name]
    for name, side in sides.items():
        fitted += np.einsum("nq,nq->n", z[name], side.effects.mean[rows.codes[name]])
    residual = rows.values[lead.moments.layout.outcome] - fitted
    leverage = np.clip(_variance(fit, x, z, rows) * rows.weights / fit.sigma**2, 0.0, 1.0)
    own = fit.sigma * np.sqrt(np.maximum(1.0 - leverage, LEAST) / rows.weights)
    return Residuals(
        rows=rows.at,
        fitted=fitted,
        residual=residual,
        leverage=leverage,
        standardised=residual / own,
        tied=_tied(fit, z, rows, leverage),
        codes=rows.codes,
        levels={name: side.moments.levels[0] for name, side in sides.items()},
        sigma=fit.sigma,
        unknown=unknown,
    )


def _variance(fit: Fit, x: Array, z: Mapping[str, Array], rows: RowsInUse) -> Array:
    """Variance (n,) of the fitted values around what they estimate, at the fit's own variances."""
    sides, lever = fit.linear.sides, x
    for name, side in sides.items():
        lever = lever - np.einsum("nq,nqp->np", z[name], side.effects.pull[rows.codes[name]])
    around = np.einsum("np,np->n", lever @ fit.linear.lead.fixed_covariance, lever)
    if not sides:
        return np.asarray(around)
    if len(sides) > 1 and len(x) > MANY:
        return np.asarray(around + sum(_own(fit, name, z[name], rows) for name in sides))
    with one_thread():
        return np.asarray(around + fit.linear.known(fit.linear.centre, z, rows.codes) * _scale(fit))


def _tied(fit: Fit, z: Mapping[str, Array], rows: RowsInUse, leverage: Array) -> Array:
    """Sum over the other rows of squared correlations, sum of h_ik^2 / (1 - h_ii)^2, of H the groups' part.

    Within a group H is z' K z with K its effects' covariance over sigma^2, and H^2 is z' K (sum z z') K z.
    """
    squared = np.zeros(len(leverage))
    for name, side in fit.linear.sides.items():
        code, own, z_ = rows.codes[name], side.effects.conditional / fit.sigma**2, z[name]
        within = own @ _gram(z_, code, rows.weights, len(own)) @ own
        squared += rows.weights * np.einsum("nq,nqr,nr->n", z_, within[code], z_)
        squared -= (rows.weights * np.einsum("nq,nqr,nr->n", z_, own[code], z_)) ** 2
    return np.asarray(np.maximum(squared, 0.0) / np.maximum(1.0 - leverage, LEAST) ** 2)


def _gram(z: Array, codes: Codes, weights: Array, groups: int) -> Array:
    """Sum of weight z z' over the rows of each group: (J, q, q)."""
    q = z.shape[1]
    found = np.empty((groups, q, q))
    for a in range(q):
        for b in range(q):
            found[:, a, b] = np.bincount(codes, weights * z[:, a] * z[:, b], minlength=groups)
    return found


def _scale(fit: Fit) -> float:
    """`known` speaks under REML; under ML the residual variance is smaller by (n - p) / n."""
    n = fit.n_rows
    return 1.0 if fit.linear.reml else (n - fit.linear.lead.problem.p) / n


def _own(fit: Fit, name: str, z: Array, rows: RowsInUse) -> Array:
    """What one of several groupings adds, nearly: its effects as if alone, at most a free fit of them."""
    side, codes = fit.linear.sides[name], rows.codes[name]
    alone = side.effects.conditional
    free = np.linalg.pinv(_gram(z, codes, rows.weights, len(alone)), rcond=1e-9, hermitian=True)
    by = (np.einsum("nq,nqr,nr->n", z, one[codes], z) for one in (alone, fit.sigma**2 * free))
    return np.asarray(np.minimum(*by))
