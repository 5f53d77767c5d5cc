"""Table -> Roles: which column is the outcome, the groups, the time, the spend; each with its reason.

Names are the first evidence and the cells the second: a name can lie, and repetition cannot.
"""

from dataclasses import dataclass

from core.table.evidence import Evidence, look
from core.table.grouping import Grouping, find_groups
from core.table.guess import FamilyGuess, Guess
from core.table.guess_family import guess_family
from core.table.guess_outcome import guess_outcome, guess_trials
from core.table.guess_predictors import guess_predictors
from core.table.guess_time import guess_counting_time, guess_time
from core.table.shown import shown
from core.table.table import Kind, Table
from core.table.vocabulary import TRIALS, WEIGHTS, tokens

__all__ = ["FamilyGuess", "Guess", "Roles", "guess_roles"]


@dataclass(frozen=True, slots=True)
class Roles:
    """What each column is probably for.

    `groups` has the most sensible first, other columns that number the same groups last. `nesting` holds
    (outer, inner) pairs: every inner group lies in one outer group. `predictors` has spend first; `spend`
    is the part of them that is money or media. `trials` and `weights` are candidates, usually none; the
    `family` says whether the outcome counts as successes of the first of them.
    """

    outcome: Guess
    groups: tuple[Guess, ...]
    nesting: tuple[Guess, ...]
    time: Guess
    predictors: tuple[Guess, ...]
    spend: tuple[Guess, ...]
    trials: tuple[Guess, ...]
    weights: tuple[Guess, ...]
    family: FamilyGuess


def guess_roles(table: Table) -> Roles:
    """Returns the role each column probably has, every guess with its reason; nothing raises.

    Costs one pass per column and one per pair of group candidates.
    """
    seen = look(table)
    time = guess_time(seen)
    found = find_groups([e for e in seen if e.name != time.column])
    if time.column is None:
        time = guess_counting_time(seen, found)
        found = Grouping(tuple(g for g in found.groups if g.evidence.name != time.column), found.nested)
    taken = {time.column, *(g.evidence.name for g in found.groups)}
    outcome = guess_outcome([e for e in seen if e.name not in taken])
    taken.add(outcome.column)
    rest = [e for e in seen if e.name not in taken]
    weights = tuple(_weights(rest))
    trials = tuple(guess_trials(table, rest, outcome))
    taken |= {g.columns[0] for g in (*weights, *trials)}
    spend, others = guess_predictors([e for e in rest if e.name not in taken])
    return Roles(
        outcome=outcome,
        groups=tuple(Guess((g.evidence.name,), g.reason) for g in found.groups),
        nesting=tuple(Guess((a, b), f"each {b} lies in one {a}: {said}") for a, b, said in found.nested),
        time=time,
        predictors=(*spend, *others),
        spend=spend,
        trials=trials,
        weights=weights,
        family=guess_family(
            table, outcome.column, group=_first(found), trials=[g.columns[0] for g in trials]
        ),
    )


def guess_family_of(table: Table, outcome: str, group: str | None = None) -> FamilyGuess:
    """Returns the family of an outcome that was chosen, with the trials it may be successes of."""
    return guess_family(table, outcome, group=group, trials=guess_trials_of(table, outcome))


def guess_trials_of(table: Table, outcome: str) -> tuple[str, ...]:
    """Returns the columns named like a number tried that a chosen outcome, a count, never exceeds."""
    named = [c.name for c in table.columns if c.name != outcome and set(tokens(c.name)) & TRIALS]
    return tuple(one.columns[0] for one in guess_trials(table, look(table, named), Guess((outcome,), "")))


def _first(found: Grouping) -> str | None:
    return found.groups[0].evidence.name if found.groups else None


def _weights(rest: list[Evidence]) -> list[Guess]:
    return [
        Guess((e.name,), f"{shown(e.name)} is named like a weight and is above zero")
        for e in rest
        if e.kind is Kind.NUMBER and e.named(WEIGHTS) and e.low > 0
    ]
