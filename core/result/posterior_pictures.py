"""What pictures of a posterior are drawn from: beside its prior, and group by group."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.result.curves import curves, spanning

# How far a prior is shown beyond the posterior, in widths of that: wider priors run out of the picture.
ROOM = 3.0


@dataclass(frozen=True, slots=True)
class BesidePrior:
    """What was believed of one quantity before the data and after: densities (g,) on one grid.

    `left` is the width of the posterior's 95 % interval over that of the prior's: near 1 the data say
    nothing.
    """

    name: str
    grid: Array
    prior: Array
    posterior: Array
    left: float


def beside_prior(
    name: str,
    prior: Array,
    posterior: Array,
    floor: float | None = None,
    ceiling: float | None = None,
) -> BesidePrior:
    """Returns draws of a prior and of the posterior of one quantity as densities side by side.

    `floor` is a value neither goes below (0 of an SD), `ceiling` one neither goes above (1 of a correlation).
    """
    low, high = np.quantile(posterior, [0.005, 0.995])
    wide = (high - low) or abs(high) or 1.0
    ends = np.clip(np.quantile(prior, [0.025, 0.975]), low - ROOM * wide, high + ROOM * wide)
    grid = spanning(posterior, ends, floor=floor, ceiling=ceiling)
    widths = [np.diff(np.quantile(one, [0.025, 0.975]))[0] for one in (posterior, prior)]
    return BesidePrior(
        name,
        grid,
        curves(prior, grid, floor, ceiling).heights[0],
        curves(posterior, grid, floor, ceiling).heights[0],
        float(widths[0] / widths[1]) if widths[1] > 0 else np.nan,
    )


@dataclass(frozen=True, slots=True)
class GroupCurves:
    """Densities of some groups' figures, highest mean first: `heights` (K, g) over `grid`.

    `mean`, `low` and `high` (K,) are each group's mean and central interval; `left_out` groups lie between
    the two halves of those shown, and `means` (J,) are the means of all, highest first.
    """

    levels: tuple[str, ...]
    grid: Array
    heights: Array
    mean: Array
    low: Array
    high: Array
    left_out: int
    means: Array


def group_curves(
    draws: Array,
    levels: Sequence[str],
    *,
    most: int = 60,
    keep: str | None = None,
    level: float = 0.95,
    told: tuple[Array, Array, Array] | None = None,
) -> GroupCurves:
    """Returns the densities of J groups' figures from joint draws (S, J), `levels` naming them.

    Of more than `most` groups the highest and the lowest quarter of `most` are taken, and `keep` wherever it
    stands. `told` are means and ends of intervals (J,) said elsewhere, which are those shown then.
    """
    if told is None:
        told = (draws.mean(axis=0), *np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0))
    means, low, high = (np.asarray(one) for one in told)
    order = np.argsort(-means, kind="stable")
    shown = order
    if len(order) > most:
        side = max(1, most // 4)
        middle = [k for k in order[side:-side].tolist() if levels[k] == keep]
        shown = np.concatenate([order[:side], np.array(middle, dtype=np.intp), order[-side:]])
    own = draws[:, shown]
    found = curves(own.T, spanning(low[shown], high[shown], own[:, 0], own[:, -1]))
    return GroupCurves(
        levels=tuple(levels[k] for k in shown.tolist()),
        grid=found.grid,
        heights=found.heights,
        mean=means[shown],
        low=low[shown],
        high=high[shown],
        left_out=len(order) - len(shown),
        means=means[order],
    )
