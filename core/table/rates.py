"""How often an outcome is yes in every cell of one or two categories, with intervals; no model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import UnknownEvent, WhichIsYes
from core.table.cluster import effective
from core.table.evidence import Evidence, look
from core.table.flags import is_yes
from core.table.table import Kind, Table
from core.table.wilson import wilson
from core.table.within import as_floats

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
MOST_LEVELS = 24  # categories that a chart of cells can name
MOST_NUMBERS = 12  # the same of whole numbers: waves and tiers are categories, ages are not


@dataclass(frozen=True, slots=True)
class Yes:
    """What counts: `outcome` is the column, 1, yes or the text `event` in it counts as yes.

    `trials` is the column of the number tried, of which the outcome then counts successes. `alike` is a
    column whose groups stand in several rows that are alike, as the sessions of one user; intervals allow
    for that.
    """

    outcome: str
    trials: str | None = None
    event: str | None = None
    alike: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The rows that count, coded once: what `rates` and `shares` of any level are made of.

    `won` and `tried` are (m,), `codes` (m, k) numbers the categories of the k columns, `labels` names them as
    texts, sorted. `groups` (m,) numbers the groups whose rows are alike, None where rows are independent.
    `left_out`: rows without an outcome or a category, or with more won than tried.
    """

    won: Floats
    tried: Floats
    codes: Codes
    columns: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    groups: Codes | None
    left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """`cells`: one row a cell that occurs, indexed by its categories as texts, sorted as they sort.

    Columns: `won` (outcomes that are yes), `tried`, `rate`, and `low` and `high`, the interval at `level`.
    `too_sure` says that rows may be alike within groups, and no cell holds two groups to tell how much:
    intervals take them as unrelated.
    """

    cells: pd.DataFrame
    left_out: int
    level: float
    too_sure: bool = False


def tally(table: Table, yes: Yes, by: Sequence[str]) -> Tally:
    """Returns the rows coded by the columns `by`; the only pass over the table.

    Raises UnknownColumn, UnknownEvent, WhichIsYes.
    """
    won, tried = _outcomes(table, yes)
    sorts = [_sorted(table, name) for name in by]
    codes = np.column_stack([np.zeros((len(won), 0), dtype=np.int64), *(codes for codes, _ in sorts)])
    use = (won >= 0) & (tried > 0) & (won <= tried) & (codes >= 0).all(axis=1)
    groups = None
    if yes.alike is not None and yes.alike not in by:
        groups = np.asarray(pd.factorize(table.frame[yes.alike])[0], dtype=np.int64)[use]
    labels = tuple(tuple(named) for _, named in sorts)
    left_out = int(np.count_nonzero(~use))
    return Tally(won[use], tried[use], codes[use], tuple(by), labels, groups, left_out)


def rates(rows: Tally, by: Sequence[str] | None = None, level: float = 0.95) -> Rates:
    """Returns the rate of yes in every combination of the columns that occurs, or of some of them in `by`.

    Of none it is the one rate of all rows. Intervals are Wilson's, of the number tried; where rows of a group
    are alike, of the number of independent ones that says as much (core/table/cluster.py).
    """
    of, index = _cells(rows, rows.columns if by is None else by)
    cells = _counted(rows.won, rows.tried, of, rows.groups, len(index), level).set_axis(index)
    too_sure = (
        rows.groups is not None and effective(rows.won, rows.tried, of, rows.groups, len(index)).unknown
    )
    return Rates(cells[cells["tried"] > 0], rows.left_out, level, too_sure)


def shares(rows: Tally, category: str, level: float = 0.95) -> pd.DataFrame:
    """Returns how much of the second column is `category`, by the first: among the won and among all tried.

    Index: the first column's categories where anything was tried. Columns: `of_won`, `won_low`, `won_high`
    (as in `rates`; NaN where nothing was won), `of_tried` and `won`.
    """
    of, index = _cells(rows, rows.columns[:1])
    mine = rows.codes[:, 1] == rows.labels[1].index(category)
    among = _counted(np.where(mine, rows.won, 0.0), rows.won, of, rows.groups, len(index), level)
    whole = np.bincount(of, weights=rows.tried, minlength=len(index))
    part = np.bincount(of, weights=np.where(mine, rows.tried, 0.0), minlength=len(index))
    with np.errstate(invalid="ignore"):
        of_tried = part / whole
    found = {"of_won": among["rate"], "won_low": among["low"], "won_high": among["high"]}
    made = pd.DataFrame(found | {"of_tried": of_tried, "won": among["tried"]})
    return made.set_axis(index.get_level_values(0))[whole > 0]


