"""What the Data page shows of a yes/no outcome by category: every step over the rows made once and kept."""

from dataclasses import replace

import pandas as pd

from core.errors import UnknownEvent, WhichIsYes
from core.spec.model import Family
from core.table.rates import Rates, Tally, Yes, categories, contrast, pooled, rates, shares, tally
from core.table.roles import guess_family_of
from core.table.table import Table
from core.table.vocabulary import NO, tokens
from dashboard import naming, state

CELLS_AT_FIRST = 48  # beyond these, one category is shown alone until the reader asks for two
COLOURED = 6  # categories of the second column, each with its colour


def asked() -> Yes | None:
    """Returns what counts as yes: as the model says, else as the outcome's cells do; None for no yes/no, and
    where it is not settled which value counts.
    """
    now, yes = state.current(), _asked()
    if yes is None or now.table is None:
        return None
    table = now.table
    try:
        state.kept(("event", now.digest, yes), lambda: tally(table, yes, ()).left_out)
    except (UnknownEvent, WhichIsYes):
        return None
    return yes


def _asked() -> Yes | None:
    now = state.current()
    if now.table is None or now.picks is None:
        return None
    if now.spec is not None and now.spec.family is Family.BINOMIAL:
        return _yes(now.spec.outcome.column, now.spec.trials, now.spec.event)
    table, outcome = now.table, now.picks.outcome
    guess = state.kept(("family", now.digest, outcome), lambda: guess_family_of(table, outcome))
    return _yes(outcome, guess.trials, guess.event) if guess.family == Family.BINOMIAL else None


def _yes(outcome: str, trials: str | None, event: str | None) -> Yes:
    group = naming.picked_group()
    return Yes(outcome, trials, event, None if group in (outcome, trials) else group)


def _levels(table: Table) -> dict[str, int]:
    """The number of categories of each column that has few."""
    found = state.kept(
        ("categories", state.current().digest),
        lambda: {name: int(table.frame[name].nunique()) for name in categories(table)},
    )
    yes = asked()
    return {name: n for name, n in found.items() if yes is None or name not in (yes.outcome, yes.trials)}


def firsts() -> tuple[str, ...]:
    """Returns the columns that rates can be shown by, the one to begin with first.

    That is the grouping where its groups are few, else what has the most categories that fit beside others.
    """
    now = state.current()
    if now.table is None:
        return ()
    found = _levels(now.table)
    group = naming.picked_group()
    return tuple(sorted(found, key=lambda name: (name != group, -found[name])))


def seconds(first: str) -> tuple[str | None, ...]:
    """Returns the columns that may split each category of the first one, the one to begin with first.

    The one of fewest categories, as a rule what was tried; None, no further split, where cells were too many.
    """
    now = state.current()
    assert now.table is not None
    found = _levels(now.table)
    able = sorted((n for n in found if n != first and found[n] <= COLOURED), key=lambda name: found[name])
    many = not able or found[first] * found[able[0]] > CELLS_AT_FIRST
    return (None, *able) if many else (*able, None)


def found(yes: Yes, by: tuple[str, ...]) -> Rates:
    """Returns the rates by one or two columns; categories of the first from the highest rate down."""
    key = ("rates", state.current().digest, yes, *by)
    return state.kept(key, lambda: _ordered(rates(_tally(yes, by))))


def _tally(yes: Yes, by: tuple[str, ...]) -> Tally:
    now = state.current()
    table = now.table
    assert table is not None
    return state.kept(("tally", now.digest, yes, *by), lambda: tally(table, yes, by))


def _ordered(made: Rates) -> Rates:
    first = str(made.cells.index.names[0])
    order = list(pooled(made, first)["rate"].sort_values(ascending=False, kind="stable").index)
    places = made.cells.index.get_level_values(0).map(order.index)
    return replace(made, cells=made.cells.iloc[places.argsort(kind="stable")])


def over_all(yes: Yes, by: tuple[str, ...], column: str | None) -> Rates:
    """Returns the rates of one of the columns' categories alone; of all rows together without a column."""
    key = ("rates", state.current().digest, yes, *by, "alone", column)
    return state.kept(key, lambda: rates(_tally(yes, by), () if column is None else (column,)))


def of_the_yes(yes: Yes, by: tuple[str, ...], category: str) -> pd.DataFrame:
    """Returns a category's share among the yes and among all, in the order of the rates."""
    key = ("shares", state.current().digest, yes, *by, category)
    rows = state.kept(key, lambda: shares(_tally(yes, by), category))
    return rows.loc[list(dict.fromkeys(found(yes, by).cells.index.get_level_values(0)))]


def gaps(yes: Yes, by: tuple[str, ...], pair: tuple[str, str]) -> pd.DataFrame:
    """Returns the contrast of two categories by the first column, in intervals that hold all together.

    Each is wide enough that, of as many, one in twenty times any misses (Bonferroni): the largest difference
    of several is looked for, and so is found more often than chance allows for one.
    """
    made = found(yes, by)
    many = made.cells.index.get_level_values(0).nunique()
    wide = state.kept(
        ("rates", state.current().digest, yes, *by, "together"),
        lambda: _ordered(rates(_tally(yes, by), level=1 - (1 - made.level) / many)),
    )
    return contrast(wide, *pair)


def pair(made: Rates) -> tuple[str, str]:
    """Returns the two categories of the second column to compare: what was done, and what it stands against.

    Of two the one that is no "no" ("NoBundle"), else the one of the higher rate; of more the best and the
    worst over all.
    """
    rate = pooled(made, str(made.cells.index.names[1]))["rate"].sort_values(ascending=False, kind="stable")
    best, worst = str(rate.index[0]), str(rate.index[-1])
    refused = [any(word in NO for word in tokens(name)) for name in (best, worst)]
    return (worst, best) if len(rate) == 2 and refused == [True, False] else (best, worst)
