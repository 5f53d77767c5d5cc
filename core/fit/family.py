"""Families of generalised models: mean, variance and log-likelihood as functions of the linear predictor.

eta is the linear predictor, mu the mean of one trial, count or amount. The dispersion is what families have
beside the mean: the shape of a negative binomial (variance mu + mu^2 / shape), the squared coefficient of
variation of a Gamma (variance dispersion mu^2), 1 of the others. McCullagh, Nelder 1989, chapter 2.
"""

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows
from core.spec.model import Family, Link

# Beyond these a logit's probability, or a probit's, is 0 or 1 in double precision, and the square of a mean
# leaves its range.
LOGIT_END, PROBIT_END, LOG_END = 36.0, 8.2, 340.0
ENDS = {Link.LOGIT: LOGIT_END, Link.PROBIT: PROBIT_END, Link.LOG: LOG_END}


def mean(link: Link, eta: Array) -> Array:
    """Returns mu at eta, of the same shape."""
    from scipy import special

    match link:
        case Link.LOGIT:
            return np.asarray(special.expit(eta))
        case Link.PROBIT:
            return np.asarray(special.ndtr(eta))
        case Link.LOG:
            return np.exp(np.clip(eta, -LOG_END, LOG_END))
        case Link.IDENTITY:
            return eta


def linked(link: Link, mu: Array) -> Array:
    """Returns eta at mu, the link function itself."""
    from scipy import special

    match link:
        case Link.LOGIT:
            return np.asarray(special.logit(mu))
        case Link.PROBIT:
            return np.asarray(special.ndtri(mu))
        case Link.LOG:
            return np.log(mu)
        case Link.IDENTITY:
            return mu


def slope(link: Link, eta: Array) -> Array:
    """Returns d mu / d eta."""
    from scipy import special

    match link:
        case Link.LOGIT:
            return np.asarray(special.expit(eta) * special.expit(-eta))
        case Link.PROBIT:
            return np.asarray(np.exp(-0.5 * np.square(eta)) / np.sqrt(2.0 * np.pi))
        case Link.LOG:
            return np.exp(np.clip(eta, -LOG_END, LOG_END))
        case Link.IDENTITY:
            return np.ones_like(eta)


def variance(family: Family, mu: Array, dispersion: float) -> Array:
    """Returns the variance of one trial, count or amount of mean mu."""
    match family:
        case Family.BINOMIAL:
            return mu * (1.0 - mu)
        case Family.POISSON:
            return mu
        case Family.NEGATIVE_BINOMIAL:
            return mu + np.square(mu) / dispersion
        case Family.GAMMA:
            return dispersion * np.square(mu)
        case Family.GAUSSIAN:
            return np.full_like(mu, dispersion)


def working(rows: Rows, eta: Array, dispersion: float) -> tuple[Array, Array]:
    """Returns the working outcome (n,), offset left in, and its weights (n,): its variance is 1 / weight."""
    near = within(rows.link, eta)
    rise, curve = derivatives(rows, near, dispersion)
    return near + rise / curve, curve


def within(link: Link, eta: Array) -> Array:
    """Returns eta held where a probability is neither 0 nor 1, and a mean finite, in double precision."""
    return np.clip(eta, 1.0 - ENDS[link], ENDS[link] - 1.0)


def derivatives(rows: Rows, eta: Array, dispersion: float) -> tuple[Array, Array]:
    """Returns the first derivative in eta of each row's log-likelihood, and minus the second: (n,), (n,).

    The observed curvature, which is positive for every family here: the log-likelihoods are concave in eta.
    Beyond where the link has an end, both are those at the end.
    """
    rise, curve = _derivatives(rows, within(rows.link, eta), dispersion)
    return rows.weights * rise, rows.weights * np.maximum(curve, 1e-300)


