"""Parts of a design: some of its rows, or of what its rows stand for."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.factor import Factor
from core.design.matrix import Design
from core.design.weights import Weights


def part(design: Design, chosen: NDArray[np.bool_]) -> Design:
    """Returns the rows a mask (n,) keeps; groups that no row has any more are left out.

    Centres, means and levels of predictors stay those learned on all rows.
    """
    weights = design.weights
    return replace(
        design,
        values={name: column[chosen] for name, column in design.values.items()},
        factors={name: _fewer(by, chosen) for name, by in design.factors.items()},
        kept=None,
        n_rows=int(chosen.sum()),
        weights=weights if weights.values is None else Weights(weights.values[chosen], weights.unit),
        trials=None if design.trials is None else design.trials[chosen],
    )


def successes(design: Design) -> tuple[Array, Array]:
    """Returns the successes (n,) and the trials (n,) they are out of: 1 of a single yes or no."""
    yes = design.values[design.layout.outcome]
    return yes, np.ones(design.n_rows) if design.trials is None else design.trials


def with_successes(design: Design, yes: Array, trials: Array) -> Design:
    """Returns the rows that stand for any trial, with these successes (n,) out of these trials (n,)."""
    values = {**design.values, design.layout.outcome: yes}
    counted = None if design.trials is None else trials
    return part(replace(design, values=values, trials=counted), trials > 0)


def _fewer(by: Factor, chosen: NDArray[np.bool_]) -> Factor:
    used, codes = np.unique(by.codes[chosen], return_inverse=True)
    return Factor(by.name, codes.astype(np.intp), tuple(by.levels[k] for k in used.tolist()))
