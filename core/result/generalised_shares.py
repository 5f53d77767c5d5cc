"""Where the variation of a yes/no outcome, a count or an amount lies, on two scales.

Latent: on the scale of the linear predictor, where chance has the variance that belongs to family and link.
Observed: on the outcome's own scale, the groups' effects integrated (Nakagawa, Johnson, Schielzeth 2017,
J. R. Soc. Interface 14; de Villemereuil et al. 2016, Genetics 204).
"""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.rows import Rows
from core.fit.family import latent_variance
from core.fit.generalised import Generalised
from core.result.share_draws import GroupShare, Shares


@dataclass(frozen=True, slots=True)
class Observed:
    """Variances of one trial, count or amount on its own scale: of what the predictors expect, between
    groups, and by chance.
    """

    fixed: float
    groups: float
    chance: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.fixed + self.groups + self.chance


def latent_shares(fitted: Generalised) -> Shares:
    """Returns the variance by source on the scale of the linear predictor."""
    rows, found = fitted.rows, fitted.estimates
    weights = _weights(rows)
    fixed = _variance(fitted.among, weights)
    groups = {name: _group(rows, name, found.spread[name], weights) for name in rows.random}
    return Shares(fixed, groups, latent_variance(rows, found.dispersion))


def observed_shares(fitted: Generalised) -> Observed:
    """Returns the variance by source on the outcome's own scale, at the average offset."""
    weights, over = _weights(fitted.rows), fitted.over_groups
    return Observed(
        _variance(over.mean, weights), float(weights @ over.between), float(weights @ over.chance)
    )


def _weights(rows: Rows) -> Array:
    """Share of each row (n,): one of 50 trials counts as 50 rows of one."""
    return rows.cases / rows.cases.sum()


def _variance(values: Array, weights: Array) -> float:
    return float(weights @ np.square(values - weights @ values))


def _group(rows: Rows, name: str, spread: Array, weights: Array) -> GroupShare:
    z = rows.z[name]
    total = float(((z * weights[:, None]).T @ z * spread).sum())
    if INTERCEPT not in rows.random[name]:
        return GroupShare(0.0, total)
    average = weights @ z
    baseline = float(average @ spread @ average)
    return GroupShare(baseline, max(total - baseline, 0.0))
