"""What the Tiers page says of a group that is yet to come. Names come escaped."""

from core.decide.newcomer import PERIODS, Newcomer
from dashboard.nouns import Noun
from dashboard.numbers import percent

MOST = int(PERIODS[-1])
SWINGS = {0.5: "half as far", 1.5: "half as far again", 2.0: "twice as far", 3.0: "three times as far"}
SWINGS |= {4.0: "four times as far", 5.0: "five times as far"}
HELP = (
    "Simulated from the fit: a new {one} is drawn from the {many} there could be, its {periods} are drawn "
    "with predictors that move as those of a known {one}, and its tier is read from them. Right means: the "
    "tier it would have if its true figure were known."
)


def finding(usual: Newcomer, bold: Newcomer | None, noun: Noun, period: Noun, name: str) -> str:
    """Returns after how many periods the tier of a new group is right with the chance that is enough."""
    sure = percent(usual.enough)
    if usual.needed is not None:
        said = f"After {period.count(usual.needed)} a new {noun.one}'s tier is right with {sure}"
        if bold is None or bold.needed is None or bold.needed == usual.needed:
            return f"{said}."
        return f"{said}; with {name} that swings {SWINGS[bold.swing]} after {bold.needed:,}."
    if bold is not None and bold.needed is not None:
        return (
            f"As {name} swings now, not even {MOST:,} {period.many} tell a new {noun.one}'s tier with "
            f"{sure}; swinging {SWINGS[bold.swing]}, {bold.needed:,} do."
        )
    return f"Not even {MOST:,} {period.many} tell a new {noun.one}'s tier with {sure}."


def first(found: Newcomer) -> str:
    """Returns the chances of the tiers before there are any rows."""
    return ", ".join(f"tier {k} {percent(float(p))}" for k, p in enumerate(found.first, start=1))
