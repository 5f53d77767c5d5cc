"""A Gaussian model's posterior: draws of its variances, and everything that follows from them exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.moments import Moments
from core.fit.chains import Chains
from core.fit.collapsed import VarianceDraws
from core.fit.covariance import factors
from core.fit.density import split_point, thetas_of
from core.fit.effects import At, Codes
from core.fit.errors import TooNarrow
from core.fit.instant import Weighed
from core.fit.joint import Joint
from core.fit.joint_effects import known_variance
from core.fit.joint_linear import JointLinear, joint_at
from core.fit.joint_many import sweeps
from core.fit.joint_objective import assemble_joint, split
from core.fit.linear import Linear, at_pieces
from core.fit.objective import assemble
from core.fit.optimise import Optimum
from core.fit.posed import point, posed_sides, prior_of, unpoint
from core.fit.posterior_side import PosteriorSide
from core.fit.prior import WorkingPrior, read_at
from core.fit.sample import Sample, gathered, joint_sample, sample
from core.fit.sample_many import joint_sample_many, sample_many
from core.fit.threads import one_thread
from core.spec.prior import Priors

# Numbers held by the draws of all groups: 64 MB.
HELD = 8_000_000
# Points of the variances over which conditional answers are averaged, by number of groups.
POINTS, FEWER, GROUPS = 256, 64, 400


@dataclass(frozen=True)
class Posterior:
    """Draws of a model's variances under priors, beside the REML fit of the same moments.

    `x` (n, 1 + m) are draws of equal weight of (log s, psi), see `density`; `how` says how they were made:
    how well importance weights stand for the posterior, or the chains they come from.
    """

    base: Linear | JointLinear
    priors: Priors
    x: Array
    how: Weighed | Chains
    seed: int

    @property
    def moments(self) -> Moments:
        """The moments the model was fitted to."""
        return self.base.moments

    @property
    def optimum(self) -> Optimum:
        """Of the REML fit beside it."""
        return self.base.optimum

    @property
    def reml(self) -> bool:
        """Of the fit beside it."""
        return self.base.reml

    @property
    def criterion(self) -> float:
        """A posterior has none to compare."""
        return float("nan")

    @cached_property
    def prior(self) -> WorkingPrior:
        """The priors in working units."""
        return prior_of(self.base, self.priors)

    @property
    def reads(self) -> Array:
        """A (p, p): the fixed effects' priors are of A b; see `read_at`."""
        return read_at(self.moments, self.lead.problem.fixed, self.priors.at_zero)

    @cached_property
    def centre(self) -> Array:
        """The variances to read conditional answers at: the mean of the draws' coordinates."""
        return point(self.prior, self.x.mean(axis=0))

    @cached_property
    def plausible(self) -> VarianceDraws:
        """Points (theta, log s) spread over the draws."""
        wanted = POINTS if max(self.sizes, default=0) <= GROUPS else FEWER
        if isinstance(self.base, JointLinear):
            wanted = wanted // 16 if self.base.joint.large else wanted // 2
        x = self.x[:: max(1, len(self.x) // wanted)]
        worth = self.how.ess if isinstance(self.how, Weighed) else float(len(self.x))
        return VarianceDraws(point(self.prior, x), worth, len(self.x))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of groups of each factor."""
        return tuple(side.problem.cells for side in self.base.sides.values())

    @cached_property
    def drawn(self) -> Sample:
        """Joint draws of everything at `places`. Raises TooNarrow."""
        with one_thread():
            return self._sample(self.x[self.places], np.random.default_rng([self.seed, 1]))

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """Which draws of the variances are carried through to the groups: as many of each chain."""
        width = sum(side.problem.cells * len(side.problem.random) for side in self.base.sides.values())
        step = -(-len(self.x) // max(500, HELD // max(width, 1)))
        chains = len(self.how.x) if isinstance(self.how, Chains) else 1
        return np.arange(len(self.x)).reshape(chains, -1)[:, ::step].ravel()

    def sample_at(self, n: int, rng: np.random.Generator) -> Sample:
        """Returns n joint draws of everything, each at its own draw of the variances, spread over all of
        them. Raises TooNarrow.
        """
        return self._sample(self.x[np.linspace(0, len(self.x), n, endpoint=False).astype(int)], rng)

    def _sample(self, x: Array, rng: np.random.Generator) -> Sample:
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                found = self._at_each(x, rng)
        except np.linalg.LinAlgError as error:
            raise TooNarrow from error
        if not all(np.isfinite(part).all() for part in (found.fixed, *found.effects.values())):
            raise TooNarrow
        return found

    def _at_each(self, x: Array, rng: np.random.Generator) -> Sample:
        if isinstance(self.base, Linear):
            return sample_many(self.base.problem, "".join(self.moments.factors), self.prior, x, rng)
        joint = self.base.joint
        if sweeps(joint):
            return joint_sample_many(joint, self.prior, x, rng)
        distinct = max(1, len(x) // len(x[:: max(1, len(x) // most_points(joint))]))
        parts = []
        for k in range(0, len(x), distinct):
            theta, given = split_point(self.prior, x[k])
            parts.append(joint_sample(joint, theta, min(distinct, len(x) - k), rng, given))
        return gathered(parts)

    @cached_property
    def sides(self) -> dict[str, PosteriorSide]:
        """The posterior along each grouping factor, in the model's order."""
        return {name: PosteriorSide(self, side, name) for name, side in self.base.sides.items()}

    @cached_property
    def lead(self) -> PosteriorSide:
        """The side to read the fixed effects from."""
        return next(iter(self.sides.values()), None) or PosteriorSide(self, self.base.lead, "")

    def at(self, where: Array) -> dict[str, At]:
        """Returns what one point (theta, log s) of the variances says of each factor; of none under ""."""
        theta, given = unpoint(self.prior, where)
        if isinstance(self.base, Linear):
            problem = self.base.problem
            found = at_pieces(problem, assemble(problem, theta, reml=True, given=given))
            return {"".join(self.moments.factors) if problem.random else "": found}
        return joint_at(self.base.joint, assemble_joint(self.base.joint, theta, reml=True, given=given))

    def known(self, where: Array, z: Mapping[str, Array], codes: Mapping[str, Codes]) -> Array:
        """Returns the variance (n,) of z'u, over all factors, given the fixed effects; see `Linear`."""
        if isinstance(self.base, JointLinear):
            theta, given = unpoint(self.prior, where)
            pieces = assemble_joint(self.base.joint, theta, reml=True, given=given)
            return pieces.s2 * known_variance(self.base.joint, pieces, z, codes)
        (name,) = self.sides
        conditional = self.at(where)[name].effects.conditional
        found = np.einsum("na,nab,nb->n", z[name], conditional[codes[name]], z[name])
        return np.where(codes[name] >= 0, found, 0.0)

    def sample(self, where: Array, n: int, rng: np.random.Generator) -> Sample:
        """Returns n joint draws of everything at one point."""
        theta, given = unpoint(self.prior, where)
        if isinstance(self.base, Linear):
            return sample(self.base.problem, "".join(self.moments.factors), theta, n, rng, given)
        return joint_sample(self.base.joint, theta, n, rng, given)

    @property
    def sigmas(self) -> Array:
        """Draws of the residual SD (n,), in units."""
        return self.sigmas_at(self.x)

    def sigmas_at(self, x: Array) -> Array:
        """Returns the residual SD (n,) at points x (n, 1 + m), in units."""
        return np.exp(x[:, 0] + self.base.lead.problem.log_scale[0])

    def noise_at(self, x: Array) -> dict[str, Array]:
        """Returns what chance adds (n,), by what it is called, at points x (n, 1 + m), as its prior reads."""
        return {"residual SD": self.sigmas_at(x)}

    @property
    def posed(self) -> list[tuple[str, tuple[str, ...], Array]]:
        """Each factor, its terms and their units (q,), in the order of psi."""
        sides = posed_sides(self.base)
        return [(name, side.random, np.diag(side.to_random)) for name, side in sides]

    @cached_property
    def spreads(self) -> dict[str, Array]:
        """Draws of Sigma (n, q, q) of each factor's effects, in units."""
        return {name: root @ root.transpose(0, 2, 1) for name, root in self.roots_at(self.x).items()}

    def roots_at(self, x: Array) -> dict[str, Array]:
        """Returns a root of Sigma (n, q, q) of each factor's effects at points x (n, 1 + m), in units."""
        s, thetas = np.exp(x[:, 0]), thetas_of(self.prior, x)
        if isinstance(self.base, JointLinear):
            joint = self.base.joint
            ends = np.cumsum([len(part) for part in split(joint, thetas[0])])[:-1]
            parts = dict(zip(joint.factors, np.split(thetas, ends, axis=1), strict=True))
        else:
            parts = dict.fromkeys(self.base.sides, thetas)
        found = {}
        for name, side in self.base.sides.items():
            found[name] = side.problem.to_random @ factors(side.problem.shape, parts[name]) * s[:, None, None]
        return found


def most_points(joint: Joint) -> int:
    """Returns at how many points of the variances a model with several groupings is drawn."""
    return 64 if joint.large else 1_000
