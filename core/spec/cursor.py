"""A place in a formula that moves forward as the grammar reads."""

from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.token import Token, TokenKind


class Cursor:
    """The tokens of one formula and the place reached. Brackets are balanced before one is made."""

    __slots__ = ("_index", "_tokens", "text")

    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        self.text = text
        self._tokens = tokens
        self._index = 0

    @property
    def now(self) -> Token:
        """The token to be read next; END at the end."""
        return self._tokens[self._index]

    @property
    def following(self) -> Token:
        """The token after `now`."""
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    @property
    def before(self) -> Token:
        """The token read last."""
        return self._tokens[max(self._index - 1, 0)]

    def take(self) -> Token:
        """Returns `now` and moves on; stays at END."""
        token = self.now
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def at(self, *signs: str) -> bool:
        """Returns whether `now` is one of these signs."""
        return self.now.kind is TokenKind.SIGN and self.now.value in signs

    def skip(self, sign: str) -> bool:
        """Moves past the sign if it is next; returns whether it was."""
        if not self.at(sign):
            return False
        self.take()
        return True

    def at_call(self) -> bool:
        """Returns whether a name followed by a bracket is next."""
        return self.now.kind is TokenKind.NAME and self.following.value == "("

    def bracket(self) -> tuple[Token, Token, bool]:
        """Returns the end of the bracket opening at or after `now`, what follows, and whether it has a |."""
        depth, has_bar, index = 0, False, self._index
        while True:
            token = self._tokens[index]
            is_sign = token.kind is TokenKind.SIGN
            depth += (is_sign and token.value == "(") - (is_sign and token.value == ")")
            has_bar |= is_sign and depth == 1 and token.value in ("|", "||")
            if is_sign and depth == 0 and token.value == ")":
                return token, self._tokens[index + 1], has_bar
            index += 1

    def error(
        self, fault: Fault, first: Token, last: Token | None = None, **facts: str | int
    ) -> FormulaError:
        """Returns the error marking the text from one token to another (or that token alone)."""
        start, end = first.start, (last or first).end
        return FormulaError(fault, self.text, start, end - start, **facts)
