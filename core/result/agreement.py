"""Agreement: the same model by REML, by the instant posterior and by NUTS, in units of posterior SD."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.fit.along import Fitted
from core.fit.posterior import Posterior
from core.result.named_draws import correlation_name, named_draws, sd_name

# Two ways to the same posterior agree when means are this near and SDs this alike.
NEAR, ALIKE = 0.1, 0.1
# An estimate further off than this tells another story than the posterior.
FAR = 0.5
# A correlation beyond this is one for every purpose.
EDGE = 0.999


@dataclass(frozen=True, slots=True)
class Agreement:
    """`table`: index quantity (fixed effects, SDs, correlations, residual SD): reml instant nuts sd reml_off
    nuts_off sd_ratio.

    Columns named by method are its estimate, posterior ones their mean; `sd` is the instant posterior's.
    `reml_off` and `nuts_off` are distances from the instant mean in those SDs, `sd_ratio` the instant SD over
    that of NUTS; NaN where a method did not run, or has no such number.
    """

    table: pd.DataFrame
    effects: tuple[str, ...]  # the quantities that are fixed effects
    boundary: tuple[str, ...]  # SDs that REML takes for zero, correlations that it takes for one

    @property
    def chains(self) -> bool:
        """Whether NUTS ran."""
        return bool(np.isfinite(self.table["nuts"]).any())

    @property
    def same(self) -> bool:
        """Whether the two posteriors say the same: means within 0.1 SD, SDs within 10 %, of all quantities
        but correlations, whose tails take more draws to settle.
        """
        told = self.table[~self.table.index.str.startswith("correlation")]
        near = told["nuts_off"].abs() < NEAR
        return bool((near & ((told["sd_ratio"] - 1.0).abs() < ALIKE)).all())

    @property
    def worst(self) -> str:
        """The quantity in which the two posteriors differ most."""
        return str(self.table["nuts_off"].abs().idxmax())

    @property
    def parted(self) -> tuple[str, ...]:
        """Quantities that REML puts elsewhere than the posterior, furthest first."""
        off = self.table["reml_off"].abs().sort_values(ascending=False)
        return tuple(map(str, off.index[off > FAR]))


def agreement(posterior: Posterior, chains: Posterior | None = None) -> Agreement:
    """Returns how REML and NUTS stand beside the instant posterior of the same model and priors."""
    draws = named_draws(posterior)
    mean = {name: float(values.mean()) for name, values in draws.items()}
    sd = pd.Series({name: float(values.std()) for name, values in draws.items()})
    table = pd.DataFrame({"reml": _estimates(posterior.base), "instant": mean}).reindex(list(mean))
    other = {} if chains is None else named_draws(chains)
    table["nuts"] = pd.Series({name: float(values.mean()) for name, values in other.items()}, dtype=float)
    spread = pd.Series({name: float(values.std()) for name, values in other.items()}, dtype=float)
    table["sd"] = sd
    table["reml_off"] = (table["reml"] - table["instant"]) / sd
    table["nuts_off"] = (table["nuts"] - table["instant"]) / sd
    table["sd_ratio"] = sd / spread
    fixed = posterior.lead.problem.fixed
    return Agreement(table, fixed, tuple(name for name in table.index if _at_edge(name, table["reml"][name])))


def _at_edge(name: str, value: float) -> bool:
    if name.startswith("correlation of"):
        return abs(value) > EDGE
    return name.startswith("SD of") and value == 0.0


def _estimates(base: Fitted) -> dict[str, float]:
    """What REML says of the same quantities."""
    found = dict(zip(base.lead.problem.fixed, base.lead.fixed.tolist(), strict=True))
    for name, side in base.sides.items():
        spread, terms, shape = side.random_covariance, side.problem.random, side.problem.shape
        sds: Array = np.sqrt(np.maximum(np.diag(spread), 0.0))
        found |= {sd_name(name, term): float(value) for term, value in zip(terms, sds, strict=True)}
        for row, col in zip(shape.rows.tolist(), shape.cols.tolist(), strict=True):
            if row != col and sds[row] * sds[col] > 0:
                tied = float(spread[row, col] / (sds[row] * sds[col]))
                found[correlation_name(name, terms[col], terms[row])] = tied
    return found | {"residual SD": base.lead.sigma}
