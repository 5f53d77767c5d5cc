"""What every draw of a fit expects of every row it was made from, some rows at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.errors import PanelwiseError
from core.fit.effects import Codes
from core.result.asked import check_draws
from core.result.carried import carried
from core.result.fit import Fit
from core.result.rows_in_use import RowsInUse, rows_in_use
from core.table.read import read_table
from core.table.table import Table

Rows = slice | NDArray[np.intp]
# Rows times draws that are looked at, some 90 s of leave-one-out; and effects times draws kept, 0.4 GB.
MOST_CELLS, MOST_EFFECTS = 300_000_000, 50_000_000
# Rows times draws at a time, 16 MB an array.
AT_ONCE = 2_000_000


class NeedsDraws(PanelwiseError):
    """Rows beside draws of all effects were asked of a generalised model that was not sampled."""

    def __init__(self) -> None:
        super().__init__(
            "This looks at each row through draws of a posterior, and a model of yes/no, counts or amounts "
            'has those only by NUTS. Fit it with method="nuts".'
        )


class OtherRows(PanelwiseError):
    """A table that is not the one a fit was made from."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"This is not the table that the model was fitted to: {found}. Give that table, or fit the model "
            "to this one."
        )


class TooManyCells(PanelwiseError):
    """More rows or groups times draws than are looked at."""

    def __init__(self, what: str, count: int, draws: int, most: int) -> None:
        fewer = most // max(count, 1)
        way = (
            f"Ask for {fewer:,} draws or fewer."
            if fewer >= 100
            else "Hold out whole groups instead, which needs no draws."
        )
        super().__init__(
            f"{count:,} {what} times {draws:,} draws are {count * draws:,} figures; at most {most:,} are "
            f"looked at. {way}"
        )


@dataclass(frozen=True, slots=True)
class RowDraws:
    """The n rows in use and S joint draws of all effects, in the outcome's own units (as transformed)."""

    rows: RowsInUse
    outcome: Array  # (n,)
    sigma: Array  # (S,) residual SD of a row of average weight
    offset: Array  # (n,)
    x: Array  # (n, p)
    fixed: Array  # (p, S)
    z: Mapping[str, Array]  # by grouping (n, q)
    groups: Mapping[str, int]  # by grouping J
    deviations: Mapping[str, Array]  # by grouping (J, q, S), but for one whose effects are not wanted
    spread: Mapping[str, Array]  # by grouping (S, q, q), their covariance

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.outcome)

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return len(self.sigma)

    def expected(self, at: Rows, without: str = "") -> Array:
        """Returns X b + Z u + offset of some rows (k, S), the effects of every grouping `without` one."""
        found: Array = self.x[at] @ self.fixed + self.offset[at, None]
        for name, own in self.deviations.items():
            if name == without:
                continue
            codes, z = self.rows.codes[name][at], self.z[name][at]
            for k in range(z.shape[1]):
                found += z[:, k, None] * own[codes, k]
        return found

    def log_likelihood(self, at: Rows) -> Array:
        """Returns the normal log density of some rows' outcomes given all effects (k, S)."""
        error = (self.outcome[at, None] - self.expected(at)) / self.sigma
        weight = self.rows.weights[at, None]
        density = -0.5 * (weight * error**2 - np.log(weight) + np.log(2.0 * np.pi)) - np.log(self.sigma)
        return np.asarray(density)

    def parts(self) -> Iterator[slice]:
        """Returns slices over all rows, each small enough to hold its rows times draws in memory."""
        step = max(1, AT_ONCE // self.n_draws)
        return (slice(start, min(start + step, self.n)) for start in range(0, self.n, step))


def row_draws(
    fit: Fit,
    table: Table | pd.DataFrame,
    n_draws: int,
    seed: int,
    most_rows: int | None = None,
    without: str = "",
) -> RowDraws:
    """Returns the rows of the table a fit was made from beside draws of all its effects.

    Of more than `most_rows` that many are taken at random; effects of the grouping `without` are not kept.
    Raises NeedsDraws of a generalised model, OtherRows for another table, TooManyCells, NoDraws, BadSeed.
    """
    check_draws(n_draws, seed)
    if fit.generalised is not None:
        raise NeedsDraws()
    rows = rows_in_use(fit, table if isinstance(table, Table) else read_table(table))
    lead, sides = fit.linear.lead, fit.linear.sides
    _check_rows(fit, rows.codes, rows.values[lead.moments.layout.outcome])
    if most_rows is not None and len(rows.at) > most_rows:
        taken = np.random.default_rng([seed, 2]).permutation(len(rows.at))[:most_rows]
        rows = rows.where(np.isin(np.arange(len(rows.at)), taken))
    outcome = rows.values[lead.moments.layout.outcome]
    _check_size(fit, len(outcome), n_draws)
    draws = fit.draws(n_draws, seed)
    deviations = {}
    for name in (one for one in sides if one != without):
        deviations[name] = draws.groups[name].transpose(1, 2, 0).copy()
        deviations[name] -= carried(sides[name]) @ draws.fixed.T
    offset = sum((rows.values[name] for name in lead.moments.layout.offsets), np.zeros(len(outcome)))
    return RowDraws(
        rows=rows,
        outcome=outcome,
        sigma=draws.sigma,
        offset=np.asarray(offset),
        x=rows.matrix(lead.problem.fixed),
        fixed=draws.fixed.T.copy(),
        z={name: rows.matrix(side.problem.random) for name, side in sides.items()},
        groups={name: side.problem.cells for name, side in sides.items()},
        deviations=deviations,
        spread=draws.spread,
    )


def _check_rows(fit: Fit, codes: Mapping[str, Codes], outcome: Array) -> None:
    """Raises OtherRows: counts, groups and the outcome's mean tell nearly every other table."""
    if len(outcome) != fit.n_rows:
        raise OtherRows(f"it has {len(outcome):,} rows to use and the model has {fit.n_rows:,}")
    for name, code in codes.items():
        if (code < 0).any():
            unmet = int((code < 0).sum())
            raise OtherRows(f"{unmet:,} rows have values of '{name}' that the model never met")
    columns = fit.linear.moments.columns
    k = columns.index(fit.linear.moments.layout.outcome)
    off = abs(float(outcome.mean()) - float(columns.centre[k])) / float(columns.scale[k])
    # Rows in another order move the mean by a few digits of its last place.
    if off > 1e-8 + 1e-14 * abs(columns.centre[k]) / columns.scale[k]:
        raise OtherRows("its outcome has another mean")


def _check_size(fit: Fit, rows: int, draws: int) -> None:
    """Raises TooManyCells."""
    if rows * draws > MOST_CELLS:
        raise TooManyCells("rows", rows, draws, MOST_CELLS)
    effects = sum(side.problem.cells * len(side.problem.random) for side in fit.linear.sides.values())
    if effects * draws > MOST_EFFECTS:
        raise TooManyCells("group effects", effects, draws, MOST_EFFECTS)
