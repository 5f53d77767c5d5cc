"""Hostile text made safe to quote in a sentence, and counts written as words."""

import re
from collections.abc import Sequence

HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
"""Control characters and marks that hide text or turn its direction.

The joiners U+200C and U+200D stay: Persian words and many emoji need them.
"""


def plain(text: str) -> str:
    """Returns the text without hidden characters: line breaks and tabs become spaces, the rest goes."""
    return HIDDEN.sub(lambda found: " " if found.group() in "\t\n\r" else "", text)


def shown(text: object, most: int = 40) -> str:
    """Returns the text in single quotes, without hidden characters, cut after `most` characters."""
    clean = plain(str(text))
    return f"'{clean[:most]}…'" if len(clean) > most else f"'{clean}'"


def shown_all(texts: Sequence[str], most: int = 6) -> str:
    """Returns the texts quoted and joined by commas, cut after `most` with the number left out."""
    head = ", ".join(shown(text) for text in texts[:most])
    return f"{head} and {len(texts) - most:,} more" if len(texts) > most else head


def count(number: int, one: str, many: str = "") -> str:
    """Returns "1 cell" or "1,204 cells"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def rows_listed(rows: Sequence[int], total: int = 0, most: int = 5) -> str:
    """Returns "row 4" or "rows 4, 9 and 3 more"; `total` counts rows that are not in the list too."""
    head = ", ".join(f"{row:,}" for row in rows[:most])
    left = max(total, len(rows)) - min(len(rows), most)
    return f"row{'' if len(rows) == 1 else 's'} {head}{f' and {left:,} more' if left else ''}"


def size(n_bytes: float) -> str:
    """Returns a size as "310 MB" (1 MB is 1,048,576 bytes, as file managers count)."""
    if n_bytes < 2**20:
        return f"{max(n_bytes / 2**10, 0.1):,.1f} kB".replace(".0 ", " ")
    return f"{n_bytes / 2**20:,.0f} MB"
