"""Table -> Roles: which column is the outcome, the groups, the time, the spend; each with its reason.

Names are the first evidence and the cells the second: a name can lie, and repetition cannot.
"""

from dataclasses import dataclass

import numpy as np

from core.table.evidence import Evidence, look, pairs
from core.table.grouping import Grouping, find_groups
from core.table.shown import count, shown
from core.table.table import Kind, Table
from core.table.vocabulary import (
    IDENTIFIER,
    LAGGED,
    NOT_TIME,
    OUTCOME_BEST,
    OUTCOME_GOOD,
    SPEND,
    TIME,
    TRIALS,
    WEIGHTS,
)

MOST_CATEGORIES = 12


@dataclass(frozen=True, slots=True)
class Guess:
    """Columns for a role and the reason in a sentence. No columns: nothing was found, and why."""

    columns: tuple[str, ...]
    reason: str

    @property
    def column(self) -> str | None:
        """The first (usually only) column, or None."""
        return self.columns[0] if self.columns else None


@dataclass(frozen=True, slots=True)
class Roles:
    """What each column is probably for.

    `groups` has the most sensible first, other columns that number the same groups last. `nesting` holds
    (outer, inner) pairs: every inner group lies in one outer group. `predictors` has spend first; `spend`
    is the part of them that is money or media. `trials` and `weights` are candidates, usually none.
    """

    outcome: Guess
    groups: tuple[Guess, ...]
    nesting: tuple[Guess, ...]
    time: Guess
    predictors: tuple[Guess, ...]
    spend: tuple[Guess, ...]
    trials: tuple[Guess, ...]
    weights: tuple[Guess, ...]


def guess_roles(table: Table) -> Roles:
    """Returns the role each column probably has, every guess with its reason; nothing raises.

    Costs one pass per column and one per pair of group candidates.
    """
    seen = look(table)
    time = _time(seen)
    found = find_groups([e for e in seen if e.name != time.column])
    if time.column is None:
        time = _counting_time(seen, found)
        found = Grouping(tuple(g for g in found.groups if g.evidence.name != time.column), found.nested)
    taken = {time.column, *(g.evidence.name for g in found.groups)}
    outcome = _outcome([e for e in seen if e.name not in taken])
    taken.add(outcome.column)
    rest = [e for e in seen if e.name not in taken]
    weights = tuple(_weights(rest))
    trials = tuple(_trials(table, rest, outcome))
    taken |= {g.columns[0] for g in (*weights, *trials)}
    spend, others = _predictors([e for e in rest if e.name not in taken])
    return Roles(
        outcome=outcome,
        groups=tuple(Guess((g.evidence.name,), g.reason) for g in found.groups),
        nesting=tuple(Guess((a, b), f"each {b} lies in one {a}: {said}") for a, b, said in found.nested),
        time=time,
        predictors=(*spend, *others),
        spend=spend,
        trials=trials,
        weights=weights,
    )


def _time(seen: tuple[Evidence, ...]) -> Guess:
    """Returns the column of dates, or of whole numbers with a calendar name; the finest when several."""
    dates = [e for e in seen if e.kind is Kind.DATE and e.levels > 1]
    if dates:
        best = max(dates, key=lambda e: (e.named(TIME), e.repeats > 1.5, e.levels))
        return Guess((best.name,), f"{shown(best.name)} holds dates: {count(best.levels, 'different one')}")
    named = [
        e
        for e in seen
        if e.kind is Kind.NUMBER
        and e.whole
        and e.levels > 1
        and e.named(TIME)
        and not e.named(NOT_TIME | IDENTIFIER)
    ]
    if named:
        best = max(named, key=lambda e: e.levels)
        return Guess(
            (best.name,),
            f"{shown(best.name)} is named like a period and holds whole numbers from {best.low:.0f} "
            f"to {best.high:.0f}",
        )
    return Guess((), "No column holds dates, and none is named like a week, month or year.")


def _counting_time(seen: tuple[Evidence, ...], found: Grouping) -> Guess:
    """Returns a column of consecutive whole numbers that occurs once in every group; it counts periods."""
    nothing = Guess((), "No column holds dates, and none is named like a week, month or year.")
    if not found.groups:
        return nothing
    group = found.groups[0].evidence
    for e in seen:
        counts = e.kind is Kind.NUMBER and e.whole and e.levels > 2 and e.repeats > 1.5
        plain = not e.named(SPEND | OUTCOME_BEST | OUTCOME_GOOD | TRIALS) and e.name != group.name
        if counts and plain and e.high - e.low + 1 == e.levels and e.filled == e.rows == pairs(e, group):
            words = f"{shown(e.name)} counts up without gaps and occurs once in every {group.name}"
            return Guess((e.name,), words)
    return nothing


