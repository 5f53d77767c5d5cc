"""The fitted model as an equation: names as they stand in the file, numbers as estimated."""

from collections.abc import Mapping, Sequence

from dashboard import equation_names, families, safe, wording
from dashboard.equation_names import NAME
from dashboard.groupings import Grouping
from dashboard.headlines import INTERCEPT, spread
from dashboard.nouns import Noun
from dashboard.numbers import MINUS, number
from dashboard.scale import scale
from dashboard.state import Shown

TERMS_SHOWN = 14
BASELINE = "baseline (every predictor at zero)"


def latex(shown: Shown, groups: Sequence[Grouping]) -> str:
    """Returns the equation for st.latex: outcome = baseline + effects + group part + rest.

    Each term is one unbreakable piece with a place to break before it, so that the lines are as long as the
    screen is wide. Every name is escaped text; nothing a user wrote can become a command.
    """
    effects = shown.fit.fixed_effects
    names = equation_names.as_latex(
        shown, [*effects.head(TERMS_SHOWN).index, *(term for one in groups for term in one.terms)]
    )
    pieces = [
        _piece(names[str(term)], row["estimate"], row["std_error"], place == 0, term == INTERCEPT)
        for place, (term, row) in enumerate(effects.head(TERMS_SHOWN).iterrows())
    ]
    if len(effects) > TERMS_SHOWN:
        pieces.append(rf"+ \ldots \text{{ ({len(effects) - TERMS_SHOWN} more)}}")
    offsets = list(offsets_of(shown))
    if families.generalised(shown.spec) and scale(shown.spec).per:  # the left side is by it already
        offsets.remove(next(name for name in offsets if name.startswith("log(")))
    added = (safe.latex(safe.one_line(wording.term(name), NAME), NAME) for name in offsets)
    pieces += [rf"+ \text{{{name}}}" for name in added]
    for one in groups:
        pieces += _group_pieces(one.terms, names, one.noun, len(groups) > 1)
    what, name = outcome_of(shown), NAME
    if families.generalised(shown.spec):
        what, name = scale(shown.spec).added, 2 * NAME
    else:
        pieces[-1] += r" + \underbrace{\,e\,}_{\text{rest}}"  # never alone on a line
    left = rf"\text{{{safe.latex(what, name)}}} = "
    return left + r" \allowbreak ".join(f"{{{{}}{piece}}}" for piece in pieces)


def words(shown: Shown, groups: Sequence[Grouping]) -> list[str]:
    """Returns what the letters of the equation stand for, one sentence each. Not escaped."""
    said = []
    outcome, named = outcome_of(shown), {one.name: one.noun for one in groups}
    parts = equation_names.parts(shown, [term for one in groups for term in one.terms])
    for by in groups:
        one = by.noun.one
        middle = f"its {named[by.outer[0]].one}'s" if by.outer else "the average"
        for letter, term in zip(_letters(by.terms), by.terms, strict=True):
            sd = spread(shown.fit, by.name, term)
            name = BASELINE if term == INTERCEPT else f"effect of {' × '.join(parts[term])}"
            away = (
                f"about two thirds within ± {number(sd, sd / 8)}"
                if sd
                else "no differences detected, so 0 for all"
            )
            of = f" of the {one}" if len(groups) > 1 else ""
            said.append(f"{letter}{of}: how far one {one}'s {name} lies from {middle}; {away}.")
    if families.generalised(shown.spec):
        return [*said, wording.added(scale(shown.spec).link)]
    within = " and ".join(f"one {one.noun.one}" for one in groups if not _holds(one, groups))
    left = f"what is left from row to row{f' within {within}' if within else ''}"
    weight = " for a row of average weight" if shown.spec.weights is not None else ""
    said.append(f"e: {left}; about two thirds within ± {number(shown.fit.sigma)} {outcome}{weight}.")
    return said


def _holds(one: Grouping, groups: Sequence[Grouping]) -> bool:
    """Whether groups of another grouping lie in its groups."""
    return any(one.name in other.outer for other in groups)


def outcome_of(shown: Shown) -> str:
    """Returns the outcome as the model has it: its column, or a function of it. Not escaped."""
    outcome = shown.spec.outcome
    text = outcome.column
    for step in outcome.steps:
        text = f"{step.transform.value}({text})"
    return text


def explained(shown: Shown) -> str:
    """Returns what lines and baselines are of: the outcome less what is added as it is. Not escaped.

    Of a generalised model it is what effects add to.
    """
    if families.generalised(shown.spec):
        return scale(shown.spec).added
    return " less ".join((outcome_of(shown), *map(wording.term, offsets_of(shown))))


def offsets_of(shown: Shown) -> tuple[str, ...]:
    """Returns what the model adds as it is, with a slope of 1. Not escaped."""
    return shown.fit.linear.moments.layout.offsets


def _letters(terms: Sequence[str]) -> list[str]:
    slopes = sum(term != INTERCEPT for term in terms)
    letters, place = [], 0
    for term in terms:
        if term == INTERCEPT:
            letters.append("a")
        else:
            place += 1
            letters.append("b" if slopes == 1 else f"b{place}")
    return letters


def _piece(name: str, estimate: float, error: float, first: bool, constant: bool) -> str:
    value = number(abs(estimate), error)
    below = estimate < 0 and number(estimate, error).startswith(MINUS)
    sign = "- " if below else "" if first else "+ "
    return f"{sign}{_figure(value)}" if constant else rf"{sign}{_figure(value)} \cdot {name}"


def _group_pieces(terms: Sequence[str], names: Mapping[str, str], noun: Noun, several: bool) -> list[str]:
    """The part of one grouping; of `several`, each letter says whose it is."""
    slopes = [term for term in terms if term != INTERCEPT]
    whose = rf"\text{{{safe.latex(noun.one, 20)}}}" if several else ""
    inner, place = [], 0
    for term in terms:
        if term == INTERCEPT:
            inner.append(f"a_{{{whose}}}" if several else "a")
            continue
        place += 1
        at = ",".join(part for part in ("" if len(slopes) == 1 else str(place), whose) if part)
        letter = f"b_{{{at}}}" if at else "b"
        inner.append(rf"{letter} \cdot {names[term]}")
    if len(inner) > 2:  # wider than a phone in one piece; the letters are explained below the equation
        return [f"+ {part}" for part in inner]
    below = safe.latex(f"how this {noun.one} differs", 40)
    if several:
        return [f"+ {' + '.join(inner)}"]
    return [rf"+ \underbrace{{{' + '.join(inner)}}}_{{\text{{{below}}}}}"]


def _figure(value: str) -> str:
    return value.replace(",", "{,}")
