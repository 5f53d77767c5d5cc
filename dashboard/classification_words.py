"""Probabilities of yes beside what happened, in words: one finding a chart. Names leave escaped."""

from math import ceil, floor, log10
from typing import Any

from dashboard.headlines import Headline
from dashboard.numbers import number, percent, width
from dashboard.safe import markdown

# Share from which one way of calling is better than another.
MATTERS = 0.02
# Share of the rarer kind below which steps of a point are too coarse.
RARE = 0.05
Words = tuple[str, str]  # what a yes and a no are called
UNKNOWN = "Only one kind of outcome: there is nothing to rank"


def names(event: str | None) -> Words:
    """Returns what a yes and a no are called, raw: an event by its name."""
    if event is None or event.lower() in ("yes", "true", "1"):
        return "yes", "no"
    return f"“{event}”", f"not “{event}”"


def lead(found: Any, held: Any, whom: str, says: Words, seen: str = "") -> Headline:
    """Returns how well the model tells a yes from a no, and on what that rests.

    `held` is the same of outcomes held out, None where nobody looked; `whom` names those ("new stores").
    `seen` names groups of so few rows that the model knows them by those rows alone.
    """
    if found.roc.area != found.roc.area:
        return UNKNOWN, ""
    yes, no = (markdown(word, 40) for word in says)
    said = f"It ranks {_a(yes)} above {_a(no)} {percent(found.roc.area)} of the time"
    rests = f"on the rows it was fitted to; {_ends(found.roc)}"
    if seen:
        said = f"On rows it has seen, i{said[1:]}"
        rests += (
            f"; it knows each of the {markdown(seen, 40)} by those few rows, which tell nothing of others"
        )
    if held is None or held.roc.area != held.roc.area:
        return said, f"{rests}; 50 % is chance"
    return f"{said} ({whom}: {percent(held.roc.area)})", f"{rests}; {whom}: {_ends(held.roc)}; 50 % is chance"


def rests(how: str, held_out: bool) -> str:
    """Returns what the outcomes on the page are foretold from; `how` is core's word for what was held out."""
    if not held_out:
        return "Foretold by the model that was fitted to them, so better than anything new will be."
    return (
        f"{markdown(how, 200)}; each part is foretold by a fit to the others (maximum likelihood, Laplace)."
    )


def few(groups: str) -> str:
    """Returns that so few groups are no more than a guide to others; for the end of a sentence."""
    return f"; from {groups} alone, so take it as a guide"


def _ends(found: Any) -> str:
    return f"{width(found.level)} interval {percent(found.low)} to {percent(found.high)}"


def _a(word: str) -> str:
    return f"a {word}" if word in ("yes", "no") else word


def confused(counts: Any, rate: float, says: Words) -> Headline:
    """Returns what calling yes from the threshold on gets right, beside calling all alike."""
    yes, no = (markdown(word, 40) for word in says)
    alike, more = max(rate, 1 - rate), yes if rate >= 0.5 else no
    right = f"{percent(counts.accuracy)} are called right"
    beside = f"calling everyone {more} gets {percent(alike)}"
    joined = "yet" if counts.accuracy < alike - MATTERS else "and" if counts.accuracy < alike else "where"
    return (
        f"From {threshold(counts.threshold)} on, {right}",
        f"{joined} {beside}; {yes} is called where the probability is at least the threshold",
    )


def reach(rate: float) -> tuple[float, float, float, float]:
    """Returns the lowest, the highest, the step and the first of the thresholds to choose from.

    In steps of one point; where a yes (or a no) is rare, up to some times its rate in finer ones.
    """
    if not 0 < min(rate, 1 - rate) < RARE:
        return 0.0, 1.0, 0.01, round(rate, 2) if rate == rate else 0.5
    rare = min(rate, 1 - rate)
    step = 10.0 ** floor(log10(rare / 5))
    most = min(ceil(rare / step - 1e-9) * 10 * step, 1.0)  # not one more for rounding
    first = round(rare / step) * step
    return (0.0, most, step, first) if rate < 0.5 else (1 - most, 1.0, step, 1 - first)


def begins(rate: float, says: Words) -> str:
    """Returns where the threshold stands before anyone moves it."""
    return f"Set first to the share of {markdown(says[0], 40)} among all, {percent(rate)}."


def places(step: float) -> int:
    """Returns how many decimals a percentage in such steps has."""
    return max(0, round(-log10(100 * step)))


def threshold(value: float) -> str:
    """Returns a threshold in percent, with as many digits as it has."""
    return f"{100 * value:.3g} %"


def called(counts: Any, rates: Any, level: float, says: Words) -> list[str]:
    """Returns precision, recall and specificity as sentences with their intervals, or why there are none."""
    yes, no = (markdown(word, 40) for word in says)
    parts = {
        "precision": f"of {counts.called:,.0f} called {yes} are {yes} (precision)",
        "recall": f"of {counts.true_positive + counts.false_negative:,.0f} {yes} are called {yes} (recall)",
        "specificity": (
            f"of {counts.true_negative + counts.false_positive:,.0f} {no} are called {no} (specificity)"
        ),
    }
    why = counts.undefined
    return [
        f"{markdown(name.capitalize())} unknown. {why[name]}"
        if name in why
        else f"**{percent(rates.loc[name, 'estimate'])}** {text}, {width(level)} interval "
        f"{percent(rates.loc[name, 'low'])} to {percent(rates.loc[name, 'high'])}"
        for name, text in parts.items()
    ]


def precise(counts: Any, rates: Any, rate: float, says: Words) -> Headline:
    """Returns how much surer a call makes than none."""
    yes = markdown(says[0], 40)
    drawn = (
        f"each point a threshold; dot: the one in use; dashed: {percent(rate)}, the share of {yes} among all"
    )
    if "precision" in counts.undefined or "recall" in counts.undefined:
        return f"At this threshold nobody is called {yes}", drawn
    finds = f"such calls find {percent(counts.recall)} of all {yes}"
    low, high = rates.loc["precision", ["low", "high"]]
    if low <= rate <= high:
        return f"A call of {yes} is right no more often than a guess, as far as one can tell", drawn
    if high < rate:
        return f"A call of {yes} is right less often than a guess, and {finds}", drawn
    times = number(counts.precision / rate, 0.3)
    return f"A call of {yes} is right {times} times as often as a guess, and {finds}", drawn
