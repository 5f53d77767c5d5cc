"""The grammar of the right side, read from left to right. call.py and term.py read what is inside a term.

sum    = item { "+" item | "-" "1" }     item = "0" | "1" | term | "(" random ")" | offset
random = sum ( "|" | "||" ) column { "/" column } or { ":" column }
term   = interaction { "*" interaction }, interaction = variable { ":" variable }
"""

from dataclasses import dataclass

from core.spec.call import read_column, read_offset
from core.spec.cursor import Cursor
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.model import Fixed, Random, Variable
from core.spec.stray import no_term, stray_sign
from core.spec.term import Placed, read_term, same_term
from core.spec.token import Token, TokenKind
from core.spec.write import write_term, write_variable


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms joined by + as written. `intercept` is None when the text says nothing about it."""

    terms: tuple[Fixed, ...]
    random: tuple[Placed[Random], ...]
    intercept: bool | None
    offsets: tuple[Variable, ...] = ()


def read_sum(cursor: Cursor, inside_random: bool = False) -> Sum:
    """Returns the terms up to a sign that cannot continue a sum."""
    terms: dict[object, Fixed] = {}
    random: list[Placed[Random]] = []
    intercept: bool | None = None
    offsets: list[Variable] = []
    while True:
        minus = cursor.take() if cursor.at("-") else None
        if cursor.now.kind is TokenKind.NUMBER and cursor.now.value in ("0", "1"):
            if intercept is not None:
                raise cursor.error(Fault.INTERCEPT_TWICE, cursor.now)
            intercept = _read_intercept(cursor, minus)
        elif minus is not None:
            raise _taken_away(cursor, minus)
        elif cursor.at("("):
            random.append(_read_random(cursor, inside_random))
        elif cursor.at_call() and cursor.now.value == "offset":
            offsets.append(_read_offset(cursor, offsets, inside_random))
        else:
            term = read_term(cursor)
            if terms.setdefault(same_term(term.value), term.value) is not term.value:
                raise cursor.error(Fault.TERM_TWICE, term.first, term.last, found=write_term(term.value))
        if not (cursor.skip("+") or cursor.at("-")):
            return Sum(tuple(terms.values()), tuple(random), intercept, tuple(offsets))


def _read_offset(cursor: Cursor, earlier: list[Variable], inside_random: bool) -> Variable:
    first = cursor.now
    if inside_random:
        raise cursor.error(Fault.OFFSET_VARIES, first, cursor.bracket()[0])
    offset = read_offset(cursor)
    if offset in earlier:
        raise cursor.error(Fault.TERM_TWICE, first, cursor.before, found=f"offset({write_variable(offset)})")
    if cursor.at(":", "*"):
        raise cursor.error(Fault.OFFSET_PRODUCT, first, cursor.now)
    return offset


def _read_intercept(cursor: Cursor, minus: Token | None) -> bool:
    number = cursor.take()
    if minus is not None and number.value == "0":
        raise cursor.error(Fault.ONLY_MINUS_ONE, minus, number, found="0")
    if cursor.at(":", "*", "/"):
        raise cursor.error(Fault.NUMBER, number, found=number.value, quoted=number.value)
    return minus is None and number.value == "1"


def _taken_away(cursor: Cursor, minus: Token) -> FormulaError:
    token = cursor.now
    if token.kind in (TokenKind.STRANGE, TokenKind.END) or cursor.at(
        "+", "-", "*", ":", "/", ",", ")", "|", "||"
    ):
        return no_term(cursor)
    last = cursor.bracket()[0] if cursor.at("(") or cursor.at_call() else token
    return cursor.error(Fault.ONLY_MINUS_ONE, minus, last, found=cursor.text[token.start : last.end])


def _read_random(cursor: Cursor, inside_random: bool) -> Placed[Random]:
    closing, after, has_bar = cursor.bracket()
    if inside_random:
        raise cursor.error(Fault.NESTED_RANDOM, cursor.now, closing)
    if not has_bar:
        fault = Fault.PLAIN_GROUP if after.value in (":", "*", "^", "**") else Fault.NO_BAR
        raise cursor.error(fault, cursor.now, closing)
    first = cursor.take()
    if cursor.at("|", "||"):
        raise cursor.error(Fault.NO_EFFECT, cursor.now)
    effects = read_sum(cursor, inside_random=True)
    if not cursor.at("|", "||"):
        raise stray_sign(cursor)
    correlated = cursor.take().value == "|"
    group, nested = _read_group(cursor)
    cursor.take()
    intercept = effects.intercept is not False
    if not intercept and not effects.terms:
        raise cursor.error(Fault.NOTHING_VARIES, first, closing)
    if cursor.at(":", "*", "/"):
        raise cursor.error(Fault.RANDOM_PRODUCT, cursor.now)
    return Placed(Random(effects.terms, group, intercept, correlated, nested), first, closing)


def _read_group(cursor: Cursor) -> tuple[tuple[str, ...], bool]:
    """Returns the columns after | and whether / joins them, and stops at the closing bracket."""
    columns: list[str] = []
    joint: str | None = None
    while True:
        token = cursor.now
        column = read_column(cursor)
        if column is None:
            raise _no_group_column(cursor)
        if column in columns:
            raise cursor.error(Fault.GROUP_TWICE, token, name=column)
        columns.append(column)
        if cursor.at(")"):
            return tuple(columns), joint == "/"
        if not cursor.at("/", ":"):
            raise _after_group(cursor)
        if joint not in (None, cursor.now.value):
            raise cursor.error(Fault.GROUP_MIXED, cursor.now)
        joint = cursor.take().value


def _no_group_column(cursor: Cursor) -> FormulaError:
    token = cursor.now
    if token.kind is TokenKind.STRANGE:
        return stray_sign(cursor)
    if cursor.at("|", "||"):
        return cursor.error(Fault.SECOND_BAR, token)
    if cursor.at(")"):
        return cursor.error(Fault.NO_GROUP, cursor.before)
    return cursor.error(Fault.GROUP_NAME, token, found=token.value)


def _after_group(cursor: Cursor) -> FormulaError:
    if cursor.at("|", "||"):
        return cursor.error(Fault.SECOND_BAR, cursor.now)
    if cursor.at("+", "*"):
        return cursor.error(Fault.GROUP_SUM, cursor.now)
    if cursor.now.kind in (TokenKind.NAME, TokenKind.QUOTED, TokenKind.NUMBER):
        name = cursor.text[cursor.before.start : cursor.now.end]
        return cursor.error(Fault.GROUP_SPACED, cursor.now, name=name)
    return stray_sign(cursor)
