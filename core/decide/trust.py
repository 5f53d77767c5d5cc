"""What trusting each group's own estimate costs: money in the wrong groups, and lifts that do not repeat."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.decide.errors import BadShare, BadTop, NoOwnEstimates
from core.decide.rankable import ranked_grouping
from core.decide.slope import slope_draws, slope_of, slope_table
from core.design.coding import Array
from core.result.asked import check_draws, check_level, is_whole
from core.result.central import central
from core.result.fit import Fit

TOP = 3
SHARE = 1 / 3
# Differences between pooled estimates, relative to themselves, that are rounding.
FLAT = 1e-9


@dataclass(frozen=True, slots=True)
class Expected:
    """A quantity over joint draws: its mean and central interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Winners:
    """The groups whose own rows show the most, and what to expect of them.

    `table`: index level, the highest own estimate first: n raw pooled low high. `raw` and `pooled` are the
    means over these groups of their own and their pooled estimates, `repeat` the posterior expectation of the
    mean of their true coefficients with its interval: what a repeat shows on average.
    """

    table: pd.DataFrame
    raw: float
    pooled: float
    repeat: Expected
    p_less: float  # chance that the truth is below what their own rows show


@dataclass(frozen=True, slots=True)
class Misallocated:
    """The same money spread evenly over the groups with the highest own and the highest pooled slopes.

    Each is the outcome per unit of the predictor, averaged over the chosen groups; `lost` is by_pooled less
    by_raw in the same draws, `p_worse` the chance that the choice by own rows returns less than that by the
    pooled estimates (half of a draw without a difference). `promised` is what the own estimates of the groups
    chosen by them say. In a generalised model all are on the scale of the linear predictor. Where pooling
    tells no groups apart `chosen_by_pooled` is empty, and the money is spread over all of them.
    """

    chosen_by_raw: tuple[str, ...]
    chosen_by_pooled: tuple[str, ...]
    promised: float
    by_raw: Expected
    by_pooled: Expected
    evenly: Expected
    lost: Expected
    p_worse: float

    @property
    def differ(self) -> int:
        """How many of the chosen groups are others."""
        return len(set(self.chosen_by_pooled) - set(self.chosen_by_raw))


@dataclass(frozen=True, slots=True)
class Trust:
    """What trusting own estimates of one coefficient costs; `n_draws` joint draws by `seed`."""

    slope: str
    factor: str
    winners: Winners
    misallocated: Misallocated
    level: float
    n_draws: int
    seed: int


def trust(
    fit: Fit,
    slope: str,
    factor: str | None = None,
    *,
    top: int = TOP,
    share: float = SHARE,
    n_draws: int = 2000,
    seed: int = 0,
    level: float | None = None,
) -> Trust:
    """Returns what trusting each group's own estimate of a coefficient costs, from joint draws.

    `top` groups by own estimates are the winners; `share` of all groups (rounded up) get the money. Groups
    without an own estimate cannot be chosen by it. Selection by what was seen leaves a posterior expectation
    as it is, while the own estimates of the selected are too high: the winner's curse (Efron 2011, J. Am.
    Stat. Assoc. 106(496), section 1). Raises NoOwnEstimates (of a model with several groupings), BadTop,
    BadShare, NothingVaries, UnknownSlope, UnknownGrouping, WhichGrouping, InnerGrouping, NeverMoves, NoDraws,
    BadSeed, BadLevel.
    """
    width = fit.level if level is None else level
    check_level(width)
    check_draws(n_draws, seed)
    if not is_whole(top, 1):
        raise BadTop(top)
    if isinstance(share, bool) or not 0 < share < 1:
        raise BadShare(share)
    factor = ranked_grouping(fit, slope, factor)
    read = slope_of(fit.linear.sides[factor], slope)
    table = slope_table(fit, factor, read)
    if table["raw"].isna().all():
        raise NoOwnEstimates(slope, factor, [name for name in fit.linear.sides if name != factor])
    draws = slope_draws(fit, factor, read, n_draws, seed)
    return Trust(
        slope,
        factor,
        winners(table, draws, top, width),
        misallocated(table, draws, share, width),
        width,
        n_draws,
        seed,
    )


def winners(table: pd.DataFrame, draws: Array, top: int, level: float) -> Winners:
    """Returns the groups with the highest own estimates; `table` (J) as `slope_table`, `draws` (n, J)."""
    chosen = highest(table["raw"].to_numpy(), top)
    mine = draws[:, chosen]
    low, high = central(mine, level)
    rows = table.iloc[chosen][["n", "raw", "pooled"]].assign(low=low, high=high)
    together = mine.mean(axis=1)
    raw = float(rows["raw"].mean())
    return Winners(
        rows, raw, float(rows["pooled"].mean()), expected(together, level), float((together < raw).mean())
    )


def misallocated(table: pd.DataFrame, draws: Array, share: float, level: float) -> Misallocated:
    """Returns what choosing groups by own instead of pooled estimates returns; arguments as in `winners`."""
    raw, pooled = table["raw"].to_numpy(), table["pooled"].to_numpy()
    count = min(ceil(share * len(table) - 1e-9), int(np.isfinite(raw).sum()))
    by_raw = highest(raw, count)
    by_pooled = highest(pooled, count) if np.ptp(pooled) > FLAT * np.abs(pooled).max() else np.arange(0)
    evenly = draws.mean(axis=1)
    first, second = (
        draws[:, by_raw].mean(axis=1),
        draws[:, by_pooled].mean(axis=1) if len(by_pooled) else evenly,
    )
    lost = np.zeros(len(draws)) if set(by_raw) == set(by_pooled) else second - first
    return Misallocated(
        _names(table, by_raw),
        _names(table, by_pooled),
        float(raw[by_raw].mean()),
        expected(first, level),
        expected(second, level),
        expected(evenly, level),
        expected(lost, level),
        float((lost > 0).mean() + 0.5 * (lost == 0).mean()),
    )


def highest(values: Array, count: int) -> NDArray[np.intp]:
    """Returns the places of the highest known values, the highest first; fewer where fewer are known."""
    order = np.argsort(-np.where(np.isfinite(values), values, -np.inf), kind="stable")
    return order[: min(count, int(np.isfinite(values).sum()))]


def expected(draws: Array, level: float) -> Expected:
    """Returns the mean of draws (n,) and their central interval."""
    low, high = central(draws, level)
    return Expected(float(draws.mean()), float(low), float(high))


def _names(table: pd.DataFrame, places: NDArray[np.intp]) -> tuple[str, ...]:
    return tuple(str(level) for level in table.index[places])
