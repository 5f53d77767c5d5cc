"""What lies on the What-if page: the plan as it was typed, its steps back, and the scenarios saved."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from core.decide.history import History
from core.decide.plan import Plan, changed, moved_between, plan
from core.design.coding import Array

Cell = tuple[str, str]  # group and channel
NOTHING: Mapping[Cell, float] = MappingProxyType({})
STEPS_BACK = 30
MOST = 1e15  # no amount of money is larger


class Beyond(StrEnum):
    """What becomes of amounts that were never spent."""

    FLAG = "flag"
    WIDEN = "widen"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the groups: all of them, those of a tier, or those of a region: `kind` names the grouping."""

    kind: str = "all"
    name: str = ""


ALL = Part()
TIER = "tier"


@dataclass(frozen=True, slots=True)
class Move:
    """One quick move of a channel: `percent` more in some groups, or that share of theirs `to` others."""

    channel: str
    percent: float = 10.0
    source: Part = ALL
    to: Part | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it was typed: amounts a period by group and channel where they are not today's.

    `periods` and `margin` are None until they are said; `costs` of channels are those that were said, and
    `channels` those planned, None for the usual ones. `made_by` is the move that alone made the plan, `name`
    what a plan found or read from a file is called until it is changed.
    """

    amounts: Mapping[Cell, float] = NOTHING
    periods: int | None = None
    margin: float | None = None
    costs: tuple[tuple[str, float], ...] = ()
    channels: tuple[str, ...] | None = None
    beyond: Beyond = Beyond.FLAG
    made_by: Move | None = None
    name: str = ""

    def cost(self, channel: str, otherwise: float) -> float:
        """Returns what a unit of a channel costs."""
        return dict(self.costs).get(channel, otherwise)

    def with_cost(self, channel: str, cost: float) -> "Draft":
        """Returns the draft with the cost of a unit of a channel said."""
        return replace(self, costs=tuple(sorted((dict(self.costs) | {channel: cost}).items())))


@dataclass(frozen=True, slots=True)
class Sought:
    """What the best plan is to be best at: the most expected (or the least bad worst cases, `protect`) of the
    outcome, or of `profit`.

    `budget` is money a period, None today's; no amount goes further than `within` percent from today's, or
    what `columns` say of a channel, nor out of what the group has spent where `inside`. `fixed` groups keep
    what they have.
    """

    budget: float | None = None
    within: float = 30.0
    profit: bool = False
    protect: bool = False
    inside: bool = False
    columns: tuple[tuple[str, float], ...] = ()
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """All that the page keeps: a draft for each table and grouping, and the scenarios saved of any.

    `base` is the draft as the table to type in was `opened` with (for which table and columns), `revision`
    counts how often; `shares` says whether it is typed in as percent of today. `by` is what the chart shows,
    `factor` whose groups the plan is for; `picked` the numbers of the two scenarios compared, 0 the plan
    above; `one` is the number of the one in hand. `aim` is what a best plan is asked for, `sought` what the
    last one was found for, and of which fit; `newcomer` whether the planner for a new group is open.
    """

    drafts: Mapping[tuple[str, str], Draft] = MappingProxyType({})
    steps: tuple[tuple[tuple[str, str], Draft], ...] = ()
    base: Draft = Draft()
    opened: tuple[object, ...] = ()
    revision: int = 0
    shares: bool = False
    move: Move | None = None
    by: str = "groups"
    factor: str | None = None
    saved: tuple["Saved", ...] = ()
    picked: tuple[int, int] | None = None
    one: int | None = None
    newcomer: bool = False
    aim: Sought = Sought()
    sought: tuple[tuple[object, ...], Sought] | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario: the plan, what it would change as it was reckoned, and the model that said so.

    `about` is what its figures rest on (equal for those of the same draws), `total` the rows response, cost
    and profit of `Scenario.total`; `gains` and `profits` the draws (n,) behind them.
    """

    number: int
    name: str
    draft: Draft
    factor: str
    digest: str
    table: str
    formula: str
    method: str
    outcome: str
    periods: int
    about: tuple[object, ...]
    total: Mapping[str, Mapping[str, float]]
    gains: Array
    profits: Array
    flags: int


def planned(draft: Draft, past: History, periods: int) -> tuple[Plan, tuple[Cell, ...]]:
    """Returns the plan of a draft, and the cells of it that the history does not have. Raises BadAmount."""
    groups = {level: k for k, level in enumerate(past.levels)}
    channels = {name: k for k, name in enumerate(past.channels)}
    spend, lost = past.now.copy(), []
    for (group, channel), amount in draft.amounts.items():
        if group in groups and channel in channels:
            spend[groups[group], channels[channel]] = amount
        else:
            lost.append((group, channel))
    return plan(past, spend, periods), tuple(lost)


