"""Results in plain sentences: one a coefficient, one for a group's pull. Names are not escaped."""

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from dashboard import certainty
from dashboard.nouns import ROW, Noun
from dashboard.numbers import interval, number, percent, width
from dashboard.wording import logged
from dashboard.wording import term as in_words

INTERCEPT = "(Intercept)"
MOST = 5.0  # a logarithm that rises by more is no change that percent can tell
UNITS = {"€": "euro", "EUR": "euro", "$": "dollar", "USD": "dollar", "£": "pound", "GBP": "pound"} | {
    "%": "point"
}
NO_PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType({})
NO_LEVELS = NO_PAIRS
WHY = {
    "no own estimate": "its own rows cannot say",
    "no differences": "the {many} show no differences of their own",
    "few rows": "it has only {rows}",
    "little variation": "its spend hardly varied",
    "typical": "its rows leave about as much doubt as most",
}


def coefficients(
    fit: Any,
    outcome: str,
    pairs: Mapping[str, tuple[str, str]] = NO_PAIRS,
    effects: pd.DataFrame | None = None,
    yes_no: bool = False,
) -> dict[str, str]:
    """Returns one plain sentence a coefficient, by term. `pairs` are the two values of what has no more.

    `effects` are the fixed effects, those that an interaction bends read at the average of what they go with.
    """
    table = fit.fixed_effects if effects is None else effects
    return {str(term): _said(str(term), row, outcome, fit, pairs, yes_no) for term, row in table.iterrows()}


def said(term: str) -> str:
    """Returns a term as a noun for a sentence: 'youtube (own swings)', 'radio' of 'radio (€)'."""
    words = re.sub(r", (own swings|usual level)$", r" (\1)", in_words(term))
    return re.sub(rf" ?\(({_UNIT})\)(?= \(|$)", "", words)


_UNIT = "|".join(map(re.escape, UNITS))


def amount(value: float, error: float, yes_no: bool = False) -> str:
    """Returns how much more or less: '0.41 more', and of a yes/no outcome '1.1 points less often'."""
    way = "more" if value > 0 else "less"
    if yes_no:
        return f"{number(100 * abs(value), 100 * error)} points {way} often"
    return f"{number(abs(value), error)} {way}"


def in_percent(estimate: float, error: float, outcome: str) -> str:
    """Returns what a rise of an outcome's logarithm is of the outcome: ', that is 1.9 % more sales'.

    100 (exp(b) - 1), with the error's share of it for the rounding; empty where the outcome is no logarithm.
    """
    inner = re.fullmatch(r"log\\?\((.+?)\\?\)", outcome)  # escaped or not
    if inner is None or abs(estimate) > MOST:
        return ""
    times = math.exp(estimate)
    way = "more" if estimate > 0 else "less"
    return f", that is {number(100 * abs(times - 1), 100 * times * error)} % {way} {inner[1]}"


def levels(fit: Any) -> dict[str, tuple[str, str]]:
    """Returns the column and the level of every term that is a category, by term.

    A column of numbers may be called `spend [k]`: only how the model codes it tells.
    """
    text = [coding for coding in fit.linear.moments.layout.codings if coding.is_text]
    return {f"{c.variable.column}[{level}]": (c.variable.column, level) for c in text for level in c.levels}


def step(
    term: str,
    pairs: Mapping[str, tuple[str, str]] = NO_PAIRS,
    coded: Mapping[str, tuple[str, str]] = NO_LEVELS,
) -> str:
    """Returns what a coefficient is the effect of: a unit more, or one of two values instead of the other.

    `coded` are the terms that are categories, see `levels`.
    """
    if term in pairs:
        yes, no = pairs[term]
        return f"{in_words(term)} {yes} instead of {no}"
    if term in coded:
        column, level = coded[term]
        return f"{column} {level} instead of another"
    unit = re.search(rf"\(({_UNIT})\)(?=$|, (?:own swings|usual level)$)", in_words(term))
    return f"one {UNITS[unit[1]] if unit else 'unit'} more of {said(term)}"


