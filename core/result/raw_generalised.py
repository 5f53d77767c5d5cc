"""What each group's own rows of yes/no, counts and amounts would say, and where they set no end to it."""

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.along import Along
from core.fit.generalised import Generalised, GeneralisedSide
from core.fit.linearised import Near, linearised
from core.fit.posterior_side import PosteriorSide


def behind(linear: Along) -> GeneralisedSide | None:
    """Returns what a side of a generalised model knows of its rows, of a posterior at its means; None of a
    Gaussian model.
    """
    near = linear.base if isinstance(linear, PosteriorSide) else linear
    return near if isinstance(near, GeneralisedSide) else None


def cases(fitted: Generalised, factor: str) -> Array:
    """Returns how many trials, or rows, each group has (J,)."""
    rows = fitted.rows
    return np.bincount(rows.codes[factor], weights=rows.cases, minlength=len(rows.levels[factor]))


def endless(fitted: Generalised, factor: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Returns which groups (J,) have no yes, or nothing counted, at all, and which nothing but yes."""
    rows = fitted.rows
    count = len(rows.levels[factor])
    won = np.bincount(rows.codes[factor], weights=rows.weights * rows.y, minlength=count)
    lost = np.bincount(rows.codes[factor], weights=rows.weights * (rows.trials - rows.y), minlength=count)
    return won == 0, lost == 0


def around_predictor(fitted: Generalised, factor: str, eta: Array) -> Along:
    """Returns the Gaussian model that the rows resemble around a linear predictor (n,), along one factor."""
    near = Near(eta, fitted.estimates.spread, fitted.estimates.dispersion)
    return linearised(fitted.design, fitted.rows, near).sides[factor]
