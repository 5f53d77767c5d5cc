"""The panel as the Data page shows it: every step over the rows made once per table and kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.finding import Finding
from core.table.review import review_table
from core.table.roles import Guess
from core.table.share_by import share_by, share_paths, tried_a_cell
from core.table.summaries import outcome_by, presence, trajectories, within_shares
from core.table.table import Kind, Table
from dashboard import choices, naming, rates, state
from dashboard import profile as columns
from dashboard.scale import word_of

CELLS_DRAWN = 40_000
PERIODS_DRAWN = 180
TILES_DRAWN = 200
LEAST_TRIED = 5  # tried in a period of a group from which its share is more than a zigzag of 0 and 1


@dataclass(frozen=True, slots=True)
class Size:
    """Rows of the table, and its groups and periods (0 without such a column)."""

    rows: int
    groups: int
    periods: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Rows by group and period: `drawn` may join periods and skip groups; the counts are of all."""

    drawn: pd.DataFrame
    gaps: float
    least: object
    least_rows: int
    every: int
    joined: int


def _table() -> Table:
    table = state.current().table
    if table is None:
        raise LookupError("no table is open")
    return table


def group() -> str | None:
    """Returns the column that the rows are grouped by."""
    return naming.picked_group()


def size() -> Size:
    """Returns the number of rows, groups and periods."""
    now, by = state.current(), group()
    frame = _table().frame

    def count() -> Size:
        return Size(len(frame), *(frame[name].nunique() if name else 0 for name in (by, now.time)))

    return state.kept(("size", now.digest, by, now.time), count)


def size_words() -> str:
    """Returns the size of the data as in '682 rows · 24 stores · 30 weeks'."""
    found = size()
    words = [f"{found.rows:,} rows"]
    words += [naming.picked_noun().count(found.groups)] if found.groups else []
    words += [naming.period_noun().count(found.periods)] if found.periods else []
    return " · ".join(words)


def used_words() -> str:
    """Returns how many rows the fit uses when gaps leave some out, as in ' · 470 used'; else nothing."""
    now = state.current()
    if now.shown is None or now.shown.digest != now.digest or now.shown.fit.n_rows == size().rows:
        return ""
    return f" · {now.shown.fit.n_rows:,} rows used"


def size_sentence() -> str:
    """Returns the size of the data as in '682 rows: 24 stores over 30 weeks'."""
    rows, *others = size_words().split(" · ")
    if len(others) == 2:
        return f"{rows}: {others[0]} over {others[1]}"
    return f"{rows}: {others[0]}" if others else f"{rows}, no groups yet"


def not_ready() -> str:
    """Returns why no model stands yet, empty when one does."""
    now = state.current()
    if now.picks is None:
        return now.roles.outcome.reason if now.roles else ""
    if now.shown is not None:
        return ""
    if now.troubles.get("fit"):
        return "Why stands above."  # under the bar, on every page
    trouble = now.troubles.get("model")
    return trouble.sentence if trouble else ""


def findings() -> Sequence[Finding]:
    """Returns what is worth knowing before any model of the chosen outcome, groups and predictors."""
    now = state.current()
    if now.roles is None or now.picks is None:
        return ()
    roles = choices.as_chosen(now.roles, now.picks, now.time)
    return state.kept(("review", now.digest, now.picks, now.time), lambda: review_table(_table(), roles))


def calendar() -> Calendar | None:
    """Returns rows per group and period; None without groups or time."""
    now, by = state.current(), group()
    if by is None or now.time is None or by == now.time:
        return None
    time = now.time
    return state.kept(("calendar", now.digest, by, time), lambda: _calendar(presence(_table(), by, time)))


