"""Which column counts the periods: dates, else whole numbers named or behaving like a calendar."""

from core.table.evidence import Evidence, pairs
from core.table.grouping import Grouping
from core.table.guess import Guess
from core.table.shown import count, shown
from core.table.table import Kind
from core.table.vocabulary import IDENTIFIER, NOT_TIME, OUTCOME_BEST, OUTCOME_GOOD, SPEND, TIME, TRIALS

NOTHING = Guess((), "No column holds dates, and none is named like a week, month or year.")


def guess_time(seen: tuple[Evidence, ...]) -> Guess:
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
    return NOTHING


def guess_counting_time(seen: tuple[Evidence, ...], found: Grouping) -> Guess:
    """Returns a column of consecutive whole numbers that occurs once in every group; it counts periods."""
    if not found.groups:
        return NOTHING
    group = found.groups[0].evidence
    for e in seen:
        counts = e.kind is Kind.NUMBER and e.whole and e.levels > 2 and e.repeats > 1.5
        plain = not e.named(SPEND | OUTCOME_BEST | OUTCOME_GOOD | TRIALS) and e.name != group.name
        if counts and plain and e.high - e.low + 1 == e.levels and e.filled == e.rows == pairs(e, group):
            words = f"{shown(e.name)} counts up without gaps and occurs once in every {group.name}"
            return Guess((e.name,), words)
    return NOTHING
