"""Effects of generalised models in plain sentences: odds, rates and amounts. Names leave as they came."""

from collections.abc import Sequence
from typing import Any

from dashboard import certainty, wording
from dashboard.numbers import MINUS, interval, number, times, width
from dashboard.readouts import Readout
from dashboard.scale import Scale, how_high, how_many, range_of

FAR = 10.0


def sentence(one: Readout, row: Any, fit: Any, says: Scale, doubted: bool = False) -> str:
    """Returns one effect as a sentence; `row` is of `typical_change`.

    Intervals of a `doubted` fit, whose rows vary more than it explains, are said to be too narrow.
    """
    start = f"{one.opening}, {one.where}" if one.where else one.opening
    if one.endless:
        return f"{start}: {endless(row, says)}."
    typical = f"from {between(row, says)} at a typical case"
    bounds = f"{width(fit.level)} {ends(row, says)}{wording.TOO_NARROW if doubted else ''}"
    if unclear(row):
        return f"{start}: {_unclear(row, fit, says)} ({bounds}); {typical}."
    sure = _sure(row, fit)
    return f"{start}: {effect(row, says)} ({bounds}{sure}); {typical}."


def effect(row: Any, says: Scale) -> str:
    """Returns what a step does: 'the odds of buying are 48 % higher', '12 % more clicks'."""
    if not says.multiplies:
        more = "more" if row["change"] > 0 else "less"
        return f"{says.doing} is {says.change(row['change'], row['std_error'])} {more} likely"
    ratio, error = times(row["estimate"]), float(row["estimate_error"])
    if says.yes_no:
        return f"the {says.multiplied} are {how_high(ratio, error)}"
    much = how_many(ratio, error)
    return f"{much} the {says.mean}" if much.endswith("times") else f"{much} {says.mean}"


def endless(row: Any, says: Scale) -> str:
    """Returns what is said of an effect that the data set no end to; its figures mean nothing."""
    return f"the data set no {'upper' if row['estimate'] > 0 else 'lower'} end to its effect on {says.target}"


def ends(row: Any, says: Scale) -> str:
    """Returns the ends of the interval of what `effect` says."""
    if says.multiplies:
        return range_of(float(row["estimate"]), float(row["estimate_low"]), float(row["estimate_high"]))
    low, high = sorted(says.size * float(row[name]) for name in ("low", "high"))
    return f"{interval(low, high)}{' points' if says.yes_no else ''}"


def between(row: Any, says: Scale) -> str:
    """Returns where a typical case comes from and goes to: '40 % to 50 %'."""
    error = float(row["std_error"])
    known = error if error > 0 else None
    first = says.figure(float(row["before"]), known, unit=False)
    return f"{first} to {says.figure(float(row['after']), known)}"


def unclear(row: Any) -> bool:
    """Returns whether the interval holds no change."""
    return not (row["estimate_low"] > 0 or row["estimate_high"] < 0)


def _unclear(row: Any, fit: Any, says: Scale) -> str:
    if fit.posterior:
        return f"{says.target} may be higher or lower"
    return f"no effect on {says.target} that these rows can tell from none"


def _sure(row: Any, fit: Any) -> str:
    return f", {certainty.least(fit)} of the direction" if fit.posterior else ""


def title(rows: Sequence[Readout], found: Any, says: Scale) -> str:
    """Returns the title of the chart of effects: which of them the data can tell from none. Not escaped."""
    pairs = list(zip(rows, found.iterrows(), strict=True))
    far = [one for one in rows if one.endless]
    lost = [one for one, (_, row) in pairs if unclear(row) and not one.endless]
    if far:
        told = f"; {_names(lost)} cannot be told from no effect" if lost else ""
        return f"The effect of {_names(far)} has no end{told}"
    if not lost:
        who = {1: "The effect", 2: "Both effects"}.get(len(rows), f"All {len(rows)} effects")
        return f"{who} on {says.target} can be told from none"
    if len(lost) == len(rows):
        return f"No effect on {says.target} can be told from none"
    return f"{_names(lost)} cannot be told from no effect"


def _names(rows: Sequence[Readout]) -> str:
    names = [one.label.replace("\n", ", ") for one in rows]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def headline(one: Readout, row: Any, fit: Any, says: Scale) -> tuple[str, str]:
    """Returns the headline about one effect, and how sure it is. Not escaped."""
    start = f"{one.opening}, {one.where}" if one.where else one.opening
    if one.endless:
        return f"{start}: {endless(row, says)}.", "No figure of it means anything: read the finding below."
    wide = certainty.interval_of(fit)
    typical = f"at a typical case from {between(row, says)}"
    if unclear(row):
        return f"{start}: no clear effect on {says.target}.", (f"{wide} {ends(row, says)}; {typical}.")
    return f"{start}: {effect(row, says)}.", f"{wide} {ends(row, says)}; {typical}."


def points(row: Any, says: Scale) -> str:
    """Returns the change of a typical case with its sign: '+9.7 points'."""
    sign = "+" if row["change"] > 0 else MINUS
    return f"{sign}{says.change(row['change'], row['std_error'])}"


def ratio(row: Any) -> str:
    """Returns the ratio: '1.48'."""
    value = times(row["estimate"])
    return number(value, value * row["estimate_error"])


def ratio_ends(row: Any) -> str:
    """Returns the ends of the ratio's interval: '1.28 to 1.70'."""
    low, high = times(row["estimate_low"]), times(row["estimate_high"])
    alike = high < FAR * low  # both ends as finely as the lower one; far apart, each as it deserves
    return " to ".join(number(end, (low if alike else end) * row["estimate_error"]) for end in (low, high))
