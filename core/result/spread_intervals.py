"""How well a posterior knows how far groups differ: intervals of SDs, as pages read them."""

import numpy as np

from core.design.coding import Array
from core.fit.along import Along, Fitted
from core.fit.posterior import Posterior
from core.fit.posterior_side import PosteriorSide
from core.result.central import central
from core.result.totals import weights_at_average


def spreads_at_average(side: Along, level: float) -> Array | None:
    """Returns the central intervals (q, 2) of the SDs between groups, as `totals_at_average` reads these.

    In units of the outcome over those of the terms, this grouping's own part. None of REML and ML, whose
    pages give these SDs without one.
    """
    if not isinstance(side, PosteriorSide) or not side.problem.random:
        return None
    own = weights_at_average(side)[1]
    draws = np.einsum("ka,nab,kb->nk", own, side.whole.spreads[side.factor], own, optimize=True)
    return np.stack(central(np.sqrt(np.maximum(draws, 0.0)), level), axis=1)


def residual_interval(fitted: Fitted, level: float) -> tuple[float, float] | None:
    """Returns the central interval of the residual SD; None of REML and ML."""
    if not isinstance(fitted, Posterior):
        return None
    low, high = central(fitted.sigmas, level)
    return float(low), float(high)
