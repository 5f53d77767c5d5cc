"""Where the outcome's variation lies: variance components, ICC, R2 and the partition."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.matrix import INTERCEPT
from core.fit.fixed_columns import working_basis
from core.fit.linear import Linear, working_variance
from core.fit.objective import fixed_effects


@dataclass(frozen=True, slots=True)
class Icc:
    """Intraclass correlation: share of variance between groups, averaged over the rows.

    `adjusted` leaves out what the predictors explain; `unadjusted` keeps it in the denominator.
    """

    adjusted: float
    unadjusted: float


@dataclass(frozen=True, slots=True)
class R2:
    """Share of the outcome's variance explained by the predictors (`marginal`), and with groups
    (`conditional`).
    """

    marginal: float
    conditional: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Variances in the outcome's squared units: predictors, group baselines, group slopes, residual.

    Slopes are split from baselines at the slope variables' means, so the two add up. Where no baseline
    varies, as in (0 + x | g), `baseline` is 0 and `slopes` the whole random part, at the rows' own distance
    of x from zero.
    """

    fixed: float
    baseline: float
    slopes: float
    residual: float

    @property
    def random(self) -> float:
        """Variance of the random part, mean over rows of z' Sigma z (Johnson 2014, Methods Ecol. Evol. 5)."""
        return self.baseline + self.slopes

    @property
    def total(self) -> float:
        """All of it."""
        return self.fixed + self.random + self.residual


def variance_components(linear: Linear) -> pd.DataFrame:
    """Returns one row a variance or correlation: group, term_1, term_2, variance, sd, correlation.

    `term_2` is empty for variances; for pairs, `variance` holds the covariance and `sd` is NaN. Last row:
    Residual.
    """
    problem = linear.problem
    sigma = linear.random_covariance
    sd = np.sqrt(np.diag(sigma))
    name = linear.moments.factors[0] if problem.random else ""
    rows = [(name, term, "", sigma[k, k], sd[k], np.nan) for k, term in enumerate(problem.random)]
    tied = {(int(r), int(c)) for r, c in zip(problem.shape.rows, problem.shape.cols, strict=True) if r != c}
    for row, col in sorted(tied, key=lambda pair: (pair[1], pair[0])):
        scale = sd[row] * sd[col]
        correlation = float(np.clip(sigma[row, col] / scale, -1, 1)) if scale > 0 else np.nan
        rows.append((name, problem.random[col], problem.random[row], sigma[row, col], np.nan, correlation))
    rows.append(("Residual", "", "", linear.sigma**2, linear.sigma, np.nan))
    return pd.DataFrame(rows, columns=["group", "term_1", "term_2", "variance", "sd", "correlation"])


def shares(linear: Linear) -> Shares:
    """Returns the variance of the outcome by source, from moments; defined on singular fits too."""
    problem, moments = linear.problem, linear.moments
    units = float(np.exp(2 * problem.log_scale[0]))
    s2 = working_variance(linear.pieces)
    spread = s2 * linear.pieces.factor @ linear.pieces.factor.T
    random = 0.0
    baseline = 0.0
    if problem.random:
        squares = np.einsum("kic,lic->kl", problem.z, problem.z) / problem.n_rows
        random = float((squares * spread).sum())
        if INTERCEPT in problem.random:
            k = problem.random.index(INTERCEPT)
            baseline = float(spread[k, k]) if len(problem.random) > 1 else random
    x = working_basis(moments, problem.fixed)
    b = x @ fixed_effects(linear.pieces)
    inner = moments.cross.sum(axis=0) + (moments.mean * moments.rows[:, None]).T @ moments.mean
    fixed = float(b[1:] @ inner @ b[1:]) / max(problem.n_rows - 1, 1)
    return Shares(fixed * units, baseline * units, (random - baseline) * units, s2 * units)


def icc(linear: Linear) -> Icc:
    """Returns the ICC (Nakagawa, Johnson, Schielzeth 2017, J. R. Soc. Interface 14, Gaussian case)."""
    part = shares(linear)
    return Icc(part.random / (part.random + part.residual), part.random / part.total)


def r_squared(linear: Linear) -> R2:
    """Returns marginal and conditional R2 (Nakagawa, Schielzeth 2013; random slopes by Johnson 2014)."""
    part = shares(linear)
    return R2(part.fixed / part.total, (part.fixed + part.random) / part.total)


def partition(linear: Linear) -> pd.DataFrame:
    """Returns the variance partition in drawing order: part, share (0 to 1), variance, sd.

    Parts: "predictors", "baseline" (groups differ at average predictors), "response" (groups differ in
    slopes), "residual". Parts the model does not have are left out.
    """
    part = shares(linear)
    has_slopes = any(term != INTERCEPT for term in linear.problem.random)
    rows = [("predictors", part.fixed)]
    rows += [("baseline", part.baseline)] if INTERCEPT in linear.problem.random else []
    rows += [("response", part.slopes)] if has_slopes else []
    rows += [("residual", part.residual)]
    return pd.DataFrame(
        [(name, value / part.total, value, float(np.sqrt(max(value, 0.0)))) for name, value in rows],
        columns=["part", "share", "variance", "sd"],
    )
