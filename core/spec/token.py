"""The words and signs of a formula, each with its place. Nothing is looked up and nothing is run."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from unicodedata import category

from core.spec.errors import FormulaError
from core.spec.faults import Fault


class TokenKind(Enum):
    """What a token is. `STRANGE` is any sign outside the grammar: the reader says so when it gets there."""

    NAME = auto()
    QUOTED = auto()
    NUMBER = auto()
    SIGN = auto()
    STRANGE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign: `value` is a name without its backticks, `start` and `end` are character places."""

    kind: TokenKind
    value: str
    start: int
    end: int


SIGNS = "~+-:*/(),|"
LONG_SIGNS = {"||": TokenKind.SIGN, "**": TokenKind.STRANGE, "==": TokenKind.STRANGE, "<-": TokenKind.STRANGE}


def tokenise(text: str) -> tuple[Token, ...]:
    """Returns the tokens of the text, an END token last. Raises FormulaError for an open backtick only."""
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        tokens.append(_token_at(text, place))
        place = tokens[-1].end
    return (*tokens, Token(TokenKind.END, "", len(text), len(text)))


def is_plain(name: str) -> bool:
    """Returns whether the name can stand in a formula without backticks."""
    if not name or not _opens_name(name[0]) or name == "." or _is_number_start(name, 0):
        return False
    return all(map(_continues_name, name))


def column_tokens(tokens: Sequence[Token]) -> list[Token]:
    """Returns the tokens that name a column: every name that is not a function followed by a bracket."""
    return [
        token
        for token, following in pairwise(tokens)
        if token.kind is TokenKind.QUOTED or (token.kind is TokenKind.NAME and following.value != "(")
    ]


def _token_at(text: str, start: int) -> Token:
    char = text[start]
    if char == "`":
        return _quoted(text, start)
    if char.isdecimal() or _is_number_start(text, start):
        return _word(TokenKind.NUMBER, text, start)
    if _opens_name(char):
        return _word(TokenKind.NAME, text, start)
    pair = text[start : start + 2]
    if pair in LONG_SIGNS:
        return Token(LONG_SIGNS[pair], pair, start, start + 2)
    if char == "%" and (end := text.find("%", start + 1)) > 0 and text[start + 1 : end].isalpha():
        return Token(TokenKind.STRANGE, text[start : end + 1], start, end + 1)
    return Token(TokenKind.SIGN if char in SIGNS else TokenKind.STRANGE, char, start, start + 1)


def _quoted(text: str, start: int) -> Token:
    """A name in backticks; a backtick inside it is written twice."""
    place = start + 1
    while (place := text.find("`", place)) >= 0:
        if not text.startswith("``", place):
            value = text[start + 1 : place].replace("``", "`")
            return Token(TokenKind.QUOTED, value, start, place + 1)
        place += 2
    raise FormulaError(Fault.OPEN_BACKTICK, text, start, 1)


def _word(kind: TokenKind, text: str, start: int) -> Token:
    end = start + 1
    while end < len(text) and _continues_name(text[end]):
        end += 1
    return Token(kind, text[start:end], start, end)


def _is_number_start(text: str, place: int) -> bool:
    return text[place] == "." and text[place + 1 : place + 2].isdecimal()


def _opens_name(char: str) -> bool:
    return char.isalpha() or char in "_."


def _continues_name(char: str) -> bool:
    # Vowel signs and accents of many scripts are marks (Mn, Mc), which Python does not count as letters.
    return _opens_name(char) or char.isdecimal() or category(char) in ("Mn", "Mc")
