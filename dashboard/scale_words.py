"""A generalised model beside its effects: the typical case, and how far groups differ. Not escaped."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.fit.family import mean
from core.result.effects import chain_at_average
from core.result.ellipse import covariance_at_average
from core.result.ratios import typical_mean, typical_offset
from dashboard import certainty, wording
from dashboard.groupings import Grouping
from dashboard.numbers import number, percent, times, width
from dashboard.scale import Scale
from dashboard.sentences import INTERCEPT, NO_PAIRS, opening, said
from dashboard.variance_words import ALIKE

HARDLY = 0.005  # a spread, for a usual swing, that moves odds, rates and amounts by less than half a percent


def typical(fit: Any, says: Scale) -> str:
    """Returns the mean of a typical case with its interval: '47 % (95 % 21 % to 75 %)'."""
    middle, low, high = typical_mean(fit.linear.lead, says.link, fit.level)
    error = (high - low) / 4
    return f"{says.figure(middle, error)} ({width(fit.level)} {says.between(low, high)})"


def baseline(fit: Any, says: Scale) -> str:
    """Returns what a typical case comes to, as a sentence."""
    own = " and no group's own difference" if fit.linear.sides else ""
    what = f"a {says.mean} of " if says.yes_no else ""
    return f"A typical case, at average predictors{own}: {what}{typical(fit, says)}."


def headline(fit: Any, groups: Sequence[Grouping], says: Scale) -> tuple[str, str]:
    """Returns the headline of a model without predictors."""
    sure = f"{certainty.interval_of(fit)} in brackets. No predictors: choose some to see what moves it."
    if not groups:
        what = f"The {says.mean} is" if says.yes_no else "Expected are"
        return f"{what} {typical(fit, says)}.", sure
    many = groups[0].noun.many
    return f"{many[:1].upper()}{many[1:]} differ: {differ(fit, groups[0], says)}.", sure


def differ(fit: Any, one: Grouping, says: Scale) -> str:
    """Returns between which means two of three groups lie at average predictors."""
    side, place = fit.linear.sides[one.name], one.terms.index(INTERCEPT)
    sd = float(max(covariance_at_average(side)[1][place, place], 0.0)) ** 0.5
    middle = float(chain_at_average(side, fit.level).loc[INTERCEPT, "estimate"])
    ends = np.array([middle - sd, middle + sd]) + typical_offset(fit.linear.lead)
    low, high = mean(says.link, ends).tolist()
    return f"two of three lie between {says.between(low, high).replace(' to ', ' and ')}"


def variances(
    fit: Any,
    groups: Sequence[Grouping],
    says: Scale,
    pairs: Mapping[str, tuple[str, str]] = NO_PAIRS,
) -> list[str]:
    """Returns a sentence a variance of every grouping, and the share between groups on both scales."""
    found = [sentence for one in groups for sentence in _of(fit, one, says, pairs)]
    if groups:
        icc = fit.icc()
        latent = (
            f"{percent(icc.adjusted)} of what the predictors leave lies between groups on the scale of the "
        )
        seen = getattr(icc, "observed", math.nan)
        also = "" if math.isnan(seen) else f", {percent(seen)} of it in single outcomes"
        found.append(f"{latent}{says.added}{also} (ICC).")
    return found


def _of(fit: Any, one: Grouping, says: Scale, pairs: Mapping[str, tuple[str, str]]) -> list[str]:
    side, found = fit.linear.sides[one.name], []
    covariance = covariance_at_average(side)[1]
    chain, many = chain_at_average(side, fit.level), one.noun.many
    columns = side.moments.columns
    for place, term in enumerate(one.terms):
        sd = float(max(covariance[place, place], 0.0)) ** 0.5
        swing = 1.0 if term == INTERCEPT else float(columns.scale[columns.index(term)])
        what = "their baseline" if term == INTERCEPT else f"their response to {said(term)}"
        if sd * swing <= max(ALIKE * fit.sigma, HARDLY):
            found.append(f"{_capital(many)} do not differ detectably in {what} (SD below {HARDLY}).")
        elif term == INTERCEPT:
            found.append(f"{_capital(many)} differ at average predictors: {differ(fit, one, says)}.")
        else:
            found.append(
                _slope(term, float(chain.loc[term, "estimate"]), sd, many, says, opening(fit, term, pairs))
            )
    return found


def _slope(term: str, middle: float, sd: float, many: str, says: Scale, step: str) -> str:
    unit = math.log(2.0) if wording.logged(term) else 1.0
    step = f"{step[:1].lower()}{step[1:]}" if step.startswith(("One ", "Twice ")) else step
    low, high = unit * (middle - sd), unit * (middle + sd)
    if not says.multiplies:
        return (
            f"{_capital(many)} differ in their response to {said(term)} by about {number(sd)} ({says.added})."
        )
    error = (high - low) / 4
    ends = " and ".join(f"× {number(times(end), times(low) * error)}" for end in (low, high))
    return (
        f"{_capital(many)} respond differently to {said(term)}: {step} multiplies the {says.multiplied} by "
        f"between {ends} in two of three."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
