"""How likely each row is under each draw: from all rows, and from all rows but itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.result.row_draws import AT_ONCE, RowDraws


@dataclass(frozen=True, slots=True)
class Densities:
    """Log densities (S, k) of some rows' outcomes under S draws of everything but their own group's effects.

    Those are integrated out: in `kept` given all rows, in `left` given all but the row itself.
    """

    rows: NDArray[np.intp]  # (k,) places among the rows in use
    kept: Array
    left: Array


def largest(groups: Mapping[str, int]) -> str:
    """Returns the grouping with the most groups; empty where there is none."""
    return max(groups, key=lambda name: groups[name], default="")


def densities(drawn: RowDraws) -> Iterator[Densities]:
    """Returns the densities of all rows, some at a time; those of one group of the largest grouping together.

    Given variances, fixed effects and the other groupings, the effects u of a row's group are normal; with V
    and u_hat their covariance and mean given all rows, a = z'Vz, h = a weight / s^2 and e = y - ... - z'u_hat
    the row without itself is normal around y - e / (1 - h) with variance s^2 / (weight (1 - h)). Weights that
    leave a row out then move variances and fixed effects alone, which one row hardly does; with effects
    drawn, a row of a small group moves those by far (Vehtari, Mononen, Tolvanen, Sivula, Winther 2016, JMLR
    17(103): integrated importance weights).
    """
    if not drawn.z:
        for part in drawn.parts():
            found = drawn.log_likelihood(part).T
            yield Densities(np.arange(part.start, part.stop), found, found)
        return
    name = largest(drawn.groups)
    codes = drawn.rows.codes[name]
    order = np.argsort(codes, kind="stable")
    step = max(1, AT_ONCE // (drawn.n_draws * drawn.z[name].shape[1]))
    parts = [order[start : start + step] for start in range(0, drawn.n, step)]
    seen = _seen(drawn, name, parts)
    gram = _gram(drawn, name)
    root = _roots(drawn.spread[name])
    for at in parts:
        yield _part(drawn, name, at, seen, gram, root)


def _part(
    drawn: RowDraws, name: str, at: NDArray[np.intp], seen: Array, gram: Array, root: Array
) -> Densities:
    groups, place = np.unique(drawn.rows.codes[name][at], return_inverse=True)
    unit = drawn.sigma**2
    # V = L (I + L'GL / s^2)^-1 L' for a Sigma = LL' that may be singular.
    inner = np.einsum("sab,jac,scd->jsbd", root, gram[groups], root) / unit[:, None, None]
    inverse = np.linalg.inv(inner + np.eye(root.shape[1]))
    own = np.einsum("ka,sab->ksb", drawn.z[name][at], root)
    pulled = np.einsum("ksab,ksb->ksa", inverse[place], own)
    toward = np.einsum("sab,jas->jsb", root, seen[groups]) / unit[:, None]
    error = drawn.outcome[at, None] - drawn.expected(at, without=name)
    error -= np.einsum("ksa,ksa->ks", pulled, toward[place])
    weight = drawn.rows.weights[at, None]
    h = weight * np.einsum("ksa,ksa->ks", pulled, own) / unit
    left, square = np.maximum(1.0 - h, 1e-12), weight * error**2 / unit
    flat = np.log(2.0 * np.pi * unit / weight)
    return Densities(
        at,
        -0.5 * (flat + np.log1p(h) + square / (1.0 + h)).T,
        -0.5 * (flat - np.log(left) + square / left).T,
    )


def _seen(drawn: RowDraws, name: str, parts: list[NDArray[np.intp]]) -> Array:
    """What each group's rows say of its effects before noise: sums of weight z times error (J, q, S)."""
    z, weights, codes = drawn.z[name], drawn.rows.weights, drawn.rows.codes[name]
    found = np.zeros((drawn.groups[name], z.shape[1], drawn.n_draws))
    for at in parts:
        error = weights[at, None] * (drawn.outcome[at, None] - drawn.expected(at, without=name))
        groups, starts = np.unique(codes[at], return_index=True)
        for k in range(z.shape[1]):
            found[groups, k] += np.add.reduceat(z[at, k, None] * error, starts, axis=0)
    return found


def _gram(drawn: RowDraws, name: str) -> Array:
    """Sums of weight z z' over each group's rows (J, q, q)."""
    z, codes, groups = drawn.z[name], drawn.rows.codes[name], drawn.groups[name]
    products = drawn.rows.weights[:, None, None] * z[:, :, None] * z[:, None, :]
    flat = products.reshape(drawn.n, -1)
    sums = [np.bincount(codes, column, minlength=groups) for column in flat.T]
    return np.stack(sums, axis=1).reshape(groups, z.shape[1], z.shape[1])


def _roots(spread: Array) -> Array:
    """L (S, q, q) with LL' the covariances, singular ones too."""
    values, vectors = np.linalg.eigh(spread)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :])
