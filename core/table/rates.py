"""How often an outcome is yes in every cell of one or two categories, with intervals; no model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.table.evidence import Evidence, look
from core.table.table import Kind, Table
from core.table.wilson import wilson
from core.table.within import as_floats

Floats = NDArray[np.float64]
MOST_LEVELS = 24  # categories that a chart of cells can name
MOST_NUMBERS = 12  # the same of whole numbers: waves and tiers are categories, ages are not


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """`cells`: one row a cell that occurs, indexed by its categories as texts, sorted as they sort.

    Columns: `won` (outcomes that are yes), `tried`, `rate`, and `low` and `high`, the Wilson interval at
    `level`, which takes outcomes for independent. `left_out`: rows without an outcome or a category, or with
    more won than tried.
    """

    cells: pd.DataFrame
    left_out: int
    level: float


def rates(
    table: Table,
    outcome: str,
    by: Sequence[str],
    *,
    trials: str | None = None,
    event: str | None = None,
    level: float = 0.95,
) -> Rates:
    """Returns the rate of yes in every combination of the columns `by` (one or two) that occurs.

    `trials` is the column of the number tried, of which the outcome counts successes; without it a row is one
    trial, won where the outcome is 1, yes or the text `event`. One pass over the rows. Raises UnknownColumn.
    """
    won, tried = _outcomes(table, outcome, trials, event)
    sorts = [_categories(table, name) for name in by]
    use = (won >= 0) & (tried > 0) & (won <= tried)
    cell = np.zeros(len(won), dtype=np.int64)
    for codes, labels in sorts:
        use &= codes >= 0
        cell = cell * len(labels) + codes
    size = int(np.prod([len(labels) for _, labels in sorts]))
    of = cell[use]
    sums = [np.bincount(of, weights=values[use], minlength=size) for values in (won, tried)]
    index = pd.MultiIndex.from_product([labels for _, labels in sorts], names=list(by))
    cells = pd.DataFrame({"won": sums[0], "tried": sums[1]}, index=index)
    return Rates(with_rates(cells[cells["tried"] > 0], level), int(np.count_nonzero(~use)), level)


def with_rates(sums: pd.DataFrame, level: float) -> pd.DataFrame:
    """Returns `won` and `tried` with `rate`, `low` and `high` (Wilson's interval) beside them."""
    low, high = wilson(sums["won"].to_numpy(), sums["tried"].to_numpy(), level)
    return sums[["won", "tried"]].assign(rate=sums["won"] / sums["tried"], low=low, high=high)


def pooled(found: Rates, by: str) -> pd.DataFrame:
    """Returns the rates of one of the categories, the other summed over; columns as in `Rates`."""
    sums = found.cells[["won", "tried"]].groupby(level=by, sort=False).sum()
    return with_rates(sums, found.level)


def shares(found: Rates, category: str) -> pd.DataFrame:
    """Returns how much of the second column is `category`, by the first: among the won and among all tried.

    Index: the first column's categories. Columns: `of_won`, `won_low`, `won_high` (Wilson), `of_tried`, and
    `won`. Where nothing was won `of_won` is NaN.
    """
    whole = pooled(found, str(found.cells.index.names[0]))
    part = found.cells[["won", "tried"]].unstack(fill_value=0.0)
    mine = pd.DataFrame({name: part[name][category] for name in ("won", "tried")}).reindex(whole.index)
    low, high = wilson(mine["won"].to_numpy(), whole["won"].to_numpy(), found.level)
    return pd.DataFrame(
        {
            "of_won": mine["won"] / whole["won"].where(whole["won"] > 0),
            "won_low": low,
            "won_high": high,
            "of_tried": mine["tried"] / whole["tried"],
            "won": whole["won"],
        }
    )


def contrast(found: Rates, one: str, other: str) -> pd.DataFrame:
    """Returns by the first column how much higher the rate is with `one` of the second than with `other`.

    Columns: `difference`, `low`, `high`, by Newcombe's hybrid of two Wilson intervals (1998, Statistics in
    Medicine 17, method 10). Only categories where both occur.
    """
    a, b = (found.cells.xs(which, level=1) for which in (one, other))
    gap = a["rate"] - b["rate"]
    below = np.hypot(a["rate"] - a["low"], b["high"] - b["rate"])
    above = np.hypot(a["high"] - a["rate"], b["rate"] - b["low"])
    return pd.DataFrame({"difference": gap, "low": gap - below, "high": gap + above}).dropna()


def categories(table: Table) -> tuple[str, ...]:
    """Returns the columns that rates can be shown by: 2 to 24 texts, yes/no, or 2 to 12 whole numbers."""
    return tuple(e.name for e in look(table) if 2 <= e.levels <= _most(e))


def _most(e: Evidence) -> int:
    if e.kind in (Kind.TEXT, Kind.YES_NO):
        return MOST_LEVELS
    return MOST_NUMBERS if e.kind is Kind.NUMBER and e.whole else 0


def _outcomes(table: Table, outcome: str, trials: str | None, event: str | None) -> tuple[Floats, Floats]:
    """Outcomes that are yes and those tried in each row, both (n,); NaN where there is none."""
    if trials is not None:
        return as_floats(table, outcome), as_floats(table, trials)
    cells = table.frame[outcome]
    if event is None:
        won = as_floats(table, outcome)
        won = np.where((won == 0) | (won == 1), won, np.nan)
    else:
        codes, labels = _categories(table, outcome)
        won = np.where(codes >= 0, np.array([label == event for label in labels] + [False])[codes], np.nan)
    return won, np.ones(len(cells))


def _categories(table: Table, name: str) -> tuple[NDArray[np.intp], list[str]]:
    """The number (n,) of each row's category, -1 where it is missing, and the categories as texts, sorted."""
    kind = table.column(name).kind
    codes, found = pd.factorize(table.frame[name], sort=True)
    if kind is Kind.YES_NO:
        return codes, ["yes" if value else "no" for value in found]
    return codes, [
        str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        for value in found.tolist()
    ]