def _calendar(counts: pd.DataFrame) -> Calendar:
    rows = counts.sum(axis=1)
    ordered = counts.loc[rows.sort_values(ascending=False).index]
    joined = -(-ordered.shape[1] // PERIODS_DRAWN)
    if joined > 1:
        starts = [place - place % joined for place in range(ordered.shape[1])]
        ordered = ordered.T.groupby([ordered.columns[start] for start in starts], sort=False).sum().T
    every = max(1, -(-ordered.size // CELLS_DRAWN))
    gaps = float((counts == 0).to_numpy().mean()) if counts.size else 0.0
    return Calendar(ordered.iloc[::every], gaps, rows.idxmin(), int(rows.min()), every, joined)


def means() -> pd.DataFrame | None:
    """Returns mean outcome and its standard error by period, of yes/no its share and interval; None without
    time.
    """
    now = state.current()
    if now.time is None or now.picks is None or now.time == now.picks.outcome:
        return None
    outcome, time, yes = now.picks.outcome, now.time, rates.asked()
    if yes is not None:
        return state.kept(("shares", now.digest, yes, time), lambda: share_by(_table(), yes, time))
    return state.kept(
        ("means", now.digest, outcome, now.time), lambda: outcome_by(_table(), outcome, now.time)
    )


def within() -> pd.Series | None:
    """Returns each numeric predictor's share of variation within groups; None without groups."""
    now, by, table = state.current(), group(), _table()
    numbers = [n for n in (now.picks.predictors if now.picks else ()) if table.column(n).kind is Kind.NUMBER]
    if by is None or not numbers:
        return None
    return state.kept(
        ("within", now.digest, by, *numbers), lambda: within_shares(table, numbers, by)["share"].dropna()
    )


def tree() -> pd.Series | None:
    """Returns rows by nested group, outermost level first; None when nothing nests.

    The nesting that the model writes, else the chain that ends in the chosen groups, or the longest one.
    Innermost groups that are too many to draw are left to their outer group.
    """
    now, table = state.current(), _table()
    written = next((part.group for part in now.spec.random if part.nested), None) if now.spec else None
    chain = written or _chain(now.roles.nesting if now.roles else (), group())
    if len(chain) < 2:
        return None

    def count() -> pd.Series:
        rows = table.frame.groupby(list(chain), observed=True, sort=False).size()
        return rows if len(rows) <= TILES_DRAWN or len(chain) < 3 else rows.groupby(level=chain[:-1]).sum()

    found = state.kept(("tree", now.digest, *chain), count)
    return found if len(found) <= TILES_DRAWN else None


def _chain(pairs: Sequence[Guess], inner: str | None) -> tuple[str, ...]:
    above = {pair.columns[1]: pair.columns[0] for pair in pairs if len(pair.columns) == 2}
    chains = []
    for last in above:
        chain = [last]
        while chain[0] in above and above[chain[0]] not in chain:
            chain.insert(0, above[chain[0]])
        chains.append(tuple(chain))
    mine = [chain for chain in chains if chain[-1] == inner]
    return max(mine or chains, key=len, default=())


def share_said() -> str:
    """Returns what the share of a yes/no outcome is called, 'share “Bought”'; empty for other outcomes."""
    yes = rates.asked()
    return f"share “{word_of(yes.outcome, yes.event)}”" if yes is not None else ""


def levels_by_mean() -> list[object]:
    """Returns the groups from the highest to the lowest mean outcome; empty without groups or time, and for
    yes/no outcomes of which a period of a group has too few to have a share.
    """
    now, by = state.current(), group()
    if by is None or now.time is None or now.picks is None or by == now.time:
        return []
    outcome, time, yes = now.picks.outcome, now.time, rates.asked()
    if outcome in (by, time):
        return []
    key = ("by mean", now.digest, outcome, by, yes, time)

    def by_group() -> pd.Series:
        if yes is None:
            return outcome_by(_table(), outcome, by)["mean"].dropna()
        few = tried_a_cell(_table(), yes, by, time) < LEAST_TRIED
        return pd.Series(dtype="float64") if few else share_by(_table(), yes, by)["mean"]

    means = state.kept(key, by_group)
    return list(means.sort_values(ascending=False).index)


def paths(chosen: Sequence[object]) -> pd.DataFrame:
    """Returns the outcome of the chosen groups by period; of yes/no its share in percent."""
    now, by, yes = state.current(), group(), rates.asked()
    outcome = now.picks.outcome if now.picks else ""
    key = ("paths", now.digest, outcome, by, now.time, yes, *map(str, chosen))
    if yes is not None:
        return state.kept(key, lambda: 100 * share_paths(_table(), yes, by or "", now.time or "", chosen))
    return state.kept(key, lambda: trajectories(_table(), outcome, by or "", now.time or "", chosen))


def questions() -> int:
    """Returns how many things the file leaves open that its reader has not settled."""
    now = state.current()
    decimal, dates = open_marks() if now.upload else ([], [])
    return int(bool(decimal) and not now.decimal) + int(bool(dates) and now.day_first is None)


def open_marks() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Returns columns whose decimal mark, and whose order of day and month, their cells leave open.

    Each with the note that says how it was read for now.
    """
    notes = [(column.name, note) for column in _table().columns for note in column.notes]
    decimal = [pair for pair in notes if "say that the decimal mark" in pair[1]]
    return decimal, [pair for pair in notes if "nothing in the column says so" in pair[1]]


def profile() -> columns.Profile:
    """Returns every column at a glance, with what it is used as now."""
    now, table = state.current(), _table()
    found = state.kept(("profile", now.digest), lambda: columns.profile(table))
    groups = {column for part in now.spec.random for column in part.group} if now.spec else set()
    trials = now.spec.trials if now.spec is not None else None
    return [
        row | {"used as": columns.used_as(str(row["column"]), now.picks, now.time, groups, trials)}
        for row in found
    ]
