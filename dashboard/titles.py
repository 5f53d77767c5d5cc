"""What each chart of the Groups page found: one finding a title, none said twice. Names leave escaped."""

from collections.abc import Sequence

import pandas as pd

from dashboard.headlines import INTERCEPT, correlation
from dashboard.nouns import Noun
from dashboard.numbers import number
from dashboard.safe import markdown
from dashboard.scale import Scale
from dashboard.wording import logged
from dashboard.wording import term as in_words


def ranking(
    clear: pd.Series, term: str, noun: Noun, least: str = "", apart: bool = False, compared: str = ""
) -> str:
    """Returns how many groups lie above and how many below the average beyond chance.

    `clear` is by group 1, 0 or -1; `least` is how sure a posterior at least is of those (`certainty.least`),
    empty of REML and ML. `apart`: the highest and the lowest can be told from each other. `compared` is what
    a category's slope compares.
    """
    above, below = int((clear > 0).sum()), int((clear < 0).sum())
    called = markdown(compared or logged(term) or in_words(term))
    name = "baseline" if term == INTERCEPT else f"the effect of {called}"
    if above + below == 0 and apart:
        return f"{noun.title} can be told apart, but none from an average known this poorly"
    if above + below == 0:
        return f"Every {noun.one} may be like the average in {name}"
    if least:
        each = f"each {least}" if above + below > 1 else least
        if not above:
            return f"{noun.count(below)} below the average in {name}, none above, {each}"
        return f"{noun.count(above)} above the average in {name}, {below or 'none'} below, {each}"
    if not above:
        return f"{noun.count(below)} below the average in {name} beyond chance, none above"
    return f"{noun.count(above)} above the average in {name} beyond chance, {below or 'none'} below"


def relation(
    value: float | None, singular: bool, noun: Noun, ends: tuple[float, float] | None = None, wide: str = ""
) -> str:
    """Returns whether groups that start high respond more, with the correlation.

    `ends` are those of its interval, `wide` their width: one that holds none tells nothing.
    """
    said = correlation(value, singular, noun)
    if value is not None and abs(value) <= 0.995 and ends is not None and ends[0] <= 0 <= ends[1]:
        low, high = (number(end, 0.02) for end in ends)
        # Averaged over the variances left open, an interval may lie beside the single best of them.
        best = f"correlation {number(value, 0.02)}, " if ends[0] <= value <= ends[1] else "correlation, "
        return (
            "How baseline and response go together cannot be told from not at all "
            f"({best}{wide} {low} to {high})"
        )
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


def fan_of_means(
    lie: Sequence[tuple[float, float]], ends: tuple[float, float], name: str, says: Scale, noun: Noun
) -> str:
    """Returns between which means two of three groups lie at little and at much of a predictor."""
    few, much = (number(end, (ends[1] - ends[0]) / 4) for end in ends)
    first, last = (f"{says.between(low, high)}" for low, high in lie)
    return f"At {name} {few} two of three {noun.many} lie within {first}, at {much} within {last}"


def fan_of_two(lie: Sequence[str], places: Sequence[str], noun: Noun) -> str:
    """Returns how far apart groups `lie` at either of two values with nothing in between. Not escaped."""
    (first, last), (here, there) = lie, places
    return f"With {here} two of three {noun.many} lie within {first}, with {there} within {last}"


def apart_at_two(spreads: Sequence[float], places: Sequence[str], outcome: str, noun: Noun) -> str:
    """Returns how far apart groups lie at either of two values; `spreads` are their SDs. Not escaped."""
    (first, last), (here, there) = map(_short, spreads), places
    return f"{noun.title} differ by ± {first} {outcome} with {here}, ± {last} with {there}"


def apart(baseline: float, swing: float, term: str, outcome: str, noun: Noun) -> str:
    """Returns which sets groups further apart: their baselines, or what a usual swing of a predictor brings.

    `baseline` is the SD between groups of the baseline, `swing` that of the response times the predictor's.
    """
    name, unit = markdown(in_words(term)), markdown(outcome)
    if not baseline or not swing:
        return f"What varies: baseline ± {number(baseline)}, a usual swing of {name} ± {number(swing)} {unit}"
    if _short(baseline) == _short(swing):
        return (
            f"{noun.title} differ as much in baseline as in what a usual swing of {name} brings "
            f"(± {_short(baseline)} {unit})"
        )
    larger = "more" if baseline > swing else "less"
    return (
        f"{noun.title} differ {larger} in baseline (± {_short(baseline)} {unit}) "
        f"than in what a usual swing of {name} brings (± {_short(swing)})"
    )


def within(total: float, inner: float, term: str, many: Noun, outer: Noun) -> str:
    """Returns whether groups differ more between their outer groups or within one.

    `total` and `inner` are the SDs of groups everywhere and of those in one outer group.
    """
    what = "baseline" if term == INTERCEPT else f"the effect of {markdown(logged(term) or in_words(term))}"
    between = max(total**2 - inner**2, 0.0) ** 0.5
    if not total:
        return f"No differences in {what} between {many.many} can be detected, in or across {outer.many}"
    if not between or between < 0.02 * total:
        return f"{many.title} differ in {what} within their {outer.many}, not between them"
    if not inner or inner < 0.02 * total:
        return f"{many.title} of one {outer.one} are alike in {what}: only {outer.many} differ"
    more = (
        "more between"
        if between > 1.15 * inner
        else "less between"
        if inner > 1.15 * between
        else "as much between"
    )
    than = "as" if more.startswith("as") else "than"
    return (
        f"In {what}, {many.many} differ {more} {outer.many} (± {_short(between)}) {than} within one "
        f"(± {_short(inner)})"
    )


def met(pairs: pd.DataFrame, one: Noun, other: Noun, many: int, across: int) -> str:
    """Returns how far two groupings cross: with how many of the other a typical group shares rows."""
    if len(pairs) == many * across:
        return f"Rows pair every {one.one} with every {other.one}"
    usual = pairs.groupby("one").size().median()
    return (
        f"Rows pair a typical {one.one} with {usual:g} of {other.count(across)}; "
        f"{len(pairs):,} of {many * across:,} pairs occur"
    )


def _short(value: float) -> str:
    return number(value, abs(value) / 8)  # two digits: the spread of a few groups is not known better
