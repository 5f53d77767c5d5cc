"""Ranking: the places of groups over joint draws, and what they say of order and tiers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array


@dataclass(frozen=True)
class Ranking:
    """Draws of one number a group, the largest being the best: `draws` (n, J)."""

    draws: Array

    @cached_property
    def ranks(self) -> NDArray[np.intp]:
        """The rank (1 is the largest) of each group in each draw: (n, J)."""
        return rank_draws(self.draws)

    @property
    def expected(self) -> Array:
        """The mean rank of each group: (J,)."""
        return np.asarray(self.ranks.mean(axis=0))

    @property
    def p_positive(self) -> Array:
        """The share of draws above zero: (J,)."""
        return np.asarray((self.draws > 0).mean(axis=0))

    def interval(self, level: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Returns the central interval of each group's rank, ranks that occurred: (J,), (J,)."""
        tail = (1 - level) / 2
        low, high = np.quantile(self.ranks, [tail, 1 - tail], axis=0, method="nearest")
        return low, high

    def chances(self, sizes: tuple[int, ...]) -> Array:
        """Returns P(tier) (J, k), best tier first."""
        return tier_chances(self.ranks, sizes)

    def p_above(self, order: NDArray[np.intp]) -> Array:
        """Returns, for neighbours in an order of the groups, the share of draws that agree: (J - 1,)."""
        placed = self.draws[:, order]
        return np.asarray((placed[:, :-1] > placed[:, 1:]).mean(axis=0))


def rank_draws(draws: Array) -> NDArray[np.intp]:
    """Returns the rank (1 is the largest) of each group in each draw: (n, J)."""
    order = np.argsort(-draws, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, draws.shape[1] + 1)[None, :], axis=1)
    return ranks


def tier_chances(ranks: NDArray[np.intp], sizes: tuple[int, ...]) -> Array:
    """Returns P(tier) (J, k): the share of draws in which a group's rank falls within each tier."""
    edges = np.cumsum(sizes)
    below = np.stack([(ranks <= edge).mean(axis=0) for edge in edges], axis=1)
    return np.diff(below, axis=1, prepend=0.0)
