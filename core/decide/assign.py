"""Groups to tiers of given sizes, with as few expected in a wrong one as can be."""

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array

# Gains below this are rounding of shares of draws.
ROUNDING = 1e-12


def assign(chances: Array, sizes: tuple[int, ...]) -> NDArray[np.intp]:
    """Returns the tier (J,), from 0, that maximises the sum of P(tier) with the given sizes.

    A transportation problem with few destinations, by cancelling cycles: groups change places around the
    tiers as long as that gains anything, and where no cycle gains the sum is the largest (Klein 1967,
    Management Science 14(3); Ahuja, Magnanti, Orlin 1993, Network Flows, theorem 9.1).
    """
    tier = np.empty(len(chances), dtype=np.intp)
    order = np.argsort(chances @ np.arange(chances.shape[1]), kind="stable")
    tier[order] = np.repeat(np.arange(len(sizes)), sizes)
    gain, group = _moves(chances, tier)
    while cycle := _gaining_cycle(gain):
        for leave, enter in zip(cycle, cycle[1:] + cycle[:1], strict=True):
            tier[group[leave, enter]] = enter
        gain, group = _moves(chances, tier)
    return tier


def _moves(chances: Array, tier: NDArray[np.intp]) -> tuple[Array, NDArray[np.intp]]:
    """The best gain of moving one group from a tier (row) to another (column), and the group: (k, k) each."""
    k = chances.shape[1]
    gain, group = np.zeros((k, k)), np.zeros((k, k), dtype=np.intp)
    for leave in range(k):
        members = np.flatnonzero(tier == leave)
        gains = chances[members] - chances[members, leave][:, None]
        best = gains.argmax(axis=0)
        gain[leave], group[leave] = gains[best, np.arange(k)], members[best]
    return gain, group


def _gaining_cycle(gain: Array) -> list[int]:
    """Tiers around which the gains add to more than nothing, in order; none if empty (Bellman-Ford)."""
    k = len(gain)
    total, before = np.zeros(k), np.full(k, -1, dtype=np.intp)
    better = np.zeros(k, dtype=bool)
    for _ in range(k):
        through = total[:, None] + gain
        better = through.max(axis=0) > total + ROUNDING
        if not better.any():
            return []
        before[better] = through.argmax(axis=0)[better]
        total = np.where(better, through.max(axis=0), total)
    tier = int(np.flatnonzero(better)[0])
    for _ in range(k):  # back far enough to stand on the cycle
        tier = int(before[tier])
    cycle = [tier]
    while (tier := int(before[tier])) != cycle[0]:
        cycle.append(tier)
    return cycle[::-1]
