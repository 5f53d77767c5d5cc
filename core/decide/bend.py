"""Bend: from a group's average row to the average over its rows, where the outcome is no straight line."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.replay import NewRows
from core.fit.effects import Codes
from core.result.fit import Fit


@dataclass(frozen=True, slots=True)
class Bend:
    """How the rows of J groups vary around their average: `within` (J, d + 1, d + 1) is the covariance of the
    model's columns (`names`, averages `means` (J, d)) and of what is added to the linear predictor, whose
    average is `offset` (J,). Of successes out of trials each row counts as often as it was tried.

    Of the estimated linear predictor over a group's rows: `fitted` (J,) its variance, `lift` (J,) the log of
    the mean of its exponential less its mean. `noise` (J,): how many times half the residual variance the log
    of a logged outcome's mean lies above that of its median; 1 without weights.
    """

    names: tuple[str, ...]
    means: Array
    within: Array
    offset: Array
    fitted: Array
    lift: Array
    noise: Array

    def spread(self, effects: Mapping[str, Array]) -> Array:
        """Returns the variance (n, J) of the linear predictor over a group's rows at draws of the effects of
        one unit of each column, {name: (n, J)}.
        """
        ones = np.ones((1, len(self.offset)))
        parts = [*(effects[name] for name in self.names), ones]
        found = np.zeros(np.broadcast_shapes(*(part.shape for part in parts)))
        for a, first in enumerate(parts):
            for b, second in enumerate(parts[: a + 1]):
                found = found + (1 + (a != b)) * self.within[:, a, b] * first * second
        return found


@dataclass(frozen=True, slots=True)
class By:
    """Sums over the rows of J groups, each counting as its weight says, if any."""

    codes: Codes  # (n,)
    groups: int
    weights: Array | None = None  # (n,)

    @property
    def rows(self) -> Codes:
        """Rows of each group: (J,)."""
        return np.bincount(self.codes, minlength=self.groups)

    def average(self, column: Array) -> Array:
        """Means of a column (n,) by group: (J,)."""
        if self.weights is None:
            return self._sum(column) / self.rows
        return self._sum(column * self.weights) / self._sum(self.weights)

    def _sum(self, column: Array) -> Array:
        return np.bincount(self.codes, weights=column, minlength=self.groups)

    def log_average(self, column: Array) -> Array:
        """Logs of the means of exp(column) by group: (J,)."""
        top = float(column.max())
        return np.asarray(top + np.log(self.average(np.exp(column - top))))

    def covariance(self, columns: list[Array]) -> Array:
        """Covariances (J, d, d) of some columns (n,) within groups."""
        around = [column - self.average(column)[self.codes] for column in columns]
        found = np.empty((self.groups, len(columns), len(columns)))
        for a, first in enumerate(around):
            for b, second in enumerate(around[: a + 1]):
                found[:, a, b] = found[:, b, a] = self.average(first * second)
        return found

    def ends(self, columns: Array) -> tuple[Array, Array]:
        """The least and the largest of some columns (C, n) by group: (J, C), (J, C)."""
        order = np.argsort(self.codes, kind="stable")
        starts = np.searchsorted(self.codes[order], np.arange(self.groups))
        ordered = columns[:, order]
        low, high = (end.reduceat(ordered, starts, axis=1).T for end in (np.minimum, np.maximum))
        return low, high

    def shares(self, places: Codes, groups: int) -> Array:
        """How the rows of each group are spread over the K groups of a grouping: (J, K)."""
        pairs = np.bincount(self.codes * groups + places, minlength=self.groups * groups)
        return pairs.reshape(self.groups, groups) / self.rows[:, None]


def bend_of(fit: Fit, rows: NewRows, places: Mapping[str, Codes], by: By) -> Bend:
    """Returns how rows vary around the average of their group; `places` (n,) are their groups in the fit."""
    n = len(rows.kept)
    offset = sum((rows.values[name] for name in fit.linear.moments.layout.offsets), np.zeros(n))
    fitted = offset + rows.matrix(fit.linear.lead.problem.fixed) @ fit.linear.lead.fixed
    for name, side in fit.linear.sides.items():
        z, u = rows.matrix(side.problem.random), side.effects.mean[places[name]]
        fitted = fitted + np.einsum("nq,nq->n", z, u)
    names = columns_in_use(fit)
    weights = np.where(rows.weights > 0, rows.weights, 1.0)  # the fit left rows of weight zero out
    columns = [rows.values[name] for name in names]
    return Bend(
        names,
        np.array([by.average(column) for column in columns]).reshape(len(names), by.groups).T,
        by.covariance([*columns, offset]),
        by.average(offset),
        by.covariance([fitted])[:, 0, 0],
        by.log_average(fitted) - by.average(fitted),
        by.log_average(fit.sigma**2 / 2.0 / weights) / (fit.sigma**2 / 2.0),
    )


def columns_in_use(fit: Fit) -> tuple[str, ...]:
    """Returns the columns of a model, fixed and varying, each once and without the constant."""
    named = [*fit.linear.lead.problem.fixed]
    for side in fit.linear.sides.values():
        named += side.problem.random
    return tuple(name for name in dict.fromkeys(named) if name != INTERCEPT)
