"""What each chart of the Groups page found: one finding a title, none said twice. Names leave escaped."""

import pandas as pd

from dashboard.headlines import INTERCEPT, correlation
from dashboard.nouns import Noun
from dashboard.numbers import number
from dashboard.safe import markdown
from dashboard.wording import logged
from dashboard.wording import term as in_words


def ranking(clear: pd.Series, term: str, noun: Noun) -> str:
    """Returns how many groups lie above and how many below the average beyond chance.

    `clear` is by group 1, 0 or -1.
    """
    above, below = int((clear > 0).sum()), int((clear < 0).sum())
    name = "baseline" if term == INTERCEPT else f"the effect of {markdown(logged(term) or in_words(term))}"
    if above + below == 0:
        return f"Every {noun.one} may be like the average in {name}"
    if not above:
        return f"{noun.count(below)} below the average in {name} beyond chance, none above"
    return f"{noun.count(above)} above the average in {name} beyond chance, {below or 'none'} below"


def relation(value: float | None, singular: bool, noun: Noun) -> str:
    """Returns whether groups that start high respond more, with the correlation."""
    said = correlation(value, singular, noun)
    if value is None or value != value or abs(value) > 0.995 or abs(value) < 0.3:
        return said
    way = "more" if value > 0 else "less"
    return f"{noun.title} with a high baseline respond {way} (correlation {number(value, 0.02)})" + (
        "; the fit is at a boundary, so take it as a guess" if singular else ""
    )


def fan(spreads: tuple[float, float], ends: tuple[float, float], name: str, outcome: str, noun: Noun) -> str:
    """Returns how far apart the groups lie at little and at much of the predictor.

    `spreads` are the SDs between groups of the outcome at the two values `ends` of the predictor `name`.
    """
    (first, last), many = spreads, noun.many
    few, much = (number(end, (ends[1] - ends[0]) / 4) for end in ends)
    at = f"± {_short(first)} {markdown(outcome)} at {few}, ± {_short(last)} at {much}"
    called = markdown(name)
    if last > 1.15 * first:
        return f"The more {called}, the further {many} lie apart: {at}"
    if first > 1.15 * last:
        return f"The more {called}, the closer {many} come: {at}"
    return f"{noun.title} lie about as far apart at any {called}: {at}"


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
