"""Results in plain sentences: one a coefficient, one for a group's pull. Names are not escaped."""

from typing import Any

from dashboard.nouns import Noun
from dashboard.numbers import interval, number, percent
from dashboard.wording import term as in_words

INTERCEPT = "(Intercept)"
WHY = {
    "no own estimate": "its own rows cannot say",
    "no differences": "the {many} show no differences of their own",
    "few rows": "it has only {rows} rows",
    "little variation": "its spend hardly varied",
    "typical": "its rows leave about as much doubt as most",
}


def coefficients(fit: Any, outcome: str, noun: Noun) -> dict[str, str]:
    """Returns one plain sentence a coefficient, by term."""
    return {
        str(term): _coefficient(str(term), row, outcome, noun, fit.reference_levels)
        for term, row in fit.fixed_effects.iterrows()
    }


def _coefficient(term: str, row: Any, outcome: str, noun: Noun, references: Any) -> str:
    size, bounds = number(abs(row["estimate"]), row["std_error"]), interval(row["low"], row["high"])
    if term == INTERCEPT:
        value = number(row["estimate"], row["std_error"])
        return f"Baseline: {value} {outcome} where every predictor is zero (95 % {bounds})."
    name, way = in_words(term), "more" if row["estimate"] > 0 else "less"
    unclear = row["low"] <= 0 <= row["high"]
    column, bracket, level = term.partition("[")
    if bracket and column in references:
        start = f"{column} {level.rstrip(']')} instead of {references[column]}"
    else:
        start = f"One unit more of {name}"
    if unclear:
        return f"{start}: no effect on {outcome} that these rows can tell from zero (95 % {bounds})."
    return f"{start} goes with {size} {way} {outcome} (95 % {bounds}), the others held still."


def pull(rows: int, own: float, spread: float, share: float, why: str, noun: Noun) -> str:
    """Returns what a group's own rows say and how far and why the estimate was pulled."""
    reason = WHY[why].format(many=noun.many, rows=f"{rows:,}")
    if own != own:
        return f"Its {rows:,} rows alone cannot say; the estimate is borrowed from the other {noun.many}."
    if share < 0.005:
        return f"Its {rows:,} rows alone say {number(own, spread)}; pooling left it there."
    said = f"Its {rows:,} rows alone say {number(own, spread)}. "
    return f"{said}Pulled {percent(share)} of the way to the average: {reason}."
