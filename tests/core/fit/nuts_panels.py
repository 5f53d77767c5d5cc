"""Small panels of yes/no, counts and amounts, one road to their rows, and their density by brute force."""

import numpy as np
import pandas as pd
from scipy import stats

import core
from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.matrix import build_design
from core.design.rows import Rows, aggregated, rows_of
from core.fit.prior import at_average
from core.fit.rows_posed import Averages, RowsPosed, averages, complete_rows_priors, pose_rows
from core.fit.sample import Sample
from core.spec.model import Family, Link
from core.spec.prior import Priors, Shape


def panel(kind: str, seed: int = 1, groups: int = 8, rows: int = 120) -> pd.DataFrame:
    """Rows with two predictors of few values, two crossed groupings, an offset and weights."""
    rng = np.random.default_rng(seed)
    g, h = rng.integers(0, groups, rows), rng.integers(0, 5, rows)
    x, w = rng.integers(-1, 2, rows).astype(float), rng.integers(0, 2, rows).astype(float)
    u = 0.7 * rng.standard_normal((groups, 2))
    f = 0.3 + 0.5 * x - 0.4 * w + u[g, 0] + 0.4 * u[g, 1] * x + 0.3 * rng.standard_normal(5)[h]
    log_time = np.log(rng.integers(1, 4, rows))
    frame = pd.DataFrame({"g": [f"g{k}" for k in g], "h": [f"h{k}" for k in h], "x": x, "w": w})
    frame["log_time"], frame["weight"] = log_time, rng.integers(1, 4, rows)
    mean = np.exp(f + log_time)
    if kind == "binomial":
        frame["n"] = rng.integers(1, 9, rows)
        frame["y"] = rng.binomial(frame["n"], 1.0 / (1.0 + np.exp(-f)))
    elif kind == "poisson":
        frame["y"] = rng.poisson(mean)
    elif kind == "negative_binomial":
        frame["y"] = rng.negative_binomial(2.0, 2.0 / (2.0 + mean))
    else:
        frame["y"] = rng.gamma(3.0, mean / 3.0)
    return frame


def rows_of_frame(
    frame: pd.DataFrame, formula: str, family: str, link: str | None = None
) -> tuple[Rows, Averages]:
    """The rows of a model, and the averages of its columns."""
    spec = core.parse_formula(formula, family=family, link=link)
    design = build_design(core.read_table(frame), spec)
    rows = rows_of(design, spec, design.layout.fixed)
    return rows, averages(design, rows)


def posed(
    frame: pd.DataFrame, formula: str, family: str, link: str | None = None, priors: Priors | None = None
) -> tuple[RowsPosed, Rows]:
    """The model in working units on its cells, beside its rows."""
    rows, at = rows_of_frame(frame, formula, family, link)
    return pose_rows(aggregated(rows), at, complete_rows_priors(rows, at, priors)), rows


def log_likelihood(rows: Rows, at: Sample) -> Array:
    """Each row's log density (n,) at one draw, by SciPy."""
    f = rows.offset + rows.x @ at.fixed[0]
    for name, z in rows.z.items():
        f = f + np.einsum("nq,nq->n", z, at.effects[name][0][rows.codes[name]])
    k = float(at.sigma[0]) ** -2.0
    if rows.family is Family.BINOMIAL:
        share = stats.norm.cdf(f) if rows.link is Link.PROBIT else 1.0 / (1.0 + np.exp(-f))
        found = stats.binom.logpmf(rows.y, rows.trials, share)
    elif rows.family is Family.POISSON:
        found = stats.poisson.logpmf(rows.y, np.exp(f))
    elif rows.family is Family.NEGATIVE_BINOMIAL:
        found = stats.nbinom.logpmf(rows.y, k, k / (k + np.exp(f)))
    else:
        found = stats.gamma.logpdf(rows.y, k, scale=np.exp(f) / k)
    return np.asarray(rows.weights * found)


def log_prior(rows: Rows, priors: Priors, at: Sample) -> float:
    """The log prior of one draw in units, of fixed effects, SDs, correlations, effects and shape, by SciPy.

    Densities of what the priors are of; no Jacobians. Correlated blocks of an intercept and one slope only.
    """
    mass = rows.weights * rows.trials
    centre = (
        dict(zip(rows.fixed, np.average(rows.x, axis=0, weights=mass), strict=True)) if rows.fixed else {}
    )
    a = at_average(rows.fixed, {"x:w": ("x", "w")}, centre, priors.at_zero)
    known = dict(priors.fixed)
    value = sum(
        stats.norm.logpdf(b, known[t].mean, known[t].sd)
        for t, b in zip(rows.fixed, a @ at.fixed[0], strict=True)
    )
    for name, z in rows.z.items():
        spread, q = at.spread[name][0], z.shape[1]
        means = np.average(z, axis=0, weights=mass)
        turn = np.eye(q)
        terms = rows.random[name]
        if rows.blocks[name] == (2,) and terms[0] == INTERCEPT and not priors.at_zero:
            turn[0, 1] = means[1]
        sigma = turn @ spread @ turn.T
        sd = np.sqrt(np.diag(sigma))
        for term, one in zip(terms, sd, strict=True):
            value += half(dict(priors.spread)[(name, term)], float(one))
        if rows.blocks[name] == (2,):
            r = sigma[0, 1] / (sd[0] * sd[1])
            value += (priors.lkj - 1.0) * np.log(1.0 - r**2)
        value += stats.multivariate_normal(np.zeros(q), sigma).logpdf(at.effects[name][0] @ turn.T).sum()
    if rows.family in (Family.NEGATIVE_BINOMIAL, Family.GAMMA):
        value += half(priors.sigma, float(at.sigma[0]))
    return float(value)


def half(prior: object, value: float) -> float:
    """The log density of an SD's prior."""
    if prior.shape is Shape.EXPONENTIAL:
        return float(stats.expon.logpdf(value, scale=prior.scale))
    if prior.shape is Shape.HALF_NORMAL:
        return float(stats.halfnorm.logpdf(value, scale=prior.scale))
    return float(stats.t.logpdf(value / prior.scale, prior.df) + np.log(2.0 / prior.scale))
