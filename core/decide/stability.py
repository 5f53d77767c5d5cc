"""Tiers again without each period: what a single week, month or season has made of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.decide.assign import assign
from core.decide.quantity import Quantity
from core.decide.rankable import ranked_grouping
from core.decide.ranking import Ranking
from core.decide.reading import reading
from core.decide.slope import slope_draws, slope_of, varies
from core.decide.stability_errors import NoTiers, OnePeriod
from core.decide.tiers import tier_sizes
from core.design.crossing import merged, subset
from core.design.factor import Factor, factor
from core.design.matrix import Design, build_design
from core.design.moments import Moments, summarise
from core.design.part import part
from core.errors import PanelwiseError, UnknownColumn
from core.fit.bayes import fit_posterior
from core.fit.gaussian import fit_gaussian
from core.fit.generalised_fit import fit_generalised
from core.result.asked import check_draws, is_whole
from core.result.fit import Fit
from core.result.stability import Stability
from core.spec.model import Family
from core.table.table import Table

PERIOD = "\x00period"
# More periods than this are left out in blocks of neighbours, so that the work stays within minutes.
MOST_PARTS = 60
ALIKE, UNFITTED = "alike", "not fitted"

Places = NDArray[np.intp]


def stability(
    fit: Fit,
    table: Table,
    time: str,
    slope: Quantity,
    n_tiers: int = 3,
    *,
    factor: str | None = None,
    sizes: tuple[int, ...] | None = None,
    seed: int = 0,
    n_draws: int = 500,
    parts: int = MOST_PARTS,
    done: Callable[[int, int], None] = lambda count, total: None,
) -> Stability:
    """Returns how the groups' tiers hold without the rows of each period; `table` is that of the fit.

    `time` is a column whose values are the periods; of more than `parts` of them neighbours are left out
    together. Rows without a period always stay. Each time the model is fitted again: from sums of the other
    periods (the rows are read once), generalised models from their rows; of posteriors the instant one,
    of generalised ones Laplace's fit. Centres and group means of predictors are those of all rows. A tier has
    room for as many groups as before, less those that had no other rows.
    Cost: a fit, the draws and their ranks for each part: 20 groups of 52 weeks some seconds, 2,000 groups one
    to two minutes. `done` hears how many parts of all have ended.
    Raises UnknownColumn, OnePeriod, NoTiers, and what `tiers` does.
    """
    check_draws(n_draws, seed)
    if time not in table.names:
        raise UnknownColumn(time, table.names)
    grouping = ranked_grouping(fit, reading(fit, slope), factor)
    design = build_design(table, fit.spec)
    periods = _periods(table, time, design, parts)
    base = fit
    if fit.posterior is not None and fit.spec.family is not Family.GAUSSIAN:
        base = replace(fit, linear=fit_generalised(design, fit.spec))
    levels = fit.linear.sides[grouping].moments.levels[0]
    room = np.array(tier_sizes(len(levels), n_tiers, sizes), dtype=np.intp)
    ranker = _Ranker(slope, grouping, levels, n_draws)
    tier = ranker.tiers(base, room, np.zeros(len(levels), dtype=np.intp), seed)
    if tier is None:
        raise NoTiers(reading(fit, slope).name)
    again = ranker.tiers(base, room, tier, seed + 1)
    source = _source(base, design, periods)
    found, notes, why = np.full((len(periods.names), len(levels)), -1, dtype=np.intp), [], ""
    for k in range(len(periods.names)):
        try:
            without = ranker.tiers(source.without(k), room, tier, seed)
            notes.append(ALIKE if without is None else "")
            found[k] = -1 if without is None else without
        except PanelwiseError as error:  # the other periods lack a group, or a predictor's movement
            notes.append(UNFITTED)
            why = str(error)
        done(k + 1, len(periods.names))
    return Stability(
        groups=_groups(levels, grouping, tier, found),
        periods=_by_period(periods, tier, found, notes),
        chance=1.0 if again is None else float((again == tier).mean()),
        why=why,
        slope=reading(fit, slope).name,
        factor=grouping,
        time=time,
        sizes=tuple(room.tolist()),
        n_draws=n_draws,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Periods:
    """Parts of time: the part (n,) of each row in use, -1 of none; their names."""

    codes: Places
    names: tuple[str, ...]

    @property
    def rows(self) -> Places:
        """Rows of each part."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))


