"""Residuals: the one part of a Gaussian fit that needs the rows."""

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.matrix import Design, build_design
from core.errors import PanelwiseError
from core.result.fit import Fit
from core.table.table import Table


def fitted_values(fit: Fit, table: Table) -> Array:
    """Returns X b + Z u_hat (n,) on the rows of the table the fit was made from, in their order."""
    return _fitted(fit, build_design(table, fit.spec))


def scaled_residuals(fit: Fit, table: Table) -> Array:
    """Returns (y - fitted) sqrt(weight) / sigma (n,), as lme4's summary prints their quantiles."""
    design = build_design(table, fit.spec)
    residual = design.values[design.layout.outcome] - _fitted(fit, design)
    if design.weights.values is not None:
        residual = residual * np.sqrt(design.weights.values)
    return np.asarray(residual / fit.sigma)


class OtherRows(PanelwiseError):
    """The table's rows for this model are not those of the fit."""

    def __init__(self, fitted: int, found: int) -> None:
        super().__init__(
            f"The fit used {fitted:,} rows and this table gives {found:,}, or other groups. Fit "
            "the model to this table first."
        )


def _fitted(fit: Fit, design: Design) -> Array:
    linear = fit.linear.lead
    known = fit.linear.moments
    same_groups = all(
        design.factors[f].levels == known.levels[known.factors.index(f)] for f in design.factors
    )
    if design.n_rows != fit.n_rows or not same_groups:
        raise OtherRows(fit.n_rows, design.n_rows)
    values = np.zeros(design.n_rows)
    for term, effect in zip(linear.problem.fixed, linear.fixed, strict=True):
        values += effect if term == INTERCEPT else effect * design.values[term]
    for name in design.layout.offsets:
        values += design.values[name]
    for name, side in fit.linear.sides.items():
        for k, term in enumerate(side.problem.random):
            effect = side.effects.mean[design.factors[name].codes, k]
            values += effect if term == INTERCEPT else effect * design.values[term]
    return values
