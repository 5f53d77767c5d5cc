"""Which family of models an outcome asks for: yes or no, counts, skewed amounts or ordinary measurements.

Normal is the answer whenever nothing speaks clearly against it: it is exact about averages and quick.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.table.guess import FamilyGuess, normal
from core.table.guess_event import guess_event
from core.table.guess_numbers import of_amounts, of_whole
from core.table.shown import count, shown
from core.table.spread import group_means
from core.table.table import Kind, Table
from core.table.vocabulary import IDENTIFIER, RATED, TIME, TRIED, WON, tokens
from core.table.within import as_floats

LEAST_CODED = 10  # rows from which two different numbers are taken for a code, as 1 and 2


def guess_family(
    table: Table, outcome: str | None, *, group: str | None = None, trials: Sequence[str] = ()
) -> FamilyGuess:
    """Returns the family that an outcome's cells and name ask for: "gaussian" unless they clearly do.

    `group` is the column of the leading groups, whose averages are taken out first: stores of different size
    make sales look skewed and counts scattered. `trials` are columns that the outcome never exceeds. Some
    passes over the column. Raises UnknownColumn.
    """
    if outcome is None:
        return normal("No outcome is chosen yet")
    kind = table.column(outcome).kind
    if kind is Kind.YES_NO:
        return FamilyGuess("binomial", None, None, f"{shown(outcome)} is yes or no")
    if kind in (Kind.TEXT, Kind.DATE, Kind.EMPTY):
        return _of_words(table, outcome)
    values = as_floats(table, outcome)
    finite = np.isfinite(values)
    values = values[finite]
    two = _of_two(outcome, values)
    if two is not None:
        return two
    if trials and _tried(outcome, trials[0]):
        said = f"{shown(outcome)} counts successes out of {shown(trials[0])}, which it never exceeds"
        return FamilyGuess("binomial", None, trials[0], said)
    codes = pd.factorize(table.frame[group])[0][finite] if group is not None else None
    means, sizes = group_means(values, codes)
    if len(values) and (values == np.floor(values)).all():
        return of_whole(outcome, values, means, sizes)
    return of_amounts(outcome, values, means)


def _of_words(table: Table, outcome: str) -> FamilyGuess:
    if table.column(outcome).kind is not Kind.TEXT:
        return normal(f"{shown(outcome)} holds neither numbers nor two values")
    found = table.frame[outcome].value_counts()
    if len(found) != 2:
        return normal(f"{shown(outcome)} holds {count(len(found), 'text')}, and an outcome may have two")
    event, why = guess_event(outcome, [str(value) for value in found.index], found.tolist())
    return FamilyGuess("binomial", event, None, f"{shown(outcome)} has two values: {why}")


def _of_two(outcome: str, values: np.ndarray) -> FamilyGuess | None:
    """Outcomes that hold 0 and 1, or another pair of whole numbers that repeat."""
    if len(values) == 0:
        return None
    low, high = float(values.min()), float(values.max())
    if low == high or not ((values == low) | (values == high)).all() or low % 1 or high % 1:
        return None
    if (low, high) == (0, 1):
        return FamilyGuess("binomial", None, None, f"{shown(outcome)} holds only 0 and 1")
    if len(values) < LEAST_CODED or set(tokens(outcome)) & (TIME | IDENTIFIER | RATED):
        return None
    said = f"{shown(outcome)} holds only {low:,.0f} and {high:,.0f}; the larger one counts as yes"
    return FamilyGuess("binomial", f"{high:.0f}", None, said)


def _tried(outcome: str, trials: str) -> bool:
    """Returns whether the names say successes of trials: orders never exceed visits and are not meant so."""
    return any(word in WON for word in tokens(outcome)) or any(word in TRIED for word in tokens(trials))
