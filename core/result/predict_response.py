"""What a generalised fit expects of new rows, on the outcome's own scale: probabilities, rates, amounts."""

from statistics import NormalDist

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.family import mean, slope, variance
from core.fit.over_normal import even_points, over_normal, standard_points
from core.spec.model import Family

# Points of the linear predictor over which the distribution of a single outcome is averaged, where its means
# reach no farther than chance; and how many times farther they may reach before chance is a ripple on them.
POINTS, MANY = 15, 8.0
# Halvings of the range in which a quantile lies, and rows times points at a time.
HALVINGS, AT_ONCE = 60, 2_000_000


def response_columns(
    rows: Rows,
    dispersion: float,
    eta: tuple[Array, Array],
    ends: tuple[Array, Array],
    at: tuple[Array, Array],
    trials: Array,
    level: float,
) -> dict[str, Array]:
    """Returns the columns of `predict` (n,) on the outcome's own scale.

    `eta` are centre and SD (n,) of each row's linear predictor, what the data leave open and groups never met
    included; `ends` its quantiles, which the link carries over; `at` the fit's own linear predictor (n,) and
    the SD (n,) of groups never met: over that alone the mean is integrated, so it is what such groups come to
    on average. A single outcome is one count or amount; of successes the share among `trials` (n,), of yes/no
    0 or 1.
    """
    link, family = rows.link, rows.family
    centre, sd = eta
    se = np.sqrt(over_normal(family, link, dispersion, centre, np.minimum(sd, 30.0)).between)
    below, above = _single(rows, dispersion, eta, trials, level)
    return {
        "mean": over_normal(family, link, dispersion, *at).mean,
        "se": se,
        "low": mean(link, ends[0]),
        "high": mean(link, ends[1]),
        "prediction_low": below,
        "prediction_high": above,
    }


def _single(
    rows: Rows, dispersion: float, eta: tuple[Array, Array], trials: Array, level: float
) -> tuple[Array, Array]:
    """Quantiles of one outcome a row, its linear predictor averaged over.

    How many points that takes depends on how far the means reach beside what chance adds to one: where they
    reach far, a sum over few points is a staircase.
    """
    centre, sd = eta
    mu, rise = mean(rows.link, centre), slope(rows.link, centre)
    chance = np.sqrt(np.maximum(variance(rows.family, mu, dispersion) / trials, 1e-300))
    reach = sd * rise / chance
    found = np.empty((2, len(trials)))
    near, far = reach <= 1.0, reach > MANY
    for at, points in (
        (np.flatnonzero(near), standard_points(POINTS)),
        (np.flatnonzero(~near & ~far), even_points(1.0 / MANY)),
    ):
        step = max(1, AT_ONCE // len(points[0]))
        for part in (at[start : start + step] for start in range(0, len(at), step)):
            means = mean(rows.link, centre[part, None] + sd[part, None] * points[0])
            for k, share in enumerate((0.5 - level / 2, 0.5 + level / 2)):
                found[k, part] = _quantile(rows.family, dispersion, means, points[1], trials[part], share)
    if far.any():  # chance is a ripple on the means: it widens them a little
        whole = np.sqrt(np.square(sd[far]) + np.square(chance[far] / np.maximum(rise[far], 1e-300)))
        end = NormalDist().inv_cdf(0.5 + level / 2)
        for k, sign in enumerate((-1.0, 1.0)):
            value = mean(rows.link, centre[far] + sign * end * whole)
            found[k, far] = _whole(rows.family, value, trials[far])
    return found[0], found[1]


def _whole(family: Family, value: Array, trials: Array) -> Array:
    """Values (n,) as outcomes can be: whole counts, shares of the trials."""
    if family is Family.BINOMIAL:
        return np.round(value * trials) / trials
    return value if family is Family.GAMMA else np.round(value)


def _quantile(
    family: Family, dispersion: float, mu: Array, weights: Array, trials: Array, share: float
) -> Array:
    """The least outcome (n,) whose distribution function reaches `share`, mixed over means mu (n, K)."""
    whole = family is not Family.GAMMA
    low = np.full(len(mu), -1.0 if whole else 0.0)
    high = trials.copy() if family is Family.BINOMIAL else _beyond(family, dispersion, mu, weights, share)
    for _ in range(HALVINGS):
        middle = np.floor((low + high) / 2.0) if whole else (low + high) / 2.0
        reached = _below(family, dispersion, middle, mu, trials) @ weights >= share
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        if whole and (high - low <= 1.0).all():
            break
    return high / trials if family is Family.BINOMIAL else high


def _beyond(family: Family, dispersion: float, mu: Array, weights: Array, share: float) -> Array:
    """A value (n,) whose distribution function reaches `share`."""
    high = np.ceil(mu.max(axis=1)) + 1.0
    for _ in range(200):
        short = _below(family, dispersion, high, mu, np.ones(len(mu))) @ weights < share
        if not short.any():
            break
        high = np.where(short, 2.0 * high, high)
    return high


def _below(family: Family, dispersion: float, value: Array, mu: Array, trials: Array) -> Array:
    """P(outcome <= value) (n, K) at means mu (n, K)."""
    from scipy import special

    k = value[:, None]
    match family:
        case Family.BINOMIAL:
            of = trials[:, None]
            inside = special.betainc(np.maximum(of - k, 0.5), np.maximum(k, 0.0) + 1.0, 1.0 - mu)
            return np.asarray(np.where(k < 0, 0.0, np.where(k >= of, 1.0, inside)))
        case Family.POISSON:
            return np.asarray(np.where(k < 0, 0.0, special.pdtr(np.maximum(k, 0.0), mu)))
        case Family.NEGATIVE_BINOMIAL:
            share = dispersion / (dispersion + mu)
            return np.asarray(
                np.where(k < 0, 0.0, special.betainc(dispersion, np.maximum(k, 0.0) + 1.0, share))
            )
        case _:
            shape = 1.0 / dispersion
            return np.asarray(special.gammainc(shape, shape * k / mu))
