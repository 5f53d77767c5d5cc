"""Proposals for importance sampling: points of a t that may lean, filling its space evenly."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array

PROPOSAL_DF = 5.0
# Where along an axis, in its own SDs, a density is compared with the proposal; how far an axis may stretch.
REACH = np.array([2.5, 3.5, 5.0, 7.0, 10.0, 14.0])
LENGTHS = (0.9, 5.0)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A split t with PROPOSAL_DF degrees of freedom (Geweke 1989, Econometrica 57, section 4).

    `mode` (d,), `root` (d, d) of its scale, whose columns are its axes, and how much longer each axis is than
    that: `behind` and `ahead` (d,) of the mode.
    """

    mode: Array
    root: Array
    behind: Array
    ahead: Array

    def points(self, size: int, rng: np.random.Generator) -> Array:
        """Returns points (size, d)."""
        from scipy.special import gammaincinv, ndtri

        even = spread_evenly(size, len(self.mode) + 1, rng)
        radius = np.sqrt(2.0 * gammaincinv(PROPOSAL_DF / 2.0, even[:, -1]) / PROPOSAL_DF)
        steps = ndtri(even[:, :-1]) / radius[:, None]
        return np.asarray(self.mode + (self._longer(steps) * steps) @ self.root.T)

    def log_density(self, points: Array) -> Array:
        """Returns the log density of points (n, d), up to a constant that all proposals of d share."""
        d = len(self.mode)
        steps = np.linalg.solve(self.root, (points - self.mode).T).T
        longer = self._longer(steps)
        far = np.square(steps / longer).sum(axis=1)
        size = np.linalg.slogdet(self.root)[1] + np.log(longer).sum(axis=1)
        return np.asarray(-0.5 * (PROPOSAL_DF + d) * np.log1p(far / PROPOSAL_DF) - size)

    def _longer(self, steps: Array) -> Array:
        return np.where(steps < 0.0, self.behind, self.ahead)


def at_mode(mode: Array, hessian: Array) -> Proposal:
    """Returns the proposal at an energy's mode with its Hessian made safely positive definite."""
    values, vectors = np.linalg.eigh(hessian)
    # No direction of the proposal is wider than a log SD of one and a half: priors see to the rest.
    root = vectors / np.sqrt(np.maximum(values, 0.4))
    return Proposal(mode, root, np.ones(len(mode)), np.ones(len(mode)))


def around(points: Array, weights: Array) -> Proposal:
    """Returns the proposal with the mean and covariance of points (n, d) whose weights (n,) add up to 1."""
    mean = weights @ points
    off = points - mean
    values, vectors = np.linalg.eigh((off * weights[:, None]).T @ off)
    # A t's covariance is df / (df - 2) of its scale; an axis of no length would have no way back.
    scale = (PROPOSAL_DF - 2.0) / PROPOSAL_DF * np.maximum(values, 1e-6 * max(float(values[-1]), 1e-300))
    return Proposal(mean, vectors * np.sqrt(scale), np.ones(len(mean)), np.ones(len(mean)))


def leaning(proposal: Proposal, energies: Callable[[Array], Array]) -> Proposal:
    """Returns the proposal with each half-axis as long as the density needs: nowhere along it is the t's tail
    thinner than that of the density, whose `energies` are minus its logs (T, d) -> (T,).
    """
    d = len(proposal.mode)
    reach = np.concatenate([-REACH[::-1], REACH])
    axes = reach[:, None, None] * proposal.root.T  # (K, d, d): along each axis in turn
    top = float(energies(proposal.mode[None])[0])
    rise = energies((proposal.mode + axes).reshape(-1, d)).reshape(len(reach), d) - top
    # A split t of this length has fallen as far as the density has.
    fallen = np.expm1(2.0 * np.clip(rise, 1e-3, 1e3) / (PROPOSAL_DF + d))
    length = np.abs(reach)[:, None] / np.sqrt(PROPOSAL_DF * fallen)
    half = len(REACH)
    behind, ahead = (np.clip(part.max(axis=0), *LENGTHS) for part in (length[:half], length[half:]))
    return Proposal(proposal.mode, proposal.root, behind, ahead)


def spread_evenly(size: int, dimensions: int, rng: np.random.Generator) -> Array:
    """Returns points (size, d) that fill the unit cube more evenly than independent ones, shifted at random.

    Kronecker's sequence with the powers of the generalised golden ratio (Roberts 2018, "The unreasonable
    effectiveness of quasirandom sequences"), under a Cranley-Patterson shift: an error of averages several
    times smaller than that of as many independent draws.
    """
    ratio = 2.0
    for _ in range(60):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = np.arange(1, size + 1)[:, None] * ratio ** -np.arange(1.0, dimensions + 1.0)
    return np.clip((rng.random(dimensions) + steps) % 1.0, 1e-12, 1.0 - 1e-12)


def resampled(weights: Array, n: int, rng: np.random.Generator) -> Array:
    """Returns places (n,) drawn in proportion to weights that add up to 1, systematically: with the same
    expectation as independent draws and less noise.
    """
    places = np.searchsorted(np.cumsum(weights), (np.arange(n) + rng.random()) / n)
    return np.minimum(places, len(weights) - 1)
