"""Which of two values counts as "yes": the one that says so, else the one its column is named after."""

from collections.abc import Sequence

from core.table.shown import shown
from core.table.vocabulary import NO, YES, tokens

STEM = 4  # letters that a value and its column's name must share: churn and churned, response and responded


def guess_event(column: str, values: Sequence[str], counts: Sequence[int]) -> tuple[str, str]:
    """Returns which of two texts counts as yes, and why; `counts` says how often each occurs.

    First the words: one says yes ("bought", "Y"). Then the column's name ("churned" under churn). Then one
    says no ("not yet"). Else the rarer, since what is counted is mostly the exception; that is a guess.
    """
    no = [_says_no(value) for value in values]
    yes = [_says_yes(value) and not refused for value, refused in zip(values, no, strict=True)]
    after = [_like(column, value) and not refused for value, refused in zip(values, no, strict=True)]
    for held, reason in ((yes, "says yes"), (after, "is what the column is named after")):
        if held[0] != held[1]:
            event = values[held.index(True)]
            return event, f"{shown(event)} {reason}"
    if no[0] != no[1]:
        event, other = values[no.index(False)], values[no.index(True)]
        return event, f"{shown(other)} says no, so {shown(event)} counts as yes"
    event = values[int(counts[1] <= counts[0])]
    return event, f"neither value says yes, and {shown(event)} is the rarer one"


def _says_yes(value: str) -> bool:
    return any(word in YES for word in tokens(value))


def _says_no(value: str) -> bool:
    words = tokens(value)
    undone = (word.removeprefix(part) for word in words for part in ("un", "non") if word.startswith(part))
    return any(word in NO for word in words) or any(word in YES for word in undone)


def _like(column: str, value: str) -> bool:
    stems = {word[:STEM] for word in tokens(column) if len(word) >= STEM}
    return any(word[:STEM] in stems for word in tokens(value))
