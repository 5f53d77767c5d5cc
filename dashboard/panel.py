"""The panel as the Data page shows it: every step over the rows made once per table and kept."""

from collections.abc import Sequence

import pandas as pd
from core.table.panel import PanelSize, panel_counts, panel_size, period_means, within_shares

import core
from core.finding import Finding
from core.table.table import Kind, Table
from dashboard import naming, state

PERIODS_SHOWN = 400


def _table() -> Table:
    table = state.current().table
    if table is None:
        raise LookupError("no table is open")
    return table


def group() -> str | None:
    """Returns the column that the rows are grouped by."""
    picks = state.current().picks
    return picks.group if picks else None


def size() -> PanelSize:
    """Returns the number of rows, groups and periods."""
    now = state.current()
    return state.kept(
        ("size", now.digest, group(), now.time), lambda: panel_size(_table(), group(), now.time)
    )


def size_words() -> str:
    """Returns the size of the data as in '682 rows · 24 stores · 30 weeks'."""
    found = size()
    words = [f"{found.rows:,} rows"]
    words += [naming.group_noun().count(found.groups)] if found.groups else []
    words += [naming.period_noun().count(found.periods)] if found.periods else []
    return " · ".join(words)


def findings() -> Sequence[Finding]:
    """Returns what is worth knowing before any model."""
    now = state.current()
    return state.kept(("review", now.digest), lambda: core.review(_table(), now.roles))


def calendar() -> pd.DataFrame | None:
    """Returns rows per group and period; None without groups or time."""
    now, by = state.current(), group()
    if by is None or now.time is None:
        return None
    return state.kept(
        ("calendar", now.digest, by, now.time),
        lambda: panel_counts(_table(), by, now.time, most_periods=PERIODS_SHOWN),
    )


def means() -> pd.DataFrame | None:
    """Returns mean outcome and its standard error by period; None without time."""
    now = state.current()
    if now.time is None or now.picks is None:
        return None
    outcome = now.picks.outcome
    return state.kept(
        ("means", now.digest, outcome, now.time), lambda: period_means(_table(), outcome, now.time)
    )


def within() -> pd.Series | None:
    """Returns the share of each numeric predictor's variation that lies within groups; None without groups."""
    now, by, table = state.current(), group(), _table()
    numbers = [n for n in (now.picks.predictors if now.picks else ()) if table.column(n).kind is Kind.NUMBER]
    if by is None or not numbers:
        return None
    return state.kept(("within", now.digest, by, *numbers), lambda: within_shares(table, by, numbers))
