"""Priors in working units, and the defaults that the data's scale suggests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.moments import Moments
from core.errors import PanelwiseError, did_you_mean, listed
from core.fit.covariance import joined
from core.fit.fixed_columns import pooled_products
from core.fit.problem import Problem
from core.fit.spherical import Spherical, spherical
from core.spec.prior import Normal, Priors, Shape, Spread

# SDs of the default priors, in SDs of the outcome and of the predictor (Gelman, Hill, Vehtari 2020,
# Regression and Other Stories, section 9.5); half-t with 3 degrees of freedom for SDs (Gelman 2006, Bayesian
# Analysis 1).
WIDE = 2.5
# Variance inflation from which an effect's default prior widens.
BLURRED = 10.0
SHAPES = (Shape.HALF_STUDENT_T, Shape.HALF_NORMAL, Shape.EXPONENTIAL)


class UnknownPrior(PanelwiseError):
    """A prior of something that the model does not have."""

    def __init__(self, asked: str, what: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is a prior of {what}, which is not in the model. {did_you_mean(asked, known)}"
            f"The model has: {listed(known)}."
        )


@dataclass(frozen=True, slots=True)
class WorkingPrior:
    """Priors of all parameters in working units.

    With v = [-b; 1] the fixed effects' log prior is -v' E v / 2 and a constant. `kinds` index SHAPES;
    `scales` and `dfs` go with them: one for each effect of each factor (the factors in the order of the
    fit), the residual's last.
    """

    fixed: Array  # E (p + 1, p + 1)
    kinds: NDArray[np.intp]  # (q + 1,)
    scales: Array  # (q + 1,)
    dfs: Array  # (q + 1,)
    lkj: float
    frame: Spherical  # coordinates of the factors' relative covariances, one after the other


def default_priors(
    moments: Moments, sides: Sequence[tuple[str, Problem]], fixed: Sequence[str], at_zero: bool = False
) -> Priors:
    """Returns weak priors from the scale of the data: those of STATISTICS, section 10.

    The level N(mean y, 2.5 sd y), slopes N(0, 2.5 sd y / sd x), SDs and sigma half-t(3, 0, 2.5 sd y), slopes'
    SDs divided by sd x, correlations LKJ(2). `sides` are the factors' problems by name. The sd of a product
    is that of its centred factors', since that is where its prior is read (`read_at`); an effect that the
    other predictors blur, as those of x and log x do each other, may be larger: its prior is wider by the
    root of what its variance inflation exceeds BLURRED by.
    """
    y = moments.columns.index(moments.layout.outcome)
    unit = WIDE * float(moments.columns.scale[y])
    offsets = [moments.columns.index(name) for name in moments.layout.offsets]
    mean = float(moments.columns.centre[y] - moments.columns.centre[offsets].sum())
    sds, inflation = _spreads(moments, tuple(fixed), at_zero)
    own = dict(zip(fixed, sds, strict=True))

    def of(term: str) -> float:
        if term == INTERCEPT:
            return unit
        return unit / float(own.get(term) or moments.columns.scale[moments.columns.index(term)])

    wider = np.sqrt(np.maximum(1.0, inflation / BLURRED))
    return Priors(
        fixed=tuple(
            (t, Normal(mean if t == INTERCEPT else 0.0, of(t) * (1.0 if t == INTERCEPT else float(wide))))
            for t, wide in zip(fixed, wider, strict=True)
        ),
        spread=tuple(((name, t), Spread(of(t))) for name, side in sides for t in side.random),
        sigma=Spread(unit),
        at_zero=at_zero,
    )


def _spreads(moments: Moments, fixed: tuple[str, ...], at_zero: bool) -> tuple[Array, Array]:
    """The SDs (p,) of the columns that the priors are of, and their variance inflation (p,)."""
    columns, n = moments.columns, len(fixed)
    slopes = [k for k, name in enumerate(fixed) if name != INTERCEPT]
    at = [columns.index(fixed[k]) for k in slopes]
    pooled = pooled_products(moments) / moments.weight.sum()
    cover = (pooled[1:, 1:] - np.outer(pooled[0, 1:], pooled[0, 1:]))[np.ix_(at, at)]
    units = columns.scale[at]
    turn = np.linalg.inv(read_at(moments, fixed, at_zero))[np.ix_(slopes, slopes)]
    cover = turn.T @ (cover * np.outer(units, units)) @ turn
    sds, inflation = np.zeros(n), np.ones(n)
    if slopes:
        size = np.sqrt(np.maximum(np.diag(cover), 0.0))
        safe = np.where(size > 0, size, 1.0)
        sds[slopes] = size
        inflation[slopes] = np.maximum(
            np.diag(np.linalg.pinv(cover / np.outer(safe, safe), rcond=1e-13)), 1.0
        )
    return sds, inflation


def completed(given: Priors, default: Priors) -> Priors:
    """Returns priors of everything in the model: those given, and defaults. Raises UnknownPrior."""
    terms, effects = dict(default.fixed), dict(default.spread)
    for term, _ in given.fixed:
        if term not in terms:
            raise UnknownPrior(term, f"'{term}'", list(terms))
    for pair, _ in given.spread:
        if pair not in effects:
            names = [f"{t} by {name}" for name, t in effects]
            what = f"the differences in '{pair[1]}' by '{pair[0]}'"
            raise UnknownPrior(f"{pair[1]} by {pair[0]}", what, names)
    return Priors(
        fixed=tuple((terms | dict(given.fixed)).items()),
        spread=tuple((effects | dict(given.spread)).items()),
        sigma=given.sigma or default.sigma,
        lkj=given.lkj,
        at_zero=given.at_zero,
    )


def working_prior(
    priors: Priors, moments: Moments, lead: Problem, sides: Sequence[tuple[str, Problem]]
) -> WorkingPrior:
    """Returns complete priors in the units of the problems, whose fixed side is `lead`'s."""
    spread = dict(priors.spread)
    scale_y = float(np.exp(lead.log_scale[0]))
    assert priors.sigma is not None  # completed() saw to it
    every = [
        (spread[(name, t)], float(side.to_random[k, k]))
        for name, side in sides
        for k, t in enumerate(side.random)
    ]
    every.append((priors.sigma, scale_y))
    return WorkingPrior(
        fixed=_quadratic(priors, moments, lead),
        kinds=np.array([SHAPES.index(one.shape) for one, _ in every], dtype=np.intp),
        scales=np.array([one.scale / unit for one, unit in every]),
        dfs=np.array([one.df for one, _ in every]),
        lkj=priors.lkj,
        frame=spherical(joined(tuple(side.shape for _, side in sides) or (lead.shape,))),
    )


