"""Which columns may explain the outcome, those that are money or media apart."""

from core.table.evidence import Evidence
from core.table.guess import Guess
from core.table.shown import count, shown
from core.table.table import Kind
from core.table.vocabulary import IDENTIFIER, SPEND, TIME

MOST_CATEGORIES = 12


def guess_predictors(rest: list[Evidence]) -> tuple[tuple[Guess, ...], tuple[Guess, ...]]:
    """Returns spend, and the other columns that vary and are neither numbers of rows nor codes."""
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
