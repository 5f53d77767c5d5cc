"""Data a model would make beside the data there are: density curves and test quantities."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.fit.effects import Codes
from core.fit.rows_posterior import RowsPosterior
from core.result.curves import Curves, curves, spanning
from core.result.fit import Fit
from core.result.row_draws import row_draws
from core.result.rows_said import RowsSaid, rows_said
from core.table.table import Table

# Rows looked at, replicates made of them, and how many of those are drawn.
MOST_ROWS, REPLICATES, DRAWN = 20_000, 400, 50
MEAN, SD, LEAST, MOST, BELOW_ZERO = "mean", "sd", "smallest", "largest", "below_zero"


@dataclass(frozen=True, slots=True)
class Predictive:
    """What a model makes of the outcome, before seeing it (`kind` "prior") or after ("posterior").

    `made` are the curves of some replicates (K, g), `observed` that of the data (1, g) on the same grid; in
    the units of `outcome` as the model has it. `quantities`, index quantity: observed, median, low and high
    (95 % of replicates, central), p (share of replicates at least as large, ties halved). Quantities are
    mean, sd, smallest, largest, below_zero (share, where no outcome is) and "between <grouping>", the SD of
    the groups' means. `outside` is the share of all made outcomes that lies beyond the grid.
    """

    kind: str
    outcome: str
    observed: Curves
    made: Curves
    quantities: pd.DataFrame
    outside: float
    n_rows: int
    n_all: int
    n_replicates: int
    seed: int

    @property
    def yes_no(self) -> bool:
        """Whether the outcome observed is 0 and 1 alone: the mean of y (1 - y) is zero between these ends."""
        one = self.quantities["observed"]
        between = one[MEAN] - one[MEAN] ** 2 - one[SD] ** 2
        return bool(one[LEAST] == 0 and one[MOST] == 1 and abs(between) < 1e-9)


def posterior_predictive(
    fit: Fit, table: Table | pd.DataFrame, *, seed: int, n_replicates: int = REPLICATES
) -> Predictive:
    """Returns replicates of the outcome on the rows a fit was made from, summarised beside it.

    Each replicate takes one joint draw of all effects, of the groups there are, and adds noise of its own:
    y = X b + Z u + offset + s / sqrt(weight) e (Gelman, Meng, Stern 1996, Statistica Sinica 6). Of more than
    20,000 rows that many are taken by `seed`. Raises NeedsDraws, OtherRows, TooManyCells, NoDraws, BadSeed.
    """
    if isinstance(fit.linear, RowsPosterior):
        said = rows_said(fit, fit.linear, table, n_replicates, seed)
        return predictive_rows("posterior", said, fit, seed)
    drawn = row_draws(fit, table, n_replicates, seed, MOST_ROWS)
    rng = np.random.default_rng([seed, 1])  # another stream than the draws'
    made = np.empty((n_replicates, drawn.n))
    for at in drawn.parts():
        expected = drawn.expected(at).T
        spread = drawn.sigma[:, None] / np.sqrt(drawn.rows.weights[at])
        made[:, at] = expected + spread * rng.standard_normal(expected.shape)
    outcome = fit.linear.moments.layout.outcome
    codes, n_all = drawn.rows.codes, fit.n_rows
    return predictive("posterior", outcome, drawn.outcome, made, codes, n_all=n_all, seed=seed)


def predictive_rows(kind: str, said: RowsSaid, fit: Fit, seed: int) -> Predictive:
    """Returns replicates of a generalised model's outcome on some rows, summarised beside them."""
    made, rows = said.outcomes(np.random.default_rng([seed, 1])), said.rows
    outcome = fit.linear.moments.layout.outcome
    return predictive(kind, outcome, rows.y, made, rows.codes, n_all=fit.n_rows, seed=seed)


def predictive(
    kind: str,
    outcome: str,
    observed: Array,
    made: Array,
    codes: Mapping[str, Codes],
    *,
    n_all: int,
    seed: int,
) -> Predictive:
    """Returns replicates (S, n) of the outcome summarised beside the one observed (n,).

    `codes` (n,) are the rows' groups by grouping. The grid covers the data and the middle 90 % of what is
    made, so that a wide prior does not flatten the data to a spike without being seen to be wide.
    """
    ends = np.quantile(made, [0.05, 0.95])
    if kind == "posterior":
        ends = np.quantile(made, [0.001, 0.999])
    grid = spanning(observed, ends)
    return Predictive(
        kind=kind,
        outcome=outcome,
        observed=curves(observed, grid),
        made=curves(made[:DRAWN], grid),
        quantities=_quantities(observed, made, codes),
        outside=float(((made < grid[0]) | (made > grid[-1])).mean()),
        n_rows=len(observed),
        n_all=n_all,
        n_replicates=len(made),
        seed=seed,
    )


def _quantities(observed: Array, made: Array, codes: Mapping[str, Codes]) -> pd.DataFrame:
    whole = np.concatenate([observed[None], made])
    found = {
        MEAN: whole.mean(axis=1),
        SD: whole.std(axis=1),
        LEAST: whole.min(axis=1),
        MOST: whole.max(axis=1),
    }
    if observed.min() >= 0:
        found[BELOW_ZERO] = (whole < 0).mean(axis=1)
    for name, code in codes.items():
        found[f"between {name}"] = _between(whole, code)
    rows = {
        name: [values[0], *np.quantile(values[1:], [0.5, 0.025, 0.975]), _share(values[0], values[1:])]
        for name, values in found.items()
    }
    columns = ["observed", "median", "low", "high", "p"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("quantity")


def _share(observed: float, made: Array) -> float:
    return float((made > observed).mean() + (made == observed).mean() / 2.0)


def _between(values: Array, codes: Codes) -> Array:
    """SD of the groups' means (S,), each group counted once."""
    rows = np.bincount(codes)
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(rows)[:-1]])[rows > 0]
    sums = np.add.reduceat(values[:, order], starts, axis=1)
    return np.asarray((sums / rows[rows > 0]).std(axis=1))
