"""What a generalised model's posterior expects of new rows, on the outcome's own scale, from its draws."""

from collections.abc import Mapping

import numpy as np

from core.design.coding import Array
from core.design.replay import NewRows
from core.fit.effects import Codes
from core.fit.family import mean
from core.fit.rows_posterior import RowsPosterior
from core.result.central import central
from core.spec.model import Family

# Rows times draws at a time, 8 MB an array; draws at which single outcomes are made.
AT_ONCE, SINGLE = 1_000_000, 500


def rows_predictions(
    posterior: RowsPosterior, rows: NewRows, codes: Mapping[str, Codes], as_new: bool, level: float
) -> dict[str, Array]:
    """Returns the columns of `predict` (n,): means, SDs and central quantiles of draws of mean outcomes.

    Groups that were not met get, where `as_new`, effects of N(0, Sigma) at each draw's Sigma: quantiles of a
    standard normal in an order drawn by the posterior's seed, the same for every row. A single outcome is
    drawn in the same way, at 500 of the draws: 0 or 1, a share of the row's trials, a count or an amount.
    """
    drawn, lead, given = posterior.drawn, posterior.lead, posterior.rows
    dispersion = posterior.dispersions[posterior.places]
    x = rows.matrix(lead.problem.fixed)
    z = {name: rows.matrix(side.problem.random) for name, side in posterior.sides.items()}
    offset = sum((rows.values[name] for name in lead.moments.layout.offsets), np.zeros(len(x)))
    size = len(drawn.fixed)
    rng = np.random.default_rng([posterior.seed, 5])
    news = {name: _normal(size, rng) for name in z}
    some = np.linspace(0, size, min(SINGLE, size), endpoint=False).astype(np.intp)
    shares = (rng.permutation(len(some)) + 0.5) / len(some)
    found = np.empty((6, len(x)))
    step = max(1, AT_ONCE // size)
    for start in range(0, len(x), step):
        at = slice(start, min(start + step, len(x)))
        eta = x[at] @ drawn.fixed.T + offset[at, None]
        for name, here in z.items():
            eta += _reach(
                drawn.effects[name], drawn.spread[name], here[at], codes[name][at], news[name] * as_new
            )
        mu = mean(given.link, eta)
        low, high = central(mu.T, level)
        single = _outcomes(given.family, mu[:, some], dispersion[some], rows.trials[at, None], shares)
        ends = central(single.T, level)
        found[:, at] = np.stack([mu.mean(axis=1), mu.std(axis=1), low, high, *ends])
    names = ("mean", "se", "low", "high", "prediction_low", "prediction_high")
    return dict(zip(names, found, strict=True))


def _normal(n: int, rng: np.random.Generator) -> Array:
    """Quantiles of the standard normal (n,) in a random order: they sum as a normal does, without chance."""
    from scipy.special import ndtri

    return np.asarray(ndtri((rng.permutation(n) + 0.5) / n))


def _reach(effects: Array, spread: Array, z: Array, codes: Codes, new: Array) -> Array:
    """z'u (k, S) of rows: of their own group's draws (S, J, q), or of a new one's where the code is -1."""
    own = np.einsum("ka,ska->ks", z, effects[:, np.maximum(codes, 0)])
    sd = np.sqrt(np.maximum(np.einsum("ka,sab,kb->ks", z, spread, z, optimize=True), 0.0))
    return np.asarray(np.where(codes[:, None] >= 0, own, sd * new))


def _outcomes(family: Family, mu: Array, dispersion: Array, trials: Array, shares: Array) -> Array:
    """The quantiles `shares` (S,) of single outcomes of mean mu (k, S)."""
    from scipy import special, stats

    match family:
        case Family.BINOMIAL:
            return np.asarray(stats.binom.ppf(shares, trials, mu) / trials)
        case Family.POISSON:
            return np.asarray(stats.poisson.ppf(shares, mu))
        case Family.NEGATIVE_BINOMIAL:
            return np.asarray(stats.nbinom.ppf(shares, dispersion, dispersion / (dispersion + mu)))
        case _:
            return np.asarray(special.gammaincinv(1.0 / dispersion, shares) * dispersion * mu)
