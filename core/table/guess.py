"""A guess at what columns are for, with its reason."""

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
