"""Lines of the outcome on one predictor: every group's, the chain's, and one group's three readings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.result.errors import NoGroups, UnknownLevel, UnknownTerm
from core.result.held import group_averages, partners, places, rates
from core.result.nested import Part
from core.result.raw import raw_coefficients, shared_effects

COLUMNS = ["x_low", "x_high", "y_low", "y_high"]


@dataclass(frozen=True, slots=True)
class GroupLines:
    """`table`: index level; x_low, x_high, y_low, y_high over its own range. `middle`: the chain."""

    table: pd.DataFrame
    middle: tuple[float, float, float, float]


def group_lines(linear: Along, term: str, outer: Sequence[Part] = ()) -> GroupLines:
    """Returns every group's pooled line on `term`, other predictors at their average over all rows.

    The same average for every group, so that lines differ by what the model says of the groups and not by
    what else happened there. With an interaction x:w the line of x has the slope at the average of w, and
    stands at the averages of x, w and every other column. `outer` are the groupings in which these groups
    lie (see `nested.parts`), whose part the lines then hold. Raises UnknownTerm, NoGroups.
    """
    _check(linear, term)
    low, high = _range(linear, term)
    at = linear.moments.columns.centre
    names = _names(linear, outer)
    level, slope = _line(linear, term, names, _pooled(linear, outer), at)
    table = pd.DataFrame(
        dict(zip(COLUMNS, (low, high, level + slope * low, level + slope * high), strict=True)),
        index=pd.Index(linear.moments.levels[0], name=linear.moments.factors[0], dtype="str"),
    )
    base, rise = _line(linear, term, names, _chain(linear, names), at)
    ends = float(low.min()), float(high.max())
    return GroupLines(table, (*ends, float(base + rise * ends[0]), float(base + rise * ends[1])))


def readings(linear: Along, level: str, term: str, outer: Sequence[Part] = ()) -> pd.DataFrame:
    """Returns up to three lines of one group: rows own, pooled, chain; x_low, x_high, y_low, y_high.

    Every other predictor is held at this group's own average in all three (partners in interactions, and
    columns that vary without a fixed effect, too), so that its rows lie around the lines. "own" is the
    group's regression of `raw_coefficients`; it is left out when the group's rows cannot tell a slope.
    `outer` as in `group_lines`.
    Raises UnknownTerm, UnknownLevel, NoGroups.
    """
    _check(linear, term)
    known = linear.moments.levels[0]
    if level not in known:
        raise UnknownLevel(level, linear.moments.factors[0], known)
    j = known.index(level)
    at = group_averages(linear)[j]
    x = np.array([ends[j] for ends in _range(linear, term)])
    names = _names(linear, outer)
    drawn = {
        "own": _own(linear, j, term, at),
        "pooled": _line(linear, term, names, _pooled(linear, outer)[j], at),
        "chain": _line(linear, term, names, _chain(linear, names), at),
    }
    if not np.isfinite(drawn["own"]).all():
        del drawn["own"]
    rows = [(*x, *(base + slope * x)) for base, slope in drawn.values()]
    return pd.DataFrame(rows, index=list(drawn), columns=COLUMNS)


def _check(linear: Along, term: str) -> None:
    if not linear.moments.levels:
        raise NoGroups()
    known = [name for name in _names(linear) if name != INTERCEPT]
    if term not in known:
        raise UnknownTerm(term, known)


def _names(linear: Along, outer: Sequence[Part] = ()) -> tuple[str, ...]:
    """Every column with an effect: the fixed ones, then those that only vary."""
    above = (name for part in outer for name in part.side.problem.random)
    return tuple(dict.fromkeys((*linear.problem.fixed, *linear.problem.random, *above)))


def _chain(linear: Along, names: tuple[str, ...]) -> Array:
    """The effects of the columns `names` for the chain: (k,), zero for those that only vary."""
    return np.append(linear.fixed, np.zeros(len(names) - linear.problem.p))


def _pooled(linear: Along, outer: Sequence[Part]) -> Array:
    """The effects of all columns for each group, with the part of the groups it lies in: (J, k)."""
    names = _names(linear, outer)
    effects = np.tile(_chain(linear, names), (linear.problem.cells, 1))
    effects[:, [names.index(term) for term in linear.problem.random]] += linear.effects.mean
    for part in outer:
        columns = [names.index(term) for term in part.side.problem.random]
        effects[:, columns] += part.side.effects.mean[part.codes]
    return effects


def _line(linear: Along, term: str, names: tuple[str, ...], effects: Array, at: Array) -> tuple[Array, Array]:
    """Level at term = 0 and slope of the effects (..., k) of `names`, the columns held at `at` (d,)."""
    moving = partners(linear, term)
    stands = [0.0 if name in moving else _stand(linear, name, at) for name in names]
    offset = sum(_stand(linear, name, at) for name in linear.moments.layout.offsets)
    return effects @ np.array(stands) + offset, effects @ rates(linear, term, names, at)


def _stand(linear: Along, name: str, at: Array) -> float:
    return 1.0 if name == INTERCEPT else float(at[places(linear, (name,))[0]])


def _own(linear: Along, j: int, term: str, at: Array) -> tuple[Array, Array]:
    """Level at term = 0 and slope of a group's own regression, which goes through the middle of its rows."""
    raw = raw_coefficients(linear).iloc[j]
    effects = dict(zip(linear.problem.fixed, shared_effects(linear), strict=True)) | raw.to_dict()
    moving = tuple(name for name in _names(linear) if name in partners(linear, term))
    own = np.array([effects[name] for name in moving])
    middle = _stand(linear, linear.moments.layout.outcome, at)
    stands = np.array([_stand(linear, name, at) for name in moving])
    return np.asarray(middle - own @ stands), np.asarray(own @ rates(linear, term, moving, at))


def _range(linear: Along, term: str) -> tuple[Array, Array]:
    columns = linear.moments.columns
    k = columns.index(term)
    centre, scale = columns.centre[k], columns.scale[k]
    return centre + scale * linear.moments.low[:, k], centre + scale * linear.moments.high[:, k]
