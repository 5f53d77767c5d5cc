"""How far pooling pulled each group toward the chain, and why."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along
from core.result.raw import raw_at_average
from core.result.totals import weights_at_average


def shrinkage(linear: Along) -> pd.DataFrame:
    """Returns, per group, n and for each term its shrinkage (0 own estimate, 1 the chain's) and <term>_why.

    As `pulled`, of the estimates that `raw_at_average` and `totals_at_average` give. Why: "no own estimate",
    "no differences" (variance zero), "few rows", "little variation", "typical".
    """
    raw = raw_at_average(linear)
    terms = linear.problem.random
    if not terms:
        return raw
    of_fixed, of_random = weights_at_average(linear)
    centre = of_fixed @ linear.fixed
    pooled = centre + linear.effects.mean @ of_random.T
    table = raw[["n"]].copy()
    variance = np.diag(of_random @ linear.random_covariance @ of_random.T)
    for k, term in enumerate(terms):
        table[term] = pulled(raw[term].to_numpy(), pooled[:, k], float(centre[k]))
        table[f"{term}_why"] = _why(linear, raw[term].isna().to_numpy(), term, float(variance[k]))
    return table


def pulled(raw: Array, pooled: Array, centre: float) -> Array:
    """Returns how far each group (J,) was pulled: 1 - |pooled - centre| / |raw - centre|, within 0 and 1.

    1 where the group has no estimate of its own (NaN); NaN for all when no group has one.
    """
    if np.isnan(raw).all():
        return raw
    own = np.abs(raw - centre)
    kept = np.divide(np.abs(pooled - centre), own, out=np.zeros(len(raw)), where=own > 0)
    return np.where(np.isnan(raw), 1.0, np.clip(1.0 - kept, 0.0, 1.0))


def _why(linear: Along, absent: NDArray[np.bool_], term: str, variance: float) -> list[str]:
    rows = linear.moments.rows
    few = rows < 0.5 * np.median(rows)
    little = np.zeros(len(rows), dtype=bool)
    if term != INTERCEPT:
        column = linear.moments.columns.index(term)
        spread = linear.moments.cross[:, column, column] / rows
        little = spread < 0.25 * np.median(spread)
    reasons = np.select(
        [absent, np.full(len(rows), variance == 0.0), few, little],
        ["no own estimate", "no differences", "few rows", "little variation"],
        default="typical",
    )
    return [str(reason) for reason in reasons]
