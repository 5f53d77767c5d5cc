"""What a whole formula must keep to: looked at before reading (brackets, ~) and after (no effect twice)."""

from collections.abc import Iterable, Sequence

from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.model import Fixed, Random, expand, groupings
from core.spec.stray import NOT_TILDES
from core.spec.term import Placed
from core.spec.token import Token, TokenKind, column_tokens
from core.spec.write import write_interaction, write_name

MAX_LENGTH = 10_000
"""Characters: a few hundred terms."""
MAX_DEPTH = 20
"""Brackets inside brackets."""
MAX_TERMS = 500
"""Terms once every * is multiplied out: a*b*c stands for seven."""


def check_length(text: str) -> None:
    """Raises FormulaError for a text that is empty or longer than MAX_LENGTH."""
    if not text.strip():
        raise FormulaError(Fault.EMPTY, text, 0, len(text))
    if len(text) > MAX_LENGTH:
        over = len(text) - MAX_LENGTH
        raise FormulaError(Fault.TOO_LONG, text, MAX_LENGTH, over, count=len(text), limit=MAX_LENGTH)


def check_signs(text: str, tokens: Sequence[Token]) -> None:
    """Raises FormulaError unless brackets are balanced, not too deep, and there is exactly one ~."""
    _check_brackets(text, [t for t in tokens if t.kind is TokenKind.SIGN and t.value in "()"])
    tildes = [t for t in tokens if t.kind is TokenKind.SIGN and t.value == "~"]
    if len(tildes) > 1:
        raise FormulaError(Fault.SECOND_TILDE, text, tildes[1].start, 1)
    if tildes:
        return
    for token in tokens:
        if token.kind is TokenKind.STRANGE and token.value in NOT_TILDES:
            length = token.end - token.start
            raise FormulaError(Fault.NOT_A_TILDE, text, token.start, length, found=token.value)
    raise FormulaError(Fault.NO_TILDE, text, tokens[0].start, tokens[-2].end - tokens[0].start)


def check_outcome_alone(text: str, outcome: str, tokens: Sequence[Token]) -> None:
    """Raises FormulaError when the outcome is also named after ~."""
    tilde = next(t.start for t in tokens if t.kind is TokenKind.SIGN and t.value == "~")
    for token in column_tokens(tokens):
        if token.start > tilde and token.value == outcome:
            length = token.end - token.start
            raise FormulaError(Fault.BOTH_SIDES, text, token.start, length, name=outcome)


def check_count(text: str, terms: Iterable[Fixed]) -> None:
    """Raises FormulaError when the terms stand for more than MAX_TERMS."""
    if sum(2 ** len(term.parts) - 1 for term in terms) > MAX_TERMS:
        raise FormulaError(Fault.TOO_MANY, text, 0, len(text), limit=MAX_TERMS)


def check_effects_once(text: str, random: Iterable[Placed[Random]]) -> None:
    """Raises FormulaError when two random parts let the same effect vary by the same group."""
    seen: set[object] = set()
    for part in random:
        effects = [*([()] if part.value.intercept else []), *expand(part.value.terms)]
        for group in groupings(part.value):
            for effect in effects:
                key = (frozenset(group), frozenset(effect))
                if key in seen:
                    start, end = part.first.start, part.last.end
                    facts = {
                        "effect": _effect(write_interaction(effect)),
                        "group": ":".join(map(write_name, group)),
                    }
                    raise FormulaError(Fault.EFFECT_TWICE, text, start, end - start, **facts)
                seen.add(key)


def _effect(text: str) -> str:
    return "The intercept" if text == "1" else f"The effect of {text}"


def _check_brackets(text: str, brackets: Sequence[Token]) -> None:
    opened: list[Token] = []
    for bracket in brackets:
        if bracket.value == "(":
            opened.append(bracket)
        elif not opened:
            raise FormulaError(Fault.EXTRA_BRACKET, text, bracket.start, 1)
        else:
            opened.pop()
        if len(opened) > MAX_DEPTH:
            raise FormulaError(Fault.TOO_DEEP, text, bracket.start, 1, limit=MAX_DEPTH)
    if opened:
        raise FormulaError(Fault.OPEN_BRACKET, text, opened[-1].start, 1)
