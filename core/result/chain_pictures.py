"""What pictures of chains are drawn from: ranks by chain, energies and their steps."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.result.chains import measured
from core.result.curves import Curves, curves, spanning

BINS = 20


@dataclass(frozen=True, slots=True)
class Ranks:
    """How many draws of each chain fall into each of B equal parts of all draws by size.

    `counts` (chains, B); where the chains agree each is near `expected` and, all together in 95 of 100 runs,
    inside `low` to `high`.
    """

    counts: Array
    expected: float
    low: float
    high: float

    @property
    def outside(self) -> Array:
        """Which counts (chains, B) chance does not make, as yes and no."""
        return np.asarray((self.counts < self.low) | (self.counts > self.high))


def ranks(draws: Array, bins: int = BINS) -> Ranks:
    """Returns the rank histogram of one quantity's chains (chains, draws) (Vehtari et al. 2021, section 5).

    Under agreement a count has the variance N / B (1 - 1/B) (1 - 1/C) of draws without putting back, times
    the draws that one independent draw takes; ends are Bonferroni's over all counts.
    """
    from scipy.special import ndtri

    values = np.asarray(draws, dtype=np.float64)
    chains, n = values.shape
    place = np.empty(values.size, dtype=np.intp)
    place[np.argsort(values, axis=None, kind="stable")] = np.arange(values.size)
    part = (place.reshape(values.shape) * bins) // values.size
    counts = np.array([np.bincount(one, minlength=bins) for one in part], dtype=np.float64)
    # Each chain's own: that of all together falls where they disagree, and would widen the band for it.
    ess = float(np.nan_to_num(measured(values.T[None]).ess_bulk, nan=n).sum())
    alike = max(1.0, values.size / max(ess, 1.0))
    variance = n / bins * (1.0 - 1.0 / bins) * (1.0 - 1.0 / chains) * alike
    reach = float(ndtri(1.0 - 0.025 / (chains * bins))) * np.sqrt(variance)
    return Ranks(counts, n / bins, max(0.0, n / bins - reach), n / bins + reach)


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
