"""Lines of the outcome on one predictor: every group's, the chain's, and one group's three readings."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.matrix import INTERCEPT
from core.fit.linear import Linear
from core.result.raw import raw_coefficients
from core.result.totals import averages


@dataclass(frozen=True, slots=True)
class GroupLines:
    """`table`: index level; x_low, x_high, y_low, y_high over its own range. `middle`: the chain."""

    table: pd.DataFrame
    middle: tuple[float, float, float, float]


def group_lines(linear: Linear, term: str) -> GroupLines:
    """Returns every group's pooled line on `term`, other predictors at their average over all rows."""
    low, high = _range(linear, term)
    level, slope = _pooled(linear, term, np.broadcast_to(_means(linear), (len(low), linear.problem.p)))
    table = pd.DataFrame(
        {"x_low": low, "x_high": high, "y_low": level + slope * low, "y_high": level + slope * high},
        index=pd.Index(linear.moments.levels[0], name=linear.moments.factors[0], dtype="str"),
    )
    base, rise = _chain(linear, term, _means(linear))
    ends = float(low.min()), float(high.max())
    return GroupLines(table, (*ends, base + rise * ends[0], base + rise * ends[1]))


def readings(linear: Linear, level: str, term: str) -> pd.DataFrame:
    """Returns up to three lines of one group: rows own, pooled, chain; x_low, x_high, y_low, y_high.

    Other predictors at this group's own averages, so that its rows lie around the lines. "own" is left out
    when the group's rows cannot tell a slope.
    """
    j = linear.moments.levels[0].index(level)
    columns, names = linear.moments.columns, linear.problem.fixed
    at = np.array([1.0 if n == INTERCEPT else _unit_mean(linear, j, columns.index(n)) for n in names])
    lows, highs = _range(linear, term)
    x = np.array([lows[j], highs[j]])
    base, slope = _pooled(linear, term, np.broadcast_to(at, (len(lows), len(at))))
    lines = {"pooled": base[j] + slope[j] * x}
    chain_base, chain_slope = _chain(linear, term, at)
    lines["chain"] = chain_base + chain_slope * x
    own = raw_coefficients(linear)[term].iloc[j]
    if np.isfinite(own):
        outcome = columns.index(linear.moments.layout.outcome)
        y, mid = _unit_mean(linear, j, outcome), _unit_mean(linear, j, columns.index(term))
        lines = {"own": y + float(own) * (x - mid)} | lines
    return pd.DataFrame(
        [(x[0], x[1], y[0], y[1]) for y in lines.values()],
        index=list(lines),
        columns=["x_low", "x_high", "y_low", "y_high"],
    )


def _range(linear: Linear, term: str) -> tuple[Array, Array]:
    columns = linear.moments.columns
    k = columns.index(term)
    centre, scale = columns.centre[k], columns.scale[k]
    return centre + scale * linear.moments.low[:, k], centre + scale * linear.moments.high[:, k]


def _means(linear: Linear) -> Array:
    return averages(linear, linear.problem.fixed)


def _unit_mean(linear: Linear, j: int, k: int) -> float:
    columns = linear.moments.columns
    return float(columns.centre[k] + columns.scale[k] * linear.moments.mean[j, k])


def _moving(linear: Linear, term: str) -> dict[str, float]:
    """The columns that move with a term, and by how much a unit of it: itself by one, x:w by w's average."""
    found = {term: 1.0}
    for name in {*linear.problem.fixed, *linear.problem.random}:
        parts = name.split(":")
        others = [part for part in parts if part != term]
        if term in parts and others and all(part in linear.moments.columns.names for part in others):
            found[name] = float(np.prod(averages(linear, tuple(others))))
    return found


def _chain(linear: Linear, term: str, at: Array) -> tuple[float, float]:
    """Level at term = 0 and slope of the chain, the other fixed columns at `at` (p,)."""
    fixed, names = linear.fixed, linear.problem.fixed
    moving = _moving(linear, term)
    own = np.array([name in moving for name in names], dtype=bool)
    rise = sum(fixed[k] * moving[name] for k, name in enumerate(names) if name in moving)
    return float(fixed[~own] @ at[~own]), float(rise)


def _pooled(linear: Linear, term: str, at: Array) -> tuple[Array, Array]:
    """Levels at term = 0 and slopes of the groups (J,), the other fixed columns at `at` (J, p)."""
    names, terms = linear.problem.fixed, linear.problem.random
    base, rise = np.zeros(len(at)), np.zeros(len(at))
    moving = _moving(linear, term)
    for k, name in enumerate(names):
        if name in moving:
            rise += linear.fixed[k] * moving[name]
        else:
            base += linear.fixed[k] * at[:, k]
    for k, name in enumerate(terms):
        effect = linear.effects.mean[:, k]
        if name in moving:
            rise += effect * moving[name]
        else:
            where = at[:, names.index(name)] if name in names else float(averages(linear, (name,))[0])
            base += effect * where
    return base, rise
