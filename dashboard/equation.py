"""The fitted model as an equation: names as they stand in the file, numbers as estimated."""

from collections.abc import Sequence

from dashboard import safe, wording
from dashboard.headlines import INTERCEPT, spread
from dashboard.nouns import Noun
from dashboard.numbers import MINUS, number
from dashboard.state import Shown

TERMS_SHOWN = 14
BASELINE = "baseline (every predictor at zero)"
NAME = 28


def latex(shown: Shown, group: str | None, noun: Noun) -> str:
    """Returns the equation for st.latex: outcome = baseline + effects + group part + rest.

    Each term is one unbreakable piece with a place to break before it, so that the lines are as long as the
    screen is wide. Every name is escaped text; nothing a user wrote can become a command.
    """
    effects = shown.fit.fixed_effects
    pieces = [
        _piece(str(term), row["estimate"], row["std_error"], first=place == 0)
        for place, (term, row) in enumerate(effects.head(TERMS_SHOWN).iterrows())
    ]
    if len(effects) > TERMS_SHOWN:
        pieces.append(rf"+ \ldots \text{{ ({len(effects) - TERMS_SHOWN} more)}}")
    if group is not None:
        pieces += _group_pieces(varying(shown, group), noun)
    pieces[-1] += r" + \underbrace{\,e\,}_{\text{rest}}"  # never alone on a line
    left = rf"\text{{{safe.latex(_outcome(shown), NAME)}}} = "
    return left + r" \allowbreak ".join(f"{{{{}}{piece}}}" for piece in pieces)


def words(shown: Shown, group: str | None, noun: Noun) -> list[str]:
    """Returns what the letters of the equation stand for, one sentence each. Not escaped."""
    said = []
    outcome = _outcome(shown)
    if group is not None:
        for letter, term in zip(_letters(shown, group), varying(shown, group), strict=True):
            sd = spread(shown.fit, group, term)
            name = BASELINE if term == INTERCEPT else f"effect of {wording.term(term)}"
            away = (
                f"about two thirds within ± {number(sd, sd / 8)}"
                if sd
                else "no differences detected, so 0 for all"
            )
            said.append(f"{letter}: how far one {noun.one}'s {name} lies from the average; {away}.")
    left = f"what is left from row to row{f' within one {noun.one}' if group is not None else ''}"
    said.append(f"e: {left}; about two thirds within ± {number(shown.fit.sigma)} {outcome}.")
    return said


def varying(shown: Shown, group: str) -> list[str]:
    """Returns the terms that vary by group, in the fit's order."""
    parts = shown.fit.variance_components
    return list(parts.loc[(parts["group"] == group) & (parts["term_2"] == ""), "term_1"])


def _outcome(shown: Shown) -> str:
    outcome = shown.spec.outcome
    text = outcome.column
    for step in outcome.steps:
        text = f"{step.transform.value}({text})"
    return text


def _letters(shown: Shown, group: str) -> list[str]:
    terms = varying(shown, group)
    slopes = sum(term != INTERCEPT for term in terms)
    letters, place = [], 0
    for term in terms:
        if term == INTERCEPT:
            letters.append("a")
        else:
            place += 1
            letters.append("b" if slopes == 1 else f"b{place}")
    return letters


def _piece(term: str, estimate: float, error: float, first: bool) -> str:
    value = number(abs(estimate), error)
    below = estimate < 0 and number(estimate, error).startswith(MINUS)
    sign = "- " if below else "" if first else "+ "
    if term == INTERCEPT:
        return f"{sign}{_figure(value)}"
    name = safe.latex(safe.one_line(wording.term(term), NAME), NAME)
    return rf"{sign}{_figure(value)} \cdot \text{{{name}}}"


def _group_pieces(terms: Sequence[str], noun: Noun) -> list[str]:
    slopes = [term for term in terms if term != INTERCEPT]
    inner, place = [], 0
    for term in terms:
        if term == INTERCEPT:
            inner.append("a")
            continue
        place += 1
        name = safe.latex(safe.one_line(wording.term(term), NAME), NAME)
        letter = "b" if len(slopes) == 1 else f"b_{{{place}}}"
        inner.append(rf"{letter} \cdot \text{{{name}}}")
    if len(inner) > 2:  # wider than a phone in one piece; the letters are explained below the equation
        return [f"+ {part}" for part in inner]
    below = safe.latex(f"how this {noun.one} differs", 40)
    return [rf"+ \underbrace{{{' + '.join(inner)}}}_{{\text{{{below}}}}}"]


def _figure(value: str) -> str:
    return value.replace(",", "{,}")
