"""Findings about predictors that move together."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.finding import Finding, Status
from core.table.review_cells import numeric_predictors
from core.table.roles import Roles
from core.table.shown import shown, shown_all
from core.table.table import Table
from core.table.within import as_floats

NEARLY_SAME = 0.95
ILL_CONDITIONED = 30.0
"""Condition number of standardised predictors from which slopes blur (Belsley, Kuh, Welsch 1980, 3.2)."""
MOST = 50


def collinear(table: Table, roles: Roles) -> Iterator[Finding]:
    """Yields findings for predictors that move together: pairs by correlation, sets by condition number."""
    names, x = _standardised(table, numeric_predictors(table, roles)[:MOST])
    if len(names) < 2:
        return
    r = x.T @ x / len(x)
    close = [(abs(r[i, j]), i, j) for i in range(len(names)) for j in range(i) if abs(r[i, j]) > NEARLY_SAME]
    for _, i, j in sorted(close, reverse=True)[:5]:
        yield Finding(
            "collinear",
            Status.LOOK,
            f"{shown(names[j])} and {shown(names[i])} move together (correlation {r[i, j]:.2f}): "
            "their effects can hardly be told apart.",
            "Keep one of them, or add them up.",
            {"correlation": float(r[i, j])},
        )
    condition = float(np.sqrt(min(np.linalg.cond(r), 1e32))) if len(names) > 2 else 0.0
    if not close and condition > ILL_CONDITIONED:
        yield Finding(
            "collinear",
            Status.LOOK,
            f"Taken together, {shown_all(names)} nearly determine each other (condition number "
            f"{condition:,.0f}).",
            "Leave one out: one of them is almost a sum of the others.",
            {"condition": condition},
        )


def _standardised(table: Table, names: list[str]) -> tuple[list[str], NDArray[np.float64]]:
    """Returns the columns that vary, on rows where all are finite, with mean 0 and variance 1."""
    if not names:
        return [], np.empty((0, 0))
    x = np.column_stack([as_floats(table, name) for name in names])
    x = x[np.isfinite(x).all(axis=1)]
    if len(x) < 3:
        return [], x
    x = x / np.maximum(np.abs(x).max(axis=0), np.finfo(float).tiny)
    x = x - x.mean(axis=0)
    scale = np.sqrt((x * x).mean(axis=0))
    varies = scale > 1e-12
    return [n for n, v in zip(names, varies, strict=True) if v], x[:, varies] / scale[varies]
