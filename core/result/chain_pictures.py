"""What pictures of chains are drawn from: ranks by chain, energies and their steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.result.chains import effective
from core.result.curves import Curves, curves, spanning

BINS = 20


@dataclass(frozen=True, slots=True)
class Ranks:
    """How many draws of each chain fall into each of B equal parts of all draws by size.

    `counts` (chains, B); where the chains agree each is near `expected` and, all together in 95 of 100 runs,
    inside `low` to `high`, (B,) each.
    """

    counts: Array
    expected: float
    low: Array
    high: Array

    @property
    def outside(self) -> Array:
        """Which counts (chains, B) chance does not make, as yes and no."""
        return np.asarray((self.counts < self.low) | (self.counts > self.high))


def ranks(draws: Array, bins: int = BINS) -> Ranks:
    """Returns the rank histogram of one quantity's chains (chains, draws) (Vehtari et al. 2021, section 5).

    Under agreement a count has the variance N / B (1 - 1/B) (1 - 1/C) of draws without putting back, times
    the draws that one independent draw takes there: chains leave the ends of a quantity more slowly than its
    middle. Ends are Bonferroni's over all counts, the upper of a Gamma curve: few independent draws a bin
    come in spells, and their number leans to the high side.
    """
    from scipy.special import gammainccinv, ndtri

    values = np.asarray(draws, dtype=np.float64)
    chains, n = values.shape
    place = np.empty(values.size, dtype=np.intp)
    place[np.argsort(values, axis=None, kind="stable")] = np.arange(values.size)
    part = (place.reshape(values.shape) * bins) // values.size
    counts = np.array([np.bincount(one, minlength=bins) for one in part], dtype=np.float64)
    others = 1.0 - 1.0 / max(chains, 2)  # a chain alone holds what all do
    variance = n / bins * (1.0 - 1.0 / bins) * others * _draws_for_one(part, bins)
    reach, tail = np.sqrt(variance), 0.025 / (chains * bins)
    low = np.maximum(0.0, n / bins - float(ndtri(1.0 - tail)) * reach)
    high = gammainccinv(np.square(n / bins / reach), tail) * np.square(reach) * bins / n
    return Ranks(counts, n / bins, low, high)


def _draws_for_one(part: NDArray[np.intp], bins: int) -> Array:
    """How many draws say as much of a bin (B,) as an independent one does, at least 1; part (chains, n).

    Each chain's own: what all together are worth falls where they disagree, and would widen the band for it.
    The most of a bin and its neighbours: spells in a bin are few, and what they are worth is known roughly.
    """
    inside = (part[None] == np.arange(bins)[:, None, None]).reshape(-1, 1, part.shape[1])
    worth = effective(inside.astype(np.float64)).reshape(bins, len(part))
    each = part.size / np.maximum(worth.sum(axis=1), 1.0)
    beside = np.pad(each, 1, mode="edge")
    return np.maximum(1.0, np.maximum(np.maximum(beside[:-2], beside[2:]), each))


def energies(energy: Array) -> Curves:
    """Returns two curves: energies around their chain's mean, and steps of energy between draws.

    Where the second is much narrower than the first the sampler moves through energies slowly (Betancourt
    2016, arXiv:1604.00695, section 3.2). `energy` is (chains, draws).
    """
    around = energy - energy.mean(axis=1, keepdims=True)
    steps = np.diff(energy, axis=1)
    grid = spanning(around, steps)
    both = [curves(part.reshape(1, -1), grid).heights for part in (around, steps)]
    return Curves(grid, np.concatenate(both))
