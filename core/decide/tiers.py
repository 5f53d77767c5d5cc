"""Tiers: groups ranked by their response, with how sure each place is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.decide.assign import assign
from core.decide.errors import BadSizes, BadTierCount, NothingVaries, UnknownSlope
from core.design.coding import Array
from core.design.matrix import INTERCEPT
from core.result.fit import Fit
from core.result.raw import raw_coefficients
from core.result.shrink import shrinkage

TIE = 0.8
# Below this share of the residual SD (per SD of the predictor) a slope variance is zero for every purpose.
ZERO = 1e-4


@dataclass(frozen=True, slots=True)
class Tiers:
    """Groups by tier; tier 1 is the best.

    `table`: index level, best first: n raw pooled std_error low high shrinkage p_positive rank rank_low
    rank_high tier p_tier_1 .. p_tier_k. `rank` is the expected rank (1 is best) over the draws, `rank_low`
    to `rank_high` its central interval at `level`; `low` and `high` are at the fit's own level. `detectable`
    is False when the slope's variance is zero: then every group is in tier 1 and no order is given (ranks
    and tier probabilities are NaN). `ties` are neighbours in the table whose order has probability below
    0.8. `expected_misplaced` counts groups expected to be in a wrong tier.
    """

    table: pd.DataFrame
    slope: str
    factor: str
    sizes: tuple[int, ...]
    detectable: bool
    ties: tuple[tuple[str, str], ...]
    expected_misplaced: float
    level: float
    n_draws: int
    seed: int
    variance_ess: float  # effective draws of the variances behind the probabilities (0 when not detectable)


def tiers(
    fit: Fit,
    slope: str,
    n_tiers: int = 3,
    *,
    sizes: tuple[int, ...] | None = None,
    seed: int = 0,
    n_draws: int = 2000,
    level: float | None = None,
) -> Tiers:
    """Returns the groups in tiers by their total slope, with probabilities from joint draws.

    Tiers are as equal in size as can be unless `sizes` (adding up to the number of groups) is given. The
    assignment minimises the expected number of misplaced groups for those sizes (Lin, Louis, Paddock,
    Ridgeway 2006, Bayesian Anal. 1(4), section 4). Raises NothingVaries, UnknownSlope, BadSizes,
    BadTierCount, NoDraws.
    """
    linear = fit.linear
    if not linear.problem.random:
        raise NothingVaries()
    if slope not in linear.problem.random:
        raise UnknownSlope(slope, [t for t in linear.problem.random if t != INTERCEPT])
    width = fit.level if level is None else level
    factor = linear.moments.factors[0]
    groups = len(linear.moments.levels[0])
    sizes = _sizes(groups, n_tiers, sizes)
    table = _estimates(fit, factor, slope)
    place = linear.problem.random.index(slope)

    if not _detectable(fit, place):
        flat = table.assign(rank=np.nan, rank_low=np.nan, rank_high=np.nan, tier=1)
        flat = flat.assign(**{f"p_tier_{k + 1}": np.nan for k in range(len(sizes))})
        return Tiers(flat, slope, factor, sizes, False, (), 0.0, width, 0, seed, 0.0)

    totals = fit.draws(n_draws, seed).groups[factor][:, :, place]
    ranks = rank_draws(totals)
    chances = tier_chances(ranks, sizes)
    assigned = assign(chances, sizes)
    tail = (1 - width) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="nearest")
    table = table.assign(
        p_positive=(totals > 0).mean(axis=0), rank=ranks.mean(axis=0), rank_low=low, rank_high=high
    )
    table = table.assign(tier=assigned + 1, **{f"p_tier_{k + 1}": chances[:, k] for k in range(len(sizes))})
    order = np.lexsort((-table["pooled"].to_numpy(), table["rank"].to_numpy(), assigned))
    misplaced = groups - float(chances[np.arange(groups), assigned].sum())
    return Tiers(
        table=table.iloc[order],
        slope=slope,
        factor=factor,
        sizes=sizes,
        detectable=True,
        ties=_ties(table.index, totals, order),
        expected_misplaced=misplaced,
        level=width,
        n_draws=n_draws,
        seed=seed,
        variance_ess=linear.plausible.ess,
    )


def rank_draws(totals: Array) -> NDArray[np.intp]:
    """Returns the rank (1 is the largest) of each group in each draw: (n, J)."""
    order = np.argsort(-totals, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, totals.shape[1] + 1)[None, :], axis=1)
    return ranks


def tier_chances(ranks: NDArray[np.intp], sizes: tuple[int, ...]) -> Array:
    """Returns P(tier) (J, k): the share of draws in which a group's rank falls within each tier."""
    edges = np.cumsum(sizes)
    below = np.stack([(ranks <= edge).mean(axis=0) for edge in edges], axis=1)
    return np.diff(below, axis=1, prepend=0.0)


def _sizes(groups: int, n_tiers: int, sizes: tuple[int, ...] | None) -> tuple[int, ...]:
    if sizes is None:
        if not 1 <= n_tiers <= groups:
            raise BadTierCount(n_tiers, groups)
        return tuple(len(part) for part in np.array_split(np.arange(groups), n_tiers))
    if sum(sizes) != groups or min(sizes, default=0) < 1:
        raise BadSizes(tuple(sizes), groups)
    return tuple(sizes)


def _estimates(fit: Fit, factor: str, slope: str) -> pd.DataFrame:
    pooled = fit.group_coefficients[factor]
    raw = raw_coefficients(fit.linear)
    shrunk = shrinkage(fit.linear)
    error = pooled[f"{slope}_se"]
    return pd.DataFrame(
        {
            "n": raw["n"],
            "raw": raw[slope],
            "pooled": pooled[slope],
            "std_error": error,
            "low": pooled[f"{slope}_low"],
            "high": pooled[f"{slope}_high"],
            "shrinkage": shrunk[slope],
            "p_positive": _p_positive(pooled[slope].to_numpy(), error.to_numpy()),
        }
    )


def _p_positive(estimate: Array, error: Array) -> Array:
    from scipy.special import ndtr

    return np.asarray(ndtr(np.divide(estimate, error, out=np.sign(estimate) * 40.0, where=error > 0)))


def _detectable(fit: Fit, place: int) -> bool:
    linear = fit.linear
    sd = float(np.sqrt(linear.random_covariance[place, place]))
    term = linear.problem.random[place]
    columns = linear.moments.columns
    scale = 1.0 if term == INTERCEPT else float(columns.scale[columns.index(term)])
    return sd * scale > ZERO * linear.sigma


def _ties(levels: pd.Index, totals: Array, order: NDArray[np.intp]) -> tuple[tuple[str, str], ...]:
    pairs = zip(order[:-1].tolist(), order[1:].tolist(), strict=True)
    return tuple(
        (str(levels[a]), str(levels[b]))
        for a, b in pairs
        if float((totals[:, a] > totals[:, b]).mean()) < TIE
    )
