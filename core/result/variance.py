"""Where the outcome's variation lies: variance components, ICC, R2 and the partition."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.along import Along, Fitted
from core.fit.fixed_columns import pooled_products, working_basis
from core.fit.generalised import Generalised
from core.fit.posterior import Posterior
from core.result.central import central
from core.result.generalised_shares import latent_shares, observed_shares
from core.result.share_draws import GroupShare, Shares, average_row, share_draws


@dataclass(frozen=True, slots=True)
class Icc:
    """Intraclass correlation: share of variance between groups, averaged over the rows.

    `adjusted` leaves out what the predictors explain; `unadjusted` keeps it in the denominator. Of a
    posterior they are means over its draws, and `low` to `high` is the central interval of `adjusted`; else
    those are NaN. Of a generalised model both are on the scale of the linear predictor, and `observed` is
    `adjusted` on the outcome's own scale; else that is NaN.
    """

    adjusted: float
    unadjusted: float
    low: float = np.nan
    high: float = np.nan
    observed: float = np.nan


@dataclass(frozen=True, slots=True)
class R2:
    """Share of the outcome's variance explained by the predictors (`marginal`), and with groups
    (`conditional`). Of a posterior means over its draws. Of a generalised model on the scale of the linear
    predictor, and the `observed` ones on the outcome's own; else those are NaN.
    """

    marginal: float
    conditional: float
    observed_marginal: float = np.nan
    observed_conditional: float = np.nan


def variance_components(fitted: Fitted) -> pd.DataFrame:
    """Returns one row a variance or correlation: group, term_1, term_2, variance, sd, correlation.

    `term_2` is empty for variances; for pairs, `variance` holds the covariance and `sd` is NaN. Factors in
    the model's order; last row: Residual.
    """
    rows = [row for name, side in fitted.sides.items() for row in _components(name, side)]
    sigma = fitted.lead.sigma
    rows.append(("Residual", "", "", sigma**2, sigma, np.nan))
    return pd.DataFrame(rows, columns=["group", "term_1", "term_2", "variance", "sd", "correlation"])


def posterior_components(fitted: Posterior, level: float) -> pd.DataFrame:
    """Returns variance_components as posterior means, and `low` and `high`: central intervals of the SDs and
    correlations.
    """
    rows: list[tuple[str, str, str, float, float, float, float, float]] = []
    for name, side in fitted.sides.items():
        draws = fitted.spreads[name]
        sd = np.sqrt(np.diagonal(draws, axis1=1, axis2=2))
        terms, shape = side.problem.random, side.problem.shape
        for k, term in enumerate(terms):
            rows.append((name, term, "", *_told(sd[:, k], level, sd[:, k] ** 2)))
        tied = {(int(r), int(c)) for r, c in zip(shape.rows, shape.cols, strict=True) if r != c}
        for row, col in sorted(tied, key=lambda pair: (pair[1], pair[0])):
            covariance = draws[:, row, col]
            correlation = np.clip(covariance / (sd[:, row] * sd[:, col]), -1.0, 1.0)
            variance, middle, _, low, high = _told(correlation, level, covariance)
            rows.append((name, terms[col], terms[row], variance, np.nan, middle, low, high))
    rows.append(("Residual", "", "", *_told(fitted.sigmas, level, fitted.sigmas**2)))
    named = ["group", "term_1", "term_2", "variance", "sd", "correlation", "low", "high"]
    return pd.DataFrame(rows, columns=named)


def _told(draws: Array, level: float, squares: Array) -> tuple[float, float, float, float, float]:
    """Mean of the squares, mean, no correlation, and the interval of some draws."""
    low, high = central(draws, level)
    return float(squares.mean()), float(draws.mean()), np.nan, float(low), float(high)


def _components(name: str, side: Along) -> list[tuple[str, str, str, float, float, float]]:
    problem, sigma = side.problem, side.random_covariance
    sd = np.sqrt(np.diag(sigma))
    rows = [
        (name, term, "", float(sigma[k, k]), float(sd[k]), np.nan) for k, term in enumerate(problem.random)
    ]
    tied = {(int(r), int(c)) for r, c in zip(problem.shape.rows, problem.shape.cols, strict=True) if r != c}
    for row, col in sorted(tied, key=lambda pair: (pair[1], pair[0])):
        scale = sd[row] * sd[col]
        correlation = float(np.clip(sigma[row, col] / scale, -1, 1)) if scale > 0 else np.nan
        pair = (problem.random[col], problem.random[row])
        rows.append((name, *pair, float(sigma[row, col]), np.nan, correlation))
    return rows


def shares(fitted: Fitted) -> Shares:
    """Returns the variance of the outcome by source, from moments; defined on singular fits too.

    Of a posterior the parts stand to each other as their mean shares over the draws do, and the residual's is
    its mean: a few groups leave variances open that are thousands of times the usual one.
    """
    if isinstance(fitted, Posterior):
        return share_draws(fitted).mean
    if isinstance(fitted, Generalised):
        return latent_shares(fitted)
    lead = fitted.lead
    problem, moments = lead.problem, lead.moments
    units = float(np.exp(2 * problem.log_scale[0]))
    b = working_basis(moments, problem.fixed) @ lead.working.fixed
    pooled = pooled_products(moments)
    around = float(b[1:] @ pooled[1:, 1:] @ b[1:] - (pooled[0, 1:] @ b[1:]) ** 2 / pooled[0, 0])
    # Weights average 1 over the rows that were fitted, not over those drawn again from them.
    fixed = around / pooled[0, 0] * problem.n_rows / max(problem.n_rows - 1, 1)
    groups = {name: _group_share(side) for name, side in fitted.sides.items()}
    return Shares(fixed * units, groups, lead.sigma**2)


def _group_share(side: Along) -> GroupShare:
    problem = side.problem
    q = len(problem.random)
    spread = side.working.spread
    flat = problem.z.reshape(q, -1)
    units = float(np.exp(2 * problem.log_scale[0]))
    total = float((flat @ flat.T * spread).sum()) / float(side.moments.weight.sum()) * units
    if INTERCEPT not in problem.random:
        return GroupShare(0.0, total)
    average = average_row(side)
    baseline = float(average @ spread @ average) * units
    return GroupShare(baseline, max(total - baseline, 0.0))


def icc(fitted: Fitted, level: float = 0.95) -> Icc:
    """Returns the ICC (Nakagawa, Johnson, Schielzeth 2017, J. R. Soc. Interface 14)."""
    if isinstance(fitted, Posterior):
        drawn = share_draws(fitted)
        adjusted = drawn.random / (drawn.random + drawn.residual)
        low, high = central(adjusted, level)
        return Icc(
            float(adjusted.mean()), float((drawn.random / drawn.total).mean()), float(low), float(high)
        )
    part = shares(fitted)
    both = part.random / (part.random + part.residual), part.random / part.total
    if not isinstance(fitted, Generalised):
        return Icc(*both)
    seen = observed_shares(fitted)
    return Icc(*both, observed=seen.groups / (seen.groups + seen.chance))


def r_squared(fitted: Fitted) -> R2:
    """Returns marginal and conditional R2 (Nakagawa, Schielzeth 2013; random slopes by Johnson 2014)."""
    if isinstance(fitted, Posterior):
        drawn = share_draws(fitted)
        explained = drawn.fixed / drawn.total, (drawn.fixed + drawn.random) / drawn.total
        return R2(float(explained[0].mean()), float(explained[1].mean()))
    part = shares(fitted)
    both = part.fixed / part.total, (part.fixed + part.random) / part.total
    if not isinstance(fitted, Generalised):
        return R2(*both)
    seen = observed_shares(fitted)
    return R2(*both, seen.fixed / seen.total, (seen.fixed + seen.groups) / seen.total)


def partition(fitted: Fitted) -> pd.DataFrame:
    """Returns the variance partition in drawing order: part, group, share (0 to 1), variance, sd.

    Parts: "predictors", then of each factor "baseline" (groups differ at average predictors) and "response"
    (groups differ in slopes), "residual". Parts the model does not have are left out; `group` is empty where
    none is meant.
    """
    part = shares(fitted)
    rows = [("predictors", "", part.fixed)]
    for name, side in fitted.sides.items():
        share, terms = part.groups[name], side.problem.random
        if INTERCEPT in terms:
            rows.append(("baseline", name, share.baseline))
        if any(term != INTERCEPT for term in terms):
            rows.append(("response", name, share.slopes))
    rows.append(("residual", "", part.residual))
    return pd.DataFrame(
        [
            (what, name, value / part.total, value, float(np.sqrt(max(value, 0.0))))
            for what, name, value in rows
        ],
        columns=["part", "group", "share", "variance", "sd"],
    )
