"""What terms are called in an equation: short enough for a line, and never so short that two read alike."""

import re
from collections import Counter
from collections.abc import Sequence

from core.table.vocabulary import NO, YES, tokens
from dashboard import safe, wording
from dashboard.sentences import levels
from dashboard.state import Shown

NAME = 28
PRODUCT = 40  # letters of an interaction's name beyond which its parts are cut
LETTERS = r"[^\W\d_]{2}"


def parts(shown: Shown, terms: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Returns what each term is called, by term: one name, of an interaction one for each column in it.

    A category of an interaction is called by its value alone, where no other column has that value and it
    says more than yes or no. Not escaped.
    """
    coded, products = levels(shown.fit), dict(shown.fit.linear.moments.layout.products)
    values = [value for _, value in coded.values()] + list(shown.fit.reference_levels.values())

    def name(part: str) -> str:
        value = coded[part][1] if part in coded else ""
        tells = values.count(value) == 1 and re.search(LETTERS, value) and not set(tokens(value)) <= NO | YES
        return value if tells else wording.term(part)

    return {
        term: tuple(map(name, products[term])) if term in products else (wording.term(term),)
        for term in terms
    }


def as_latex(shown: Shown, terms: Sequence[str]) -> dict[str, str]:
    """Returns the terms by name as they stand in the equation, cut unless they then read alike."""
    every = parts(shown, terms)

    def cut(these: tuple[str, ...]) -> tuple[str, ...]:
        if len(these) == 1:
            return (safe.one_line(these[0], NAME),)
        room = PRODUCT // len(these) if sum(map(len, these)) > PRODUCT else PRODUCT
        return tuple(safe.one_line(one, room) for one in these)

    short = {term: cut(these) for term, these in every.items()}
    told = Counter(short.values())
    chosen = {term: short[term] if told[short[term]] == 1 else these for term, these in every.items()}
    return {term: r" \times ".join(map(_text, these)) for term, these in chosen.items()}


def _text(name: str) -> str:
    return rf"\text{{{safe.latex(safe.one_line(name, 2 * PRODUCT), 2 * PRODUCT)}}}"
