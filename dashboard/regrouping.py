"""How a further grouping stands to the first one picked, from the table; each pair looked at once."""

from core.table.crossing import Relation, relation
from dashboard import state


def relation_to_first(column: str) -> Relation:
    """Returns how the groups of a column stand to those of the first grouping."""
    now = state.current()
    table, first = now.table, now.picks.group if now.picks else None
    if table is None or first is None or column == first:
        return Relation.SAME
    return state.kept(("relation", now.digest, column, first), lambda: relation(table, column, first))


def recurring(column: str) -> tuple[str, str, str]:
    """Returns a value of a column that recurs, and two groups of the first grouping that have it."""
    now = state.current()
    table, first = now.table, now.picks.group if now.picks else None
    assert table is not None and first is not None

    def find() -> tuple[str, str, str]:
        pairs = table.frame[[column, first]].dropna().drop_duplicates()
        both = pairs[pairs[column].duplicated(keep=False)]
        name = both[column].iloc[0]
        here, there = both.loc[both[column] == name, first].head(2)
        return str(name), str(here), str(there)

    return state.kept(("recurring", now.digest, column, first), find)
