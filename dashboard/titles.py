"""What each chart of the Groups page found: one finding a title, none said twice. Names leave escaped."""

import pandas as pd

from dashboard.headlines import INTERCEPT, correlation
from dashboard.nouns import Noun
from dashboard.numbers import number
from dashboard.safe import markdown
from dashboard.wording import term as in_words


def ranking(table: pd.DataFrame, term: str, middle: float, noun: Noun) -> str:
    """Returns how many groups lie clearly above and how many clearly below the average."""
    above = int((table[f"{term}_low"] > middle).sum())
    below = int((table[f"{term}_high"] < middle).sum())
    name = "baseline" if term == INTERCEPT else f"the effect of {markdown(in_words(term))}"
    if above + below == 0:
        return f"No {noun.one} can be told from the average in {name}"
    return f"{noun.count(above)} clearly above the average in {name}, {below} clearly below"


def relation(value: float | None, singular: bool, noun: Noun) -> str:
    """Returns whether groups that start high respond more, with the correlation."""
    said = correlation(value, singular, noun)
    if value is None or value != value or abs(value) > 0.995 or abs(value) < 0.3:
        return said
    way = "more" if value > 0 else "less"
    return f"{noun.title} with a high baseline respond {way} (correlation {number(value, 0.02)})" + (
        "; the fit is at a boundary, so take it as a guess" if singular else ""
    )


def fan(lines: pd.DataFrame, ends: tuple[float, float], term: str, outcome: str, noun: Noun) -> str:
    """Returns how far apart the groups' lines lie at little and at much of the predictor.

    `lines` has x_low, x_high, y_low, y_high by group; `ends` are the predictor's two values to compare at.
    """
    slope = (lines["y_high"] - lines["y_low"]) / (lines["x_high"] - lines["x_low"])
    first, last = (float((lines["y_low"] + slope * (x - lines["x_low"])).std()) for x in ends)
    name, many = markdown(in_words(term)), noun.many
    few, much = (number(end, (ends[1] - ends[0]) / 4) for end in ends)
    at = f"± {_short(first)} {markdown(outcome)} at {few}, ± {_short(last)} at {much}"
    if first != first or last != last:
        return f"What {name} brings in every {noun.one}"
    if last > 1.15 * first:
        return f"The more {name}, the further {many} lie apart: {at}"
    if first > 1.15 * last:
        return f"The more {name}, the closer {many} come: {at}"
    return f"{noun.title} lie about as far apart at any {name}: {at}"


def apart(baseline: float, swing: float, term: str, outcome: str, noun: Noun) -> str:
    """Returns which sets groups further apart: their baselines, or what a usual swing of a predictor brings.

    `baseline` is the SD between groups of the baseline, `swing` that of the response times the predictor's.
    """
    name, unit = markdown(in_words(term)), markdown(outcome)
    if not baseline or not swing:
        return f"What varies: baseline ± {number(baseline)}, a usual swing of {name} ± {number(swing)} {unit}"
    larger = "more" if baseline > swing else "less"
    return (
        f"{noun.title} differ {larger} in baseline (± {_short(baseline)} {unit}) "
        f"than in what a usual swing of {name} brings (± {_short(swing)})"
    )


def _short(value: float) -> str:
    return number(value, abs(value) / 8)  # two digits: the spread of a few groups is not known better
