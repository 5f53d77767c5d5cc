"""Along: a fit seen along one of its grouping factors, whatever the number of the others."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from core.design.coding import Array
from core.design.moments import Moments
from core.fit.collapsed import VarianceDraws
from core.fit.curvature import Curvature
from core.fit.effects import At, Codes, GroupEffects, Working
from core.fit.optimise import Optimum
from core.fit.problem import Problem
from core.fit.sample import Sample


class Along(Protocol):
    """What tables of one factor's groups are made from. The fixed side is that of the whole model."""

    @property
    def moments(self) -> Moments:
        """Of this factor's groups alone; without groups, of all rows."""

    @property
    def crossed(self) -> bool:
        """Whether the model has other groupings."""

    @property
    def problem(self) -> Problem:
        """This factor's model, as if alone."""

    @property
    def fixed(self) -> Array:
        """Fixed effects (p,)."""

    @property
    def fixed_covariance(self) -> Array:
        """(p, p)."""

    @property
    def curvature(self) -> Curvature:
        """Uncertainty of all variance parameters."""

    @property
    def effects(self) -> GroupEffects:
        """This factor's effects at the optimum."""

    @property
    def random_covariance(self) -> Array:
        """Sigma (q, q) of this factor's effects, in units."""

    @property
    def sigma(self) -> float:
        """Residual SD."""

    @property
    def working(self) -> Working:
        """Fixed effects and this factor's covariance in working units."""

    @property
    def singular(self) -> bool:
        """Whether one of this factor's variances is zero, or a correlation one."""

    @property
    def plausible(self) -> VarianceDraws:
        """Values of theta, of all factors, that the data leave open."""

    @property
    def drawn(self) -> Sample | None:
        """Joint draws that tables are made of; None where they are made of an optimum."""

    def at(self, theta: Array) -> At:
        """Returns what another value of theta would say."""


class Fitted(Protocol):
    """A fitted Gaussian model with any number of grouping factors."""

    @property
    def moments(self) -> Moments:
        """The moments it was fitted to."""

    @property
    def optimum(self) -> Optimum:
        """Where the search ended."""

    @property
    def reml(self) -> bool:
        """REML or ML."""

    @property
    def criterion(self) -> float:
        """REML criterion or -2 log-likelihood, in the columns' own units."""

    @property
    def centre(self) -> Array:
        """The value of theta to read conditional answers at."""

    @property
    def plausible(self) -> VarianceDraws:
        """Values of theta that the data leave open."""

    @property
    def lead(self) -> Along:
        """The side to read the fixed effects from: any factor's, or the model without groups."""

    @property
    def sides(self) -> Mapping[str, Along]:
        """The fit along each grouping factor, in the model's order; empty without groups."""

    def known(self, theta: Array, z: Mapping[str, Array], codes: Mapping[str, Codes]) -> Array:
        """Returns the variance (n,) of z'u, over all factors, given the fixed effects; see `Linear`."""

    def sample(self, theta: Array, n: int, rng: np.random.Generator) -> Sample:
        """Returns n joint draws of everything at one theta."""