def _derivatives(rows: Rows, eta: Array, dispersion: float) -> tuple[Array, Array]:
    """First derivative of each row's log-likelihood in eta, and minus the second: (n,), (n,)."""
    y, n, mu = rows.y, rows.trials, mean(rows.link, eta)
    match rows.family:
        case Family.BINOMIAL if rows.link is Link.LOGIT:
            return y - n * mu, n * slope(rows.link, eta)
        case Family.BINOMIAL:
            up, down = _mills(eta), _mills(-eta)
            return y * up - (n - y) * down, y * up * (up + eta) + (n - y) * down * (down - eta)
        case Family.POISSON:
            return y - mu, mu
        case Family.NEGATIVE_BINOMIAL:
            share = dispersion / (dispersion + mu)
            return share * (y - mu), mu * share * (dispersion + y) / (dispersion + mu)
        case Family.GAMMA:
            return (y / mu - 1.0) / dispersion, y / (mu * dispersion)
        case Family.GAUSSIAN:
            return (y - eta) / dispersion, np.full_like(eta, 1.0 / dispersion)


def _mills(eta: Array) -> Array:
    """phi(eta) / Phi(eta)."""
    from scipy import special

    return np.asarray(np.exp(-0.5 * np.square(eta) - special.log_ndtr(eta)) / np.sqrt(2.0 * np.pi))


def log_likelihood(rows: Rows, eta: Array, dispersion: float) -> Array:
    """Returns each row's log-likelihood (n,), with all constants, times its weight."""
    return np.asarray(moving_part(rows, eta, dispersion) + fixed_part(rows, dispersion))


def moving_part(rows: Rows, eta: Array, dispersion: float) -> Array:
    """Returns what of each row's log-likelihood (n,) changes with the linear predictor."""
    from scipy import special

    y, n = rows.y, rows.trials
    match rows.family:
        case Family.BINOMIAL if rows.link is Link.LOGIT:
            found = y * eta - n * np.logaddexp(0.0, eta)
        case Family.BINOMIAL:
            found = y * special.log_ndtr(eta) + (n - y) * special.log_ndtr(-eta)
        case Family.POISSON:
            found = y * eta - mean(rows.link, eta)
        case Family.NEGATIVE_BINOMIAL:
            log_shape = np.log(dispersion)
            both = np.logaddexp(eta, log_shape)
            found = y * (eta - both) + dispersion * (log_shape - both)
        case Family.GAMMA:
            found = -(eta + rows.y * np.exp(-eta)) / dispersion
        case Family.GAUSSIAN:
            found = -0.5 * np.square(y - eta) / dispersion
    return np.asarray(rows.weights * found)


def fixed_part(rows: Rows, dispersion: float) -> Array:
    """Returns the rest of each row's log-likelihood (n,)."""
    from scipy import special

    y, n = rows.y, rows.trials
    match rows.family:
        case Family.BINOMIAL:
            found = special.gammaln(n + 1) - special.gammaln(y + 1) - special.gammaln(n - y + 1)
        case Family.POISSON:
            found = -special.gammaln(y + 1)
        case Family.NEGATIVE_BINOMIAL:
            found = special.gammaln(y + dispersion) - special.gammaln(dispersion) - special.gammaln(y + 1)
        case Family.GAMMA:
            shape = 1.0 / dispersion
            found = shape * np.log(shape * y) - np.log(y) - special.gammaln(shape)
        case Family.GAUSSIAN:
            found = np.full_like(y, -0.5 * np.log(2.0 * np.pi * dispersion))
    return np.asarray(rows.weights * found)


def latent_variance(rows: Rows, dispersion: float) -> float:
    """Returns the variance that chance adds on the scale of the linear predictor.

    pi^2 / 3 of a logit, 1 of a probit; of a log link the lognormal approximation at the average outcome
    (Nakagawa, Johnson, Schielzeth 2017, J. R. Soc. Interface 14, table 2).
    """
    match rows.link, rows.family:
        case Link.LOGIT, _:
            return float(np.pi**2 / 3.0)
        case Link.PROBIT, _:
            return 1.0
        case _, Family.GAMMA:
            return float(np.log1p(dispersion))
        case _, Family.NEGATIVE_BINOMIAL:
            return float(np.log1p(1.0 / _average(rows) + 1.0 / dispersion))
        case _, Family.POISSON:
            return float(np.log1p(1.0 / _average(rows)))
    return dispersion


def _average(rows: Rows) -> float:
    return float(np.average(rows.y, weights=rows.weights))
