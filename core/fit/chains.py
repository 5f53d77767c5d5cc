"""Chains: what a Markov chain sampler brought back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array


@dataclass(frozen=True, slots=True)
class Chains:
    """Draws of x = (log s, psi) in working units (see `density`), and what the sampler says about them.

    `x` (chains, draws, d); `energy`, `diverging`, `depth` (chains, draws): the Hamiltonian, whether the
    trajectory diverged, and the doublings of the tree; `step_size` (chains,). Seconds of compiling (zero
    where the model was ready) and of sampling, warm-up of `tune` draws a chain included.
    """

    x: Array
    energy: Array
    diverging: NDArray[np.bool_]
    depth: NDArray[np.intp]
    step_size: Array
    tune: int
    compiling: float
    sampling: float
    seed: int

    @property
    def pooled(self) -> Array:
        """All draws (chains * draws, d), chain after chain."""
        return self.x.reshape(-1, self.x.shape[-1])