def _periods(table: Table, time: str, design: Design, parts: int) -> _Periods:
    if not is_whole(parts, 2):
        raise OnePeriod(time, 1)
    by = factor(table, (time,), design.kept)
    count = len(by.levels)
    if count < 2:
        raise OnePeriod(time, count)
    if count <= parts:
        return _Periods(by.codes, by.levels)
    blocks = np.array_split(np.arange(count), parts)
    of = np.repeat(np.arange(parts), [len(block) for block in blocks])
    ends = [(by.levels[block[0]], by.levels[block[-1]]) for block in blocks]
    names = tuple(first if first == last else f"{first} to {last}" for first, last in ends)
    return _Periods(np.where(by.codes < 0, -1, of[by.codes]), names)


class _Source(Protocol):
    """Where fits without a period come from."""

    def without(self, k: int) -> Fit:
        """Returns the fit of all rows but those of part k."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums by group and period."""

    fit: Fit
    kept: Moments

    def without(self, k: int) -> Fit:
        rest = subset(self.kept, self.kept.cells[:, -1] != k)
        fitted = fit_gaussian(merged(rest, rest.factors[:-1]), reml=self.fit.linear.reml)
        said = self.fit.posterior
        linear = fitted if said is None else fit_posterior(fitted, said.priors, said.seed)
        return replace(self.fit, linear=linear)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows themselves."""

    fit: Fit
    design: Design
    periods: _Periods

    def without(self, k: int) -> Fit:
        rest = part(self.design, self.periods.codes != k)
        return replace(self.fit, linear=fit_generalised(rest, self.fit.spec))


def _source(fit: Fit, design: Design, periods: _Periods) -> _Source:
    if fit.spec.family is not Family.GAUSSIAN:
        return _Rows(fit, design, periods)
    count = len(periods.names)
    codes = np.where(periods.codes < 0, count, periods.codes)
    by = Factor(PERIOD, codes, tuple(str(k) for k in range(count + 1)))
    return _Sums(fit, summarise(replace(design, factors={**design.factors, PERIOD: by})))


@dataclass(frozen=True, slots=True)
class _Ranker:
    """Sorts the groups of fits into tiers by one quantity."""

    slope: Quantity
    factor: str
    levels: tuple[str, ...]
    n_draws: int

    def tiers(self, fit: Fit, room: Places, before: Places, seed: int) -> Places | None:
        """Returns the tier (J,), from 0, of each of the groups, -1 of those without rows in this fit; None
        where no differences can be detected. `before` are the tiers that absent groups leave room in.
        """
        side = fit.linear.sides[self.factor]
        read = slope_of(side, reading(fit, self.slope))
        if not varies(side, read):
            return None
        place = {level: k for k, level in enumerate(self.levels)}
        here = np.array([place[level] for level in side.moments.levels[0]], dtype=np.intp)
        absent = np.setdiff1d(np.arange(len(self.levels)), here)
        left = room - np.bincount(before[absent], minlength=len(room))
        open_ = np.flatnonzero(left > 0)
        sizes = tuple(left[open_].tolist())
        draws = slope_draws(fit, self.factor, read, self.n_draws, seed)
        found = np.full(len(self.levels), -1, dtype=np.intp)
        found[here] = open_[assign(Ranking(draws).chances(sizes), sizes)]
        return found


def _groups(levels: tuple[str, ...], name: str, tier: Places, found: Places) -> pd.DataFrame:
    seen = found >= 0
    stays = np.where(seen, found == tier, False).sum(axis=0)
    times = seen.sum(axis=0)
    table = pd.DataFrame(
        {
            "tier": tier + 1,
            "kept": np.divide(stays, times, out=np.ones(len(tier)), where=times > 0),
            "best": 1 + np.minimum(np.where(seen, found, found.max(initial=0)).min(axis=0), tier),
            "worst": 1 + np.maximum(found.max(axis=0), tier),
        },
        index=pd.Index(levels, name=name, dtype="str"),
    )
    return table.sort_values("tier", kind="stable")


def _by_period(periods: _Periods, tier: Places, found: Places, notes: list[str]) -> pd.DataFrame:
    seen = found >= 0
    moved = (seen & (found != tier)).sum(axis=1).astype(float)
    met = seen.sum(axis=1)
    moved[met == 0] = np.nan
    return pd.DataFrame(
        {
            "rows": periods.rows,
            "kept": 1.0 - moved / np.maximum(met, 1),
            "moved": moved,
            "note": notes,
        },
        index=pd.Index(periods.names, name="period", dtype="str"),
    )
