"""How far pooling pulled each group toward the chain, and why."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.design.matrix import INTERCEPT
from core.fit.linear import Linear
from core.result.raw import raw_coefficients
from core.result.totals import matching, total_estimates


def shrinkage(linear: Linear) -> pd.DataFrame:
    """Returns, per group, n and for each term its shrinkage (0 own estimate, 1 the chain's) and <term>_why.

    1 - |partial - mean| / |none - mean|, held within 0 and 1; 1 where the group has no estimate of its own.
    Why: "no own estimate", "no differences" (variance zero), "few rows", "little variation", "typical".
    """
    raw = raw_coefficients(linear)
    terms = linear.problem.random
    if not terms:
        return raw
    estimates = total_estimates(linear)
    centre = matching(linear.problem.fixed, terms) @ linear.fixed
    table = raw[["n"]].copy()
    variance = np.diag(linear.random_covariance)
    for k, term in enumerate(terms):
        own = raw[term].to_numpy() - centre[k]
        pooled = estimates[:, k] - centre[k]
        kept = np.divide(np.abs(pooled), np.abs(own), out=np.zeros(len(own)), where=np.abs(own) > 0)
        table[term] = np.where(np.isnan(own), 1.0, np.clip(1.0 - kept, 0.0, 1.0))
        table[f"{term}_why"] = _why(linear, raw[term].isna().to_numpy(), term, float(variance[k]))
    return table


def _why(linear: Linear, absent: NDArray[np.bool_], term: str, variance: float) -> list[str]:
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