def amounts(made: Plan, kept: Mapping[Cell, float] = NOTHING) -> Mapping[Cell, float]:
    """Returns a plan's amounts where they are not today's, beside cells `kept` of other channels."""
    past = made.history
    found = {
        (past.levels[j], past.channels[c]): float(made.spend[j, c])
        for j, c in np.argwhere(made.moved).tolist()
    }
    known = set(past.channels)
    return MappingProxyType({cell: kept[cell] for cell in kept if cell[1] not in known} | found)


def moved(before: Plan, move: Move, members: Mapping[Part, Collection[str]]) -> Plan:
    """Returns a plan after one quick move; groups of `source` that are also in `to` keep what they have.

    Raises NoChannel, UnknownGroups.
    """
    source = list(members[move.source])
    if move.to is None:
        return changed(before, move.channel, groups=source, percent=move.percent)
    to = list(members[move.to])
    gets = set(to)
    return moved_between(before, move.channel, move.percent, [one for one in source if one not in gets], to)


def edited(
    base: Draft, past: History, rows: Mapping[int, Mapping[str, object]], shares: bool, mark: str = "."
) -> Draft:
    """Returns a draft with cells typed in: amounts, or percent more than today's where `shares`.

    `rows` are by place of the group, `mark` splits off decimals. An emptied cell goes back to today's, as
    does one that says so; nothing can be so many percent more than nothing. What cannot be
    read changes nothing.
    """
    now = {name: past.now[:, c] for c, name in enumerate(past.channels)}
    found = dict(base.amounts)
    for place, cells in rows.items():
        for channel, typed in cells.items():
            if channel not in now:
                continue
            today, cell = float(now[channel][int(place)]), (past.levels[int(place)], channel)
            if _wrong(typed, shares, mark):
                continue
            amount = _amount(typed, today, shares, mark)
            if amount is None or amount == today:
                found.pop(cell, None)
            else:
                found[cell] = amount
    return replace(base, amounts=MappingProxyType(found), made_by=None, name="")


def unread(
    past: History, rows: Mapping[int, Mapping[str, object]], shares: bool, mark: str
) -> tuple[tuple[str, str, str], ...]:
    """Returns the typed cells that hold no amount: group, channel and what was typed."""
    return tuple(
        (past.levels[int(place)], channel, str(typed))
        for place, cells in rows.items()
        for channel, typed in cells.items()
        if channel in past.channels and _wrong(typed, shares, mark)
    )


def _wrong(typed: object, shares: bool, mark: str) -> bool:
    """Whether a cell is neither empty nor an amount of zero or more, or a change down to nothing."""
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return False
    number = read_number(typed, mark) if isinstance(typed, str) else typed
    if isinstance(number, bool) or not isinstance(number, int | float):
        return True
    return bool(number < (-100.0 if shares else 0.0) or number > MOST)


def _amount(typed: object, today: float, shares: bool, mark: str) -> float | None:
    number = read_number(typed, mark) if isinstance(typed, str) else typed
    if not isinstance(number, int | float) or not np.isfinite(number):
        return None
    return max(today * (1.0 + number / 100.0) if shares else float(number), 0.0)


def read_number(text: str, mark: str) -> float | None:
    """Returns the number in a text, None of anything else; `mark` splits off decimals where either could.

    "12,5" is 12.5 with either mark, since thousands come in threes; "1.200" is 1200 with a decimal comma.
    """
    bare = re.sub(r"[\s'’%€$£]", "", text).replace("\u2212", "-")
    if not re.fullmatch(r"[+-]?\d[\d.,]*", bare):
        return None
    marks = [each for each in bare if each in ".,"]
    last = marks[-1] if marks else mark
    alone = len(marks) == 1 and not (last != mark and re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", bare))
    if alone or len(set(marks)) == 2:
        whole, _, rest = bare.rpartition(last)
        bare = f"{re.sub('[.,]', '', whole)}.{rest}"
    else:
        bare = re.sub("[.,]", "", bare)
    return float(bare) if len(bare) < 40 else None


def next_name(said: str, names: Sequence[str]) -> str:
    """Returns a name that no scenario has yet."""
    if said not in names:
        return said
    return next(name for k in range(2, len(names) + 3) if (name := f"{said} ({k})") not in names)
