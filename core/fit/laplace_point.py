"""Laplace's approximation as a function of a point: turned fixed effects, lower roots, log dispersion.

Fixed effects are turned and scaled so that, at the variances they are turned for, they are uncorrelated with
an SD of 1 each: a year near 2,020 beside an intercept, or what is learned between a dozen groups beside what
is learned within a million rows, would otherwise differ in scale by more digits than differences have.
"""

from collections.abc import Mapping
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

# Of differences, of entries of roots and of turned fixed effects.
STEP, TURNED = 1e-3, 0.05
# Rise of the height that ends the search of the modes: the determinant errs by its root, and second
# differences are taken of it.
SETTLED = 1e-16
# What a point where the modes cannot be found counts as.
NOWHERE = 1e10
# Where a search of modes that only turn the fixed effects ends.
NEAR = 1e-6

Places = NDArray[np.intp]


@dataclass
class Search:
    """-log-likelihood at a point: turned fixed effects, entries of lower roots, log dispersion.

    Fixed effects are `turn` times the point's; effects in units are (L v) / size of their column. What the
    latest effects add to eta is where the next search of the modes begins.
    """

    rows: Rows
    data: Panel
    places: dict[str, tuple[Places, Places]]
    sizes: dict[str, Array]
    scale: Array
    penalty: float
    turn: Array  # (p, p)
    x: Array  # (n, p) turned columns in the panel's order
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
        return self.penalty * float(np.square(self.scaled(point)).sum()) - value

    def scaled(self, point: Array) -> Array:
        """Returns what a point's fixed effects do per SD of their column (p,)."""
        return self.scale * (self.turn @ point[: len(self.scale)])

    @property
    def steps(self) -> Array:
        """Steps of differences."""
        p = len(self.scale)
        rest = sum(len(r) for r, _ in self.places.values()) + int(has_dispersion(self.rows.family))
        return np.concatenate([np.full(p, TURNED), np.full(rest, STEP)])

    def modes(self, point: Array) -> tuple[Panel, Modes]:
        """Returns the rows with all but the effects as known, and the conditional modes, at a point."""
        fixed, lowers, dispersion = self.apart(point)
        offset = self.data.rows.offset + self.x @ fixed
        data = replace(self.data, dispersion=dispersion, rows=replace(self.data.rows, offset=offset))
        begun = sums_at(data, offset + (0.0 if self.latest is None else self.latest))
        return data, find_modes(data, tuple(lowers[name] for name in self.places), begun, SETTLED)

    def apart(self, point: Array) -> tuple[Array, dict[str, Array], float]:
        """Returns turned fixed effects, L of each factor and dispersion of a point."""
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
        steps = self.steps
        exact = len(self.places) == 1
        found = np.zeros(len(point))
        if exact:
            ((r, c),) = self.places.values()
            p = len(self.scale)
            try:
                with np.errstate(all="ignore"):
                    data, modes = self.modes(point)
                    pull = self.turn.T @ (self.scale * self.scaled(point))
                    found[:p] = 2.0 * self.penalty * pull - slope_of_offset(data, modes) @ self.x
                    found[p : p + len(r)] = -slope_of_lower(data, modes)[r, c]
            except np.linalg.LinAlgError:
                exact = False
        known = p + len(r) if exact else 0
        for k in range(known, len(point)):
            e = steps[k] * np.eye(len(point))[k]
            found[k] = (self(point + e) - self(point - e)) / (2.0 * steps[k])
        return found


def begin(rows: Rows, penalty: float) -> Search:
    """Returns the search of a model, its fixed effects turned for no differences between groups."""
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
    return Search(rows, data, places, sizes, scale, penalty, np.diag(1.0 / scale), rows.x[data.order] / scale)


def turned(given: Search, fixed: Array, lowers: Mapping[str, Array], dispersion: float) -> Search:
    """Returns the same search with its fixed effects turned for some L of each factor, near `fixed` (p,)."""
    rows = given.rows
    if not rows.fixed:
        return replace(given, latest=None)
    whole = panel(rows, dispersion, {name: np.diag(1.0 / size) for name, size in given.sizes.items()})
    offset = whole.rows.offset + rows.x[whole.order] @ fixed
    with np.errstate(all="ignore"):
        found = find_modes(whole, tuple(lowers[n] for n in given.places), sums_at(whole, offset), NEAR)
    p = len(rows.fixed)
    root = np.linalg.cholesky(found.of_fixed[:p, :p])
    # The panel's orthogonal columns are x R^-1 sqrt(n), their coefficients R b / sqrt(n).
    back = np.linalg.qr(rows.x[whole.order], mode="r") / np.sqrt(rows.n)
    signs = np.sign(np.einsum("np,np->p", whole.x, rows.x[whole.order] @ np.linalg.inv(back)))
    turn = np.linalg.solve(back, signs[:, None] * root)
    if given.penalty:  # what the data leave without end the penalty ends
        inner = np.eye(p) + 2.0 * given.penalty * (given.scale[:, None] * turn).T @ (
            given.scale[:, None] * turn
        )
        turn = turn @ np.linalg.inv(np.linalg.cholesky(inner)).T
    return replace(given, turn=turn, x=rows.x[given.data.order] @ turn, latest=None)


def point_of(given: Search, fixed: Array, lowers: Mapping[str, Array], dispersion: float) -> Array:
    """Returns the point of fixed effects (p,), of L of each factor, and of a dispersion."""
    parts = [np.linalg.solve(given.turn, fixed) if len(fixed) else fixed]
    parts += [lowers[name][r, c] for name, (r, c) in given.places.items()]
    if has_dispersion(given.rows.family):
        parts.append(np.array([np.log(dispersion)]))
    return np.concatenate(parts)
