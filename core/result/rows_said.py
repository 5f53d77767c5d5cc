"""What a generalised posterior's draws say of its own rows: densities, and outcomes made anew."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.matrix import build_design
from core.design.rows import Rows
from core.fit.family import log_likelihood, mean
from core.fit.prior_draws import prior_draws
from core.fit.rows_posterior import RowsPosterior, dispersions
from core.result.asked import check_draws
from core.result.fit import Fit
from core.result.row_densities import Densities
from core.result.row_draws import AT_ONCE, MOST_CELLS, OtherRows, TooManyCells
from core.spec.model import Family
from core.table.read import read_table
from core.table.table import Table

# Means beyond which counts are no longer drawn: what wide priors make of a log link.
MOST_MEAN = 1e15


@dataclass(frozen=True, slots=True)
class RowsSaid:
    """Rows of a model, their positions in the table, and S draws of everything."""

    rows: Rows
    at: NDArray[np.intp]  # (n,)
    fixed: Array  # (S, p)
    effects: Mapping[str, Array]  # (S, J, q)
    dispersion: Array  # (S,)

    def predictor(self, part: NDArray[np.intp] | slice) -> Array:
        """Returns the linear predictor (S, k) of some rows."""
        rows = self.rows
        found = self.fixed @ rows.x[part].T + rows.offset[part]
        for name, z in rows.z.items():
            own = self.effects[name][:, rows.codes[name][part]]
            found += np.einsum("ska,ka->sk", own, z[part])
        return np.asarray(found)

    def densities(self) -> Iterator[Densities]:
        """Returns the log densities of all rows given all effects, some rows at a time."""
        step = max(1, AT_ONCE // len(self.fixed))
        for start in range(0, self.rows.n, step):
            part = np.arange(start, min(start + step, self.rows.n))
            some, eta = some_rows(self.rows, part), self.predictor(part)
            said = zip(eta, self.dispersion.tolist(), strict=True)
            found = np.stack([log_likelihood(some, one, dispersion) for one, dispersion in said])
            yield Densities(part, found, found)

    def outcomes(self, rng: np.random.Generator) -> Array:
        """Returns outcomes (S, n) drawn once at each draw: successes, counts or amounts."""
        rows, found = self.rows, np.empty((len(self.fixed), self.rows.n))
        mu = mean(rows.link, self.predictor(slice(None)))
        if rows.family is not Family.BINOMIAL:
            mu = np.minimum(mu, MOST_MEAN)
        for s, (one, dispersion) in enumerate(zip(mu, self.dispersion.tolist(), strict=True)):
            found[s] = _made(rows, one, dispersion, rng)
        return found


def rows_said(
    fit: Fit, fitted: RowsPosterior, table: Table | pd.DataFrame, n_draws: int, seed: int
) -> RowsSaid:
    """Returns the rows of the table a fit was made from beside draws of all effects.

    Raises OtherRows, TooManyCells, NoDraws, BadSeed.
    """
    check_draws(n_draws, seed)
    design = build_design(table if isinstance(table, Table) else read_table(table), fit.spec)
    rows, outcome = fitted.rows, design.layout.outcome
    if design.n_rows != rows.n:
        raise OtherRows(f"it has {design.n_rows:,} rows to use and the model has {rows.n:,}")
    if not np.array_equal(design.values[outcome], rows.y):
        raise OtherRows("its outcomes are others")
    if rows.n * n_draws > MOST_CELLS:
        raise TooManyCells("rows", rows.n, n_draws, MOST_CELLS)
    at = np.arange(rows.n) if design.kept is None else np.flatnonzero(design.kept)
    places = np.linspace(0, len(fitted.eta), n_draws, endpoint=False).astype(np.intp)
    drawn = fitted.sample_at(n_draws, np.random.default_rng(seed))
    own = dispersions(rows.family, fitted.x[places])
    return RowsSaid(rows, at, drawn.fixed, drawn.effects, own)


def before(fitted: RowsPosterior, part: NDArray[np.intp], n: int, seed: int) -> RowsSaid:
    """Returns some rows beside draws from the priors alone. Raises FlatPrior."""
    drawn, rng = prior_draws(fitted, n, seed), np.random.default_rng([seed, 4])
    effects = {}
    for name, root in drawn.roots.items():
        standard = rng.standard_normal((n, len(fitted.rows.levels[name]), root.shape[1]))
        effects[name] = np.matmul(standard, root.transpose(0, 2, 1))
    own = dispersions(fitted.rows.family, drawn.x)
    return RowsSaid(some_rows(fitted.rows, part), part, drawn.fixed, effects, own)


def some_rows(rows: Rows, part: NDArray[np.intp]) -> Rows:
    """Returns some of the rows."""
    return replace(
        rows,
        y=rows.y[part],
        trials=rows.trials[part],
        weights=rows.weights[part],
        offset=rows.offset[part],
        x=rows.x[part],
        z={name: z[part] for name, z in rows.z.items()},
        codes={name: codes[part] for name, codes in rows.codes.items()},
    )


def _made(rows: Rows, mu: Array, dispersion: float, rng: np.random.Generator) -> Array:
    match rows.family:
        case Family.BINOMIAL:
            return rng.binomial(rows.trials.astype(np.int64), np.clip(mu, 0.0, 1.0)).astype(np.float64)
        case Family.POISSON:
            return rng.poisson(mu).astype(np.float64)
        case Family.NEGATIVE_BINOMIAL:
            rate = np.minimum(rng.gamma(dispersion, mu / dispersion), MOST_MEAN)
            return rng.poisson(rate).astype(np.float64)
        case _:
            return rng.gamma(1.0 / dispersion, dispersion * mu)
