"""How two kinds of group difference go together: the fitted covariance as a picture."""

import numpy as np

from core.design.coding import Array
from core.fit.along import Along
from core.result.totals import weights_at_average


def covariance_at_average(linear: Along) -> tuple[Array, Array]:
    """Returns centre (q,) and covariance (q, q) of the groups' totals as `totals_at_average` reads them."""
    pick, own = weights_at_average(linear)
    return pick @ linear.fixed, own @ linear.random_covariance @ own.T


def correlation_at_average(linear: Along, terms: tuple[str, str]) -> float | None:
    """Returns the correlation of two kinds of difference, baseline at average predictors, or None."""
    _, covariance = covariance_at_average(linear)
    i, j = (linear.problem.random.index(term) for term in terms)
    scale = float(np.sqrt(max(covariance[i, i], 0.0) * max(covariance[j, j], 0.0)))
    return float(np.clip(covariance[i, j] / scale, -1.0, 1.0)) if scale > 0 else None


def ellipse(
    linear: Along,
    terms: tuple[str, str],
    covariance: Array | None = None,
    share: float = 0.95,
    points: int = 120,
) -> tuple[list[float], list[float]] | None:
    """Returns the outline (x, y) holding `share` of such groups under the fitted covariance.

    `covariance` (q, q) is another one to draw: that of totals with outer groups' part (`nested_covariance`).
    Baseline at average predictors. None when one of the two does not vary.
    """
    centre, own = covariance_at_average(linear)
    covariance = own if covariance is None else covariance
    places = [linear.problem.random.index(term) for term in terms]
    part = covariance[np.ix_(places, places)]
    if min(part[0, 0], part[1, 1]) <= 0:
        return None
    reach = np.sqrt(-2.0 * np.log(1.0 - share))  # chi-square with 2 df has the survivor exp(-x / 2)
    values, vectors = np.linalg.eigh(part)
    angle = np.linspace(0.0, 2.0 * np.pi, points)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    outline = centre[places][:, None] + reach * (vectors * np.sqrt(np.maximum(values, 0.0))) @ circle
    return outline[0].tolist(), outline[1].tolist()