def _said(
    term: str, row: Any, outcome: str, fit: Any, pairs: Mapping[str, tuple[str, str]], yes_no: bool
) -> str:
    much = amount(row["estimate"], row["std_error"], yes_no)
    times = 100 if yes_no else 1
    ends = interval(times * row["low"], times * row["high"]) + (" points" if yes_no else "")
    bounds = f"{width(fit.level)} {ends}"
    if term == INTERCEPT:
        value = number(times * row["estimate"], times * row["std_error"]) + (" %" if yes_no else "")
        return f"Baseline: {value} {outcome} where every predictor is zero ({bounds})."
    unclear = row["low"] <= 0 <= row["high"]
    sure = certainty.direction(row) if fit.posterior else ""
    told = f"{bounds}, {sure}" if sure and not sure.startswith("over") else bounds
    one, _, other = term.partition(":")
    coded = levels(fit)
    if one in fit.fixed_effects.index and other in fit.fixed_effects.index:
        start, one = _capital(step(other, pairs, coded)), step(one, pairs, coded)
        if unclear and sure:
            return f"{start}: {one} may bring more or less than before, {sure} ({bounds})."
        if unclear:
            return f"{start}: no change in what {one} brings that these rows can tell from zero ({bounds})."
        return f"{start}: {one} brings {much} {outcome} than before ({told})."
    start = _start(term, fit.reference_levels, pairs, coded) + _where(term, fit.fixed_effects.index, coded)
    if unclear and sure:
        return f"{start} may go with more or less {outcome}: {sure} ({bounds})."
    if unclear:
        return f"{start}: no effect on {outcome} that these rows can tell from zero ({bounds})."
    also = "" if yes_no else in_percent(row["estimate"], row["std_error"], outcome)
    return f"{start} goes with {much} {outcome}{also} ({told}), the others held still."


def opening(
    fit: Any, term: str, pairs: Mapping[str, tuple[str, str]] = NO_PAIRS, flipped: bool = False
) -> str:
    """Returns what a coefficient is the effect of, to begin a sentence; `flipped`, of the other category."""
    coded = levels(fit)
    if flipped:
        column, level = coded[term]
        return f"{column} {fit.reference_levels[column]} instead of {level}"
    doubled = logged(term)
    if doubled is not None:
        return f"Twice as much {said(doubled)}"
    return _start(term, fit.reference_levels, pairs, coded)


def where(term: str, fit: Any) -> str:
    """Returns where a plain effect holds when interactions bend it: ' (at the average of price)'."""
    return _where(term, fit.fixed_effects.index, levels(fit))


def _where(term: str, terms: Any, coded: Mapping[str, tuple[str, str]]) -> str:
    """Where the plain effect holds when interactions bend it."""
    products = [
        parts for name in terms if term in (parts := str(name).split(":")) and set(parts) <= set(terms)
    ]
    others = [part for parts in products for part in parts if part != term]
    columns = dict.fromkeys(said(coded.get(part, (part,))[0]) for part in others)
    return f" (at the average of {' and '.join(columns)})" if others else ""


def _start(
    term: str,
    references: Mapping[str, str],
    pairs: Mapping[str, tuple[str, str]],
    coded: Mapping[str, tuple[str, str]],
) -> str:
    column, level = coded.get(term, ("", ""))
    if column in references:
        return f"{column} {level} instead of {references[column]}"
    return step(term, pairs) if term in pairs else _capital(step(term, pairs, coded))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def pull(
    rows: int,
    own: float,
    spread: float,
    share: float,
    why: str,
    noun: Noun,
    write: Callable[[float, float], str] = number,
    cases: Noun = ROW,
) -> str:
    """Returns what a group's own rows say and how far and why the estimate was pulled.

    `cases` is what `rows` counts.
    """
    reason = WHY[why].format(many=noun.many, rows=cases.count(rows))
    if own != own:
        return (
            f"Its {cases.count(rows)} alone cannot say; the estimate is borrowed from the other {noun.many}."
        )
    if share < 0.005:
        return f"Its {cases.count(rows)} alone say {write(own, spread)}; pooling left it there."
    said = f"Its {cases.count(rows)} alone say {write(own, spread)}. "
    return f"{said}Pulled {percent(share)} of the way to the average: {reason}."
