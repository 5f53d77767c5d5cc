"""What plans of a fit stand on: what its groups spent, what they are called, and their tiers and regions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

import core
from core.decide import rankable
from core.decide.history import History, history, plannable
from core.decide.response import Responses, moving_columns, responses
from core.decide.slope import slope_of, varies
from core.decide.tiers import even_sizes
from core.design.factor import factor
from core.fit.along import Along
from core.table.table import Kind, Table
from dashboard import families, grouped, naming, state, verdict
from dashboard.groupings import Grouping
from dashboard.inner_names import labels
from dashboard.nouns import PERIOD, Noun, noun, plural
from dashboard.planning import ALL, TIER, Draft, Part
from dashboard.state import Shown

N_DRAWS, SEED = 1000, 0
FEW = 24  # values of a column that may stand for regions
NOT_PLACED = ""
ROW = Noun("row", "rows")
USUAL = {"week": 8, "day": 28, "date": 28, "month": 3, "quarter": 4, "year": 1, "period": 8, "row": 100}
# What one period is by the days between two dates.
STEPS = (
    (Noun("day", "days"), 1, 1),
    (Noun("week", "weeks"), 7, 7),
    (Noun("month", "months"), 28, 31),
    (Noun("quarter", "quarters"), 89, 92),
    (Noun("year", "years"), 365, 366),
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A fit seen by the grouping whose groups are planned for; `usual` are the columns that are money spent,
    `able` all that a plan may change.
    """

    shown: Shown
    grouping: Grouping
    past: History
    named: Mapping[str, str]
    usual: tuple[str, ...]
    able: tuple[str, ...]

    @property
    def noun(self) -> Noun:
        """What the groups are called."""
        return self.grouping.noun

    @property
    def side(self) -> Along:
        """The fit seen along the grouping."""
        side: Along = self.shown.fit.linear.sides[self.grouping.name]
        return side

    @property
    def key(self) -> tuple[object, ...]:
        """What is derived from this fit, grouping and channels is kept under."""
        return ("ground", *self.shown.key, self.grouping.name, self.past.channels)

    def label(self, level: object) -> str:
        """Returns how a group is written."""
        return self.named.get(str(level)) or self.noun.label(level)

    def draws(self) -> Responses:
        """Returns joint draws of the groups' responses, made once."""
        return state.kept_large(("responses", *self.key), partial(_responses, self))

    def term(self, channel: str) -> str | None:
        """Returns the slope of a channel that differs between these groups detectably; None without one."""
        return state.kept(("differs", *self.key, channel), lambda: self._term(channel))

    def _term(self, channel: str) -> str | None:
        place = self.past.channels.index(channel)
        for one in moving_columns(self.shown.fit, self.past):
            own = one.channels == (place,) and one.label in self.side.problem.random
            if own and not rankable.why_not(self.shown.fit, one.label, self.grouping.name):
                return one.label if varies(self.side, slope_of(self.side, one.label)) else None
        return None

    @property
    def ranked(self) -> str | None:
        """The channel whose slope sorts the groups into tiers; None where none differs."""
        slope = state.current().slope
        differing = [name for name in self.past.channels if self.term(name)]
        return next((n for n in differing if self.term(n) == slope), next(iter(differing), None))

    def tiers(self) -> tuple[str, ...]:
        """Returns the tier of every group, '1' the best, NOT_PLACED of those whose own rows cannot place
        them, as on the Tiers page; empty where no response differs.
        """
        now, channel = state.current(), self.ranked
        term = self.term(channel) if channel else None
        if term is None:
            return ()
        total = len(self.side.moments.levels[0])
        count, sizes = min(now.n_tiers, total), None
        if now.sizes and now.slope == term and sum(now.sizes) == total:
            sizes = now.sizes
        return state.kept(("plan tiers", *self.key, term, count, sizes), partial(_tiers, self, count, sizes))

    def regions(self) -> Mapping[str, tuple[str, ...]]:
        """Returns, by column of the table, in which of its values each group lies wholly; few of them."""
        return state.kept(("regions", *self.key), partial(_regions, self))

    def belongs(self) -> dict[str, tuple[str, ...]]:
        """Returns by which groupings plans are moved and summed, and where each group lies in them: (J,)."""
        tiers = self.tiers()
        return ({TIER: tiers} if tiers else {}) | dict(self.regions())

    def members(self) -> dict[Part, tuple[str, ...]]:
        """Returns the groups of every part that a quick move may name, all of them first."""
        found: dict[Part, list[str]] = {ALL: list(self.past.levels)}
        for kind, names in self.belongs().items():
            for name in sorted(set(names) - {NOT_PLACED}):
                found[Part(kind, name)] = []
            for level, name in zip(self.past.levels, names, strict=True):
                if name != NOT_PLACED:
                    found[Part(kind, name)].append(level)
        return {part: tuple(levels) for part, levels in found.items()}


def planned_grouping(shown: Shown) -> Grouping:
    """Returns the grouping that plans are for: the one chosen, else the innermost of the one in view."""
    found, chosen = naming.groupings(shown), state.current().desk.factor
    mine = next((one for one in found if one.name == chosen), None)
    if mine is not None:
        return mine
    leads = naming.in_view(shown)
    assert leads is not None
    inner = [one for one in found if leads.name in one.outer]
    return max([leads, *inner], key=lambda one: len(one.outer))


