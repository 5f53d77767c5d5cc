"""What to call the groups: 'store_id' gives store and stores, and 'Stores' as the name of their page."""

import re
from dataclasses import dataclass

IRREGULAR = {"person": "people", "child": "children", "man": "men", "woman": "women", "analysis": "analyses"}
ENDINGS = {
    "id",
    "ids",
    "no",
    "nr",
    "num",
    "number",
    "name",
    "code",
    "key",
    "ref",
    "uid",
    "guid",
    "idx",
    "index",
}
WORD = re.compile(r"[^\W\d_]+$")


@dataclass(frozen=True, slots=True)
class Noun:
    """One group and many of them, in lower case (acronyms stay as they are)."""

    one: str
    many: str

    @property
    def title(self) -> str:
        """The plural as a page name."""
        return self.many[:1].upper() + self.many[1:]

    def count(self, number: int) -> str:
        """Returns '1 store' or '20 stores', thousands separated."""
        return f"{number:,} {self.one if number == 1 else self.many}"

    def label(self, level: object) -> str:
        """Returns how to write one group: a bare number gets its noun ('Store 7'), a name stands alone."""
        text = str(level)
        return f"{self.one[:1].upper()}{self.one[1:]} {text}" if re.fullmatch(r"\d{1,6}", text) else text


GROUP = Noun("group", "groups")
PERIOD = Noun("period", "periods")


def noun(column: str | None, fallback: Noun = GROUP) -> Noun:
    """Returns the noun a column name stands for; `fallback` when the name is not made of words.

    'StoreID', 'store_id' and 'stores' all give store and stores; 'region:store' is about its last part.
    """
    if not column:
        return fallback
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.split(":")[-1])
    words = [word for word in re.split(r"[\s_.\-]+", spaced.strip()) if word]
    while len(words) > 1 and words[-1].lower() in ENDINGS:
        words.pop()
    while len(words) > 1 and words[0].lower() in ENDINGS:
        words.pop(0)
    if not words or len(words) > 3 or len(" ".join(words)) > 24 or not all(WORD.match(w) for w in words):
        return fallback
    if words[-1].lower() in ENDINGS:
        return fallback
    head = [w if w.isupper() and len(w) > 1 else w.lower() for w in words]
    last = singular(head[-1])
    return Noun(" ".join([*head[:-1], last]), " ".join([*head[:-1], plural(last)]))


def singular(word: str) -> str:
    """Returns the singular of an English plural; any other word as it is."""
    back = {many: one for one, many in IRREGULAR.items()}
    if word in back:
        return back[word]
    if word.isupper() or len(word) < 4 or word.endswith(("ss", "us", "is", "series", "news")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def plural(word: str) -> str:
    """Returns the English plural of a word that is singular."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.isupper() or word.endswith(("series", "news")):
        return word + "s" if word.isupper() else word
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"