def read_at(moments: Moments, fixed: Sequence[str], at_zero: bool) -> Array:
    """Returns A (p, p): the fixed effects' priors are of A b, the effects at average predictors.

    Of the baseline that is the level there; of x beside x:w its effect at the average of w; b itself where
    no product is in the model, or with `at_zero`. With the columns centred A is the identity, so the priors
    do not know whether they are.
    """
    columns = moments.columns
    centre = dict(zip(columns.names, columns.centre.tolist(), strict=True))
    return at_average(fixed, dict(moments.layout.products), centre, at_zero)


def at_average(
    fixed: Sequence[str],
    products: Mapping[str, tuple[str, ...]],
    centre: Mapping[str, float],
    at_zero: bool,
) -> Array:
    """Returns A (p, p) of `read_at` for columns whose averages are `centre`; `products` by their factors."""
    if at_zero:
        return np.eye(len(fixed))
    parts = [frozenset() if t == INTERCEPT else frozenset(products.get(t, (t,))) for t in fixed]
    a = np.zeros((len(fixed), len(fixed)))
    for row, own in enumerate(parts):
        for column, all_of in enumerate(parts):
            if own <= all_of:
                a[row, column] = np.prod([centre.get(part, 0.0) for part in all_of - own])
    return a


def _quadratic(priors: Priors, moments: Moments, lead: Problem) -> Array:
    """E: the squared distances of A b from the prior means in prior SDs, b = to_fixed w + shift."""
    known, a = dict(priors.fixed), read_at(moments, lead.fixed, priors.at_zero)
    mean = np.array([known[t].mean for t in lead.fixed])
    sd = np.array([known[t].sd for t in lead.fixed])
    far = (np.column_stack([a @ lead.to_fixed, mean - a @ lead.shift]) / sd[:, None]).reshape(-1, lead.p + 1)
    return np.asarray(far.T @ far)


def log_prior(prior: WorkingPrior, x: Array) -> tuple[Array, Array]:
    """Returns the log density (...) of log SDs and Fisher z, x = (log s, psi) (..., 1 + m), and its slopes.

    Up to a constant. Under LKJ(eta) the partial correlation of an effect with the i-th of a block of q (from
    1) is Beta on (-1, 1) with both shapes eta + (q - 1 - i) / 2 (Lewandowski, Kurowicka, Joe 2009, J.
    Multivar. Anal. 100, section 2.4); the Jacobian of tanh adds one to the power of (1 - r^2), that of the
    log adds log SD.
    """
    logs = np.concatenate([[True], prior.frame.is_log_sd])
    order = np.concatenate([[len(prior.scales) - 1], np.arange(len(prior.scales) - 1)])
    kind, scale, df = prior.kinds[order], prior.scales[order], prior.dfs[order]
    with np.errstate(over="ignore"):  # far out the density is zero
        ratio = np.exp(x[..., logs]) / scale
        square = ratio**2
    t = -0.5 * (df + 1) * np.log1p(square / df)
    value = np.where(kind == 0, t, np.where(kind == 1, -0.5 * square, -ratio)) + x[..., logs]
    slope_t = -(df + 1) / (1.0 + df / np.maximum(square, 1e-300))
    slope = np.where(kind == 0, slope_t, np.where(kind == 1, -square, -ratio)) + 1.0
    tangent = np.tanh(x[..., ~logs])
    free = ~prior.frame.is_log_sd
    power = prior.lkj + (prior.frame.block[free] - 2 - prior.frame.place[free]) / 2.0
    gradient = np.empty_like(x)
    gradient[..., logs] = slope
    gradient[..., ~logs] = -2.0 * power * tangent
    far = np.abs(x[..., ~logs])  # log(1 - tanh^2) = -2 log cosh, finite where tanh rounds to one
    pairs = -2.0 * (power * (far + np.log1p(np.exp(-2.0 * far)) - np.log(2.0))).sum(axis=-1)
    return value.sum(axis=-1) + pairs, gradient
