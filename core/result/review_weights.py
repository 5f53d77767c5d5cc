"""Findings about row weights of a generalised model, where they are numbers of rows."""

import numpy as np

from core.finding import Finding, Status
from core.fit.generalised import Generalised

# Rows that one row stands for on average beyond which weights look like money or people reached.
MANY = 100.0
# Distance from a whole number that is rounding.
ROUNDING = 1e-6


def review_weights(fitted: Generalised) -> list[Finding]:
    """Returns that weights look unlike numbers of rows: far too large, or no whole numbers."""
    name, weights = fitted.design.layout.weights, fitted.rows.weights
    if name is None or not len(weights):
        return []
    total, each = float(weights.sum()), float(weights.mean())
    odd = float((np.abs(weights - np.round(weights)) > ROUNDING * np.maximum(weights, 1.0)).mean())
    numbers = {"mean": each, "total": total, "odd": odd}
    counts = f"The {fitted.rows.n:,} rows count as {total:,.0f} by their weights in '{name}'"
    if each > MANY:
        message = f"{counts}, {each:,.0f} each: intervals are as narrow as so many rows would make them."
    elif odd > 0.0:
        message = (
            f"{counts}, and {odd:.0%} of the weights are no whole numbers: a weight is a number of rows."
        )
    else:
        return []
    advice = "Where a weight is no number of rows alike (spend, revenue, a survey's), leave it out."
    return [Finding("weights", Status.LOOK, message, advice, numbers, about=name)]
