"""Column names made usable: never empty, never twice, nothing hidden in them. Otherwise verbatim."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.table.shown import plain, shown

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Names:
    """The names in order, and for each a note when it is not what the file says."""

    names: tuple[str, ...]
    notes: tuple[tuple[str, ...], ...]


def clean_names(found: Sequence[object]) -> Names:
    """Returns unique visible names: "sales", "sales (2)", "column 3"; emoji and right-to-left text stay."""
    taken: set[str] = set()
    verbatim = [str(name) for name in found]
    reserved = {text for text in verbatim if text == _visible(text)}
    names: list[str] = []
    notes: list[tuple[str, ...]] = []
    for position, text in enumerate(verbatim, start=1):
        said: list[str] = []
        name = _visible(text)
        if len(text) > LONGEST:
            said.append(f"the name was cut after {LONGEST} characters")
        elif name != text.strip():
            said.append(f"hidden characters removed from the name {shown(text)}")
        if not name:
            name = f"column {position}"
            said.append(f"the name was empty: called '{name}'")
        if name in taken:
            first, number = name, 2
            while f"{first} ({number})" in taken | reserved:
                number += 1
            name = f"{first} ({number})"
            said.append(f"the name {shown(first)} occurs more than once: called {shown(name)}")
        taken.add(name)
        names.append(name)
        notes.append(tuple(said))
    return Names(tuple(names), tuple(notes))


def _visible(text: str) -> str:
    clean = " ".join(plain(text).split()) if any(c in text for c in "\t\r\n\x0b\x0c") else plain(text).strip()
    return clean if len(clean) <= LONGEST else clean[:LONGEST].rstrip() + "…"
