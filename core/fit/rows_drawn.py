"""From the coordinates in which NUTS walks through a generalised model to its parameters in units."""

from collections.abc import Mapping

import numpy as np

from core.design.coding import Array
from core.fit.covariance import factors
from core.fit.many import lower_roots
from core.fit.nuts_rows_numbers import Along, Walk
from core.fit.rows_posed import RowsPosed
from core.fit.sample import Sample
from core.fit.spherical import to_theta

# Draws times numbers of a factor's groups at a time, 16 MB an array.
AT_ONCE = 2_000_000


def points(walk: Walk, eta: Array) -> Array:
    """Returns x = (log shape^(-1/2), psi) (..., 1 + m) of eta (..., D), in working units."""
    p = len(walk.w0)
    return walk.start + walk.scale * eta[..., p : p + len(walk.start)]


def working_roots(posed: RowsPosed, x: Array) -> dict[str, Array]:
    """Returns a root of Sigma (n, q, q) of each factor's effects at points x (n, 1 + m), in working units."""
    theta, at = to_theta(posed.prior.frame, x[:, 1:]), 0
    found = {}
    for name, shape in posed.shapes.items():
        found[name] = factors(shape, theta[:, at : at + len(shape.rows)])
        at += len(shape.rows)
    return found


def parameters(walk: Walk, eta: Array) -> Sample:
    """Returns fixed effects, group effects, covariances and shape^(-1/2) of draws eta (n, D), in units."""
    posed, p, n = walk.posed, len(walk.w0), len(eta)
    x = points(walk, eta)
    roots = working_roots(posed, x)
    effects = {name: u @ posed.to_random[name].T for name, u in working_effects(walk, eta, roots).items()}
    spread = {name: posed.to_random[name] @ root for name, root in roots.items()}
    sigma = np.exp(x[:, 0]) if posed.shaped else np.ones(n)
    fixed = (walk.w0 + eta[:, :p] @ walk.root.T) @ posed.to_fixed.T
    return Sample(fixed, effects, sigma, {name: one @ one.transpose(0, 2, 1) for name, one in spread.items()})


def working_effects(walk: Walk, eta: Array, roots: Mapping[str, Array]) -> dict[str, Array]:
    """Returns each factor's effects (n, J, q) in working units."""
    posed, n = walk.posed, len(eta)
    found = {name: np.empty((n, posed.groups[name], z.shape[1])) for name, z in posed.z.items()}
    most = max((side.groups.size for side in walk.sides), default=1)
    step = max(1, AT_ONCE // most)
    for start in range(0, n, step):
        part = slice(start, min(start + step, n))
        d = np.zeros((len(eta[part]), walk.wide))
        d[:, : len(walk.w0)] = eta[part, : len(walk.w0)] @ walk.root.T
        for side in walk.sides:
            effects = _effects(side, eta[part], d, _root(posed, side, roots, part))
            if side.place >= 0:
                d[:, side.place : side.place + effects[0].size] = effects.reshape(len(effects), -1)
            ends = np.cumsum([found[name][0].size for name in side.names])[:-1]
            split = np.split(effects.reshape(len(effects), -1), ends, axis=1)
            for name, own in zip(side.names, split, strict=True):
                found[name][part] = own.reshape(found[name][part].shape)
    return found


def _root(posed: RowsPosed, side: Along, roots: Mapping[str, Array], part: slice) -> Array:
    """A root (n, q, q) of the covariance of one group of a side."""
    if not side.together:
        return roots[side.names[0]][part]
    whole, at = np.zeros((len(roots[side.names[0]][part]), side.q, side.q)), 0
    for name in side.names:
        own = roots[name][part]
        for _ in range(posed.groups[name]):
            whole[:, at : at + own.shape[1], at : at + own.shape[1]] = own
            at += own.shape[1]
    return whole


def _effects(side: Along, eta: Array, d: Array, root: Array) -> Array:
    """Effects (n, J, q) of one side."""
    groups, q = len(side.groups), side.q
    raw = eta[:, side.at : side.at + groups * q].reshape(-1, groups, q)
    gram = side.groups[:, : q * q].reshape(groups, q, q)
    met = side.groups[:, q * q + q :].reshape(groups, q, side.wide)
    g = side.groups[:, q * q : q * q + q] - np.einsum("jap,np->nja", met, d[:, : side.wide])
    lam, back = root[:, None], root[:, None].transpose(0, 1, 3, 2)
    c = lower_roots(np.eye(q) + back @ gram @ lam)
    s = raw + _solved(c, (back @ g[..., None])[..., 0])
    return np.asarray((lam @ _solved_back(c, s)[..., None])[..., 0])


def _solved(root: Array, right: Array) -> Array:
    found = np.empty_like(right)
    for a in range(right.shape[-1]):
        known = (root[..., a, :a] * found[..., :a]).sum(axis=-1)
        found[..., a] = (right[..., a] - known) / root[..., a, a]
    return found


def _solved_back(root: Array, right: Array) -> Array:
    found = np.empty_like(right)
    for a in range(right.shape[-1] - 1, -1, -1):
        known = (root[..., a + 1 :, a] * found[..., a + 1 :]).sum(axis=-1)
        found[..., a] = (right[..., a] - known) / root[..., a, a]
    return found
