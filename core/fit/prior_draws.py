"""Draws from the priors alone: what a model believes before it has seen an outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.errors import PanelwiseError, listed
from core.fit.posterior import Posterior
from core.fit.prior import SHAPES, WorkingPrior
from core.spec.prior import Shape


class FlatPrior(PanelwiseError):
    """Draws were asked of priors that say nothing."""

    def __init__(self, terms: list[str]) -> None:
        super().__init__(
            f"The priors of {listed(terms)} say nothing, so nothing can be drawn from them. Give each an SD."
        )


@dataclass(frozen=True, slots=True)
class PriorDraws:
    """n draws in units: fixed effects (n, p), a root of Sigma of each factor (n, q, q), residual SD (n,).

    `x` (n, 1 + m) are the draws of the variances in the coordinates of `density`.
    """

    x: Array
    fixed: Array
    roots: Mapping[str, Array]
    sigma: Array

    @property
    def spreads(self) -> dict[str, Array]:
        """Sigma of each factor (n, q, q)."""
        return {name: root @ root.transpose(0, 2, 1) for name, root in self.roots.items()}


def prior_draws(fitted: Posterior, n: int, seed: int) -> PriorDraws:
    """Returns independent draws from a posterior's priors. Raises FlatPrior."""
    rng = np.random.default_rng([seed, 3])
    x = _variances(fitted.prior, n, rng)
    return PriorDraws(x, _fixed(fitted, n, rng), fitted.roots_at(x), fitted.sigmas_at(x))


def _fixed(fitted: Posterior, n: int, rng: np.random.Generator) -> Array:
    names, said = fitted.lead.problem.fixed, dict(fitted.priors.fixed)
    if flat := [name for name in names if not np.isfinite(said[name].sd)]:
        raise FlatPrior(flat)
    mean, sd = (np.array([getattr(said[name], part) for name in names]) for part in ("mean", "sd"))
    drawn = mean + sd * rng.standard_normal((n, len(names)))
    return np.asarray(np.linalg.solve(fitted.reads, drawn.T).T)


def _variances(prior: WorkingPrior, n: int, rng: np.random.Generator) -> Array:
    """x = (log s, psi) (n, 1 + m); see `log_prior`."""
    frame = prior.frame
    sds = np.empty((n, len(prior.scales)))
    for k, (kind, scale, df) in enumerate(zip(prior.kinds, prior.scales, prior.dfs, strict=True)):
        shape = SHAPES[int(kind)]
        if shape is Shape.EXPONENTIAL:
            sds[:, k] = scale * rng.exponential(size=n)
        else:
            bell = rng.standard_normal(n) if shape is Shape.HALF_NORMAL else rng.standard_t(df, n)
            sds[:, k] = scale * np.abs(bell)
    x = np.empty((n, 1 + len(frame.is_log_sd)))
    x[:, 0] = np.log(sds[:, -1])
    x[:, 1:][:, frame.is_log_sd] = np.log(sds[:, :-1])
    for k in np.flatnonzero(~frame.is_log_sd).tolist():
        power = prior.lkj + (frame.block[k] - 2 - frame.place[k]) / 2.0
        x[:, 1 + k] = np.arctanh(np.clip(2.0 * rng.beta(power, power, n) - 1.0, -1 + 1e-12, 1 - 1e-12))
    return x
