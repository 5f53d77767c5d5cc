"""The words on a group that is not there yet. Names come in raw and leave escaped."""

from core.decide.newcomer import Newcomer
from dashboard.nouns import Noun
from dashboard.numbers import interval, number, percent, width
from dashboard.safe import markdown

DRAWN = (
    "simulated from this model: groups drawn at random, judged by ever more of their own rows; how often the "
    "tier they then speak for is the right one"
)
LONG = 520


def title(found: Newcomer, one: Noun, period: Noun, channel: str) -> str:
    """Returns how long until a new group's tier is known."""
    name = markdown(channel, 40)
    if not found.detectable:
        return f"A new {one.one} should respond to {name} as the others do: no differences are detected"
    if found.needed is None:
        return (
            f"Even {LONG:,} {period.many} would not tell a new {one.one}'s tier with {percent(found.enough)}"
        )
    return (
        f"A new {one.one}'s tier is known with {percent(found.enough)} after about "
        f"{period.count(found.needed)}"
    )


def response(found: Newcomer, which: str, one: Noun, unit: str) -> tuple[str, str, str]:
    """Returns label, value and meaning of the response of the typical group, or of one at random."""
    row = found.slope.loc[which]
    value = number(row["mean"], (row["high"] - row["low"]) / 4)
    label = f"A typical {one.one}" if which == "typical" else f"Any new {one.one}"
    return label, value, f"{unit}, {width(found.level)} {interval(row['low'], row['high'])}"
