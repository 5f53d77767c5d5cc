"""Slope: each group's response to one predictor, or another quantity, read where a reader means it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.decide.reading import Reading, slope
from core.design.coding import Array
from core.fit.along import Along
from core.fit.family import mean
from core.fit.family import slope as bend
from core.result.carried import carried
from core.result.effects import table_of_fixed
from core.result.fit import Fit
from core.result.nested import Part, nested_sums, outer_groupings, parents
from core.result.raw import Own, own_regressions, weighted
from core.result.shrink import pulled
from core.result.totals import ZERO, averaged, combine


@dataclass(frozen=True, slots=True)
class Slope:
    """A number of each group: `of_fixed` (1, p) times b plus `of_random` (1, q) times u plus the constant of
    its `reading`.
    """

    reading: Reading
    of_fixed: Array
    of_random: Array

    @property
    def term(self) -> str:
        """What it is called."""
        return self.reading.name


def slope_of(linear: Along, quantity: Reading | str) -> Slope:
    """Returns the total slope of a varying term, partners in interactions held at their average (`held`), or
    another quantity of the groups of one side.
    """
    read = slope(quantity) if isinstance(quantity, str) else quantity
    problem = linear.problem
    of_fixed, of_random = (read.weights(linear, names)[None] for names in (problem.fixed, problem.random))
    # A fixed column that varies under another name moves with the terms that reproduce it.
    odd = np.array([name not in problem.random for name in problem.fixed], dtype=bool)
    told = dict(read.slopes)
    terms = np.array([[told.get(term, 0.0) for term in problem.random]])
    if terms.any():
        of_fixed = of_fixed + np.where(odd, terms @ carried(linear), 0.0)
    return Slope(read, of_fixed, of_random)


def varies(linear: Along, slope: Slope) -> bool:
    """Returns whether the groups' slopes differ at all at the optimum (within an outer group, if any)."""
    return _differs(linear, slope.reading, slope.of_random[0])


def _differs(linear: Along, read: Reading, weights: Array) -> bool:
    """See `totals.detectable`."""
    variance = float(weights @ linear.random_covariance @ weights)
    return float(np.sqrt(max(variance, 0.0))) * read.step(linear) > ZERO * linear.sigma


def outer_parts(fit: Fit, factor: str, read: Reading) -> tuple[Part, ...]:
    """Returns the parts that outer groups have in a quantity of `factor`'s groups; weights (1, r)."""
    found = []
    for name in outer_groupings(fit.linear, factor):
        side = fit.linear.sides[name]
        weights = read.weights(side, side.problem.random)[None]
        found += [Part(side, parents(fit.linear, factor, name), weights)] if weights.any() else []
    return tuple(found)


def slope_draws(fit: Fit, factor: str, slope: Slope, n: int, seed: int) -> Array:
    """Returns joint draws of the total slopes of one factor's groups, outer groups' part included: (n, J)."""
    draws = fit.draws(n, seed)
    totals = draws.groups[factor]  # fixed + deviation of each varying term
    rest = slope.of_fixed - slope.of_random @ carried(fit.linear.sides[factor])
    found = totals @ slope.of_random[0] + draws.fixed @ rest.T + slope.reading.constant
    for part in outer_parts(fit, factor, slope.reading):
        name = part.side.moments.factors[0]
        own = draws.groups[name] - (draws.fixed @ carried(part.side).T)[:, None, :]
        found = found + (own @ part.weights[0])[:, part.codes]
    return np.asarray(found)


def slope_table(fit: Fit, factor: str, slope: Slope) -> pd.DataFrame:
    """Returns, by group: n raw pooled std_error low high shrinkage p_positive.

    Pooled and its error are averaged over the variances the data leave open (see `tiers`); without
    detectable differences they are the fit's, one slope for every group. `shrinkage` is of this `pooled`.
    Groups that lie in others have those' part in their slope. A response is carried over by its link, ends
    and all, with the error that its slope there makes of the linear predictor's.
    """
    linear, read = fit.linear.sides[factor], slope.reading
    pooled, error, low, high = _pooled(fit, factor, slope)
    regressions = own_regressions(linear)
    own, raw = _own(linear, slope, regressions), regressions.table
    link = read.link
    columns = {
        "n": raw["n"],
        "raw": mean(link, own),
        "pooled": mean(link, pooled),
        "std_error": error * bend(link, pooled),
        "low": mean(link, low),
        "high": mean(link, high),
        "shrinkage": pulled(own, pooled, float((slope.of_fixed @ linear.fixed)[0]) + read.constant),
        "p_positive": _p_positive(pooled, error),
    }
    return pd.DataFrame(columns, index=raw.index)


def _own(linear: Along, slope: Slope, found: Own) -> Array:
    """What each group's own rows say (J,), NaN where they cannot tell; see `raw_at_average`."""
    coefficients = found.table[list(linear.problem.random)].to_numpy()
    of_fixed = slope.of_fixed - slope.of_random @ carried(linear)  # what varies is in `raw` itself
    level = weighted(coefficients, slope.of_random)[:, 0] + of_fixed @ found.shared
    return np.asarray(level + slope.reading.constant)


def _pooled(fit: Fit, factor: str, slope: Slope) -> tuple[Array, Array, Array, Array]:
    """Estimates, errors and ends of the intervals: (J,) each."""
    linear, read = fit.linear.sides[factor], slope.reading
    if outer := outer_parts(fit, factor, read):
        held = (Part(linear, np.arange(linear.problem.cells), slope.of_random), *outer)
        flat = np.array([not any(_differs(part.side, read, part.weights[0]) for part in held)])
        total, _ = nested_sums(fit.linear, held, slope.of_fixed, flat, fit.level)
        estimate, error, (low, high) = total.estimate, total.std_error, total.ends
    else:
        summarise = averaged if varies(linear, slope) else combine
        summary = summarise(linear, (slope.term,), slope.of_fixed, slope.of_random)
        estimate, error, (low, high) = summary.estimate, summary.std_error, summary.ends(fit.level)
    by = read.constant
    return estimate[:, 0] + by, error[:, 0], low[:, 0] + by, high[:, 0] + by


def _p_positive(estimate: Array, error: Array) -> Array:
    from scipy.special import ndtr

    return np.asarray(ndtr(np.divide(estimate, error, out=np.sign(estimate) * 40.0, where=error > 0)))


def spread_of(fit: Fit, factor: str, slope: Slope) -> float:
    """Returns the standard deviation of a quantity between groups, outer groups' part included, at the
    optimum.
    """
    parts = (Part(fit.linear.sides[factor], np.empty(0, dtype=np.intp), slope.of_random),)
    variance = 0.0
    for part in (*parts, *outer_parts(fit, factor, slope.reading)):
        variance += float(part.weights[0] @ part.side.random_covariance @ part.weights[0])
    return float(np.sqrt(max(variance, 0.0)))


def middle_of(fit: Fit, factor: str, slope: Slope) -> tuple[float, float, float]:
    """Returns the quantity of a group in the middle: estimate, low, high at the fit's level."""
    row = table_of_fixed(fit.linear.sides[factor], (slope.term,), slope.of_fixed, fit.level).iloc[0]
    by = slope.reading.constant
    estimate, low, high = (float(row[name]) + by for name in ("estimate", "low", "high"))
    return estimate, low, high