def _outcome(rest: list[Evidence]) -> Guess:
    """Returns the column whose name says it is what is sold or won; else the first that varies."""
    able = [
        e
        for e in rest
        if e.kind in (Kind.NUMBER, Kind.YES_NO) and e.varies and not e.named(IDENTIFIER | WEIGHTS | TIME)
    ]
    scored = [(_outcome_score(e), e) for e in able]
    best = max(scored, key=lambda pair: pair[0], default=None)
    if best is not None and best[0] >= 1:
        word = next(w for w in best[1].words if w in OUTCOME_BEST | OUTCOME_GOOD)
        return Guess((best[1].name,), f"{shown(best[1].name)} is named like a result ('{word}') and varies")
    plain = [e for e in able if not e.named(SPEND | TRIALS) and (not e.whole or e.levels > 2)]
    if plain:
        return Guess(
            (plain[0].name,),
            f"No name says what is measured; {shown(plain[0].name)} is the first column of numbers that "
            "varies",
        )
    reason = (
        "Every column of numbers is a group, a period or spend"
        if any(e.kind is Kind.NUMBER for e in rest)
        else "The table has no column of numbers that varies"
    )
    return Guess((), f"{reason}: choose the column to explain.")


def _outcome_score(e: Evidence) -> float:
    score = 2.0 if e.named(OUTCOME_BEST) else 1.0 if e.named(OUTCOME_GOOD) else 0.0
    score += 0.25 if e.named(frozenset({"final", "total", "net"})) else 0.0
    score -= 3.0 if e.named(LAGGED) else 0.0
    score -= 1.5 if e.named(SPEND - {"promotion"}) else 0.0
    return score


def _weights(rest: list[Evidence]) -> list[Guess]:
    return [
        Guess((e.name,), f"{shown(e.name)} is named like a weight and is above zero")
        for e in rest
        if e.kind is Kind.NUMBER and e.named(WEIGHTS) and e.low > 0
    ]


def _trials(table: Table, rest: list[Evidence], outcome: Guess) -> list[Guess]:
    """Returns whole-number columns that the outcome, a count, never exceeds: visits for conversions."""
    if outcome.column is None or table.column(outcome.column).kind is not Kind.NUMBER:
        return []
    won = table.frame[outcome.column].to_numpy(dtype="float64", na_value=float("nan"))
    sample = won[:2000]
    if not ((sample >= 0) & (np.floor(sample) == sample) & np.isfinite(sample) | np.isnan(sample)).all():
        return []
    guesses = []
    for e in rest:
        if e.kind is Kind.NUMBER and e.whole and e.named(TRIALS) and e.low >= 0:
            of = table.frame[e.name].to_numpy(dtype="float64", na_value=float("nan"))
            if not (won > of).any():
                said = (
                    f"{shown(outcome.column)} never exceeds {shown(e.name)}: it may be successes out of these"
                )
                guesses.append(Guess((e.name,), said))
    return guesses


def _predictors(rest: list[Evidence]) -> tuple[tuple[Guess, ...], tuple[Guess, ...]]:
    spend: list[Guess] = []
    others: list[Guess] = []
    for e in rest:
        if not e.varies or (e.named(IDENTIFIER) and (e.whole or e.kind is Kind.TEXT)):
            continue
        if e.kind is Kind.NUMBER and e.named(SPEND) and e.low >= 0:
            word = next(w for w in e.words if w in SPEND)
            spend.append(
                Guess((e.name,), f"{shown(e.name)} is named like spend ('{word}') and is never negative")
            )
        elif e.kind is Kind.NUMBER and not (e.whole and e.named(TIME)) and not _row_number(e):
            others.append(Guess((e.name,), f"{shown(e.name)} holds numbers that vary"))
        elif e.kind is Kind.YES_NO:
            others.append(Guess((e.name,), f"{shown(e.name)} is yes or no"))
        elif e.kind is Kind.TEXT and e.levels <= MOST_CATEGORIES and e.repeats >= 2:
            others.append(
                Guess((e.name,), f"{shown(e.name)} has {count(e.levels, 'category', 'categories')}")
            )
    return tuple(spend), tuple(others)


def _row_number(e: Evidence) -> bool:
    return e.whole and e.unique and e.high - e.low + 1 == e.levels and e.levels > 10
