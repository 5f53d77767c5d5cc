"""A generalised model's posterior: draws of all its effects, and the model around them for tables."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.design.coding import Array
from core.design.matrix import Design
from core.design.rows import Rows
from core.fit.chains import Chains
from core.fit.collapsed import VarianceDraws
from core.fit.effects import At, Codes
from core.fit.estimates import Estimates
from core.fit.family import latent_variance
from core.fit.generalised import Generalised
from core.fit.joint_linear import JointLinear
from core.fit.linearised import relative
from core.fit.nuts_rows_numbers import Walk
from core.fit.optimise import Stop
from core.fit.posterior import POINTS, Posterior
from core.fit.prior import WorkingPrior
from core.fit.rows_drawn import parameters, points, working_roots
from core.fit.rows_posed import Averages
from core.fit.sample import Sample
from core.spec.model import Family
from core.spec.prior import Priors

NOISE = {Family.NEGATIVE_BINOMIAL: "extra variation", Family.GAMMA: "coefficient of variation"}
"""What shape^(-1/2) is called."""


@dataclass(frozen=True)
class RowsPosterior(Posterior):
    """Draws of a generalised model, on the scale of its linear predictor.

    `x` (n, 1 + m) are (log shape^(-1/2), psi) in the working units of `walk.posed`, `eta` (n, D) where the
    chains walked. `base` is the Gaussian model that this one resembles at the posterior means; sigma is the
    SD of chance on the scale of the linear predictor (`latent_variance`), not the family's own dispersion.
    """

    base: Generalised  # type: ignore[assignment]  # of a Gaussian posterior: the REML fit beside it
    walk: Walk
    averages: Averages
    eta: Array

    @property
    def rows(self) -> Rows:
        """All rows in use."""
        return self.base.rows

    @property
    def design(self) -> Design:
        """The columns of all rows in use."""
        return self.base.design

    @cached_property
    def prior(self) -> WorkingPrior:
        """The priors in working units."""
        return self.walk.posed.prior

    @property
    def reads(self) -> Array:
        """A (p, p): the fixed effects' priors are of A b; see `prior.read_at`."""
        return self.averages.read(self.rows.fixed, self.priors.at_zero)

    @cached_property
    def centre(self) -> Array:
        """The variances' posterior means, in the base's units."""
        return self.base.centre

    @cached_property
    def plausible(self) -> VarianceDraws:
        """Values of theta spread over the draws."""
        x = self.x[:: max(1, len(self.x) // POINTS)]
        spreads = {name: root @ root.transpose(0, 2, 1) for name, root in self.roots_at(x).items()}
        scale = float(np.exp(-2.0 * self.base.base.lead.problem.log_scale[0]))
        s2 = scale / self.base.moments.unit
        near = self.base.base
        if isinstance(near, JointLinear):
            sides = list(zip(near.joint.factors, near.joint.sides, strict=True))
        else:
            sides = [(name, side.problem) for name, side in near.sides.items()]
        thetas = [
            np.concatenate([np.empty(0), *(relative(side, spreads[name][k], s2) for name, side in sides)])
            for k in range(len(x))
        ]
        return VarianceDraws(np.array(thetas), float(len(self.x)), len(self.x))

    @cached_property
    def drawn(self) -> Sample:
        """Joint draws of everything at `places`."""
        return self._at(self.places)

    def sample_at(self, n: int, rng: np.random.Generator) -> Sample:
        """Returns n of the joint draws, spread over all of them; more than there are come again."""
        return self._at(np.linspace(0, len(self.eta), n, endpoint=False).astype(np.intp))

    def _at(self, places: Codes) -> Sample:
        found = parameters(self.walk, self.eta[places])
        return Sample(found.fixed, found.effects, self.sigmas_at(self.x[places]), found.spread)

    @property
    def dispersions(self) -> Array:
        """Draws of the dispersion (n,): a negative binomial's shape, a Gamma's squared coefficient of
        variation; 1 of others.
        """
        return dispersions(self.rows.family, self.x)

    def sigmas_at(self, x: Array) -> Array:
        """Returns the SD that chance adds to the linear predictor (n,) at points x (n, 1 + m)."""
        each, rows = dispersions(self.rows.family, x), self.rows
        if rows.family is Family.GAMMA:
            return np.sqrt(np.log1p(each))
        poisson = np.inf if rows.family is Family.NEGATIVE_BINOMIAL else 1.0
        counted = np.full(len(x), latent_variance(rows, poisson))
        if rows.family is Family.NEGATIVE_BINOMIAL:
            counted = np.log1p(np.expm1(counted) + 1.0 / each)
        return np.sqrt(counted)

    def noise_at(self, x: Array) -> dict[str, Array]:
        """Returns shape^(-1/2) (n,) at points x (n, 1 + m) by what it is called; else nothing."""
        return {NOISE[self.rows.family]: np.exp(x[:, 0])} if self.walk.posed.shaped else {}

    @property
    def posed(self) -> list[tuple[str, tuple[str, ...], Array]]:
        """Each factor, its terms and their units (q,), in the order of psi."""
        units, terms = self.walk.posed.to_random, self.rows.random
        return [(name, terms[name], np.diag(turn)) for name, turn in units.items()]

    def roots_at(self, x: Array) -> dict[str, Array]:
        """Returns a root of Sigma (n, q, q) of each factor's effects at points x (n, 1 + m), in units."""
        posed = self.walk.posed
        return {name: posed.to_random[name] @ root for name, root in working_roots(posed, x).items()}

    def at(self, where: Array) -> dict[str, At]:
        """Returns what one value of theta says of each factor; of none under ""."""
        return self.base.at(where)

    def known(self, where: Array, z: Mapping[str, Array], codes: Mapping[str, Codes]) -> Array:
        """Returns the variance (n,) of z'u, over all factors, given the fixed effects; see `Linear`."""
        return self.base.known(where, z, codes)

    def sample(self, where: Array, n: int, rng: np.random.Generator) -> Sample:
        """Returns n joint draws of everything at one theta."""
        return self.base.sample(where, n, rng)


def dispersions(family: Family, x: Array) -> Array:
    """Returns the dispersion (n,) of `family` at points x (n, 1 + m)."""
    if family is Family.NEGATIVE_BINOMIAL:
        return np.exp(-2.0 * x[:, 0])
    return np.exp(2.0 * x[:, 0]) if family is Family.GAMMA else np.ones(len(x))


def posterior_of(
    design: Design, rows: Rows, averages: Averages, walk: Walk, chains: Chains, priors: Priors
) -> RowsPosterior:
    """Returns the posterior that chains of eta (chains, draws, D) are draws of."""
    eta = chains.pooled
    drawn = parameters(walk, eta[:: max(1, len(eta) // 1000)])
    means = Estimates(
        fixed=drawn.fixed.mean(axis=0),
        covariance=np.cov(drawn.fixed.T).reshape(len(rows.fixed), len(rows.fixed)),
        spread={name: spread.mean(axis=0) for name, spread in drawn.spread.items()},
        effects={name: effects.mean(axis=0) for name, effects in drawn.effects.items()},
        dispersion=float(np.exp(np.log(dispersions(rows.family, points(walk, eta))).mean())),
        log_likelihood=float("nan"),
        stop=Stop.OPTIMUM,
    )
    return around(Generalised(design, rows, means), averages, walk, chains, priors)


def around(
    base: Generalised, averages: Averages, walk: Walk, chains: Chains, priors: Priors
) -> RowsPosterior:
    """Returns the posterior whose means are known."""
    how = replace(chains, x=points(walk, chains.x))
    return RowsPosterior(base, priors, how.pooled, how, chains.seed, walk, averages, chains.pooled)
