"""Errors as sentences: what was found, where, and what to do. Callers give facts, never prose."""

from collections.abc import Sequence
from difflib import get_close_matches


class PanelwiseError(Exception):
    """Base of every error a user of Panelwise can meet; `str(error)` is the sentence to show."""


def did_you_mean(asked: str, known: Sequence[str]) -> str:
    """Returns "Did you mean 'x'? " when a known name is close, else an empty text."""
    close = get_close_matches(asked, known, n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'? " if close else ""


def listed(names: Sequence[str], most: int = 8) -> str:
    """Returns names joined by commas, cut after `most` with the number left out."""
    shown = ", ".join(str(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


class UnknownColumn(PanelwiseError):
    """A column was asked for that the table does not have."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"No column is called '{asked}'. {did_you_mean(asked, known)}The table has: {listed(known)}."
        )
        self.asked = asked
        self.known = tuple(known)


class UnknownGroup(PanelwiseError):
    """A result was asked for by a group column that the model does not use."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(f"The model has no groups called '{asked}'. It is grouped by: {listed(known)}.")


class WhichIsYes(PanelwiseError):
    """A two-valued outcome, and nothing says which of the values counts as yes."""

    def __init__(self, column: str, values: Sequence[str]) -> None:
        both = " and ".join(f"'{value}'" for value in values)
        super().__init__(
            f"'{column}' is {both}. Say which of them counts as yes: choose it beside the outcome, or pass "
            f'event="{values[0]}".'
        )


class UnknownEvent(PanelwiseError):
    """The value that counts as yes is not among the outcome's."""

    def __init__(self, column: str, event: str, values: Sequence[str]) -> None:
        super().__init__(
            f"'{event}' was to count as yes, and '{column}' is never that: it is {listed(values, 5)}. "
            "Choose one of these."
        )
