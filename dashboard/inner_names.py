"""What groups within groups are called: by their own name, and by those of the groups they lie in."""

from collections import Counter
from collections.abc import Sequence

from core.fit.along import Fitted
from core.result.nested import parents
from dashboard.groupings import Grouping


def own_names(linear: Fitted, mine: Grouping, outer: Sequence[Grouping]) -> dict[str, str]:
    """Returns, by level, its name without that of the group it lies in: 'S5' of 'North:S5'."""
    levels = linear.sides[mine.name].moments.levels[0]
    if not outer:
        return {level: level for level in levels}
    above = linear.sides[outer[0].name].moments.levels[0]
    codes = parents(linear, mine.name, outer[0].name)
    return {level: _own(level, above[code]) for level, code in zip(levels, codes, strict=True)}


def paths(linear: Fitted, mine: Grouping, outer: Sequence[Grouping]) -> dict[str, tuple[str, ...]]:
    """Returns, by level, what the groups it lies in are called, nearest first."""
    levels = linear.sides[mine.name].moments.levels[0]
    found: dict[str, tuple[str, ...]] = dict.fromkeys(levels, ())
    for place, one in enumerate(outer):
        names = list(own_names(linear, one, outer[place + 1 :]).values())
        for level, code in zip(levels, parents(linear, mine.name, one.name), strict=True):
            found[level] = (*found[level], one.noun.label(names[code]))
    return found


def labels(linear: Fitted, mine: Grouping, outer: Sequence[Grouping]) -> dict[str, str]:
    """Returns, by level, its own name; where another group has the same, the groups it lies in follow."""
    if not outer:
        return {}
    own, above = own_names(linear, mine, outer), paths(linear, mine, outer)
    count = Counter(own.values())
    return {
        level: mine.noun.label(name) + ("" if count[name] == 1 else f" · {', '.join(above[level])}")
        for level, name in own.items()
    }


def _own(level: str, outer: str) -> str:
    start = f"{outer}:"
    return level[len(start) :] if level.startswith(start) and len(level) > len(start) else level
