"""What things are called on the pages, from the data and model now on the table."""

import re
from collections.abc import Mapping, Sequence

from core.fit.along import Along
from core.fit.bayes import applicable
from core.table.table import Kind, Table
from dashboard import families, prior_rows, state, wording
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


def picked_group() -> str | None:
    """Returns the column that pictures of the rows are grouped by: the one picked, whatever the fit.

    Of `store/shelf`, where shelf 1 stands in every store, the store: shelf 1 alone is no group of rows.
    """
    now = state.current()
    if now.picks is None or now.picks.group is None:
        return None
    table, first = now.table, now.spec.random[0].group if now.spec and now.spec.random else ()
    if table is None or len(first) < 2 or first[-1] != now.picks.group:
        return now.picks.group

    def deepest() -> str:
        whole = [
            n
            for n in range(1, len(first) + 1)
            if _counts(table, first[:n]) == _counts(table, first[n - 1 : n])
        ]
        return first[max(whole) - 1]

    return state.kept(("picked group", now.digest, first), deepest)


def _counts(table: Table, columns: Sequence[str]) -> int:
    return len(table.frame[list(columns)].dropna().drop_duplicates())


def picked_side(shown: Shown) -> Along:
    """Returns the fit seen along the groups of `picked_group`; along the first grouping where it has none."""
    column, linear = picked_group(), shown.fit.linear
    mine = [one.name for one in groupings(shown) if one.columns[-1] == column]
    side: Along = linear.sides[mine[0]] if mine else linear.lead
    return side


def picked_noun() -> Noun:
    """Returns what the groups that pictures of the rows are grouped by are called."""
    return noun(picked_group())


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
    """Returns whether the outcome is a yes or no fitted by a straight line: effects are percentage points."""
    if families.generalised(shown.spec):
        return False
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


def method(shown: Shown) -> str:
    """Returns how a fit was made, and that priors were changed by hand: 'Posterior, 1 prior by hand'."""
    exact = families.generalised(shown.spec) and not shown.fit.linear.sides
    name = wording.PLAIN_LIKELIHOOD if exact and shown.method != "nuts" else wording.METHODS[shown.method]
    if shown.fit.posterior is None:
        return name
    count = prior_rows.changed(applicable(shown.fit.posterior.base, state.current().priors))
    return f"{name}, {count} {'prior' if count == 1 else 'priors'} by hand" if count else name
