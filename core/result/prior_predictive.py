"""Data that the priors alone would make, beside the data there are."""

import numpy as np
import pandas as pd

from core.fit.prior_draws import prior_draws
from core.fit.rows_posterior import RowsPosterior
from core.result.asked import check_draws
from core.result.errors import NotPosterior
from core.result.fit import Fit
from core.result.predictive import MOST_ROWS, Predictive, predictive, predictive_rows
from core.result.rows_in_use import rows_in_use
from core.result.rows_said import before
from core.table.read import read_table
from core.table.table import Table

REPLICATES = 200


def prior_predictive(
    fit: Fit, table: Table | pd.DataFrame, *, seed: int, n_replicates: int = REPLICATES
) -> Predictive:
    """Returns replicates of the outcome on the rows of a fit, from its priors alone, summarised beside it.

    Each replicate draws its own effects, groups and noise: what the model takes for likely before it sees an
    outcome (Gabry, Simpson, Vehtari, Betancourt, Gelman 2019, J. R. Stat. Soc. A 182). Of more than 20,000
    rows that many are taken by `seed`. Raises NotPosterior, FlatPrior, NoDraws, BadSeed, OutsideDomain.
    """
    check_draws(n_replicates, seed)
    if fit.posterior is None:
        raise NotPosterior("Data from priors")
    if isinstance(fit.linear, RowsPosterior):
        part = np.random.default_rng([seed, 2]).permutation(fit.n_rows)[:MOST_ROWS]
        said = before(fit.linear, np.sort(part), n_replicates, seed)
        return predictive_rows("prior", said, fit, seed)
    rows = rows_in_use(fit, table if isinstance(table, Table) else read_table(table))
    rng = np.random.default_rng([seed, 4])
    if len(rows.at) > MOST_ROWS:
        taken = np.random.default_rng([seed, 2]).permutation(len(rows.at))[:MOST_ROWS]
        rows = rows.where(np.isin(np.arange(len(rows.at)), taken))
    drawn = prior_draws(fit.posterior, n_replicates, seed)
    layout = fit.linear.moments.layout
    offset = sum((rows.values[name] for name in layout.offsets), np.zeros(len(rows.at)))
    made = drawn.fixed @ rows.matrix(fit.linear.lead.problem.fixed).T + offset
    for name, side in fit.linear.sides.items():
        root = drawn.roots[name]
        standard = rng.standard_normal((n_replicates, side.problem.cells, root.shape[1]))
        effects = np.matmul(standard, root.transpose(0, 2, 1))
        z, codes = rows.matrix(side.problem.random), rows.codes[name]
        for k in range(z.shape[1]):
            made += effects[:, codes, k] * z[:, k]
    made += drawn.sigma[:, None] / np.sqrt(rows.weights) * rng.standard_normal(made.shape)
    observed = rows.values[layout.outcome]
    return predictive("prior", layout.outcome, observed, made, rows.codes, n_all=fit.n_rows, seed=seed)
