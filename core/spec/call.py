"""Reads a column and the functions around it: x, log(x), center(log(x)), within(x, g)."""

from typing import assert_never

from core.spec.cursor import Cursor
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.model import NEEDS_GROUP, Step, Transform, Variable
from core.spec.refused import FUNCTIONS, no_such_function
from core.spec.stray import no_term, stray_sign
from core.spec.token import Token, TokenKind


def read_variable(cursor: Cursor) -> Variable:
    """Returns the column at the cursor with its functions, innermost first."""
    token = cursor.now
    if cursor.at_call():
        return _read_call(cursor)
    match token.kind:
        case TokenKind.QUOTED:
            return Variable(cursor.take().value)
        case TokenKind.NAME if token.value == ".":
            raise cursor.error(Fault.DOT, token)
        case TokenKind.NAME:
            return Variable(cursor.take().value)
        case TokenKind.NUMBER:
            raise cursor.error(Fault.NUMBER, token, found=token.value, quoted=token.value)
        case TokenKind.STRANGE:
            raise stray_sign(cursor)
        case TokenKind.SIGN | TokenKind.END:
            raise _bracket_or_nothing(cursor)
        case _:
            assert_never(token.kind)


def read_column(cursor: Cursor) -> str | None:
    """Returns the plain column name at the cursor and moves on, or None when something else is there."""
    plain = cursor.now.kind is TokenKind.NAME and not cursor.at_call() and cursor.now.value != "."
    return cursor.take().value if plain or cursor.now.kind is TokenKind.QUOTED else None


def read_offset(cursor: Cursor) -> Variable:
    """Returns the column, with its functions, between the brackets of offset."""
    name, closing = cursor.take(), cursor.bracket()[0]
    example = "offset(x)"
    cursor.take()
    if cursor.at(")"):
        raise cursor.error(Fault.NO_ARGUMENT, name, closing, name=name.value, example=example)
    inner = read_variable(cursor)
    if cursor.at(","):
        raise cursor.error(Fault.ONE_COLUMN, cursor.now, name=name.value, example=example)
    if not cursor.at(")"):
        raise _calculation(cursor, name)
    cursor.take()
    return inner


def _read_call(cursor: Cursor) -> Variable:
    if cursor.now.value not in FUNCTIONS:
        raise no_such_function(cursor)
    name = cursor.take()
    transform = Transform(name.value)
    example = f"{name.value}(x, store)" if transform in NEEDS_GROUP else f"{name.value}(x)"
    closing = cursor.bracket()[0]
    cursor.take()
    if cursor.at(")"):
        raise cursor.error(Fault.NO_ARGUMENT, name, closing, name=name.value, example=example)
    inner = read_variable(cursor)
    group = None
    if transform in NEEDS_GROUP and cursor.at(")"):
        raise cursor.error(Fault.NEEDS_GROUP, name, closing, name=name.value, example=example)
    if transform in NEEDS_GROUP and cursor.skip(","):
        group = _read_group(cursor, name, inner, example)
    if cursor.at(","):
        fault = Fault.ONE_GROUP if transform in NEEDS_GROUP else Fault.ONE_COLUMN
        raise cursor.error(fault, cursor.now, name=name.value, example=example)
    if not cursor.at(")"):
        raise _calculation(cursor, name)
    cursor.take()
    return Variable(inner.column, (*inner.steps, Step(transform, group)))


def _read_group(cursor: Cursor, name: Token, inner: Variable, example: str) -> str:
    token = cursor.now
    group = read_column(cursor)
    if group is None:
        shown = cursor.before if token.value == ")" else token
        raise cursor.error(Fault.GROUP_COLUMN, shown, name=name.value, example=example)
    if group == inner.column:
        raise cursor.error(Fault.OWN_GROUP, token, name=name.value, column=group, example=example)
    return group


def _calculation(cursor: Cursor, name: Token) -> FormulaError:
    """The error for anything but a comma or the end after a function's column."""
    token = cursor.now
    if token.kind in (TokenKind.STRANGE, TokenKind.NAME, TokenKind.QUOTED, TokenKind.NUMBER):
        return stray_sign(cursor)
    return cursor.error(Fault.CALCULATION, token, name=name.value, found=token.value)


def _bracket_or_nothing(cursor: Cursor) -> FormulaError:
    """The error for a sign where a column should be."""
    if not cursor.at("("):
        return no_term(cursor)
    closing, _, has_bar = cursor.bracket()
    return cursor.error(Fault.RANDOM_PRODUCT if has_bar else Fault.PLAIN_GROUP, cursor.now, closing)
