"""How well a model foretells each row from all others, by weights on its draws instead of fits without it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import log10

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.errors import listed
from core.finding import Finding, Status
from core.fit.effects import Codes
from core.fit.psis import smoothed
from core.fit.rows_posterior import RowsPosterior
from core.result.fit import Fit
from core.result.row_densities import Densities, densities, largest
from core.result.row_draws import row_draws
from core.result.rows_said import rows_said
from core.table.table import Table


@dataclass(frozen=True, slots=True)
class Loo:
    """Expected log density of new rows of the groups in the table (elpd), the higher the better.

    `pointwise` (n,) is what each row adds to `elpd`, `pareto_k` (n,) how far leaving it out moves the fit:
    above `most_k` its share is not to be trusted. `p_loo` is how many free numbers the model acts as if it
    had. `rows` (n,) are positions in the table, `codes` and `levels` the rows' groups by grouping.
    """

    elpd: float
    se: float
    p_loo: float
    pareto_k: Array
    pointwise: Array
    n_draws: int
    rows: NDArray[np.intp]
    outcome: str
    observed: Array
    codes: Mapping[str, Codes]
    levels: Mapping[str, tuple[str, ...]]

    @property
    def most_k(self) -> float:
        """The largest k that so many draws can stand: 0.7, less below 2,200 (Vehtari et al. 2024, eq. 13)."""
        return max(0.0, min(0.7, 1.0 - 1.0 / log10(max(self.n_draws, 2))))

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Rows (n,) whose k is above `most_k`."""
        return np.asarray(~(self.pareto_k <= self.most_k))

    @property
    def how(self) -> str:
        """What was held out, and how."""
        return (
            f"Pareto-smoothed leave-one-row-out over {self.n_draws:,} draws, given each row's own groups: "
            "how well further rows of the same groups are foretold"
        )

    def findings(self) -> list[Finding]:
        """Returns whether the figure can be trusted, and which rows speak against it."""
        return _findings(self)


def loo(
    fit: Fit,
    table: Table | pd.DataFrame,
    *,
    seed: int,
    n_draws: int = 1000,
    done: Callable[[int], None] = lambda rows: None,
) -> Loo:
    """Returns the leave-one-out expected log predictive density of a fit on the table it was made from.

    Of a fit by REML or ML the draws are those around it. Conditional: each row is foretold knowing its
    group's other rows, so the figure is for new rows of known groups; for new groups hold out whole groups
    (`k_fold`). Densities are of the outcome as the model has it (its logarithm, where it has that), weights
    divide the residual variance. `done` hears how many rows are finished. Some 0.3 ms a row.
    elpd_i = log sum_s w_s p_s with p_s the density of y_i given the other rows and draw s of everything but
    the effects of its group of the largest grouping, which are integrated out (`densities`), and w
    Pareto-smoothed from 1 / p_s; standard error sqrt(n Var elpd_i) (Vehtari, Gelman, Gabry 2017, Statistics
    and Computing 27, sections 2 and 5).
    Raises NeedsDraws, OtherRows, TooManyCells, NoDraws, BadSeed, UnweighableDraws.
    """
    if isinstance(fit.linear, RowsPosterior):
        return _of_rows(fit, fit.linear, table, seed, n_draws, done)
    drawn = row_draws(fit, table, n_draws, seed, without=largest(fit.n_groups))
    each, k, fitted = _left_out(densities(drawn), drawn.n, n_draws, done)
    return Loo(
        elpd=float(each.sum()),
        se=float(np.sqrt(drawn.n * each.var(ddof=1))),
        p_loo=float((fitted - each).sum()),
        pareto_k=k,
        pointwise=each,
        n_draws=n_draws,
        rows=drawn.rows.at,
        outcome=fit.linear.moments.layout.outcome,
        observed=drawn.outcome,
        codes=drawn.rows.codes,
        levels={name: side.moments.levels[0] for name, side in fit.linear.sides.items()},
    )


def _of_rows(
    fit: Fit,
    fitted: RowsPosterior,
    table: Table | pd.DataFrame,
    seed: int,
    n_draws: int,
    done: Callable[[int], None],
) -> Loo:
    """Of a generalised model: densities of the outcomes given all effects, those of the row's own groups too,
    so that k is larger in small groups. A row of successes counts as one.
    """
    said = rows_said(fit, fitted, table, n_draws, seed)
    rows = said.rows
    each, k, whole = _left_out(said.densities(), rows.n, n_draws, done)
    return Loo(
        elpd=float(each.sum()),
        se=float(np.sqrt(rows.n * each.var(ddof=1))),
        p_loo=float((whole - each).sum()),
        pareto_k=k,
        pointwise=each,
        n_draws=n_draws,
        rows=said.at,
        outcome=fitted.design.layout.outcome,
        observed=rows.y,
        codes=dict(rows.codes),
        levels=dict(rows.levels),
    )


def _left_out(
    parts: Iterator[Densities], n: int, n_draws: int, done: Callable[[int], None]
) -> tuple[Array, Array, Array]:
    """What each row adds to elpd (n,), its k, and its log density by all draws."""
    each, k, fitted = np.empty((3, n))
    finished = 0
    for part in parts:
        found = smoothed(-part.left)
        each[part.rows], k[part.rows] = log_sum(found.log_weights + part.left), found.k
        fitted[part.rows] = log_sum(part.kept) - np.log(n_draws)
        finished += len(part.rows)
        done(finished)
    return each, k, fitted


def log_sum(values: Array) -> Array:
    """Returns log of the sum of exponentials down the first axis."""
    top = values.max(axis=0)
    return np.asarray(np.log(np.exp(values - top).sum(axis=0)) + top)


def _findings(found: Loo) -> list[Finding]:
    count, n = int(found.doubtful.sum()), len(found.pointwise)
    worst = float(np.nan_to_num(found.pareto_k, posinf=99.0).max())
    numbers = {"rows": float(count), "pareto_k": worst}
    if not count:
        message = f"No one of the {n:,} rows moves the fit far (Pareto k at most {worst:.2f})."
        return [Finding("pareto_k", Status.GOOD, message, "", numbers)]
    were, them = ("row moves", "it") if count == 1 else ("rows move", "them")
    message = (
        f"{count:,} of {n:,} {were} the fit so far that what the others say of {them} cannot be told by "
        f"weights (Pareto k above {found.most_k:.2f}){_where(found)}."
    )
    advice = (
        "Look at these rows. Read the figure as a guide, or hold out parts of the table instead (k-fold)."
    )
    return [Finding("pareto_k", Status.LOOK, message, advice, numbers)]


def _where(found: Loo) -> str:
    """The groups that most of the doubtful rows are of, of the grouping that tells most."""
    if not found.codes:
        return ""
    name = max(found.codes, key=lambda one: len(found.levels[one]))
    counts = np.bincount(found.codes[name][found.doubtful], minlength=len(found.levels[name]))
    order = np.argsort(-counts, kind="stable")[: int((counts > 0).sum())]
    of = [f"{found.levels[name][k]} ({counts[k]:,})" for k in order.tolist()]
    return f", by '{name}': {listed(of, 4)}"
