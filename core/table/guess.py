"""A guess at what columns are for, or how an outcome is distributed, with its reason."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """Columns for a role and the reason in a sentence. No columns: nothing was found, and why."""

    columns: tuple[str, ...]
    reason: str

    @property
    def column(self) -> str | None:
        """The first (usually only) column, or None."""
        return self.columns[0] if self.columns else None


@dataclass(frozen=True, slots=True)
class FamilyGuess:
    """A family by its name in formulas' keywords, and why, in a sentence.

    `event` is the value of a two-valued text that counts as yes; None where that is 1, yes or true.
    `trials` is the column of the number tried, for successes of trials.
    """

    family: str
    event: str | None
    trials: str | None
    reason: str


def normal(reason: str) -> FamilyGuess:
    """Returns the guess that an outcome is normal given what explains it."""
    return FamilyGuess("gaussian", None, None, reason)
