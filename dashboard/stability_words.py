"""What the Tiers page says of tiers without each week, month or season. Names come escaped."""

from collections.abc import Callable

from core.result.stability import Stability
from dashboard.nouns import Noun
from dashboard.numbers import percent
from dashboard.safe import markdown

NAMED = 12
WHY = (
    "A tier that one {one} decides is not worth a budget. Each {one} is left out in turn, the model is "
    "fitted to the rest and the {many} are sorted again."
)
ASK = "Leave out each {one} in turn"
QUESTION = "Would the tiers be the same without any one {one}?"


def finding(found: Stability, noun: Noun, period: Noun) -> tuple[str, str]:
    """Returns what was found, and what is drawn."""
    count, ever = len(found.groups), len(found.changing)
    if not found.looked_at:
        return f"No {period.one} can be left out.", markdown(found.why, 300)
    if not ever:
        said = f"All {noun.count(count)} keep their tier whichever {period.one} is left out."
    else:
        said = f"{count - ever:,} of {noun.count(count)} keep their tier whichever {period.one} is left out"
        most = found.most
        moved = int(found.periods["moved"].max())
        alone = int((found.periods["moved"] == moved).sum()) == 1
        said += (
            f"; {period.one} {markdown(most, 40)} moves most: {moved:,}."
            if alone
            else f"; no {period.one} moves more than {moved:,}."
        )
    return said, f"how many {noun.many} change tier without each {period.one}{_by_chance(found, noun)}"


def _by_chance(found: Stability, noun: Noun) -> str:
    moved = round((1.0 - found.chance) * len(found.groups))
    if not moved:
        return ""
    return f"; dashed: {moved:,} would by rounding of the chances alone, with every row in use"


def who(found: Stability, noun: Noun, label: Callable[[object], str]) -> str:
    """Returns which groups change, those that change most often first; empty when none does."""
    levels = found.changing
    if not levels:
        return ""
    named = [
        f"{markdown(label(level), 30)} (tier {_range(found, level)}, "
        f"kept in {percent(float(found.groups.loc[level, 'kept']))})"
        for level in levels[:NAMED]
    ]
    more = f" and {len(levels) - NAMED:,} more" if len(levels) > NAMED else ""
    return f"**Ever in another tier:** {', '.join(named)}{more}."


def _range(found: Stability, level: str) -> str:
    best, worst = (int(found.groups.loc[level, end]) for end in ("best", "worst"))
    return f"{best}" if best == worst else f"{best} to {worst}"


def left(found: Stability, period: Noun) -> str:
    """Returns how many periods say nothing, and why; empty when all do."""
    notes = found.periods["note"].value_counts()
    alike, unfitted = int(notes.get("alike", 0)), int(notes.get("not fitted", 0))
    parts = []
    if alike:
        parts.append(f"Without {period.count(alike)} no differences can be detected at all.")
    if unfitted and found.looked_at:
        parts.append(f"{period.count(unfitted)} could not be left out: {markdown(found.why, 300)}")
    return " ".join(parts)
