"""From columns to numbers: transforms, centring and contrasts, learned once and replayed on new rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.errors import NotANumber, OutsideDomain, TooManyLevels
from core.design.factor import factor
from core.spec.model import Interaction, Step, Transform, Variable
from core.table.table import Kind, Table

Array = NDArray[np.float64]
MOST_LEVELS = 200


@dataclass(frozen=True, slots=True)
class Learned:
    """What one step of a variable took from the rows it was learned on.

    `centre` and `spread` are a mean and a standard deviation; `levels` and `means` the group means of
    `within` and `between` (levels as text, in the order of `means`).
    """

    centre: float = 0.0
    spread: float = 1.0
    levels: tuple[str, ...] = ()
    means: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Coding:
    """How one variable becomes columns: `levels` (reference first) for text, `learned` steps for numbers.

    `origin` is the first date of a date column (days are counted from it), `flag` says that the column was
    one of yes and no.
    """

    variable: Variable
    levels: tuple[str, ...] = ()
    learned: tuple[Learned, ...] = ()
    origin: str = ""
    flag: bool = False

    @property
    def is_text(self) -> bool:
        """Whether the variable is a set of named levels."""
        return bool(self.levels)


def label(variable: Variable) -> str:
    """Returns the variable as a reader writes it: `log(price)`, `within(youtube, store)`."""
    text = variable.column
    for step in variable.steps:
        text = f"{step.transform}({text}, {step.group})" if step.group else f"{step.transform}({text})"
    return text


def learn(variable: Variable, table: Table, rows: NDArray[np.bool_] | None) -> Coding:
    """Returns the coding of a variable from the rows in use (a mask, or None for all).

    Raises NotANumber, TooManyLevels, OutsideDomain.
    """
    kind = table.column(variable.column).kind
    cells = _cells(table, variable.column, rows)
    if kind is Kind.TEXT:
        if variable.steps:
            raise NotANumber(variable.column, "text", variable.steps[0].transform)
        levels = sorted(str(level) for level in pd.unique(cells))
        if len(levels) > MOST_LEVELS:
            raise TooManyLevels(variable.column, len(levels), MOST_LEVELS)
        return Coding(variable, levels=tuple(levels))
    origin = str(cells.min()) if kind is Kind.DATE else ""
    values = _numbers(cells, origin)
    learned = []
    for step in variable.steps:
        one = _learn_step(step, values, table, rows)
        learned.append(one)
        values = _apply(step, one, values, variable.column, table, rows)
    return Coding(variable, learned=tuple(learned), origin=origin, flag=kind is Kind.YES_NO)


def replay(coding: Coding, table: Table, rows: NDArray[np.bool_] | None) -> Array:
    """Returns the numbers (n,) of a number variable on the rows of a table, with what was learned before."""
    values = _numbers(_cells(table, coding.variable.column, rows), coding.origin)
    for step, one in zip(coding.variable.steps, coding.learned, strict=True):
        values = _apply(step, one, values, coding.variable.column, table, rows)
    return values


def indicators(coding: Coding, table: Table, rows: NDArray[np.bool_] | None, full: bool) -> dict[str, Array]:
    """Returns 0/1 columns of a text variable by label; without the reference level unless `full`."""
    cells = _cells(table, coding.variable.column, rows).astype("str").to_numpy()
    kept = coding.levels if full else coding.levels[1:]
    return {f"{coding.variable.column}[{level}]": (cells == level).astype(np.float64) for level in kept}


def column_parts(
    interaction: Interaction, codings: Mapping[Variable, Coding], full: frozenset[Variable]
) -> tuple[tuple[str, ...], ...]:
    """Returns, for each column of one interaction, the labels of what is multiplied in it, as written."""
    parts = []
    for variable in interaction:
        coding = codings[variable]
        levels = coding.levels if variable in full else coding.levels[1:]
        parts.append(
            [f"{variable.column}[{level}]" for level in levels] if coding.is_text else [label(variable)]
        )
    return tuple(tuple(reversed(one)) for one in product(*reversed(parts)))


def column_labels(
    interaction: Interaction, codings: Mapping[Variable, Coding], full: frozenset[Variable]
) -> tuple[str, ...]:
    """Returns the labels of one interaction's columns, in the order of `interaction_columns`."""
    return tuple(":".join(parts) for parts in column_parts(interaction, codings, full))


