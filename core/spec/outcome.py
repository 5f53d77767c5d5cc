"""Reads the left side: sales, log(sales), sales | weights(w), or passes | trials(visitors)."""

from core.spec.call import read_column, read_variable
from core.spec.cursor import Cursor
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.model import Family, Variable
from core.spec.refused import BESIDE
from core.spec.stray import WORDS, stray_sign
from core.spec.token import Token, TokenKind


def read_outcome(cursor: Cursor, family: Family) -> tuple[Variable, dict[str, str]]:
    """Returns the outcome and the columns of its trials and weights, if any, and moves past `~`."""
    if cursor.at("~"):
        raise cursor.error(Fault.EMPTY_LEFT, cursor.now)
    first = cursor.now
    outcome = read_variable(cursor)
    last = cursor.before
    beside: dict[str, str] = {}
    while cursor.at("|", "||") or (beside and cursor.at("+")):
        word, column = _read_beside(cursor, outcome, beside)
        if word.value == "trials" and outcome.steps:
            raise cursor.error(Fault.TRIALS_TRANSFORMED, first, last)
        if word.value == "trials" and family is not Family.BINOMIAL:
            raise cursor.error(Fault.TRIALS_FAMILY, word, cursor.before, family=family.value)
        beside[word.value] = column
    if not cursor.at("~"):
        raise _second_outcome(cursor)
    tilde = cursor.take()
    if cursor.now.kind is TokenKind.END:
        raise cursor.error(Fault.EMPTY_RIGHT, tilde)
    return outcome, beside


def _read_beside(cursor: Cursor, outcome: Variable, earlier: dict[str, str]) -> tuple[Token, str]:
    """What stands after | or +: the word, and the column between its brackets."""
    sign = cursor.take()
    if sign.value == "||" or (sign.value == "|" and earlier) or not cursor.at_call():
        raise cursor.error(Fault.BAR_LEFT, sign)
    word = cursor.take()
    if word.value not in BESIDE:
        raise cursor.error(Fault.BAR_LEFT, sign)
    facts: dict[str, str | int] = {"word": word.value, "example": BESIDE[word.value]}
    if word.value in earlier:
        raise cursor.error(Fault.BESIDE_TWICE, word, cursor.bracket()[0], **facts)
    closing = cursor.bracket()[0]
    cursor.take()
    place = cursor.now
    column = read_column(cursor)
    if column is None or cursor.now is not closing:
        raise cursor.error(Fault.BESIDE_COLUMN, word, closing, **facts)
    if column == outcome.column:
        raise cursor.error(Fault.BESIDE_SAME, place, place, name=column, **facts)
    cursor.take()
    return word, column


def _second_outcome(cursor: Cursor) -> FormulaError:
    """The error for anything but ~ after the outcome."""
    token, before = cursor.now, cursor.before
    if token.kind is TokenKind.STRANGE or before.value == ")":
        return stray_sign(cursor)
    if token.kind in WORDS and TokenKind.QUOTED not in (token.kind, before.kind):
        name = cursor.text[before.start : token.end]
        return cursor.error(Fault.SPACED_OUTCOME, token, name=name, quoted=name)
    return cursor.error(Fault.ONE_OUTCOME, token, found=token.value)