def pooled(found: Rates, by: str) -> pd.DataFrame:
    """Returns `won`, `tried` and `rate` of one of the categories, the other summed over."""
    sums = found.cells[["won", "tried"]].groupby(level=by, sort=False).sum()
    return sums.assign(rate=sums["won"] / sums["tried"])


def contrast(found: Rates, one: str, other: str) -> pd.DataFrame:
    """Returns by the first column how much higher the rate is with `one` of the second than with `other`.

    Columns: `difference`, `low`, `high`, by Newcombe's hybrid of two Wilson intervals (1998, Statistics in
    Medicine 17, method 10), and the two rates `one` and `other`. Only categories where both occur.
    """
    a, b = (found.cells.xs(which, level=1) for which in (one, other))
    gap = a["rate"] - b["rate"]
    below = np.hypot(a["rate"] - a["low"], b["high"] - b["rate"])
    above = np.hypot(a["high"] - a["rate"], b["rate"] - b["low"])
    ends = {"difference": gap, "low": gap - below, "high": gap + above}
    order = [name for name in dict.fromkeys(found.cells.index.get_level_values(0)) if name in gap.index]
    return pd.DataFrame(ends | {"one": a["rate"], "other": b["rate"]}).loc[order].dropna()


def categories(table: Table) -> tuple[str, ...]:
    """Returns the columns that rates can be shown by: 2 to 24 texts, yes/no, or 2 to 12 whole numbers."""
    return tuple(e.name for e in look(table) if 2 <= e.levels <= _most(e))


def _most(e: Evidence) -> int:
    if e.kind in (Kind.TEXT, Kind.YES_NO):
        return MOST_LEVELS
    return MOST_NUMBERS if e.kind is Kind.NUMBER and e.whole else 0


def _counted(
    won: Floats, tried: Floats, of: Codes, groups: Codes | None, size: int, level: float
) -> pd.DataFrame:
    """Sums, rates and intervals of the cells 0 to `size` that the rows are `of`."""
    yes, all_of = (np.bincount(of, weights=values, minlength=size) for values in (won, tried))
    count = all_of if groups is None else effective(won, tried, of, groups, size).at(level)
    with np.errstate(invalid="ignore"):
        rate = yes / all_of
    low, high = wilson(rate * count, count, level)
    return pd.DataFrame({"won": yes, "tried": all_of, "rate": rate, "low": low, "high": high})


def _outcomes(table: Table, yes: Yes) -> tuple[Floats, Floats]:
    """Outcomes that are yes and those tried in each row, both (n,); NaN where there is none."""
    won = as_floats(table, yes.outcome)
    if yes.trials is not None:
        return won, as_floats(table, yes.trials)
    codes, labels = _sorted(table, yes.outcome)
    if yes.event is None:
        if len(labels) == 2 and not np.isin(won[codes >= 0], (0, 1)).all():
            raise WhichIsYes(yes.outcome, labels)
        won = np.where((won == 0) | (won == 1), won, np.nan)
    else:
        won = np.where(codes >= 0, codes == _place(table, yes.outcome, yes.event, labels), np.nan)
    return won, np.ones(len(won))


def _place(table: Table, outcome: str, event: str, labels: list[str]) -> int:
    """The number of the category that counts; -1 where a yes/no column never says so."""
    if table.column(outcome).kind is Kind.YES_NO:
        said = "yes" if is_yes(outcome, event) else "no"
        return labels.index(said) if said in labels else -1
    if event not in labels:
        raise UnknownEvent(outcome, event, labels)
    return labels.index(event)


def _cells(rows: Tally, by: Sequence[str]) -> tuple[Codes, pd.MultiIndex]:
    """The number (m,) of each row's combination of some of the columns, and all combinations."""
    of = np.zeros(len(rows.won), dtype=np.int64)
    if not by:
        return of, pd.MultiIndex.from_tuples([("all",)])
    places = [rows.columns.index(name) for name in by]
    for place in places:
        of = of * len(rows.labels[place]) + rows.codes[:, place]
    return of, pd.MultiIndex.from_product([rows.labels[place] for place in places], names=list(by))


def _sorted(table: Table, name: str) -> tuple[NDArray[np.intp], list[str]]:
    """The number (n,) of each row's category, -1 where it is missing, and the categories as texts, sorted."""
    kind = table.column(name).kind
    codes, found = pd.factorize(table.frame[name], sort=True)
    if kind is Kind.YES_NO:
        return codes, ["yes" if value else "no" for value in found]
    return codes, [
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        for value in found.tolist()
    ]
