"""How often an outcome is yes by period and by group, as the Data page draws it over time; no model."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.table.rates import Yes, rates, tally
from core.table.table import Table


def share_by(table: Table, yes: Yes, by: str, level: float = 0.95) -> pd.DataFrame:
    """Returns the share of yes for each period, group or category (index `by`, sorted, its own values).

    Columns: `mean` (0 to 1), `low` and `high`, the interval at `level` as in `rates`, and `n`, the number
    tried. Values of `by` where nothing was tried are left out. Raises UnknownColumn.
    """
    rows = tally(table, yes, [by])
    cells = rates(rows, level=level).cells
    own = dict(zip(rows.labels[0], pd.factorize(table.frame[by], sort=True)[1], strict=True))
    found = cells.rename(columns={"rate": "mean", "tried": "n"})[["mean", "low", "high", "n"]]
    labels = cells.index.get_level_values(0)
    return found.set_axis(pd.Index([own[label] for label in labels], name=by))


def share_paths(table: Table, yes: Yes, group: str, time: str, groups: Sequence[object]) -> pd.DataFrame:
    """Returns the share of yes over time: periods down (sorted), the chosen groups across; NaN: none tried.

    Raises UnknownColumn.
    """
    won, tried = _by_cell(table, yes, group, time)
    with np.errstate(invalid="ignore"):
        share = (won / tried.where(tried > 0)).T
    return share[[one for one in groups if one in share.columns]].dropna(how="all")


def tried_a_cell(table: Table, yes: Yes, group: str, time: str) -> float:
    """Returns the median number tried in a period of a group where any was. Raises UnknownColumn."""
    tried = _by_cell(table, yes, group, time)[1].to_numpy()
    return float(np.median(tried[tried > 0])) if (tried > 0).any() else 0.0


def _by_cell(table: Table, yes: Yes, group: str, time: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Outcomes that are yes and those tried, both with groups down and periods across, sorted."""
    rows = tally(table, yes, [group, time])
    shape = tuple(len(labels) for labels in rows.labels)
    cell = rows.codes[:, 0] * shape[1] + rows.codes[:, 1]
    index, columns = (pd.Index(pd.factorize(table.frame[name], sort=True)[1]) for name in (group, time))
    won, tried = (
        pd.DataFrame(
            np.bincount(cell, weights=counted, minlength=shape[0] * shape[1]).reshape(shape), index, columns
        )
        for counted in (rows.won, rows.tried)
    )
    return won.rename_axis(index=group, columns=time), tried.rename_axis(index=group, columns=time)
