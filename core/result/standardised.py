"""Rows as if all had got one arm: what an average over the population is taken of (standardisation)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT, Layout
from core.design.matrix import Design
from core.design.rows import Codes, Rows
from core.result.arms import Arms, parts_of, set_to

# Kinds of rows that an average over the population is taken from.
MOST_PROFILES = 256


@dataclass(frozen=True, slots=True)
class Profiles:
    """R kinds of rows as if all had got one arm: fixed columns (R, p), random ones by factor (R, q)."""

    x: Array
    z: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Population:
    """The kinds of rows that an average is over, under both arms; `shares` (R,) sum to 1."""

    baseline: Profiles
    arm: Profiles
    offset: Array  # (R,)
    shares: Array  # (R,)


@dataclass(frozen=True, slots=True)
class Panel:
    """What an average is over: columns (n,) by label, which of them have effects, and how rows count."""

    layout: Layout
    values: Mapping[str, Array]
    fixed: tuple[str, ...]
    random: Mapping[str, tuple[str, ...]]
    offset: Array  # (n,)
    weight: Array  # (n,)


def panel_of_rows(design: Design, rows: Rows) -> Panel:
    """Returns all rows, each counting as often as it was tried."""
    return Panel(design.layout, design.values, rows.fixed, rows.random, rows.offset, rows.cases)


def population(panel: Panel, arms: Arms, baseline: str, arm: str, fixed: Array) -> Population:
    """Returns the rows in use as kinds, as if all had got either arm; what else they are stays.

    Beyond MOST_PROFILES different kinds as many rows stand for all: quantiles of the linear predictor under
    the baseline, at the fixed effects `fixed` (p,).
    """
    both = [_profiles(panel, set_to(arms, name)) for name in (baseline, arm)]
    every = np.column_stack([part.x for part in both] + [z for part in both for z in part.z.values()])
    every = np.column_stack([every, panel.offset])
    eta = panel.offset + both[0].x @ fixed
    first, shares = _kinds(every, panel.weight / panel.weight.sum(), eta)
    kept = [Profiles(part.x[first], {name: z[first] for name, z in part.z.items()}) for part in both]
    return Population(kept[0], kept[1], panel.offset[first], shares)


def _profiles(panel: Panel, given: Mapping[str, float]) -> Profiles:
    n = len(panel.weight)

    def column(part: str) -> Array:
        if part == INTERCEPT:
            return np.ones(n)
        return np.full(n, given[part]) if part in given else panel.values[part]

    def matrix(names: tuple[str, ...]) -> Array:
        made = [reduce(np.multiply, map(column, parts_of(panel.layout, name))) for name in names]
        return np.column_stack(made) if made else np.empty((n, 0))

    return Profiles(matrix(panel.fixed), {name: matrix(names) for name, names in panel.random.items()})


def _kinds(every: Array, shares: Array, eta: Array) -> tuple[Codes, Array]:
    """Places (R,) of rows that stand for all, and the share of the rows (n,) that each stands for."""
    code = np.zeros(len(every), dtype=np.intp)
    for column in every.T:
        if (column == column[0]).all():
            continue
        values, own = np.unique(column, return_inverse=True)
        if len(values) > MOST_PROFILES:
            return _thinned(shares, eta)
        code = np.unique(code * len(values) + own.ravel(), return_inverse=True)[1].ravel()
        if code.max() >= MOST_PROFILES:
            return _thinned(shares, eta)
    first = np.unique(code, return_index=True)[1].astype(np.intp)
    return first, np.bincount(code, weights=shares, minlength=len(first))


def _thinned(shares: Array, eta: Array) -> tuple[Codes, Array]:
    order = np.argsort(eta, kind="stable")
    middle = (np.arange(MOST_PROFILES) + 0.5) / MOST_PROFILES
    place = np.minimum(np.searchsorted(np.cumsum(shares[order]), middle), len(order) - 1)
    return order[place].astype(np.intp), np.full(MOST_PROFILES, 1.0 / MOST_PROFILES)
