"""What things are called on the pages, from the data and model now on the table."""

import re
from collections.abc import Mapping

from core.table.table import Kind, Table
from dashboard import state
from dashboard.groupings import Grouping, leading
from dashboard.groupings import groupings as named_groupings
from dashboard.nouns import GROUP, PERIOD, Noun, noun
from dashboard.state import Shown


def groupings(shown: Shown) -> tuple[Grouping, ...]:
    """Returns the groupings of a fit in the model's order."""
    table = state.current().table

    def distinct(column: str) -> int:
        return int(table.frame[column].nunique()) if table is not None and column in table.names else -1

    return state.kept(("groupings", *shown.key), lambda: named_groupings(shown.fit, shown.spec, distinct))


def in_view(shown: Shown) -> Grouping | None:
    """Returns the grouping that Groups and Tiers look at: the one chosen, else the one that leads."""
    found = groupings(shown)
    by = state.current().by
    return next((one for one in found if one.name == by), leading(found))


def grouping(shown: Shown) -> str | None:
    """Returns the name of the grouping that leads, None when the fit has none."""
    first = leading(groupings(shown))
    return first.name if first else None


def group_noun() -> Noun:
    """Returns what one group and several of the leading grouping are called: store and stores."""
    now = state.current()
    first = leading(groupings(now.shown)) if now.shown is not None else None
    return first.noun if first else picked_noun()


def groups_noun() -> Noun:
    """Returns what to call the groups of all groupings together: stores, or groups of several kinds."""
    now = state.current()
    return GROUP if now.shown is not None and len(groupings(now.shown)) > 1 else group_noun()


def picked_noun() -> Noun:
    """Returns what the groups chosen for the data are called, whatever the fit on the screen."""
    picks = state.current().picks
    return noun(picks.group if picks else None)


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
