"""Chances: the probability of yes that a fitted model gives to rows, those of groups it never met too."""

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.matrix import Design
from core.fit.effects import Codes
from core.fit.family import mean
from core.fit.generalised import Generalised
from core.fit.threads import one_thread
from core.spec.model import Link

# Nodes of the integral over a group's effect: for a SD of 5 log-odds right to 3e-5.
NODES = 61
AT_ONCE = 50_000


def chances(fitted: Generalised, design: Design) -> Array:
    """Returns the probability (n,) of yes of the rows of a design with the same columns.

    Averaged over what is open of the groups' effects given the estimates: little for groups with many rows,
    all of their spread for groups that the fit has not met.
    """
    rows, found = fitted.rows, fitted.estimates
    eta = _matrix(design, rows.fixed) @ found.fixed
    eta += sum((design.values[name] for name in design.layout.offsets), np.zeros(len(eta)))
    z = {name: _matrix(design, columns) for name, columns in rows.random.items()}
    codes = {name: _places(design, name, rows.levels[name]) for name in z}
    open_ = np.zeros(len(eta))
    for name, columns in z.items():
        known, effects = codes[name] >= 0, found.effects[name][codes[name]]
        eta += np.where(known, np.einsum("nq,nq->n", columns, effects), 0.0)
        new = np.einsum("na,ab,nb->n", columns, found.spread[name], columns)
        open_ += np.where(known, 0.0, new)
    if z:
        with one_thread():
            open_ += fitted.known(fitted.centre, z, codes)
    return averaged(rows.link, eta, np.maximum(open_, 0.0))


def averaged(link: Link, eta: Array, variance: Array) -> Array:
    """Returns the mean outcome (n,) where the linear predictor is normal around eta (n,) with this variance.

    By Gauss-Hermite quadrature with NODES nodes; of a probit exactly: Phi(eta / sqrt(1 + variance)).
    """
    if link is Link.PROBIT:
        return mean(link, eta / np.sqrt(1.0 + variance))
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    sd, found = np.sqrt(variance), np.empty(len(eta))
    for begin in range(0, len(eta), AT_ONCE):
        here = slice(begin, begin + AT_ONCE)
        found[here] = mean(link, eta[here, None] + sd[here, None] * nodes) @ weights
    return found


def _matrix(design: Design, names: tuple[str, ...]) -> Array:
    ones = np.ones(design.n_rows)
    columns = [ones if name == INTERCEPT else design.values[name] for name in names]
    return np.column_stack(columns) if columns else np.empty((design.n_rows, 0))


def _places(design: Design, name: str, levels: tuple[str, ...]) -> Codes:
    """Place of each row's group among those the fit has met, -1 for another."""
    place = {level: k for k, level in enumerate(levels)}
    by = design.factors[name]
    return np.array([place.get(level, -1) for level in by.levels], dtype=np.intp)[by.codes]
