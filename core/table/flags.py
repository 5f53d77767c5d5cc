"""Yes/no words in a column of text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import UnknownEvent
from core.table.words import SURE_ALONE, YES_NO_WORDS


@dataclass(frozen=True, slots=True)
class Flags:
    """`values` (D,) is True for the yes word; `readable` (D,) marks the words that are one of the pair."""

    values: NDArray[np.bool_]
    readable: NDArray[np.bool_]
    note: str


def read_flags(words: list[str], forced: bool = False) -> Flags | None:
    """Returns the distinct words read as yes/no, or None when they are something else.

    `forced` also takes 0 and 1, and a lone "yes" or "no": the user said so.
    """
    folded = [word.casefold() for word in words]
    found = set(folded)
    if not forced and len(found) > 2:
        return None
    pairs = (*YES_NO_WORDS, ("1", "0"), ("1.0", "0.0")) if forced else YES_NO_WORDS
    for yes, no in pairs:
        hits = found & {yes, no}
        if found <= {yes, no} and (forced or hits == {yes, no} or hits <= SURE_ALONE) and hits:
            values = np.array([word == yes for word in folded])
            return Flags(values, np.ones(len(words), dtype=bool), f"'{yes}' and '{no}' read as yes and no")
    return None


def is_yes(column: str, event: str) -> bool:
    """Returns which value of a yes/no column a word stands for; the column's own are no longer there.

    Raises UnknownEvent.
    """
    yes, no = (event.casefold() in words for words in zip(*YES_NO_WORDS, strict=True))
    if not yes and not no:
        raise UnknownEvent(column, event, ("no", "yes"))
    return yes