def named_grouping(shown: Shown, name: str) -> Grouping:
    """Returns the grouping of a name where the model has it, else the one that plans are for."""
    found = naming.groupings(shown)
    return next((one for one in found if one.name == name), None) or planned_grouping(shown)


def ground(shown: Shown, draft: Draft | None, grouping: Grouping | None = None) -> Ground:
    """Returns what plans of a fit stand on, with the channels of a draft; of a grouping, else the planned.

    Raises NoChannel, NegativeSpend.
    """
    table, mine = state.current().table, grouping or planned_grouping(shown)
    assert table is not None
    able = state.kept(("plannable", *shown.key), lambda: plannable(shown.fit, table))
    usual = tuple(name for name in able if name in _spent())
    chosen = tuple(n for n in (draft.channels if draft and draft.channels else usual) if n in able)
    key = ("history", *shown.key, mine.name, chosen or None)
    past = state.kept(key, lambda: history(shown.fit, table, mine.name, chosen or _amounts(able)))
    outer = tuple(one for one in naming.groupings(shown) if one.name in mine.outer)
    named = state.kept(("labels", *shown.key, mine.name), lambda: labels(shown.fit.linear, mine, outer))
    return Ground(shown, mine, past, named, usual, able)


def _amounts(able: Sequence[str]) -> tuple[str, ...] | None:
    """All that can be planned but time; None where nothing else is left."""
    return tuple(name for name in able if name != state.current().time) or None


def _spent() -> frozenset[str]:
    roles = state.current().roles
    return frozenset(guess.column for guess in roles.spend if guess.column) if roles else frozenset()


def period(shown: Shown, mine: Grouping) -> Noun:
    """Returns what one period of a plan is: that of the time column where each group has one row in each."""
    now = state.current()
    table, time = now.table, now.time
    if table is None or time is None or time in mine.columns:
        return ROW
    return state.kept(
        ("period", shown.digest, *mine.columns, time), lambda: _period(table, mine.columns, time)
    )


def _period(table: Table, groups: Sequence[str], time: str) -> Noun:
    cells = table.frame[[*groups, time]].dropna()
    if cells.duplicated().any():
        return ROW
    known = noun(time, PERIOD)
    if known.one in USUAL and known.one != "date":
        return known
    if table.column(time).kind is Kind.DATE:
        days = cells[time].drop_duplicates().sort_values().diff().dt.days.median()
        return next((one for one, least, most in STEPS if least <= days <= most), PERIOD)
    return known if known.many == plural(known.one) else PERIOD  # no English plural of a foreign word


def periods(draft: Draft, one: Noun) -> int:
    """Returns how long a plan lasts."""
    return draft.periods or USUAL.get(one.one, 1)


def _responses(of: Ground) -> Responses:
    return responses(of.shown.fit, of.past, N_DRAWS, SEED)


def _tiers(of: Ground, count: int, sizes: tuple[int, ...] | None) -> tuple[str, ...]:
    assert of.ranked is not None
    term = str(of.term(of.ranked))
    found = core.tiers(
        of.shown.fit,
        slope=term,
        factor=of.grouping.name,
        sizes=sizes or even_sizes(len(of.side.moments.levels[0]), count),
        seed=SEED,
    )
    if not found.detectable or count < 2:
        return ()
    view = grouped.seen_by(of.shown, of.grouping, term)
    still = None if view.alone else view.still(term)
    unplaced = verdict.thin(view.raw, term, view.noun, still, view.cannot(term))
    placed = {str(level): str(tier) for level, tier in found.table["tier"].items() if level not in unplaced}
    return tuple(placed.get(level, NOT_PLACED) for level in of.past.levels)


def _regions(of: Ground) -> dict[str, tuple[str, ...]]:
    table, roles = state.current().table, state.current().roles
    assert table is not None
    outer = [one for one in naming.groupings(of.shown) if one.name in of.grouping.outer]
    above = [name for one in outer for name in one.columns]
    guessed = [guess.column for guess in roles.groups if guess.column] if roles else []
    found = {}
    for column in dict.fromkeys([*above, *guessed]):
        if column in table.names and column != of.grouping.columns[-1]:
            lies = _lies(table, of.grouping.columns, column)
            names = tuple(lies.get(level, "") for level in of.past.levels)
            if 1 < len(set(names)) <= min(FEW, len(names) - 1) and "" not in names:
                found[column] = names
    return found


def _lies(table: Table, columns: tuple[str, ...], outer: str) -> dict[str, str]:
    """The value of a column in which each group lies; empty unless every group lies in one."""
    whole = table.frame[[*columns, outer]].notna().all(axis=1).to_numpy()
    inner, above = factor(table, columns, whole), factor(table, (outer,), whole)
    pairs = np.unique(np.column_stack([inner.codes, above.codes]), axis=0)
    if len(pairs) != len(inner.levels):
        return {}
    return {inner.levels[j]: above.levels[k] for j, k in pairs.tolist()}


def generalised(of: Ground) -> bool:
    """Returns whether what a plan brings bends with where a group stands."""
    return families.generalised(of.shown.spec) or any(
        str(curve) != "identity" for one in moving_columns(of.shown.fit, of.past) for curve in one.curves
    )
