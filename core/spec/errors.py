"""What can be wrong with a model's text or its saved form."""

from unicodedata import category, east_asian_width

from core.errors import PanelwiseError, did_you_mean, listed
from core.spec.faults import Fault
from core.spec.model import LINKS, Family

AROUND = 40
"""Characters of the fault, and on each side of it, that a picture shows: the width of a page."""


class FormulaError(PanelwiseError):
    """A formula that cannot be read, with the place of the fault.

    `position` counts characters of `text` from 0 and `length` is at least 1, except that both are 0 for an
    empty text. `fault` is the stable name of what is wrong; the sentence may be reworded.
    """

    def __init__(self, fault: Fault, text: str, position: int, length: int, **facts: str | int) -> None:
        super().__init__(fault.value.format(**facts))
        self.fault = fault
        self.text = text
        self.position = position
        self.length = length

    @property
    def picture(self) -> str:
        """Returns two lines for a monospaced display: the text, and ^^^ under the fault.

        Long texts are cut around the fault. Line breaks show as spaces and invisible characters as dots.
        Scripts written from right to left are reordered by the screen, so there the marks are approximate.
        """
        start = max(0, self.position - AROUND)
        last = self.position + min(self.length, AROUND)
        stop = min(len(self.text), last + AROUND)
        before = ("…" if start else "") + _shown(self.text[start : self.position])
        after = _shown(self.text[self.position : stop]) + ("…" if stop < len(self.text) else "")
        marks = _cells(_shown(self.text[self.position : last]))
        return f"{before}{after}\n{' ' * _cells(before)}{'^' * max(1, marks)}"


class UnknownFamily(PanelwiseError):
    """A distribution was asked for that Panelwise does not know."""

    def __init__(self, asked: str) -> None:
        known = [family.value for family in Family]
        super().__init__(
            f"No response family is called '{asked}'. {did_you_mean(asked, known)}"
            f"Choose one of: {listed(known)}."
        )


class UnknownLink(PanelwiseError):
    """A link was asked for that the family does not have."""

    def __init__(self, family: Family, asked: str) -> None:
        known = [link.value for link in LINKS[family]]
        super().__init__(
            f"A '{family.value}' outcome has no link called '{asked}'. {did_you_mean(asked, known)}"
            f"Choose one of: {listed(known)}."
        )


class EventUnused(PanelwiseError):
    """A value that counts as yes was named for an outcome that is not yes or no."""

    def __init__(self, family: Family) -> None:
        super().__init__(
            f"A value that counts as yes was named, and '{family.value}' outcomes are not yes or no. "
            "Leave it out, or choose the family 'binomial'."
        )


class UnwritableSpec(PanelwiseError):
    """A model value that no formula stands for."""

    def __init__(self, nearest: str) -> None:
        super().__init__(
            f"No formula stands for this model value: the nearest, {nearest}, means another model. "
            "Build the value from a formula or from the pickers."
        )


def _shown(text: str) -> str:
    return "".join(" " if c.isspace() else c if c.isprintable() else "·" for c in text)


def _cells(text: str) -> int:
    """Monospaced cells the text takes: two for wide characters (emoji, Chinese), none for accents."""
    return sum(0 if category(c) in ("Mn", "Me") else 2 if east_asian_width(c) in "WF" else 1 for c in text)
