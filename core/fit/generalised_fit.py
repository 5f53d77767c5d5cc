"""From a design to a fitted generalised model: checks, and who searches."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.design.layout import RandomColumns
from core.design.matrix import Design
from core.design.moments import Moments, summarise
from core.design.rows import Rows, rows_of
from core.errors import PanelwiseError
from core.fit import glmm_package
from core.fit.estimates import Estimates, most_shape
from core.fit.family import log_likelihood
from core.fit.fixed_columns import independent
from core.fit.generalised import Generalised
from core.fit.joint import alone
from core.fit.laplace_search import search_laplace
from core.fit.linearised import predictor
from core.fit.optimise import Stop
from core.fit.plain_glm import fit_plain
from core.fit.separation import separating
from core.fit.varying import check_groups, check_varying
from core.spec.model import Family, ModelSpec

# Standard error of what a column does at its largest value, on the scale of odds or rates in logs, from which
# the estimate is suspected to have no end.
ENDLESS = 4.0


class NoQuadrature(PanelwiseError):
    """Adaptive quadrature was asked for a model or on a machine that has none."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Adaptive quadrature cannot fit this model: {reason}. Use Laplace's approximation "
            '(method="laplace") or the Bayesian fit (method="nuts"), which need neither.'
        )


def fit_generalised(design: Design, spec: ModelSpec, *, points: int = 1) -> Generalised:
    """Returns the maximum-likelihood fit of a generalised model: exact without groups, else by Laplace's
    approximation or, with more than one of `points`, adaptive Gauss-Hermite quadrature.

    Raises OneGroup, ConstantSlope, OneRowPerGroup, SlopesAlike, FarFromZero, SameGroups, NoQuadrature.
    """
    rows = checked_rows(design, spec)
    found = _searched(design, rows, points) if rows.random else fit_plain(rows)
    if not found.separating and _may_be_endless(rows, found):
        found = replace(found, separating=separating(rows))
    return Generalised(design, rows, found)


def _may_be_endless(rows: Rows, found: Estimates) -> bool:
    """Whether an estimate is so far out, or so unsure, that it may only be where a search stopped."""
    if found.stop is Stop.NOT_CONVERGED or not np.isfinite(found.covariance).all():
        return True
    size = np.abs(rows.x).max(axis=0, initial=0.0)
    return bool((np.sqrt(np.diag(found.covariance)) * size > ENDLESS).any())


def checked_rows(design: Design, spec: ModelSpec) -> Rows:
    """Returns the rows of a model that can be fitted. Raises OneGroup, ConstantSlope, OneRowPerGroup."""
    kept = summarise(design)
    apart: Mapping[str, tuple[RandomColumns, ...]] = {
        name: tuple(part for part in design.layout.random if part.factor == name) for name in design.factors
    }
    for name, parts in apart.items():
        _check(kept if len(apart) == 1 else alone(kept, name), parts, spec)
    return rows_of(design, spec, independent(kept))


def _check(moments: Moments, parts: tuple[RandomColumns, ...], spec: ModelSpec) -> None:
    # Successes of trials and counts have a chance variation that is known: a group of one row can differ.
    known = spec.trials is not None or spec.family is Family.POISSON
    (check_groups if known else check_varying)(moments, parts)


def _searched(design: Design, rows: Rows, points: int) -> Estimates:
    if points > 1:
        if not glmm_package.available():
            raise NoQuadrature("the glmm package it needs does not exist for this kind of machine")
        if not glmm_package.fits_quadrature(rows):
            raise NoQuadrature("it is made for one grouping with an intercept and at most two slopes")
    found = None
    if glmm_package.available() and glmm_package.fits(rows):
        found = glmm_package.search(rows, points)
    if found is None and points > 1:
        raise NoQuadrature("its search did not end")
    if found is not None:
        return found
    poisson = _as_poisson(rows) if rows.family is Family.NEGATIVE_BINOMIAL else None
    if poisson is not None:
        return poisson
    ends = separating(rows)
    return replace(search_laplace(rows, bool(ends)), separating=ends)


def _as_poisson(rows: Rows) -> Estimates | None:
    """The fit of counts that scatter no more than chance: a Poisson, at the largest shape that is told from
    one. None where a smaller shape is more likely.
    """
    plain = replace(rows, family=Family.POISSON)
    found = glmm_package.search(plain) if glmm_package.available() and glmm_package.fits(plain) else None
    if found is None:
        found = search_laplace(plain)
    eta = predictor(rows, found.fixed, found.effects)
    most = most_shape(rows)
    near, less = (float(log_likelihood(rows, eta, float(np.exp(most - d))).sum()) for d in (0.0, 2.0))
    return replace(found, dispersion=float(np.exp(most))) if near >= less else None
