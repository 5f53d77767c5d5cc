"""How well probabilities rank, hold and reach, in words: one finding a chart. Names leave escaped."""

from typing import Any

from dashboard.classification_words import UNKNOWN, Words
from dashboard.headlines import Headline
from dashboard.numbers import interval, number, percent, width
from dashboard.safe import markdown

# A share by which a reader would decide otherwise.
MATTERS = 0.02
# Slopes of log-odds between these are a little off, however sure.
LITTLE = (0.8, 1.25)


def ranked(found: Any, held_out: bool, whom: str) -> Headline:
    """Returns what the area under the curve says, beside chance."""
    drawn = f"each point a threshold; {markdown(found.how, 120)}"
    if found.area != found.area:
        return UNKNOWN, ""
    who = f"{whom[:1].upper()}{whom[1:]}" if held_out else "Rows it was fitted to"
    if found.low <= 0.5 <= found.high:
        return f"{who} are ranked no better than by chance, as far as one can tell", drawn
    if found.high < 0.5:
        return f"{who} are ranked the wrong way round", drawn
    return f"{who}: {percent(found.area)} of pairs in the right order (AUC)", drawn


def calibrated(found: Any, held_out: bool, saturated: bool = False) -> Headline:
    """Returns whether probabilities may be taken at their word, and if not how they are off; nothing of its
    own rows is learned from a `saturated` model, which repeats them.
    """
    drawn = (
        "dots: parts of about equal size with Wilson intervals; dashed: foretold is found; bars: how many "
        "outcomes had which probability"
    )
    if saturated and not held_out:
        return "As many terms as combinations: on its own rows this model cannot miss", drawn
    slope, off = found.slope, found.too_low
    if len(found.bins) == 1:
        return "Everyone has the same probability", drawn
    if slope.value != slope.value:
        return "Too little to judge probabilities by", drawn
    reach = found.quantile * slope.std_error
    low, high = slope.value - reach, slope.value + reach
    drawn = (
        f"{drawn}; slope of log-odds {number(slope.value, slope.std_error)} ({interval(low, high)}), 1: right"
    )
    if abs(off.value) > max(MATTERS, found.quantile * off.std_error):
        way = "low" if off.value > 0 else "high"
        return f"Probabilities are {100 * abs(off.value):.0f} points too {way} on average", drawn
    if low <= 0 and high < 1:
        return "Higher probabilities do not come true more often", drawn
    little = "a little " if LITTLE[0] < slope.value < LITTLE[1] else ""
    if high < 1:
        return f"High probabilities are {little}too high, and low ones too low", drawn
    if low > 1 and not held_out:
        return "On its own rows the model looks cautious, as pooled models do", drawn
    if low > 1:
        return f"Probabilities are {little}too cautious: they could lie further apart", drawn
    if far := _off(found.bins):
        return (
            f"Right on average, but not where {percent(far[0])} is foretold: {percent(far[1])} is found",
            drawn,
        )
    return "Probabilities can be taken at their word", drawn


def _off(bins: Any) -> tuple[float, float] | None:
    """What is foretold and found at the largest miss of the dots whose interval, widened for their number,
    does not reach what is foretold.
    """
    wide = 1.5  # of the 95 % intervals: what the worst of ten dots reaches by chance once in thirty charts
    apart = bins["observed"] - bins["predicted"]
    near = (bins["high"] - bins["observed"]).where(apart < 0, bins["observed"] - bins["low"])
    beyond = apart.abs() > (wide * near).clip(lower=MATTERS)
    if not beyond.any():
        return None
    worst = apart.abs().where(beyond).idxmax()
    return float(bins["predicted"][worst]), float(bins["observed"][worst])


def lifted(found: Any, says: Words) -> Headline:
    """Returns what asking the most probable tenth reaches."""
    yes, tenth = markdown(says[0], 40), found.table.loc[0.1]
    drawn = (
        "share reached by asking the most probable first; dashed: at random; dotted: the most that could be"
    )
    if tenth["lift"] != tenth["lift"]:
        return f"There is no {yes} to reach", drawn
    ends = f"({width(found.level)} interval {interval(tenth['low'], tenth['high'])})"
    if tenth["low"] <= 1 <= tenth["high"]:
        return f"The most probable tenth holds no more {yes} than any other, as far as one can tell", drawn
    return (
        f"The most probable 10 % hold {percent(tenth['reached'])} of all {yes}: "
        f"{number(tenth['lift'], (tenth['high'] - tenth['low']) / 4)} times their share {ends}",
        drawn,
    )
