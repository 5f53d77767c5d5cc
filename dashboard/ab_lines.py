"""What either variant of an experiment is expected to bring, and what a choice risks. Names leave escaped."""

from core.result.ab import AbTest
from core.result.expected import Range
from core.spec.model import Family
from dashboard.ab_words import Said, scaled
from dashboard.numbers import interval, number
from dashboard.safe import markdown

ROWS = 1000


def in_words(found: AbTest, said: Said, typical: str) -> list[str]:
    """Returns what either variant should bring, on average and in the middle, and what a choice risks.

    `typical` says where a typical case comes from and goes to, empty where that is the average. Not escaped.
    """
    rows = [_rates(found, said), _middle(found, said, typical), _of_rows(found, said)]
    rows += [] if said.doubt else [_choosing(found, said)]
    return [row for row in rows if row]


def level(one: Range, said: Said) -> str:
    """Returns an expected outcome: '22.3 %'."""
    shown, unit = (scaled(one, 100.0), " %") if said.points else (one, "")
    return f"{number(shown.estimate, shown.std_error)}{unit}"


def _known(one: Range, said: Said) -> str:
    """'**22.3 %** (20.3 to 24.3)'."""
    by = 100.0 if said.points else 1.0
    return f"**{level(one, said)}** ({interval(by * one.low, by * one.high)})"


def _rates(found: AbTest, said: Said) -> str:
    whom = f"{_capital(said.noun.many)} to come" if found.grouping else f"{_capital(said.cases.many)} to come"
    what = f"{markdown(said.outcome, 40)}, expected"
    return (
        f"{whom}: {what} {_known(found.new.arm, said)} with {markdown(said.arm, 24)}, "
        f"{_known(found.new.baseline, said)} with {markdown(said.baseline, 24)}"
    )


def _middle(found: AbTest, said: Said, typical: str) -> str:
    if not found.grouping or not typical:
        return ""
    many, ends = markdown(said.noun.many, 40), markdown(typical).replace(r" \%", "\u00a0\\%")
    return (
        f"A typical case, with {markdown(said.noun.a_one, 40)} in the middle: from {ends}; "
        f"not the average, because {many} differ"
    )


def _of_rows(found: AbTest, said: Said) -> str:
    many = found.new.per(ROWS)
    one = scaled(many, 1.0)
    amount = number(one.estimate, one.std_error, signed=True)
    return (
        f"In {ROWS:,} {said.cases.many} with {markdown(said.arm, 24)} instead of "
        f"{markdown(said.baseline, 24)}: "
        f"{amount} {markdown(said.counted or said.outcome, 40)} ({interval(one.low, one.high)})"
    )


def _choosing(found: AbTest, said: Said) -> str:
    arm, baseline = markdown(said.arm, 24), markdown(said.baseline, 24)
    losses = (found.loss_arm, found.loss_baseline) if said.more else (found.loss_baseline, found.loss_arm)
    here, stay = (_short(ROWS * loss, said) for loss in losses)
    return (
        f"Being wrong costs, on average in {ROWS:,} {said.cases.many}: {here} when choosing {arm}, {stay} "
        f"when staying with {baseline}"
    )


def _short(value: float, said: Said) -> str:
    """'0.49 conversions'; of amounts '12 of revenue'."""
    if value < 0.005:
        return "next to nothing"
    of = "of " if said.family in (Family.GAUSSIAN, Family.GAMMA) else ""
    return f"{number(value, value / 4)} {of}{markdown(said.counted or said.outcome, 40)}"


def _capital(text: str) -> str:
    return markdown(text[:1].upper() + text[1:], 40)
