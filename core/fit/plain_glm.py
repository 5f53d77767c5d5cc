"""Generalised models without groups, by statsmodels."""

import warnings

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.estimates import Estimates, most_shape
from core.fit.family import log_likelihood, working
from core.fit.optimise import Stop
from core.spec.model import Family, Link


def fit_plain(rows: Rows) -> Estimates:
    """Returns the maximum-likelihood fit of a model without random terms.

    Where predictors separate the outcomes the search ends at large finite values; see `separation`.
    """
    import statsmodels.api as sm

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if rows.family is Family.NEGATIVE_BINOMIAL:
            return _negative_binomial(rows)
        links = {Link.LOGIT: sm.families.links.Logit(), Link.PROBIT: sm.families.links.Probit()}
        link = links.get(rows.link, sm.families.links.Log())
        families = {
            Family.BINOMIAL: sm.families.Binomial,
            Family.POISSON: sm.families.Poisson,
            Family.GAMMA: sm.families.Gamma,
        }
        model = sm.GLM(
            rows.y / rows.trials,
            rows.x,
            family=families[rows.family](link=link),
            offset=rows.offset,
            freq_weights=rows.cases,
        )
        found = model.fit(maxiter=100, tol=1e-12)
    fixed: Array = np.asarray(found.params, dtype=np.float64)
    covariance = np.asarray(found.normalized_cov_params, dtype=np.float64)
    dispersion = 1.0
    if rows.family is Family.GAMMA:
        dispersion = _gamma_dispersion(rows, np.asarray(found.mu))
        # The curvature itself, as with groups; its expectation differs by percents where amounts are few.
        weights = working(rows, rows.offset + rows.x @ fixed, dispersion)[1]
        inverse = np.linalg.pinv(np.sqrt(weights)[:, None] * rows.x)
        covariance = inverse @ inverse.T
    return _estimates(rows, fixed, covariance, dispersion, bool(found.converged))


def _estimates(rows: Rows, fixed: Array, covariance: Array, dispersion: float, ended: bool) -> Estimates:
    eta = rows.offset + rows.x @ fixed
    return Estimates(
        fixed=fixed,
        covariance=covariance,
        spread={},
        effects={},
        dispersion=dispersion,
        log_likelihood=float(log_likelihood(rows, eta, dispersion).sum()),
        stop=Stop.NO_SEARCH if ended and np.isfinite(covariance).all() else Stop.NOT_CONVERGED,
    )


def _negative_binomial(rows: Rows) -> Estimates:
    """Mean and shape in turn: the mean by GLM at a shape, the shape by its likelihood at a mean."""
    import statsmodels.api as sm
    from scipy import optimize

    weights = rows.weights

    def at(shape: float) -> tuple[Array, Array]:
        family = sm.families.NegativeBinomial(alpha=1.0 / shape)
        model = sm.GLM(rows.y, rows.x, family=family, offset=rows.offset, freq_weights=weights)
        found = model.fit(maxiter=100, tol=1e-12)
        return np.asarray(found.params), np.asarray(found.normalized_cov_params)

    def minus(log_shape: float) -> float:
        shape = float(np.exp(log_shape))
        eta = rows.offset + rows.x @ at(shape)[0]
        return -float(log_likelihood(rows, eta, shape).sum())

    ends = (-6.0, most_shape(rows))
    best = optimize.minimize_scalar(minus, bounds=ends, method="bounded", options={"xatol": 1e-6})
    shape = float(np.exp(best.x))
    fixed, covariance = at(shape)
    return _estimates(rows, fixed, covariance, shape, bool(best.success))


def _gamma_dispersion(rows: Rows, mu: Array) -> float:
    """Maximum-likelihood dispersion 1 / shape: log shape - digamma(shape) = half the mean deviance."""
    from scipy import optimize, special

    ratio = rows.y / mu
    half = float(np.average(ratio - np.log(ratio) - 1.0, weights=rows.weights))
    if half < 1e-12:
        return 1e-12
    root = optimize.brentq(lambda s: np.log(np.exp(s)) - special.digamma(np.exp(s)) - half, -20.0, 30.0)
    return float(np.exp(-root))
