"""Laplace's approximation maximised over fixed effects, variances and dispersion, for models of any shape.

The function is that of lme4 and glmmTMB; the search is SciPy's BFGS with differences, slower than a package
made for it, so it is the second choice (see `glmm_package`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.matrix import Design
from core.design.rows import Rows
from core.fit.estimates import Estimates, has_dispersion, singular
from core.fit.laplace import find_mode
from core.fit.laplace_one import ByGroup, by_group, fits_by_group, peak
from core.fit.linearised import Spread
from core.fit.optimise import Stop
from core.fit.plain_glm import fit_plain

STEP = 1e-4
# Rise of the log-likelihood that an optimum may leave on the table.
LEFT = 1e-4
# SDs of the effects, as shares of what each column does to a row, from which the search begins.
STARTS = (0.3, 1.0)
# Of a squared fixed effect per SD of its column, where nothing else ends it: a normal prior of SD 10.
PENALTY = 0.005
# Rise of the height that ends the search of the modes.
SETTLED = 1e-10
# What a point where the modes cannot be found counts as.
NOWHERE = 1e10


Places = NDArray[np.intp]


@dataclass
class _Search:
    """-log-likelihood at a point: scaled fixed effects, entries of lower roots, log dispersion.

    The latest modes are where the next search of them begins.
    """

    design: Design
    rows: Rows
    places: dict[str, tuple[Places, Places]]
    sizes: dict[str, Array]
    scale: Array
    penalty: float
    quick: ByGroup | None
    latest: Mapping[str, Array] | None = None

    def __call__(self, point: Array) -> float:
        try:
            with np.errstate(all="ignore"):
                effects, value = self.modes(point)
        except np.linalg.LinAlgError:
            return NOWHERE
        if not np.isfinite(value):
            return NOWHERE
        self.latest = effects
        return self.penalty * float(np.square(point[: len(self.scale)]).sum()) - value

    def modes(self, point: Array) -> tuple[Mapping[str, Array], float]:
        """Returns the conditional modes by factor (J, q), and the log-likelihood, at a point."""
        fixed, spread, dispersion = self.apart(point)
        rows = self.rows
        if self.quick is not None:
            ((name, own),) = spread.items()
            none = np.zeros((len(rows.levels[name]), len(own)))
            begun = self.latest[name] if self.latest else none
            top = peak(self.quick, own, dispersion, fixed, begun, move_fixed=False, settled=SETTLED)
            return {name: top.effects}, top.height - top.log_det / 2.0
        beneath = replace(rows, offset=rows.offset + rows.x @ fixed, x=np.empty((rows.n, 0)), fixed=())
        start = (np.empty(0), self.latest) if self.latest else None
        mode = find_mode(self.design, beneath, spread, dispersion, start)
        return mode.effects, mode.given_fixed

    def apart(self, point: Array) -> tuple[Array, Spread, float]:
        """Returns fixed effects, covariances and dispersion of a point."""
        p = len(self.scale)
        spread, at = {}, p
        for name, (r, c) in self.places.items():
            size = self.sizes[name]
            lower = np.zeros((len(size), len(size)))
            lower[r, c] = point[at : at + len(r)]
            at += len(r)
            lower /= size[:, None]
            spread[name] = lower @ lower.T
        dispersion = float(np.exp(np.clip(point[at], -18.0, 9.2))) if at < len(point) else 1.0
        return point[:p] / self.scale, spread, dispersion


def search_laplace(design: Design, rows: Rows, endless: bool = False) -> Estimates:
    """Returns the highest Laplace likelihood found from two starts.

    Where the data set fixed effects no end (`endless`, see `separation`), a weak penalty does.
    """
    from scipy import optimize

    plain = _plain(rows)
    begun = _begin(design, rows, PENALTY if endless else 0.0)
    best = None
    for sd in STARTS:
        start = _start(begun, plain, sd)
        begun.latest = None
        found = optimize.minimize(begun, start, jac="3-point", method="BFGS", options={"gtol": 1e-4})
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None  # there are starts
    begun.latest = None
    return _estimates(begun, np.asarray(best.x))


def _plain(rows: Rows) -> tuple[Array, float]:
    if not rows.fixed:
        return np.empty(0), 1.0
    plain = fit_plain(replace(rows, z={}, random={}, blocks={}, codes={}, levels={}))
    return np.nan_to_num(plain.fixed), plain.dispersion


def _begin(design: Design, rows: Rows, penalty: float) -> _Search:
    weight = rows.weights / rows.weights.sum()
    places: dict[str, tuple[Places, Places]] = {}
    sizes = {}
    for name, blocks in rows.blocks.items():
        r, c, at = [], [], 0
        for size in blocks:
            inner = np.tril_indices(size)
            r.append(inner[0] + at)
            c.append(inner[1] + at)
            at += size
        places[name] = np.concatenate(r), np.concatenate(c)
        sizes[name] = np.sqrt(weight @ np.square(rows.z[name]))
    quick = by_group(rows) if fits_by_group(rows) else None
    scale = np.sqrt(weight @ np.square(rows.x - weight @ rows.x)) if rows.fixed else np.empty(0)
    return _Search(design, rows, places, sizes, np.where(scale > 1e-12, scale, 1.0), penalty, quick)


def _start(begun: _Search, plain: tuple[Array, float], sd: float) -> Array:
    parts = [plain[0] * begun.scale]
    for r, c in begun.places.values():
        parts.append(np.where(r == c, sd, 0.0))
    if has_dispersion(begun.rows.family):
        parts.append(np.array([np.log(plain[1])]))
    return np.concatenate(parts)


def _estimates(begun: _Search, point: Array) -> Estimates:
    rows = begun.rows
    effects, value = begun.modes(point)
    fixed, spread, dispersion = begun.apart(point)
    hessian, gradient = _curvature(begun, point)
    p = len(fixed)
    covariance, left = _covariance(hessian, gradient, p)
    flat = any(singular(rows, name, one) for name, one in spread.items())
    ended = left < LEFT and bool(np.isfinite(covariance).all())
    stop = Stop.NOT_CONVERGED if not ended else Stop.ON_BOUNDARY if flat else Stop.OPTIMUM
    return Estimates(
        fixed=fixed,
        covariance=covariance / np.outer(begun.scale, begun.scale),
        spread=spread,
        effects=dict(effects),
        dispersion=dispersion,
        log_likelihood=value,
        stop=stop,
    )


def _curvature(begun: _Search, point: Array) -> tuple[Array, Array]:
    """Hessian and gradient of -log-likelihood, by central differences."""
    k = len(point)
    step = STEP**0.75 * np.maximum(np.abs(point), 1.0)
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

    Directions in which the likelihood is flat, a variance of zero among them, say nothing of the others.
    """
    values, vectors = np.linalg.eigh(hessian)
    sound = values > 1e-6 * max(float(values[-1]), 1e-12)
    along = vectors.T @ gradient
    left = float((along[sound] ** 2 / values[sound]).sum() / 2.0)
    inverse = (vectors[:, sound] / values[sound]) @ vectors[:, sound].T
    return np.asarray(inverse[:p, :p]), left
