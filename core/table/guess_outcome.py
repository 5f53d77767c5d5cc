"""Which column is sold or won, and which ones it may be counted out of."""

from collections.abc import Sequence

import numpy as np

from core.table.evidence import Evidence
from core.table.guess import Guess
from core.table.shown import shown
from core.table.table import Kind, Table
from core.table.vocabulary import IDENTIFIER, LAGGED, OUTCOME_BEST, OUTCOME_GOOD, SPEND, TIME, TRIALS, WEIGHTS


def guess_outcome(rest: list[Evidence]) -> Guess:
    """Returns the column whose name says it is what is sold or won; else the first that varies.

    Text of two values is one only by its name: "bought" may hold "pass" and "none".
    """
    able = [e for e in rest if _able(e) and e.varies and not e.named(IDENTIFIER | WEIGHTS | TIME)]
    scored = [(_outcome_score(e), e) for e in able]
    best = max(scored, key=lambda pair: pair[0], default=None)
    if best is not None and best[0] >= 1:
        word = next(w for w in best[1].words if w in OUTCOME_BEST | OUTCOME_GOOD)
        return Guess((best[1].name,), f"{shown(best[1].name)} is named like a result ('{word}') and varies")
    same = [e for e in rest if _able(e) and not e.varies and e.filled and _outcome_score(e) >= 1]
    if same:
        return Guess(
            (),
            f"{shown(same[0].name)} is named like a result and is the same in every row, so that nothing can "
            "explain it: choose the column to explain.",
        )
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


def _able(e: Evidence) -> bool:
    two_texts = e.kind is Kind.TEXT and e.levels == 2 and e.named(OUTCOME_BEST | OUTCOME_GOOD)
    return e.kind in (Kind.NUMBER, Kind.YES_NO) or two_texts


def _outcome_score(e: Evidence) -> float:
    score = 2.0 if e.named(OUTCOME_BEST) else 1.0 if e.named(OUTCOME_GOOD) else 0.0
    score += 0.25 if e.named(frozenset({"final", "total", "net"})) else 0.0
    score -= 3.0 if e.named(LAGGED) else 0.0
    score -= 1.5 if e.named(SPEND - {"promotion"}) else 0.0
    return score


def guess_trials(table: Table, rest: Sequence[Evidence], outcome: Guess) -> list[Guess]:
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
