"""How often an outcome is yes in every cell of one or two categories, with intervals; no model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.table.cluster import effective
from core.table.evidence import Evidence, look
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
class Rates:
    """`cells`: one row a cell that occurs, indexed by its categories as texts, sorted as they sort.

    Columns: `won` (outcomes that are yes), `tried`, `rate`, and `low` and `high`, the Wilson interval at
    `level`. `left_out`: rows without an outcome or a category, or with more won than tried.
    """

    cells: pd.DataFrame
    left_out: int
    level: float


def rates(table: Table, yes: Yes, by: Sequence[str], level: float = 0.95) -> Rates:
    """Returns the rate of yes in every combination of the columns `by` that occurs; of none, in all rows.

    Intervals are Wilson's, of the number tried; where rows of a group are alike, of the number of independent
    ones that says as much (core/table/cluster.py). One pass over the rows. Raises UnknownColumn.
    """
    won, tried = _outcomes(table, yes)
    of, index = _cells(table, by)
    use = (won >= 0) & (tried > 0) & (won <= tried) & (of >= 0)
    groups = _groups(table, yes, by)
    cells = _counted(won, tried, of, use, groups, len(index), level).set_axis(index)
    return Rates(cells[cells["tried"] > 0], int(np.count_nonzero(~use)), level)


def shares(table: Table, yes: Yes, by: Sequence[str], category: str, level: float = 0.95) -> pd.DataFrame:
    """Returns how much of the second column is `category`, by the first: among the won and among all tried.

    Index: the first column's categories where anything was tried. Columns: `of_won`, `won_low`, `won_high`
    (as in `rates`; NaN where nothing was won), `of_tried` and `won`. Raises UnknownColumn.
    """
    won, tried = _outcomes(table, yes)
    of, index = _cells(table, by[:1])
    second, named = _cells(table, by[1:])
    use = (won >= 0) & (tried > 0) & (won <= tried) & (of >= 0) & (second >= 0)
    mine = second == list(named.get_level_values(0)).index(category)
    groups = _groups(table, yes, by)
    among = _counted(np.where(mine, won, 0.0), won, of, use, groups, len(index), level)
    whole = np.bincount(of[use], weights=tried[use], minlength=len(index))
    part = np.bincount(of[use & mine], weights=tried[use & mine], minlength=len(index))
    with np.errstate(invalid="ignore"):
        of_tried = part / whole
    found = {"of_won": among["rate"], "won_low": among["low"], "won_high": among["high"]}
    rows = pd.DataFrame(found | {"of_tried": of_tried, "won": among["tried"]})
    return rows.set_axis(index.get_level_values(0))[whole > 0]


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
    won: Floats,
    tried: Floats,
    of: Codes,
    use: NDArray[np.bool_],
    groups: Codes | None,
    size: int,
    level: float,
) -> pd.DataFrame:
    """Sums, rates and intervals of the cells 0 to `size` that the rows in use are `of`."""
    yes, all_of = (np.bincount(of[use], weights=values[use], minlength=size) for values in (won, tried))
    count = all_of
    if groups is not None:
        count = effective(won[use], tried[use], of[use], groups[use], size)
    with np.errstate(invalid="ignore"):
        rate = yes / all_of
    low, high = wilson(rate * count, count, level)
    return pd.DataFrame({"won": yes, "tried": all_of, "rate": rate, "low": low, "high": high})


def _outcomes(table: Table, yes: Yes) -> tuple[Floats, Floats]:
    """Outcomes that are yes and those tried in each row, both (n,); NaN where there is none."""
    won = as_floats(table, yes.outcome)
    if yes.trials is not None:
        return won, as_floats(table, yes.trials)
    if yes.event is None:
        won = np.where((won == 0) | (won == 1), won, np.nan)
    else:
        codes, labels = _sorted(table, yes.outcome)
        won = np.where(
            codes >= 0, np.array([*(label == yes.event for label in labels), False])[codes], np.nan
        )
    return won, np.ones(len(won))


def _cells(table: Table, by: Sequence[str]) -> tuple[Codes, pd.MultiIndex]:
    """The number (n,) of each row's combination, -1 where a part is missing, and all combinations.

    Of no columns there is one, that of all rows.
    """
    if not by:
        return np.zeros(len(table.frame), dtype=np.int64), pd.MultiIndex.from_tuples([("all",)])
    sorts = [_sorted(table, name) for name in by]
    of = np.zeros(len(table.frame), dtype=np.int64)
    for codes, labels in sorts:
        of = np.where((of < 0) | (codes < 0), -1, of * len(labels) + codes)
    return of, pd.MultiIndex.from_product([labels for _, labels in sorts], names=list(by))


def _groups(table: Table, yes: Yes, by: Sequence[str]) -> Codes | None:
    if yes.alike is None or yes.alike in by:
        return None
    return np.asarray(_sorted(table, yes.alike)[0], dtype=np.int64)


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
