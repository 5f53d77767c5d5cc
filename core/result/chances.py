"""Chances: the probability of yes that a fitted model gives to rows, those of groups it never met too."""

import numpy as np

from core.design.coding import Array
from core.design.matrix import Design
from core.design.rows import matrix
from core.fit.effects import Codes
from core.fit.generalised import Generalised
from core.fit.over_normal import over_normal


def chances(fitted: Generalised, design: Design) -> Array:
    """Returns the probability (n,) of yes of the rows of a design with the same columns.

    As `predict` means it: at the estimated effects of groups that the fit has met, averaged over the spread
    of those it has not.
    """
    rows, found = fitted.rows, fitted.estimates
    eta = matrix(design, rows.fixed) @ found.fixed
    eta += sum((design.values[name] for name in design.layout.offsets), np.zeros(len(eta)))
    z = {name: matrix(design, columns) for name, columns in rows.random.items()}
    codes = {name: _places(design, name, rows.levels[name]) for name in z}
    unmet = np.zeros(len(eta))
    for name, columns in z.items():
        known, effects = codes[name] >= 0, found.effects[name][codes[name]]
        eta += np.where(known, np.einsum("nq,nq->n", columns, effects), 0.0)
        own = np.einsum("na,ab,nb->n", columns, found.spread[name], columns)
        unmet += np.where(known, 0.0, own)
    sd = np.sqrt(np.maximum(unmet, 0.0))
    return over_normal(rows.family, rows.link, found.dispersion, eta, sd).mean


def _places(design: Design, name: str, levels: tuple[str, ...]) -> Codes:
    """Place of each row's group among those the fit has met, -1 for another."""
    place = {level: k for k, level in enumerate(levels)}
    by = design.factors[name]
    return np.array([place.get(level, -1) for level in by.levels], dtype=np.intp)[by.codes]