def interaction_columns(
    interaction: Interaction,
    codings: Mapping[Variable, Coding],
    full: frozenset[Variable],
    table: Table,
    rows: NDArray[np.bool_] | None,
) -> dict[str, Array]:
    """Returns the columns (n,) of one interaction by label: products of its variables' columns."""
    parts: list[list[Array]] = []
    for variable in interaction:
        coding = codings[variable]
        if coding.is_text:
            parts.append(list(indicators(coding, table, rows, variable in full).values()))
        else:
            parts.append([replay(coding, table, rows)])
    columns = [reduce(np.multiply, reversed(one)) for one in product(*reversed(parts))]
    return dict(zip(column_labels(interaction, codings, full), columns, strict=True))


def _cells(table: Table, column: str, rows: NDArray[np.bool_] | None) -> "pd.Series[Any]":
    cells = table.frame[column]
    return cells if rows is None else cells[rows]


def _numbers(cells: "pd.Series[Any]", origin: str) -> Array:
    days = (cells - pd.Timestamp(origin)) / pd.Timedelta(days=1) if origin else cells
    return np.asarray(days.to_numpy(dtype=np.float64))


def _learn_step(step: Step, values: Array, table: Table, rows: NDArray[np.bool_] | None) -> Learned:
    match step.transform:
        case Transform.CENTER:
            return Learned(centre=float(values.mean()))
        case Transform.SCALE:
            spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
            return Learned(centre=float(values.mean()), spread=spread if spread > 0 else 1.0)
        case Transform.WITHIN | Transform.BETWEEN:
            by = factor(table, (str(step.group),), rows)
            sums = np.bincount(by.codes, weights=values, minlength=len(by.levels))
            means = sums / np.bincount(by.codes, minlength=len(by.levels))
            return Learned(levels=by.levels, means=tuple(means.tolist()))
        case _:
            return Learned()


def _apply(
    step: Step, learned: Learned, values: Array, column: str, table: Table, rows: NDArray[np.bool_] | None
) -> Array:
    match step.transform:
        case Transform.CENTER | Transform.SCALE:
            return (values - learned.centre) / learned.spread
        case Transform.WITHIN | Transform.BETWEEN:
            by = factor(table, (str(step.group),), rows)
            known = dict(zip(learned.levels, learned.means, strict=True))
            means = np.array([known.get(level, np.nan) for level in by.levels])[by.codes]
            if step.transform is Transform.BETWEEN:
                return means
            around = values - means
            # A predictor that is constant in its groups leaves rounding here, which is not variation.
            around[np.abs(around) <= 1e-13 * np.abs(values).max()] = 0.0
            return np.asarray(around)
        case Transform.LOG:
            _check_domain("log", column, values, values > 0, table, rows)
            return np.log(values)
        case Transform.LOG1P:
            _check_domain("log1p", column, values, values > -1, table, rows)
            return np.log1p(values)
        case Transform.SQRT:
            _check_domain("sqrt", column, values, values >= 0, table, rows)
            return np.sqrt(values)


def _check_domain(
    function: str,
    column: str,
    values: Array,
    inside: NDArray[np.bool_],
    table: Table,
    rows: NDArray[np.bool_] | None,
) -> None:
    if not inside.all():
        first = int(np.argmin(inside))
        position = first if rows is None else int(np.flatnonzero(rows)[first])
        found = table.reading.row(position)
        raise OutsideDomain(function, column, int((~inside).sum()), found, float(values[first]))
