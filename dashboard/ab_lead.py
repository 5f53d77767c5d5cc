"""A verdict as what a page leads with: its headline, its figures, and what is then left to its chart. Names
leave escaped.
"""

from core.result.ab import AbTest
from core.result.expected import Lift
from dashboard.ab_lines import level
from dashboard.ab_words import FEW, Said, in_units, span, verdict
from dashboard.headlines import Headline
from dashboard.numbers import number, width
from dashboard.safe import markdown


def headline(found: AbTest, said: Said, interval_of: str) -> Headline:
    """Returns the verdict as a page's headline, and for whom it is; `interval_of` says what intervals are."""
    told = [f"{interval_of} in brackets"]
    if found.grouping:
        told.append(f"on average over {markdown(said.noun.many, 40)} to come")
    if 0 < found.groups < FEW:
        told.append(f"from {markdown(said.noun.count(found.groups), 40)} alone, so take it as a guide")
    return f"{verdict(found, said)[0]}.", f"{', '.join(told)}."


def figures(found: AbTest, said: Said) -> list[tuple[str, str, str]]:
    """Returns what leads beside the verdict, each with its name and what it means: the lift, what either
    variant should bring, and what plain regression claims.
    """
    arm, baseline = markdown(said.arm, 24), markdown(said.baseline, 24)
    whom = f", {markdown(said.noun.many, 24)} to come" if found.grouping else ""
    first, second = (level(one, said) for one in (found.new.arm, found.new.baseline))
    wide = width(found.level)
    return [
        (f"{arm} instead of {baseline}", *_lift(found.new, said, wide)),
        (f"With {arm}{whom}", first, f"{second} with {baseline}"),
        ("Plain regression claims", *_lift(found.plain, said, wide)),
    ]


def _lift(lift: Lift, said: Said, wide: str) -> tuple[str, str]:
    """'+1.9 points', '95 % −0.7 to 4.3'."""
    one, unit = in_units(lift, said)
    return (
        f"{number(one.estimate, one.std_error, signed=True)}{unit}",
        f"{wide} {span(one)}",
    )


def counted(found: AbTest, said: Said) -> str:
    """Returns how many of the dots lie on the side that more of them lie on, as the chart's title."""
    every, better = len(found.chances), sum((one > 0) is said.more for one in found.chances)
    arm, count = (said.arm, better) if 2 * better >= every else (said.baseline, every - better)
    return f"{count} of {every} equally likely differences are for {markdown(arm, 24)}"
