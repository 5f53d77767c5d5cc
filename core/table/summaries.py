"""The small tables that the Data page draws: who is present when, means by period, rows per group."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.table.table import Kind, Table
from core.table.within import as_floats, group_codes, within_share


def rows_per_group(table: Table, group: str) -> pd.DataFrame:
    """Returns one row per group (index), largest first: `rows`. Rows without a group are left out."""
    counts = table.frame[group].value_counts(sort=True, ascending=False, dropna=True)
    return counts.rename("rows").rename_axis(group).to_frame()


def presence(table: Table, group: str, time: str) -> pd.DataFrame:
    """Returns rows per cell: groups down (in order of appearance), periods across (sorted), 0 where absent.

    More than 1 in a cell is a duplicate group-period row.
    """
    codes, groups = group_codes(table, group)
    periods, labels = pd.factorize(table.frame[time], sort=True)
    use = (codes >= 0) & (periods >= 0)
    cells = codes[use].astype(np.int64) * len(labels) + periods[use]
    counts = np.bincount(cells, minlength=len(groups) * len(labels)).reshape(len(groups), len(labels))
    return pd.DataFrame(counts, index=pd.Index(groups, name=group), columns=pd.Index(labels, name=time))


def outcome_by(table: Table, outcome: str, by: str) -> pd.DataFrame:
    """Returns the outcome's average for each period, group or category (index `by`, sorted).

    Columns: `mean` (a rate when the outcome is yes/no), `std_error` (sd / sqrt n; NaN for n = 1), `n`
    (rows where both are present) and `share` of those rows. Infinite outcomes are left out.
    """
    values = as_floats(table, outcome)
    codes, labels = pd.factorize(table.frame[by], sort=True)
    use = (codes >= 0) & np.isfinite(values)
    kept, of = values[use], codes[use]
    n = np.bincount(of, minlength=len(labels))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(of, weights=kept, minlength=len(labels)) / n
        inner = kept - mean[of]
        variance = np.bincount(of, weights=inner * inner, minlength=len(labels)) / (n - 1)
        std_error = np.where(n > 1, np.sqrt(np.where(n > 1, variance, np.nan) / n), np.nan)
    columns = {"mean": mean, "std_error": std_error, "n": n, "share": n / max(int(n.sum()), 1)}
    return pd.DataFrame(columns, index=pd.Index(labels, name=by))


def trajectories(table: Table, outcome: str, group: str, time: str, groups: Sequence[object]) -> pd.DataFrame:
    """Returns the outcome over time: periods down (sorted), the chosen groups across; means of duplicates."""
    frame = table.frame.loc[table.frame[group].isin(list(groups)), [group, time]]
    values = pd.Series(as_floats(table, outcome), index=table.frame.index).loc[frame.index]
    lines = frame.assign(_value_=values).pivot_table(
        index=time, columns=group, values="_value_", aggfunc="mean"
    )
    return lines.reindex(columns=[one for one in groups if one in lines.columns])


def within_shares(table: Table, columns: Sequence[str], group: str) -> pd.DataFrame:
    """Returns the share of each column's variation that lies within groups: `share`, largest first.

    Text columns have none and are left out.
    """
    numeric = [name for name in columns if table.column(name).kind is not Kind.TEXT]
    shares = pd.Series({name: within_share(table, name, group) for name in numeric}, dtype="float64")
    return shares.rename("share").rename_axis("column").sort_values(ascending=False).to_frame()
