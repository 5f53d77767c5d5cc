"""Reads the left side: sales, log(sales), or passes | trials(visitors)."""

from core.spec.call import read_column, read_variable
from core.spec.cursor import Cursor
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.model import Family, Variable
from core.spec.stray import WORDS, stray_sign
from core.spec.token import TokenKind


def read_outcome(cursor: Cursor, family: Family) -> tuple[Variable, str | None]:
    """Returns the outcome and the column of trials, if any, and moves past `~`."""
    if cursor.at("~"):
        raise cursor.error(Fault.EMPTY_LEFT, cursor.now)
    first = cursor.now
    outcome = read_variable(cursor)
    trials = None
    if cursor.at("|", "||"):
        if outcome.steps:
            raise cursor.error(Fault.TRIALS_TRANSFORMED, first, cursor.before)
        trials = _read_trials(cursor, outcome, family)
    if not cursor.at("~"):
        raise _second_outcome(cursor)
    tilde = cursor.take()
    if cursor.now.kind is TokenKind.END:
        raise cursor.error(Fault.EMPTY_RIGHT, tilde)
    return outcome, trials


def _read_trials(cursor: Cursor, outcome: Variable, family: Family) -> str:
    bar = cursor.take()
    if bar.value == "||" or not cursor.at_call() or cursor.now.value != "trials":
        raise cursor.error(Fault.BAR_LEFT, bar)
    word = cursor.take()
    closing = cursor.bracket()[0]
    cursor.take()
    place = cursor.now
    trials = read_column(cursor)
    if trials is None or cursor.now is not closing:
        raise cursor.error(Fault.TRIALS_COLUMN, word, closing)
    if trials == outcome.column:
        raise cursor.error(Fault.TRIALS_SAME, place, name=trials)
    cursor.take()
    if family is not Family.BINOMIAL:
        raise cursor.error(Fault.TRIALS_FAMILY, word, closing, family=family.value)
    return trials


def _second_outcome(cursor: Cursor) -> FormulaError:
    """The error for anything but ~ after the outcome."""
    token, before = cursor.now, cursor.before
    if token.kind is TokenKind.STRANGE or before.value == ")":
        return stray_sign(cursor)
    if token.kind in WORDS and TokenKind.QUOTED not in (token.kind, before.kind):
        name = cursor.text[before.start : token.end]
        return cursor.error(Fault.SPACED_OUTCOME, token, name=name, quoted=name)
    return cursor.error(Fault.ONE_OUTCOME, token, found=token.value)
