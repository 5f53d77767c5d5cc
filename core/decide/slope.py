"""Slope: what each group's response to one predictor is, read where a reader means it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.fit.along import Along
from core.result.carried import carried
from core.result.fit import Fit
from core.result.nested import Part, nested_at_average, parts
from core.result.raw import raw_at_average
from core.result.shrink import pulled
from core.result.totals import averaged, combine, detectable, weights_at_average


@dataclass(frozen=True, slots=True)
class Slope:
    """A group's total slope of `term`: `of_fixed` (1, p) times b plus `of_random` (1, q) times u."""

    term: str
    of_fixed: Array
    of_random: Array


def slope_of(linear: Along, term: str) -> Slope:
    """Returns the total slope of a varying term, partners in interactions held at their average (`held`)."""
    of_fixed, of_random = weights_at_average(linear)
    place = [linear.problem.random.index(term)]
    return Slope(term, of_fixed[place], of_random[place])


def varies(linear: Along, slope: Slope) -> bool:
    """Returns whether the groups' slopes differ at all at the optimum (within an outer group, if any)."""
    return detectable(linear, slope.term, slope.of_random[0])


def outer_parts(fit: Fit, factor: str, term: str) -> tuple[tuple[Part, Array], ...]:
    """Returns the parts that outer groups have in slopes of `factor`'s groups, with their weights (r,)."""
    place = fit.linear.sides[factor].problem.random.index(term)
    outer = parts(fit.linear, factor)[1:]
    return tuple((part, part.weights[place]) for part in outer if part.weights[place].any())


def slope_draws(fit: Fit, factor: str, slope: Slope, n: int, seed: int) -> Array:
    """Returns joint draws of the total slopes of one factor's groups, outer groups' part included: (n, J)."""
    draws = fit.draws(n, seed)
    totals = draws.groups[factor]  # fixed + deviation of each varying term
    rest = slope.of_fixed - slope.of_random @ carried(fit.linear.sides[factor])
    found = totals @ slope.of_random[0] + draws.fixed @ rest.T
    for part, weights in outer_parts(fit, factor, slope.term):
        name = part.side.moments.factors[0]
        own = draws.groups[name] - (draws.fixed @ carried(part.side).T)[:, None, :]
        found = found + (own @ weights)[:, part.codes]
    return np.asarray(found)


def slope_table(fit: Fit, factor: str, slope: Slope) -> pd.DataFrame:
    """Returns, by group: n raw pooled std_error low high shrinkage p_positive.

    Pooled and its error are averaged over the variances the data leave open (see `tiers`); without
    detectable differences they are the fit's, one slope for every group. `shrinkage` is of this `pooled`.
    Groups that lie in others have those' part in their slope.
    """
    linear = fit.linear.sides[factor]
    pooled, error, low, high = _pooled(fit, factor, slope)
    raw = raw_at_average(linear)
    own = raw[slope.term].to_numpy()
    columns = {
        "n": raw["n"],
        "raw": own,
        "pooled": pooled,
        "std_error": error,
        "low": low,
        "high": high,
        "shrinkage": pulled(own, pooled, float((slope.of_fixed @ linear.fixed)[0])),
        "p_positive": _p_positive(pooled, error),
    }
    return pd.DataFrame(columns, index=raw.index)


def _pooled(fit: Fit, factor: str, slope: Slope) -> tuple[Array, Array, Array, Array]:
    """Estimates, errors and ends of the intervals: (J,) each."""
    linear = fit.linear.sides[factor]
    if outer_parts(fit, factor, slope.term):
        total, _ = nested_at_average(fit.linear, factor, fit.level)
        names = (slope.term, *(f"{slope.term}_{part}" for part in ("se", "low", "high")))
        pooled, error, low, high = (total[name].to_numpy() for name in names)
        return pooled, error, low, high
    summarise = averaged if varies(linear, slope) else combine
    summary = summarise(linear, (slope.term,), slope.of_fixed, slope.of_random)
    low, high = summary.ends(fit.level)
    return summary.estimate[:, 0], summary.std_error[:, 0], low[:, 0], high[:, 0]


def _p_positive(estimate: Array, error: Array) -> Array:
    from scipy.special import ndtr

    return np.asarray(ndtr(np.divide(estimate, error, out=np.sign(estimate) * 40.0, where=error > 0)))
