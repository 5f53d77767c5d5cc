"""History: what each group spent so far, and what else its rows held: where every plan starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pandas as pd

from core.decide.bend import Bend, By, bend_of
from core.decide.curve import BENT, Curve, curve_of
from core.decide.errors import BentTwice, NegativeSpend, NoChannel, NoGroups, UnknownGrouping
from core.design.coding import Array, Coding, column_parts, indicators, label, replay
from core.design.layout import coded_parts
from core.design.met import as_met
from core.design.replay import NewRows, replayed
from core.fit.effects import Codes
from core.result.fit import Fit
from core.result.predict import UnseenLevels
from core.spec.model import Family, Link, link_of
from core.table.read import as_table
from core.table.table import Kind, Table


@dataclass(frozen=True, slots=True)
class History:
    """What J groups of one grouping spent on C channels, a period (a row) on average, and how they differ.

    `means` are the groups' own averages (J,) of each column of the model, by label. `shares` say, for each
    grouping of the model, how a group's rows are spread over that one's K groups: (J, K). `bend` is what
    leads from a group's average row to the average over its rows; None where the two are one. `pattern` says,
    for each curve, how much of what the curve of a steady amount would move the group's own pattern of high
    and low periods moves when all of it grows in proportion: (J, C), 1 where it spends alike in all.
    `partners` (J,) are, for each column of the model that is a product of amounts and other things, the
    average over the group's rows of the product of those other things.
    """

    factor: str
    levels: tuple[str, ...]
    channels: tuple[str, ...]
    rows: Codes  # (J,)
    now: Array  # (J, C)
    low: Array  # (J, C) the least in one of the group's own rows
    high: Array  # (J, C)
    means: Mapping[str, Array]
    bend: Bend | None
    pattern: Mapping[Curve, Array]
    partners: Mapping[str, Array]
    trials: Array  # (J,) cases a row
    shares: Mapping[str, Array]

    @property
    def least(self) -> Array:
        """The smallest amount in any row: (C,)."""
        return np.asarray(self.low.min(axis=0))

    @property
    def most(self) -> Array:
        """The largest amount in any row: (C,)."""
        return np.asarray(self.high.max(axis=0))


def history(
    fit: Fit,
    table: Table | pd.DataFrame,
    factor: str | None = None,
    channels: Sequence[str] | None = None,
    *,
    latest: Table | pd.DataFrame | None = None,
) -> History:
    """Returns what the groups of a grouping spent in a table.

    `factor` is the grouping with most groups unless given; `channels` all columns that a plan can move (see
    `plannable`) and that are never below zero. With `latest`, rows of the last periods, today is what those
    say, of the groups in them, and `table` what was ever spent. One pass over the rows; those with a blank in
    a predictor are left out.
    Raises NoGroups, UnknownGrouping, NoChannel, NegativeSpend, UnseenLevels, UnknownColumn, UnseenValues,
    UnmetMeans.
    """
    past = _history(fit, as_table(table), factor, channels)
    if latest is None:
        return past
    now = _history(fit, as_table(latest), past.factor, past.channels)
    place = {level: k for k, level in enumerate(past.levels)}
    before = [place.get(level, -1) for level in now.levels]
    met = np.array(before)[:, None] >= 0
    return replace(
        now,
        low=np.where(met, np.minimum(now.low, past.low[before]), now.low),
        high=np.where(met, np.maximum(now.high, past.high[before]), now.high),
    )


def _history(fit: Fit, table: Table, factor: str | None, channels: Sequence[str] | None) -> History:
    layout = fit.linear.moments.layout
    levels = {name: side.moments.levels[0] for name, side in fit.linear.sides.items()}
    chosen_factor = _grouping(levels, factor)
    codings = tuple(coding for coding in layout.codings if coding.variable != fit.spec.outcome)
    met = as_met(table, codings, levels)
    rows = replayed(met, fit.spec, layout, fit.linear.moments.unit, levels)
    chosen = _chosen(fit, met, channels)
    places = {name: _places(rows, name, levels[name]) for name in levels}
    present, codes = np.unique(places[chosen_factor], return_inverse=True)
    # Weights of generalised models are numbers of rows; of others they say how much a row tells of the mean.
    by = By(codes, len(present), None if fit.spec.family is Family.GAUSSIAN else rows.weights)
    amounts = np.array([_amounts(met, name, rows) for name in chosen]).reshape(len(chosen), len(codes))
    low, high = by.ends(amounts)
    singles = _singles(codings, met, rows)
    columns = {**rows.values, **singles}
    bent = any(step.transform in BENT for step in fit.spec.outcome.steps)
    straight = link_of(fit.spec) is Link.IDENTITY and not bent
    return History(
        factor=chosen_factor,
        levels=tuple(levels[chosen_factor][place] for place in present.tolist()),
        channels=chosen,
        rows=by.rows,
        now=np.array([by.average(amount) for amount in amounts]).reshape(len(chosen), len(present)).T,
        low=low,
        high=high,
        means={name: by.average(column) for name, column in columns.items()},
        bend=None if straight else bend_of(fit, rows, places, replace(by, weights=_counts(by, rows))),
        pattern={curve: _pattern(curve, by, amounts) for curve in Curve},
        partners={name: by.average(column) for name, column in _partners(fit, chosen, singles).items()},
        trials=by.average(rows.trials),
        shares={name: by.shares(places[name], len(levels[name])) for name in levels},
    )


def plannable(fit: Fit, table: Table) -> tuple[str, ...]:
    """Returns the columns of the file whose amounts a plan can change: numbers that the model responds to.

    Left out are columns that enter by the usual level of their group only, functions of centred amounts, and
    what rows are counted over or weighed by.
    """
    layout = fit.linear.moments.layout
    spec = fit.spec
    aside = {spec.outcome.column, *(v.column for v in spec.offsets), spec.trials, spec.weights}
    found = [
        coding.variable.column
        for coding in layout.codings
        if coding.variable.column not in aside and not coding.is_text and _moves(coding)
    ]
    return tuple(name for name in dict.fromkeys(found) if table.column(name).kind is Kind.NUMBER)


def _moves(coding: Coding) -> bool:
    try:
        return curve_of(coding)[1] != 0.0
    except BentTwice:
        return False


def _counts(by: By, rows: NewRows) -> Array:
    """How many cases each row stands for: (n,)."""
    return rows.trials if by.weights is None else rows.trials * by.weights


def _grouping(levels: Mapping[str, tuple[str, ...]], asked: str | None) -> str:
    if not levels:
        raise NoGroups()
    if asked is not None and asked not in levels:
        raise UnknownGrouping(asked, list(levels))
    return asked or max(levels, key=lambda name: len(levels[name]))


def _chosen(fit: Fit, table: Table, asked: Sequence[str] | None) -> tuple[str, ...]:
    known = plannable(fit, table)
    chosen = tuple(n for n in known if not (table.frame[n] < 0).any()) if asked is None else tuple(asked)
    if not chosen or any(name not in known for name in chosen):
        raise NoChannel(next((name for name in chosen if name not in known), ""), known)
    return chosen


def _places(rows: NewRows, name: str, levels: tuple[str, ...]) -> Codes:
    """Place of each row's group among the fit's: (n,)."""
    place = {level: k for k, level in enumerate(levels)}
    codes, names = pd.factorize(rows.groups[name])
    if unmet := [level for level in names.tolist() if level not in place]:
        raise UnseenLevels(name, sorted(unmet))
    return np.array([place[level] for level in names.tolist()], dtype=np.intp)[codes]


def _amounts(table: Table, name: str, rows: NewRows) -> Array:
    amounts = table.frame[name].iloc[rows.kept].to_numpy(dtype=np.float64)
    if (amounts < 0).any():
        raise NegativeSpend(name, float(amounts.min()))
    return amounts


def _partners(fit: Fit, channels: tuple[str, ...], singles: Mapping[str, Array]) -> dict[str, Array]:
    """What amounts are multiplied with in each column of an interaction: products by row (n,)."""
    codings = {coding.variable: coding for coding in fit.linear.moments.layout.codings}
    found = {}
    for interaction, full in coded_parts(fit.spec, codings):
        for parts in column_parts(interaction, codings, full):
            pairs = list(zip(interaction, parts, strict=True))
            others = [singles[part] for v, part in pairs if not planned(codings[v], channels)]
            if 0 < len(others) < len(pairs):
                found[":".join(parts)] = reduce(np.multiply, others)
    return found


def planned(coding: Coding, channels: tuple[str, ...]) -> bool:
    """Returns whether a plan for some channels moves a variable."""
    return coding.variable.column in channels and not coding.is_text and curve_of(coding)[1] != 0.0


def _pattern(curve: Curve, by: By, amounts: Array) -> Array:
    """How much of a steady amount's move a group's own pattern makes: the average of the curve's pull over
    its rows by the pull of the average (J, C). Exact of roots and logs, near today of log1p: a percent off
    where a pattern of every other week doubles. An amount from nothing is steady.
    """
    if curve is Curve.IDENTITY or curve is Curve.LOG:
        return np.ones((by.groups, len(amounts)))
    columns = []
    for amount in amounts:
        now = by.average(amount)
        steady = curve.pull(now)
        own = by.average(curve.pull(amount))
        columns.append(np.divide(own, steady, out=np.ones(by.groups), where=now > 0))
    return np.array(columns).reshape(len(amounts), by.groups).T


def _singles(codings: Sequence[Coding], table: Table, rows: NewRows) -> dict[str, Array]:
    """The columns (n,) of each variable by itself, whatever it is multiplied with."""
    mask = np.zeros(rows.n_all, dtype=bool)
    mask[rows.kept] = True
    found: dict[str, Array] = {}
    for coding in codings:
        if coding.is_text:
            found |= indicators(coding, table, mask, full=True)
        else:
            found[label(coding.variable)] = replay(coding, table, mask)
    return found
