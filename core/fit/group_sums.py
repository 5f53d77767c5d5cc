"""The rows of a generalised model by group, and the sums that searches of its modes are made of.

Rows are sorted by one factor, so that a sum over a group is one over neighbours; its effects are u. Those of
all other factors stand among R coefficients c, after those of p columns x.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.rows import Rows
from core.fit.family import derivatives


@dataclass(frozen=True, slots=True)
class Other:
    """A factor beside the one that rows are sorted by: `levels` of them, and where its effects begin in c."""

    codes: NDArray[np.intp]  # (n,)
    levels: int
    z: Array  # (q, n)
    start: int

    @property
    def end(self) -> int:
        """Where its effects end."""
        return self.start + self.levels * len(self.z)


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows sorted by group, with the columns' products that sums are made of."""

    rows: Rows
    dispersion: float
    first: NDArray[np.intp]  # (J,) where each group begins
    counts: NDArray[np.intp]  # (J,)
    order: NDArray[np.intp]  # (n,) the rows' places before
    x: Array  # (n, p) orthogonal columns
    z: Array  # (q, n)
    pairs: Array  # (q * q, n) z z'
    across: Array  # (q * p, n) z x'
    groups: NDArray[np.intp]  # (n,) from 0
    others: tuple[Other, ...]

    @property
    def held(self) -> Array:
        """Prior precision of c (R,): none of the columns', 1 of effects."""
        p = self.x.shape[1]
        return np.concatenate([np.zeros(p), np.ones((self.others[-1].end if self.others else p) - p)])

    def summed(self, values: Array) -> Array:
        """Returns sums (J, k) of values (k, n) over the rows of each group."""
        if not len(values):
            return np.empty((len(self.first), 0))
        return np.asarray(np.add.reduceat(values, self.first, axis=1)).T


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows say near some linear predictor, whatever the variances: W are the curvatures there.

    X are the columns x and those of all other factors' effects u.
    """

    eta: Array  # (n,)
    rise: Array  # (n,) derivative of the log-likelihood in eta
    zz: Array  # (J, q, q) Z'WZ
    zx: Array  # (J, q, R) Z'WX
    xx: Array  # (R, R) X'WX
    zy: Array  # (J, q) Z' of W (eta - offset) + rise
    xy: Array  # (R,)
    z_rise: Array  # (J, q)
    x_rise: Array  # (R,)


def panel(rows: Rows, dispersion: float, to_units: Mapping[str, Array]) -> Panel:
    """Returns the rows by the first of the named factors; effects in units are `to_units` (q, q) times u."""
    first, *rest = to_units
    order = np.argsort(rows.codes[first], kind="stable")
    _, begins, counts = np.unique(rows.codes[first][order], return_index=True, return_counts=True)
    kept = {key: getattr(rows, key)[order] for key in ("y", "trials", "weights", "offset")}
    x = rows.x[order]
    basis = np.linalg.qr(x)[0] * np.sqrt(len(order)) if x.shape[1] else x
    z = {name: np.ascontiguousarray((rows.z[name][order] @ root).T) for name, root in to_units.items()}
    others: list[Other] = []
    for name in rest:
        start = others[-1].end if others else x.shape[1]
        others.append(Other(rows.codes[name][order], len(rows.levels[name]), z[name], start))
    lead = z[first]
    return Panel(
        rows=replace(rows, **kept),
        dispersion=dispersion,
        first=begins,
        counts=counts,
        order=order,
        x=basis,
        z=lead,
        pairs=(lead[:, None] * lead[None]).reshape(-1, len(order)),
        across=(lead[:, None] * basis.T[None]).reshape(len(lead) * x.shape[1], len(order)),
        groups=np.repeat(np.arange(len(counts)), counts),
        others=tuple(others),
    )


def sums_at(data: Panel, eta: Array) -> Sums:
    """Returns the sums at a linear predictor (n,), offset included, in the panel's order."""
    rows, q, p = data.rows, len(data.z), data.x.shape[1]
    rise, curve = derivatives(rows, eta, data.dispersion)
    pull = curve * (eta - rows.offset) + rise
    zx = data.summed(curve * data.across).reshape(len(data.first), q, p)
    xx = data.x.T @ (curve[:, None] * data.x)
    xy, x_rise = pull @ data.x, rise @ data.x
    if data.others:
        zx, xx = _widened(data, curve, zx, xx)
        xy = np.concatenate([xy, *(_of_levels(one, pull) for one in data.others)])
        x_rise = np.concatenate([x_rise, *(_of_levels(one, rise) for one in data.others)])
    return Sums(
        eta=eta,
        rise=rise,
        zz=data.summed(curve * data.pairs).reshape(len(data.first), q, q),
        zx=zx,
        xx=xx,
        zy=data.summed(pull * data.z),
        xy=xy,
        z_rise=data.summed(rise * data.z),
        x_rise=x_rise,
    )


def _widened(data: Panel, curve: Array, zx: Array, xx: Array) -> tuple[Array, Array]:
    """Returns Z'WX (J, q, R) and X'WX (R, R) with the columns of all other factors."""
    groups, q, p = len(data.first), len(data.z), data.x.shape[1]
    wide, size = np.zeros((groups, q, len(data.held))), np.zeros((len(data.held), len(data.held)))
    wide[:, :, :p], size[:p, :p] = zx, xx
    for k, one in enumerate(data.others):
        lead = Other(data.groups, groups, data.z, 0)
        wide[:, :, one.start : one.end] = _crossed(lead, one, curve).reshape(groups, q, -1)
        for j in range(p):
            size[j, one.start : one.end] = _of_levels(one, curve * data.x[:, j])
        size[one.start : one.end, :p] = size[:p, one.start : one.end].T
        for other in data.others[k:]:
            both = _crossed(one, other, curve)
            size[one.start : one.end, other.start : other.end] = both
            size[other.start : other.end, one.start : one.end] = both.T
    return wide, size


def _of_levels(one: Other, values: Array) -> Array:
    """Sums of values (n,) times each column over the rows of each level, level by level."""
    sums = [np.bincount(one.codes, weights=values * column, minlength=one.levels) for column in one.z]
    return np.stack(sums, axis=1).ravel()


def _crossed(one: Other, two: Other, curve: Array) -> Array:
    """Z1'WZ2 of two factors (levels q, levels q)."""
    place, cells = one.codes * two.levels + two.codes, one.levels * two.levels
    found = np.empty((one.levels, len(one.z), two.levels, len(two.z)))
    for a, left in enumerate(one.z):
        for b, right in enumerate(two.z):
            sums = np.bincount(place, weights=curve * left * right, minlength=cells)
            found[:, a, :, b] = sums.reshape(one.levels, two.levels)
    return found.reshape(one.levels * len(one.z), -1)
