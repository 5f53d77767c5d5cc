"""Which columns can play which part, and the model to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.spec.edit import Picked
from core.table.roles import Guess, Roles
from core.table.table import Kind, Table

PREDICTORS_AT_FIRST = 12
SAME = 0.98  # correlation from which two predictors cannot be told apart
OUTCOMES = (Kind.NUMBER, Kind.YES_NO)
TWO = 2


@dataclass(frozen=True, slots=True)
class Options:
    """Columns by the part they can play in a model."""

    outcomes: tuple[str, ...]
    groups: tuple[str, ...]
    times: tuple[str, ...]
    predictors: tuple[str, ...]
    numbers: tuple[str, ...]


def options(table: Table, picks: Picked, two_valued: Sequence[str] = ()) -> Options:
    """Returns what each picker offers: numbers, yes/no and texts of two values as outcome, anything that
    repeats as group.
    """
    kinds = {column.name: column.kind for column in table.columns if column.kind is not Kind.EMPTY}
    numbers = tuple(name for name, kind in kinds.items() if kind is Kind.NUMBER)
    whole = {name for name in numbers if table.frame[name].dtype.kind in "iu"}
    groups = tuple(name for name, kind in kinds.items() if kind is not Kind.NUMBER or name in whole)
    return Options(
        outcomes=tuple(name for name, kind in kinds.items() if kind in OUTCOMES or name in two_valued),
        groups=tuple(name for name in groups if name != picks.outcome),
        times=tuple(
            name for name, kind in kinds.items() if name != picks.outcome and (kind is not Kind.YES_NO)
        ),
        predictors=tuple(name for name in kinds if name not in (picks.outcome, picks.group)),
        numbers=tuple(name for name in numbers if name not in (picks.outcome, picks.group)),
    )


def numbers(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    """Returns those of the columns that hold numbers."""
    return tuple(name for name in names if table.column(name).kind is Kind.NUMBER)


def varying(table: Table, names: Sequence[str], two_valued: Sequence[str]) -> tuple[str, ...]:
    """Returns the columns whose effect may differ by group: numbers, yes/no and texts of two values."""
    kinds = (Kind.NUMBER, Kind.YES_NO)
    return tuple(name for name in names if table.column(name).kind in kinds or name in two_valued)


def weighing(table: Table, picks: Picked) -> tuple[str, ...]:
    """Returns the columns that may weigh rows or be added as they are: numbers that are not the outcome."""
    return numbers(table, [c.name for c in table.columns if c.name not in (picks.outcome, picks.group)])


def measurable(table: Table, picks: Picked, time: str | None) -> tuple[str, ...]:
    """Returns the predictors that can be measured against a mean: not words, flags, dates or time."""
    return tuple(name for name in numbers(table, picks.predictors) if name != time)


def tidy(picks: Picked) -> Picked:
    """Returns the picks without contradictions: nothing explains itself, and only predictors have slopes."""
    taken = {picks.outcome, picks.group}
    predictors = tuple(name for name in picks.predictors if name not in taken)
    slopes = tuple(name for name in picks.slopes if name in predictors and picks.group is not None)
    group = picks.group if picks.group != picks.outcome else None
    return replace(picks, predictors=predictors, slopes=slopes if group else (), group=group)


def time_column(roles: Roles) -> str | None:
    """Returns the column guessed to order the rows."""
    return roles.time.column


def first_picks(table: Table, roles: Roles) -> Picked | None:
    """Returns the model to begin with: every likely predictor, and the first spend column's slope by group.

    None when nothing can be an outcome; then the reader is asked to choose one.
    """
    outcome = roles.outcome.column
    if outcome is None or not _can_be_outcome(table, outcome):
        outcome = _first_number(table)
    if outcome is None:
        return None
    group = roles.groups[0].column if roles.groups else None
    time = roles.time.column
    counted = [time] if time and table.column(time).kind is Kind.NUMBER else []
    likely = _apart(table, [guess.column for guess in roles.predictors if guess.column])
    predictors = list(dict.fromkeys([*counted, *likely]))[:PREDICTORS_AT_FIRST]
    numbers = [name for name in likely if table.column(name).kind is Kind.NUMBER and name in predictors]
    return tidy(Picked(outcome, tuple(predictors), group, tuple(numbers[:1])))


def _can_be_outcome(table: Table, name: str) -> bool:
    return table.column(name).kind in OUTCOMES or table.frame[name].nunique() == TWO


def _first_number(table: Table) -> str | None:
    return next((column.name for column in table.columns if column.kind is Kind.NUMBER), None)


def outcome_reason(table: Table, roles: Roles, chosen: str) -> str:
    """Returns why a column is the outcome; also of one that only stands in until the reader chooses."""
    if not roles.outcome.columns and chosen == _first_number(table):
        return f"{roles.outcome.reason} Until then the first column of numbers stands in."
    return reason(roles, "outcome", chosen)


def _apart(table: Table, names: list[str]) -> list[str]:
    """Returns the columns without the numbers that say the same as an earlier one: sends and their cost."""
    held = list(numbers(table, names))
    same = table.frame[held].corr().abs() > SAME
    twice = {name for place, name in enumerate(held) if same[name].iloc[:place].any()}
    return [name for name in names if name not in twice]


def reason(roles: Roles, role: str, chosen: str | None) -> str:
    """Returns why a column was guessed for a role; of another choice, that it is the reader's."""
    guesses = {
        "outcome": (roles.outcome,),
        "time": (roles.time,),
        "group": roles.groups,
        "predictors": roles.predictors,
    }[role]  # fmt: skip
    if chosen is None:
        return guesses[0].reason if guesses and not guesses[0].columns else "Chosen by you."
    return next((guess.reason for guess in guesses if guess.column == chosen), "Chosen by you.")


def as_chosen(roles: Roles, picks: Picked, time: str | None) -> Roles:
    """Returns the roles after the reader's changes, for checks of the table."""

    def guess(name: str | None) -> Guess:
        return Guess((name,) if name else (), "Chosen by you.")

    rest = tuple(g for g in roles.groups if g.column not in (picks.group, picks.outcome))
    return replace(
        roles,
        outcome=guess(picks.outcome),
        time=guess(time),
        predictors=tuple(map(guess, picks.predictors)),
        groups=(guess(picks.group), *rest) if picks.group else (),
    )
