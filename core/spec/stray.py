"""Names the fault when a formula goes on with something that cannot stand there."""

from core.spec.cursor import Cursor
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.token import Token, TokenKind

SIGN_FAULTS = {
    **dict.fromkeys(("^", "**"), Fault.POWER),
    **dict.fromkeys("'\"“”„‘’´«»", Fault.QUOTE),
    **dict.fromkeys(("=", "==", "<-", "<", ">", "!", "≤", "≥", "≠"), Fault.EQUALS),
    **dict.fromkeys("[]$@", Fault.INDEX),
    **dict.fromkeys("−–—‐‑", Fault.DASH),
    "/": Fault.SLASH,
    ",": Fault.COMMA,
    "|": Fault.BAR_OUTSIDE,
    "||": Fault.BAR_OUTSIDE,
}
NOT_TILDES = frozenset(("=", "==", "<-", "∼", "～", "˜", "→", "∝"))
WORDS = (TokenKind.NAME, TokenKind.QUOTED, TokenKind.NUMBER)


def stray_sign(cursor: Cursor) -> FormulaError:
    """Returns the error for a token that cannot follow what has been read, by what it is."""
    token, before = cursor.now, cursor.before
    if token.kind in WORDS:
        return _missing_sign(cursor)
    if token.value in SIGN_FAULTS:
        return cursor.error(SIGN_FAULTS[token.value], token, found=token.value)
    if token.kind is TokenKind.STRANGE and token.value.startswith("%") and len(token.value) > 1:
        return cursor.error(Fault.PERCENT, token, found=token.value)
    if token.kind is TokenKind.STRANGE and not token.value.isprintable():
        return cursor.error(Fault.INVISIBLE, token, code=f"U+{ord(token.value):04X}")
    if token.kind is TokenKind.STRANGE:
        return cursor.error(Fault.STRANGE, token, found=token.value, quoted=token.value)
    return cursor.error(Fault.NO_SIGN, token, before=_spelt(cursor, before), found=token.value)


def no_term(cursor: Cursor) -> FormulaError:
    """Returns the error for a place where a term should be and is not."""
    token, before = cursor.now, cursor.before
    if token.kind is TokenKind.STRANGE:
        return stray_sign(cursor)
    if token.kind is TokenKind.END:
        return cursor.error(Fault.NOTHING_AFTER, before, before=before.value)
    return cursor.error(Fault.NO_TERM, token, before=_spelt(cursor, before), found=token.value)


def _missing_sign(cursor: Cursor) -> FormulaError:
    token, before = cursor.now, cursor.before
    if before.value == ")" and token.kind is not TokenKind.QUOTED and token.value.startswith("."):
        return cursor.error(Fault.ATTRIBUTE, token, found=token.value)
    left, right = _spelt(cursor, before), _spelt(cursor, token)
    if TokenKind.QUOTED in (before.kind, token.kind) or before.kind not in WORDS:
        return cursor.error(Fault.NO_SIGN, token, before=left, found=right)
    name = cursor.text[before.start : token.end]
    return cursor.error(Fault.SPACED_NAME, token, before=left, found=right, quoted=name)


def _spelt(cursor: Cursor, token: Token) -> str:
    return cursor.text[token.start : token.end]
