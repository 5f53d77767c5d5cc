"""What a fit of a generalised model found, whoever searched for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.linearised import Spread
from core.fit.optimise import Stop
from core.spec.model import Family

# A SD of group effects below this, on the scale of the linear predictor, changes odds and rates by less than
# a hundredth of a percent.
ZERO = 1e-4


@dataclass(frozen=True, slots=True)
class Estimates:
    """Maximum of the (approximated) likelihood: values in the columns' own units."""

    fixed: Array  # (p,)
    covariance: Array  # (p, p) of the fixed effects, the variances' uncertainty with it; NaN where unknown
    spread: Spread
    effects: Mapping[str, Array]  # by factor (J, q): conditional modes
    dispersion: float
    log_likelihood: float
    stop: Stop
    points: int = 1  # of the quadrature; 1 is Laplace's approximation
    separating: tuple[str, ...] = ()  # fixed columns whose effects the data set no end to


def free_numbers(rows: Rows) -> int:
    """Returns the number of estimated parameters: fixed effects, variances, correlations, dispersion."""
    variances = sum(size * (size + 1) // 2 for blocks in rows.blocks.values() for size in blocks)
    return len(rows.fixed) + variances + int(has_dispersion(rows.family))


def has_dispersion(family: Family) -> bool:
    """Returns whether a family has a number of its own beside the mean."""
    return family in (Family.NEGATIVE_BINOMIAL, Family.GAMMA, Family.GAUSSIAN)


def singular(rows: Rows, name: str, spread: Array) -> bool:
    """Returns whether a variance of a factor's effects is zero for every purpose, or a correlation one."""
    z = rows.z[name]
    size = np.sqrt(np.maximum((rows.weights @ np.square(z)) / rows.weights.sum(), 1e-300))
    scaled = spread * np.outer(size, size)
    sd = np.sqrt(np.diag(scaled))
    if (sd < ZERO).any():
        return True
    return bool(np.linalg.eigvalsh(scaled / np.outer(sd, sd))[0] < ZERO)


def most_shape(rows: Rows) -> float:
    """Returns the log of the largest shape of a negative binomial that is told from a Poisson: with it a
    variance exceeds its average mean by a ten-thousandth.
    """
    return float(np.log(1e4 * max(float(np.average(rows.y, weights=rows.weights)), 1.0)))
