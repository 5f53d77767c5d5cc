"""A second road to the conditional modes and to Laplace's likelihood: by the Gaussian model at each step.

`core.fit.group_modes` is the road that fits take; this one solves the whole linearised model anew each time.

With u = L v, v ~ N(0, I), and H the information in v at the mode,

    log p(y) ~ log p(y | b, u) - |v|^2 / 2 - log|H| / 2        (Bates 2015, lme4; Breslow, Clayton 1993)

The fixed effects are given, or integrated out with the group effects under a flat prior.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.design.coding import Array
from core.design.matrix import Design
from core.design.rows import Rows
from core.fit.family import linked, log_likelihood
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.linearised import Near, Spread, linearised, predictor
from core.spec.model import Family

STEPS, HALVINGS = 50, 12
# Rise of the log density, in units of log-likelihood, that ends the search of the mode.
SETTLED = 1e-9


@dataclass(frozen=True, slots=True)
class Mode:
    """Where the density of fixed and group effects is highest, given the variances, and what lies around.

    `height` is log p(y | b, u) - |v|^2 / 2 there; `near` and `base` the Gaussian model it resembles there.
    """

    fixed: Array  # (p,)
    effects: Mapping[str, Array]  # by factor (J, q)
    height: float
    near: Near
    base: Linear | JointLinear

    @property
    def given_fixed(self) -> float:
        """Laplace's log-likelihood with the fixed effects as they are; rows must have no fixed columns."""
        return self.height - self.base.pieces.log_det / 2.0

    @property
    def over_fixed(self) -> float:
        """Laplace's log-likelihood with the fixed effects integrated out, up to a constant."""
        return self.given_fixed + float(np.linalg.slogdet(self.base.fixed_covariance)[1]) / 2.0


Values = tuple[Array, Mapping[str, Array]]
"""Fixed effects (p,) and group effects by factor (J, q)."""


def find_mode(
    design: Design, rows: Rows, spread: Spread, dispersion: float, begun: Values | None = None
) -> Mode:
    """Returns the mode at some variances, searched from `begun`, else from where a search of a GLM begins.

    Penalised iteratively reweighted least squares with steps halved until the density rises. Raises
    LinAlgError where a group or column says so little that the steps cannot be solved.
    """
    precision = {name: np.linalg.pinv(one, rcond=1e-12, hermitian=True) for name, one in spread.items()}
    mode = begun
    if mode is not None:  # effects that a singular covariance cannot have are no place to begin
        able = {name: np.linalg.matrix_rank(one, hermitian=True) == len(one) for name, one in spread.items()}
        mode = mode[0], {name: u if able[name] else np.zeros_like(u) for name, u in mode[1].items()}
    else:
        first = Near(_first_predictor(rows), spread, dispersion)
        mode = _solved(linearised(design, rows, first))
    near = Near(predictor(rows, *mode), spread, dispersion)
    height = _height(rows, near, mode[1], precision)
    for _ in range(STEPS):
        base = linearised(design, rows, near)
        to, share, before = _solved(base), 1.0, height
        for _ in range(HALVINGS):
            tried = _between(mode, to, share)
            there = replace(near, eta=predictor(rows, *tried))
            height = _height(rows, there, tried[1], precision)
            if height >= before - SETTLED:
                break
            share /= 2.0
        else:
            return Mode(*mode, before, near, base)
        mode, near = tried, there
        if height - before < SETTLED * max(1.0, abs(height)):
            break
    return Mode(*mode, height, near, linearised(design, rows, near))


def _solved(base: Linear | JointLinear) -> Values:
    return base.lead.fixed, {name: side.effects.mean for name, side in base.sides.items()}


def _between(one: Values, other: Values, share: float) -> Values:
    return one[0] + share * (other[0] - one[0]), {
        name: effects + share * (other[1][name] - effects) for name, effects in one[1].items()
    }


def _height(rows: Rows, near: Near, effects: Mapping[str, Array], precision: Spread) -> float:
    penalty = sum(float(np.einsum("ja,ab,jb->", u, precision[name], u)) for name, u in effects.items())
    return float(log_likelihood(rows, near.eta, near.dispersion).sum()) - penalty / 2.0


def _first_predictor(rows: Rows) -> Array:
    """eta (n,) where a search begins: at the outcomes, drawn in from where the link has no end."""
    if rows.family is Family.BINOMIAL:
        return linked(rows.link, (rows.y + 0.5) / (rows.trials + 1.0))
    return linked(rows.link, rows.y + (0.1 if rows.family is not Family.GAMMA else 0.0))
