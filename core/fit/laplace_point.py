"""Laplace's approximation as a function of a point: scaled fixed effects, lower roots, log dispersion."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.estimates import has_dispersion, most_shape
from core.fit.family import fixed_part
from core.fit.group_modes import Modes, find_modes
from core.fit.group_slopes import slope_of_lower, slope_of_offset
from core.fit.group_sums import Panel, panel, sums_at

# Of differences.
STEP = 1e-3
# Rise of the height that ends the search of the modes: the determinant errs by its root, and second
# differences are taken of it.
SETTLED = 1e-16
# What a point where the modes cannot be found counts as.
NOWHERE = 1e10

Places = NDArray[np.intp]


@dataclass
class Search:
    """-log-likelihood at a point: scaled fixed effects, entries of lower roots, log dispersion.

    Effects in units are (L v) / size of their column. What the latest effects add to eta is where the next
    search of the modes begins.
    """

    rows: Rows
    data: Panel
    places: dict[str, tuple[Places, Places]]
    sizes: dict[str, Array]
    scale: Array
    penalty: float
    x: Array  # (n, p) scaled columns in the panel's order
    latest: Array | None = None

    def __call__(self, point: Array) -> float:
        try:
            with np.errstate(all="ignore"):
                data, found = self.modes(point)
                value = found.log_likelihood + fixed_part(data.rows, data.dispersion).sum()
        except np.linalg.LinAlgError:
            return NOWHERE
        if not np.isfinite(value):
            return NOWHERE
        self.latest = found.sums.eta - data.rows.offset
        return self.penalty * float(np.square(point[: len(self.scale)]).sum()) - value

    def modes(self, point: Array) -> tuple[Panel, Modes]:
        """Returns the rows with all but the effects as known, and the conditional modes, at a point."""
        fixed, lowers, dispersion = self.apart(point)
        offset = self.data.rows.offset + self.x @ fixed
        data = replace(self.data, dispersion=dispersion, rows=replace(self.data.rows, offset=offset))
        begun = sums_at(data, offset + (0.0 if self.latest is None else self.latest))
        return data, find_modes(data, tuple(lowers[name] for name in self.places), begun, SETTLED)

    def apart(self, point: Array) -> tuple[Array, dict[str, Array], float]:
        """Returns scaled fixed effects, L of each factor and dispersion of a point."""
        p = len(self.scale)
        lowers, at = {}, p
        for name, (r, c) in self.places.items():
            lowers[name] = np.zeros((len(self.sizes[name]),) * 2)
            lowers[name][r, c] = point[at : at + len(r)]
            at += len(r)
        if at == len(point):
            return point[:p], lowers, 1.0
        dispersion = float(np.exp(np.clip(point[at], -18.0, most_shape(self.data.rows))))
        return point[:p], lowers, dispersion

    def slopes(self, point: Array) -> Array:
        """Returns the gradient: with one factor exact but for the dispersion, else by differences."""
        steps = STEP * np.maximum(np.abs(point), 1.0)
        exact = len(self.places) == 1
        found = np.zeros(len(point))
        if exact:
            ((r, c),) = self.places.values()
            p = len(self.scale)
            try:
                with np.errstate(all="ignore"):
                    data, modes = self.modes(point)
                    found[:p] = 2.0 * self.penalty * point[:p] - slope_of_offset(data, modes) @ self.x
                    found[p : p + len(r)] = -slope_of_lower(data, modes)[r, c]
            except np.linalg.LinAlgError:
                exact = False
        known = p + len(r) if exact else 0
        for k in range(known, len(point)):
            e = steps[k] * np.eye(len(point))[k]
            found[k] = (self(point + e) - self(point - e)) / (2.0 * steps[k])
        return found


def begin(rows: Rows, penalty: float) -> Search:
    weight = rows.weights / rows.weights.sum()
    places: dict[str, tuple[Places, Places]] = {}
    sizes = {}
    # Most effects first: those are eliminated.
    for name in sorted(rows.blocks, key=lambda name: -len(rows.levels[name]) * rows.z[name].shape[1]):
        r, c, at = [], [], 0
        for size in rows.blocks[name]:
            inner = np.tril_indices(size)
            r.append(inner[0] + at)
            c.append(inner[1] + at)
            at += size
        places[name] = np.concatenate(r), np.concatenate(c)
        sizes[name] = np.sqrt(weight @ np.square(rows.z[name]))
    scale = np.sqrt(weight @ np.square(rows.x - weight @ rows.x)) if rows.fixed else np.empty(0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    lean = replace(rows, x=np.empty((rows.n, 0)))
    data = panel(lean, 1.0, {name: np.diag(1.0 / size) for name, size in sizes.items()})
    return Search(rows, data, places, sizes, scale, penalty, (rows.x / scale)[data.order])


def first_point(begun: Search, plain: tuple[Array, float], sd: float) -> Array:
    parts = [plain[0] * begun.scale]
    for r, c in begun.places.values():
        parts.append(np.where(r == c, sd, 0.0))
    if has_dispersion(begun.rows.family):
        parts.append(np.array([np.log(plain[1])]))
    return np.concatenate(parts)
