"""Laplace's approximation maximised over fixed effects, variances and dispersion, for models of any shape.

The function is glmmTMB's; the search is SciPy's BFGS, with slopes where there is one factor. It is the second
choice beside a package made for it (see `glmm_package`).
"""

from collections.abc import Mapping

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows, ungrouped
from core.fit.estimates import Estimates, singular
from core.fit.laplace_point import Search, begin, point_of, turned
from core.fit.optimise import Stop
from core.fit.plain_glm import fit_plain

# Rise of the log-likelihood that an optimum may leave on the table.
LEFT = 1e-4
# SDs of the effects, as shares of what each column does to a row, from which the search begins.
STARTS = (0.3, 1.0)
# Of a squared fixed effect per SD of its column, where nothing else ends it: a normal prior of SD 10.
PENALTY = 0.005


def search_laplace(rows: Rows, endless: bool = False) -> Estimates:
    """Returns the highest Laplace likelihood found from two starts.

    Where the data set fixed effects no end (`endless`, see `separation`), a weak penalty does.
    """
    fixed, dispersion = _plain(rows)
    begun, best = begin(rows, PENALTY if endless else 0.0), None
    for sd in STARTS:
        lowers = {name: sd * np.eye(len(size)) for name, size in begun.sizes.items()}
        found = _minimised(turned(begun, fixed, lowers, dispersion), fixed, lowers, dispersion)
        if best is None or found[1] < best[1]:
            best = found
    assert best is not None  # there are starts
    # Again from there, turned for the variances that were found.
    search, _, point = best
    turned_fixed, lowers, dispersion = search.apart(point)
    fixed = search.turn @ turned_fixed
    search, _, point = _minimised(turned(search, fixed, lowers, dispersion), fixed, lowers, dispersion)
    return _estimates(search, point)


def _minimised(
    search: Search, fixed: Array, lowers: Mapping[str, Array], dispersion: float
) -> tuple[Search, float, Array]:
    """The search, the lowest value it reaches and where."""
    from scipy import optimize

    start = point_of(search, fixed, lowers, dispersion)
    found = optimize.minimize(search, start, jac=search.slopes, method="BFGS", options={"gtol": 1e-4})
    search.latest = None
    return search, float(found.fun), np.asarray(found.x)


def _plain(rows: Rows) -> tuple[Array, float]:
    if not rows.fixed:
        return np.empty(0), 1.0
    plain = fit_plain(ungrouped(rows))
    return np.nan_to_num(plain.fixed), plain.dispersion


def _estimates(begun: Search, point: Array) -> Estimates:
    rows, value = begun.rows, -begun(point)
    fixed, lowers, dispersion = begun.apart(point)
    value += begun.penalty * float(np.square(begun.scaled(point)).sum())
    roots = {name: lower / begun.sizes[name][:, None] for name, lower in lowers.items()}
    spread = {name: root @ root.T for name, root in roots.items()}
    found = begun.modes(point)[1]
    first, *rest = roots
    effects = {first: found.v @ roots[first].T}
    for one, name in zip(begun.data.others, rest, strict=True):
        effects[name] = found.fixed[one.start : one.end].reshape(one.levels, -1) @ roots[name].T
    hessian, gradient = _curvature(begun, point)
    p = len(fixed)
    covariance, left = _covariance(hessian, gradient, p)
    flat = any(singular(rows, name, one) for name, one in spread.items())
    ended = left < LEFT and bool(np.isfinite(covariance).all())
    stop = Stop.NOT_CONVERGED if not ended else Stop.ON_BOUNDARY if flat else Stop.OPTIMUM
    return Estimates(
        fixed=begun.turn @ fixed,
        covariance=begun.turn @ covariance @ begun.turn.T,
        spread={name: spread[name] for name in rows.random},
        effects={name: effects[name] for name in rows.random},
        dispersion=dispersion,
        log_likelihood=value,
        stop=stop,
    )


def _curvature(begun: Search, point: Array) -> tuple[Array, Array]:
    """Hessian and gradient of -log-likelihood, by central differences."""
    k = len(point)
    step = begun.steps
    centre = begun(point)
    ahead = np.array([begun(point + e) for e in np.diag(step)])
    behind = np.array([begun(point - e) for e in np.diag(step)])
    hessian = np.diag((ahead - 2.0 * centre + behind) / step**2)
    for i in range(k):
        for j in range(i):
            e, f = step[i] * np.eye(k)[i], step[j] * np.eye(k)[j]
            mixed = begun(point + e + f) - begun(point + e - f) - begun(point - e + f) + begun(point - e - f)
            hessian[i, j] = hessian[j, i] = mixed / (4.0 * step[i] * step[j])
    return hessian, (ahead - behind) / (2.0 * step)


def _covariance(hessian: Array, gradient: Array, p: int) -> tuple[Array, float]:
    """Covariance (p, p) of the fixed effects, and the rise that the quadratic approximation still sees.

    Directions in which the likelihood is flat, a variance of zero among them, say nothing of the others;
    where a fixed effect has a part in one, nothing is known of how sure it is (NaN).
    """
    size = np.sqrt(np.maximum(np.diag(hessian), 1e-12))
    values, vectors = np.linalg.eigh(hessian / np.outer(size, size))
    sound = values > 1e-6
    along = vectors.T @ (gradient / size)
    left = float((along[sound] ** 2 / values[sound]).sum() / 2.0)
    inverse = (vectors[:, sound] / values[sound]) @ vectors[:, sound].T / np.outer(size, size)
    blind = bool((np.abs(vectors[:p, ~sound]) > 0.1).any())
    return np.full((p, p), np.nan) if blind else np.asarray(inverse[:p, :p]), left
