"""What things are called on the pages, from the data and model now on the table."""

import re
from collections.abc import Mapping

from core.table.table import Kind, Table
from dashboard import state
from dashboard.nouns import PERIOD, Noun, noun
from dashboard.state import Shown


def grouping(shown: Shown) -> str | None:
    """Returns the name of a fit's first grouping factor, None when it has none."""
    return next(iter(shown.fit.group_coefficients), None)


def group_noun() -> Noun:
    """Returns what one group and several are called: store and stores."""
    now = state.current()
    if now.shown is not None and now.shown.spec.random:
        return noun(now.shown.spec.random[0].group[-1])
    return noun(now.picks.group if now.picks else None)


def period_noun() -> Noun:
    """Returns what one period is called: week, month, date."""
    return noun(state.current().time, PERIOD)


def pairs(shown: Shown) -> Mapping[str, tuple[str, str]]:
    """Returns the two values of every coefficient that has no more, as its column writes them: (yes, no)."""
    table = state.current().table
    if table is None:
        return {}
    bare = {
        str(term): re.sub(r"^center\((.+)\)$", r"\1", str(term)) for term in shown.fit.fixed_effects.index
    }
    named = {term: name for term, name in bare.items() if name in table.names}
    key = ("pairs", state.current().digest, *sorted(set(named.values())))
    found = state.kept(key, lambda: {name: _pair(table, name) for name in set(named.values())})
    return {term: pair for term, name in named.items() if (pair := found[name]) is not None}


def yes_no(shown: Shown) -> bool:
    """Returns whether the outcome is a yes or no, so that effects are percentage points."""
    table, name = state.current().table, shown.spec.outcome.column
    return table is not None and name in table.names and table.column(name).kind is Kind.YES_NO


def _pair(table: Table, name: str) -> tuple[str, str] | None:
    column = table.column(name)
    if column.kind is Kind.YES_NO:
        read = next((m for note in column.notes if (m := re.match(r"'(.+)' and '(.+)' read as", note))), None)
        return (read[1], read[2]) if read else ("yes", "no")
    values = table.frame[name]
    if column.kind is Kind.NUMBER and values.dropna().isin((0, 1)).all() and values.nunique() == 2:
        return ("1", "0")
    return None
