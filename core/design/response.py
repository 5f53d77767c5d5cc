"""The outcome of a generalised model as numbers: yes or no, successes of trials, counts, positive amounts."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.checks import check_moves
from core.design.coding import Array, label, learn, replay
from core.design.errors import (
    ExtremeUnits,
    FewerTrials,
    NextToNothing,
    NoneOrAll,
    NotANumber,
    NotCounts,
    NotPositive,
    NoTrials,
    NotTwoValued,
)
from core.design.factor import level_name
from core.errors import UnknownEvent, WhichIsYes
from core.spec.model import COUNTS, Family, ModelSpec
from core.table.flags import is_yes
from core.table.table import Kind, Table

Mask = NDArray[np.bool_] | None
MOST_NAMED = 8
# Share of the middle amount below which one is what rounding left of a zero; and sizes whose squares hold.
NOTHING, MOST_UNIT = 1e-12, 1e100


def with_trials(table: Table, column: str, rows: Mask) -> tuple[Mask, int]:
    """Returns the rows (a mask, or None for all) without those of zero trials, and how many those are.

    Raises NotANumber, NotCounts, NoTrials.
    """
    tried = _counted(table, column, rows, "a number of trials")
    empty = tried == 0
    if not empty.any():
        return rows, 0
    if empty.all():
        raise NoTrials(column)
    used = np.ones(len(table.frame), dtype=bool) if rows is None else rows.copy()
    used[np.flatnonzero(used)[empty]] = False
    return used, int(empty.sum())


def response(table: Table, spec: ModelSpec, rows: Mask) -> tuple[Array, Array | None]:
    """Returns the outcome (n,) and, of successes, the trials (n,) behind them where they are a column.

    Raises NotTwoValued, WhichIsYes, UnknownEvent, NotCounts, NotPositive, NextToNothing, ExtremeUnits,
    FewerTrials, NoneOrAll, NotANumber, ConstantOutcome.
    """
    name = spec.outcome.column
    if spec.family is Family.BINOMIAL:
        if spec.trials is not None:
            return _successes(table, name, spec.trials, rows)
        won = _yes(table, spec, rows)
        _check_both(name, won, np.ones_like(won))
        return won, None
    kind = table.column(name).kind
    if kind not in (Kind.NUMBER, Kind.YES_NO):
        raise NotANumber(name, f"{kind} cells", "an outcome of this kind")
    if spec.family in COUNTS:
        counts = _counted(table, name, rows, "a count", replay(learn(spec.outcome, table, rows), table, rows))
        if not counts.any():
            raise NoneOrAll(name, "0", len(counts))
        return counts, None
    values = replay(learn(spec.outcome, table, rows), table, rows)
    if spec.family is Family.GAMMA and (values <= 0).any():
        first = int(np.argmax(values <= 0))
        raise NotPositive(
            label(spec.outcome), int((values <= 0).sum()), _row(table, rows, first), float(values[first])
        )
    check_moves(label(spec.outcome), values)
    if spec.family is Family.GAMMA:
        _check_sizes(table, label(spec.outcome), rows, values)
    return values, None


def _check_sizes(table: Table, name: str, rows: Mask, values: Array) -> None:
    """Raises ExtremeUnits and NextToNothing of amounts whose ratios are beyond what can be computed with."""
    middle = float(np.median(values))
    if not 1.0 / MOST_UNIT < middle < MOST_UNIT:
        raise ExtremeUnits(name, float(np.ptp(values)))
    small = values < NOTHING * middle
    if small.any():
        first = int(np.argmax(small))
        raise NextToNothing(name, int(small.sum()), _row(table, rows, first), float(values[first]))


def outcome_values(table: Table, column: str, rows: Mask) -> tuple[str, ...]:
    """Returns the distinct values of a column as a reader writes them, the first MOST_NAMED + 1, sorted."""
    cells = table.frame[column] if rows is None else table.frame[column][rows]
    found = pd.unique(cells.dropna())
    written = sorted(level_name(value) for value in list(found[: 10 * MOST_NAMED]))
    return tuple(written[: MOST_NAMED + 1])


def _yes(table: Table, spec: ModelSpec, rows: Mask) -> Array:
    """1 where the outcome has the value that counts as yes, else 0."""
    name = spec.outcome.column
    cells = table.frame[name] if rows is None else table.frame[name][rows]
    kind = table.column(name).kind
    if kind is Kind.DATE:
        raise NotANumber(name, "dates", "a yes/no outcome")
    codes, found = pd.factorize(cells)
    assert (codes >= 0).all(), "rows with a blank outcome are left out before"
    written = [level_name(value) for value in found.tolist()]
    if spec.outcome.steps or len(written) > 2:
        raise NotTwoValued(label(spec.outcome), outcome_values(table, name, rows))
    if spec.event is None:
        if kind is Kind.YES_NO:
            return np.asarray(cells.to_numpy(dtype=np.float64))
        if set(written) <= {"0", "1"}:
            return np.asarray(np.array(written, dtype=np.float64)[codes])
        raise WhichIsYes(name, tuple(sorted(written)))
    if spec.event not in written:
        if kind is Kind.YES_NO:
            return np.asarray((cells.to_numpy(dtype=np.float64) == is_yes(name, spec.event)) * 1.0)
        raise UnknownEvent(name, spec.event, tuple(sorted(written)))
    return np.asarray((codes == written.index(spec.event)) * 1.0)


def _successes(table: Table, name: str, trials: str, rows: Mask) -> tuple[Array, Array]:
    won, tried = _counted(table, name, rows, "a number of successes"), _counted(table, trials, rows, "trials")
    over = won > tried
    if over.any():
        first = int(np.argmax(over))
        facts = (int(over.sum()), _row(table, rows, first), float(won[first]), float(tried[first]))
        raise FewerTrials(name, trials, *facts)
    _check_both(name, won, tried)
    return won, tried


def _check_both(name: str, won: Array, tried: Array) -> None:
    if not won.any():
        raise NoneOrAll(name, "no", int(tried.sum()))
    if (won == tried).all():
        raise NoneOrAll(name, "yes", int(tried.sum()))


def _counted(table: Table, name: str, rows: Mask, what: str, given: Array | None = None) -> Array:
    """The cells of a column, which must be whole numbers from 0."""
    kind = table.column(name).kind
    if kind not in (Kind.NUMBER, Kind.YES_NO):
        raise NotANumber(name, f"{kind} cells", what)
    cells = table.frame[name] if rows is None else table.frame[name][rows]
    values = cells.to_numpy(dtype=np.float64) if given is None else given
    odd = (values < 0) | (values != np.floor(values))
    if odd.any():
        first = int(np.argmax(odd))
        raise NotCounts(name, what, int(odd.sum()), _row(table, rows, first), float(values[first]))
    return np.asarray(values)


def _row(table: Table, rows: Mask, place: int) -> int:
    return table.reading.row(place if rows is None else int(np.flatnonzero(rows)[place]))
