"""Whether the fit on the screen is sound: what core found about it, and what its outcome asks of readers."""

from core.finding import Finding, Status
from core.table.table import Kind
from dashboard import state, wording
from dashboard.state import Shown


def findings(shown: Shown) -> list[Finding]:
    """Returns what a reader should know before using the fit."""
    return [*outcome(shown), *shown.fit.findings()]


def outcome(shown: Shown) -> list[Finding]:
    """Returns how to read the coefficients of a yes/no outcome; nothing for numbers."""
    table, name = state.current().table, shown.spec.outcome.column
    if table is None or name not in table.names or table.column(name).kind is not Kind.YES_NO:
        return []
    return [Finding("yes_no_outcome", Status.LOOK, wording.YES_NO_OUTCOME, wording.YES_NO_ADVICE)]
