"""Effects of generalised models as readers mean them: ratios, and what a typical case changes by.

A coefficient b of a logit or log link multiplies the odds, the rate or the amount by exp(b) for one unit
more. What that is in probability depends on where one starts: a typical case says it, at average predictors
and without any group's own effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.fit.family import mean, slope
from core.result.central import central
from core.result.effects import judged, table_of_fixed
from core.result.held import places
from core.spec.model import Link

NOWHERE: Mapping[str, float] = MappingProxyType({})
MULTIPLY = frozenset({Link.LOGIT, Link.LOG})
"""Links whose coefficients are logarithms of ratios."""


@dataclass(frozen=True, slots=True)
class Step:
    """One comparison: columns by label and the values they have before and after, all others at average."""

    name: str
    before: Mapping[str, float]
    after: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Estimated:
    """Fixed effects (p,) and their covariance (p, p)."""

    fixed: Array
    covariance: Array


def as_ratios(effects: pd.DataFrame) -> pd.DataFrame:
    """Returns, for a table with estimate, low and high of logarithms: ratio, low, high, by the same index."""
    columns = {"ratio": "estimate", "low": "low", "high": "high"}
    return pd.DataFrame({name: np.exp(effects[held]) for name, held in columns.items()})


def step_of(
    linear: Along,
    term: str,
    size: float = 1.0,
    *,
    two_valued: bool = False,
    flipped: bool = False,
    at: Mapping[str, float] = NOWHERE,
) -> Step:
    """Returns what a fixed term compares: a number at its average with `size` more, a category or a
    `two_valued` column absent with present; `flipped`, present with absent. `at` holds other columns, by
    label, at values that are not their average.
    """
    others = categories(linear, term)
    if others:
        before = dict.fromkeys(others, 0.0)
        after = before | {term: 1.0}
    elif two_valued:
        before, after = {term: 0.0}, {term: 1.0}
    else:
        centre = float(linear.moments.columns.centre[places(linear, (term,))[0]])
        before, after = {term: centre}, {term: centre + size}
    first, last = ({**at, **one} for one in ((after, before) if flipped else (before, after)))
    return Step(term, first, last)


def categories(linear: Along, term: str) -> tuple[str, ...]:
    """Returns the columns of the text predictor that a term is a category of; empty of other terms."""
    for coding in linear.moments.layout.codings:
        every = [f"{coding.variable.column}[{level}]" for level in coding.levels]
        if term in every:
            return tuple(name for name in every if name in linear.moments.columns.names)
    return ()


def typical_change(
    linear: Along, link: Link, steps: tuple[Step, ...], level: float, by: Estimated | None = None
) -> pd.DataFrame:
    """Returns, by step, the mean of a typical case before and after, and the change with its interval.

    Columns: before, after, change, std_error, low, high; and on the link's scale estimate, estimate_error,
    estimate_low, estimate_high. Errors by the delta method at the joint covariance of the fixed effects, and
    intervals as those of `table_of_fixed`; of a posterior, quantiles of its draws. `by` puts other estimates
    of the same columns in place of them, as if their errors were known.
    """
    first = np.array([case(linear, step.before) for step in steps]).reshape(len(steps), linear.problem.p)
    last = np.array([case(linear, step.after) for step in steps]).reshape(len(steps), linear.problem.p)
    offset = typical_offset(linear)
    if linear.drawn is not None and by is None:
        found = _of_draws(linear.drawn.fixed, link, first, last, offset, level)
    else:
        found = _by_delta(linear, by, link, first, last, offset, level)
    return pd.DataFrame(found, index=pd.Index([step.name for step in steps], name="step", dtype="str"))


def typical_mean(linear: Along, link: Link, level: float) -> tuple[float, float, float]:
    """Returns the mean of a typical case with its interval: every predictor at its average, no group's own
    effect.
    """
    row = table_of_fixed(linear, ("typical",), case(linear, NOWHERE)[None, :], level).iloc[0]
    eta = np.array([row["estimate"], row["low"], row["high"]]) + typical_offset(linear)
    middle, low, high = mean(link, eta).tolist()
    return middle, min(low, middle), max(high, middle)  # of draws, a mean may lie beyond their quantiles


def case(linear: Along, at: Mapping[str, float]) -> Array:
    """Returns the fixed columns (p,) of a case: columns of `at` there, others at their average over all rows,
    products as those of their parts.
    """
    products = dict(linear.moments.layout.products)
    centre = linear.moments.columns.centre

    def value(name: str) -> float:
        if name == INTERCEPT:
            return 1.0
        if name in products and name not in at:
            return float(np.prod([value(part) for part in products[name]]))
        return float(at[name]) if name in at else float(centre[places(linear, (name,))[0]])

    return np.array([value(name) for name in linear.problem.fixed])


def _by_delta(
    linear: Along, by: Estimated | None, link: Link, first: Array, last: Array, offset: float, level: float
) -> dict[str, Array]:
    from scipy.special import stdtrit

    held = by or Estimated(linear.fixed, linear.fixed_covariance)
    start, end = first @ held.fixed + offset, last @ held.fixed + offset
    before, after = mean(link, start), mean(link, end)
    lever = slope(link, end)[:, None] * last - slope(link, start)[:, None] * first
    found = {"before": before, "after": after}
    for name, middle, weights in (("", after - before, lever), ("estimate", end - start, last - first)):
        known, df = (held.covariance, np.inf) if by else judged(linear, weights)
        error, wide = (
            np.sqrt(np.maximum(np.einsum("kp,pr,kr->k", weights, each, weights), 0.0))
            for each in (held.covariance, known)
        )
        reach = stdtrit(df, 0.5 + level / 2) * wide
        found |= _named(name, middle, error, middle - reach, middle + reach)
    return found


def _of_draws(
    draws: Array, link: Link, first: Array, last: Array, offset: float, level: float
) -> dict[str, Array]:
    etas = [draws @ one.T + offset for one in (first, last)]
    # At the middle of the predictor, as an equation of means says: the mean of a wide average's probabilities
    # leans to a half, and would not fit the ratio beside it.
    found = dict(zip(("before", "after"), (mean(link, eta.mean(axis=0)) for eta in etas), strict=True))
    moved, middle = mean(link, etas[1]) - mean(link, etas[0]), found["after"] - found["before"]
    found |= _named("", middle, moved.std(axis=0), *central(moved, level, middle))
    by = etas[1] - etas[0]
    middle = by.mean(axis=0)
    return found | _named("estimate", middle, by.std(axis=0), *central(by, level, middle))


def _named(name: str, middle: Array, error: Array, low: Array, high: Array) -> dict[str, Array]:
    if name:
        return {name: middle, f"{name}_error": error, f"{name}_low": low, f"{name}_high": high}
    return {"change": middle, "std_error": error, "low": low, "high": high}


def typical_offset(linear: Along) -> float:
    """Returns what offsets add to a typical case: nothing for logarithms of an exposure, whose rate is then
    per unit of it; the average of any other.
    """
    centre = linear.moments.columns.centre
    names = (name for name in linear.moments.layout.offsets if not name.startswith("log("))
    return float(sum(centre[places(linear, (name,))[0]] for name in names))
