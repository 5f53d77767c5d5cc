"""The line of log-odds that hold against log-odds that were foretold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.result.clustered import sums

FURTHEST = 1e-12  # nearer to 0 or 1 than this a probability has no log-odds to compare


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error; both NaN where the outcomes cannot tell."""

    value: float
    std_error: float


def cox(p: Array, yes: Array, no: Array, groups: NDArray[np.intp] | None = None) -> tuple[Estimate, Estimate]:
    """Returns intercept and slope of the logistic regression of outcomes on the log-odds given to them.

    Newton's method on two numbers; with `groups` their errors are those of sums by group (Liang, Zeger 1986,
    Biometrika 73). NaN where one value separates the yes from the no, or all are alike.
    """
    clipped = np.clip(p, FURTHEST, 1.0 - FURTHEST)
    x = np.log(clipped) - np.log1p(-clipped)
    unknown = Estimate(float("nan"), float("nan"))
    good, poor = x[yes > 0], x[no > 0]
    if not len(good) or not len(poor) or good.min() >= poor.max() or poor.min() >= good.max():
        return unknown, unknown
    n = yes + no
    centre = float(n @ x / n.sum())
    spread = float(np.sqrt(n @ (x - centre) ** 2 / n.sum()))
    columns = np.column_stack([np.ones(len(x)), (x - centre) / spread])
    at = np.array([np.log(yes.sum() / no.sum()), 0.0])
    for _ in range(100):
        fitted = 1.0 / (1.0 + np.exp(-columns @ at))
        information = (columns * (n * fitted * (1.0 - fitted))[:, None]).T @ columns
        step = np.linalg.solve(information, columns.T @ (yes - n * fitted))
        at = at + step / max(1.0, float(np.abs(step).max()) / 2.0)
        if np.abs(step).max() < 1e-10:
            break
    else:
        return unknown, unknown
    back = np.array([[1.0, -centre / spread], [0.0, 1.0 / spread]])
    covariance = np.linalg.inv(information)
    if groups is not None:
        steep = np.column_stack([sums(columns[:, k] * (yes - n * fitted), groups) for k in (0, 1)])
        covariance = covariance @ (steep.T @ steep) @ covariance * len(steep) / max(len(steep) - 1, 1)
    first, second = back @ at
    errors = np.sqrt(np.diag(back @ covariance @ back.T))
    return Estimate(float(first), float(errors[0])), Estimate(float(second), float(errors[1]))
