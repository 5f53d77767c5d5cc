"""A generalised model's data as the one vector of numbers that `nuts_rows_kernel.generalised` reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.fit.covariance import joined, pattern
from core.fit.density import point_of
from core.fit.rows_posed import RowsPosed
from core.fit.rows_rough import Rough, RoughSide, inverse, left_open, reach, rough, sigma_root, summed
from core.spec.model import Family, Link

KINDS = (
    (Family.BINOMIAL, Link.LOGIT),
    (Family.BINOMIAL, Link.PROBIT),
    (Family.POISSON, Link.LOG),
    (Family.NEGATIVE_BINOMIAL, Link.LOG),
    (Family.GAMMA, Link.LOG),
)
# Effects of groupings beside the one with most groups that are walked through together, whose number's cube
# a gradient costs; numbers that say how they meet that one; and rows times them (80 MB). Groupings beyond
# these are walked through by themselves, which draws the same posterior, more slowly where they are crossed.
TOGETHER, MEETINGS, CELLS = 60, 300_000, 10_000_000


@dataclass(frozen=True, slots=True)
class Along:
    """One side of the walk: a factor group by group, or several factors as one group of all their effects.

    `groups` (J, q q + q + q P) holds G, k and H of each group, H over the first P = `wide` of d; `place` is
    where its own effects stand in d, -1 where no other side needs them; `at` is its first coordinate of eta.
    """

    names: tuple[str, ...]
    together: bool
    groups: Array
    q: int
    wide: int
    place: int
    at: int


@dataclass(frozen=True, slots=True)
class Walk:
    """How eta stands for a model's parameters; see `nuts_rows_kernel`.

    w = w0 + root @ eta[:p]; x = start + scale * eta[p : p + 1 + m]. `wide` is the length of d.
    """

    posed: RowsPosed
    w0: Array
    root: Array
    start: Array
    scale: Array
    sides: tuple[Along, ...]
    wide: int

    @property
    def size(self) -> int:
        """Number of coordinates in use."""
        return self.posed.size


def walk_of(posed: RowsPosed) -> Walk:
    """Returns coordinates in which the posterior is near a standard normal, as far as a rough fit can say."""
    found, names = rough(posed), list(posed.z)
    theta = np.concatenate([np.empty(0), *(_theta(posed, name, found.sides[name]) for name in names)])
    start = point_of(posed.prior, theta, 1.0)
    start[0] = np.log(found.noise) if posed.shaped else 0.0
    own = max(1.0 / np.sqrt(2.0 * posed.rows.n), 0.02) if posed.shaped else 0.0
    counts = [np.full(len(posed.shapes[name].rows), posed.groups[name]) for name in names]
    groups = np.maximum(np.concatenate([np.empty(0), *counts]), 1.0)
    scale = np.append(own, np.where(posed.prior.frame.is_log_sd, 0.7, 1.0) / np.sqrt(groups))
    normal, sides, wide = _sides(posed, found)
    p = posed.x.shape[1]
    root = np.linalg.cholesky(inverse(normal)[:p, :p]) if p else np.empty((0, 0))
    return Walk(posed, found.w, root, start, scale, sides, wide)


def _theta(posed: RowsPosed, name: str, side: RoughSide) -> Array:
    return sigma_root(side.sigma)[posed.shapes[name].rows, posed.shapes[name].cols]


def _sides(posed: RowsPosed, found: Rough) -> tuple[Array, tuple[Along, ...], int]:
    """The precision of d with the effects of the factor with most groups integrated out; the sides in the
    order they are walked through, that factor last; and the length of d.
    """
    rows, p = posed.rows, posed.x.shape[1]
    lead = max(posed.z, key=lambda name: posed.groups[name], default="")
    together, apart = _parted(posed, lead)
    design = np.concatenate([posed.x, *(_spread_out(posed, name) for name in together)], axis=1)
    weighed = design * found.weight[:, None]
    left = found.target - rows.offset - posed.x @ found.w
    left = left - sum((reach(posed, name, found.sides[name].mean) for name in apart), np.zeros(rows.n))
    normal, right = design.T @ weighed, weighed.T @ left
    at = p + 1 + len(posed.prior.frame.is_log_sd)
    sides = []
    for name in apart:
        sides.append(_apart(posed, found, name, at))
        at += sides[-1].groups.shape[0] * sides[-1].q
    size = design.shape[1] - p
    last_at = at + size
    last: list[Along] = []
    if lead:
        met = summed(posed.z[lead], weighed, rows.codes[lead], posed.groups[lead])
        gram, own = _own(posed, found, lead, left)
        pull = left_open(found.sides[lead].sigma, gram) @ met
        normal = normal - np.einsum("jqa,jqb->ab", met, pull)
        right = right - np.einsum("jqa,jq->a", pull, own)
        q = own.shape[1]
        last = [Along((lead,), False, _flat(gram, own, met), q, design.shape[1], -1, last_at)]
    if size:
        one = _flat(normal[None, p:, p:], right[None, p:], normal[None, p:, :p])
        last = [Along(tuple(together), True, one, size, p, p, at), *last]
    normal[:p, :p] += posed.far[:, :-1].T @ posed.far[:, :-1]
    for name in together:
        precision, q = inverse(found.sides[name].sigma), posed.z[name].shape[1]
        for k in range(p, p + posed.groups[name] * q, q):
            normal[k : k + q, k : k + q] += precision
        p += posed.groups[name] * q
    return normal, (*sides, *last), design.shape[1]


def _parted(posed: RowsPosed, lead: str) -> tuple[list[str], list[str]]:
    """The groupings beside `lead` that are walked through together, and those by themselves."""
    together, apart, count, p = [], [], 0, posed.x.shape[1]
    for name in sorted((one for one in posed.z if one != lead), key=lambda one: posed.groups[one]):
        more = count + posed.groups[name] * posed.z[name].shape[1]
        meetings = (p + more) * posed.groups[lead] * posed.z[lead].shape[1]
        if more <= TOGETHER and meetings <= MEETINGS and (p + more) * posed.rows.n <= CELLS:
            together.append(name)
            count = more
        else:
            apart.append(name)
    return together, apart


def _spread_out(posed: RowsPosed, name: str) -> Array:
    """A column (n, J q) for every effect of a factor."""
    z, codes = posed.z[name], posed.rows.codes[name]
    found = np.zeros((len(z), posed.groups[name], z.shape[1]))
    found[np.arange(len(z)), codes] = z
    return found.reshape(len(z), -1)


def _own(posed: RowsPosed, found: Rough, name: str, left: Array) -> tuple[Array, Array]:
    """G (J, q, q) and k (J, q) of a factor's groups where `left` (n,) is left of the working outcome."""
    z, codes, groups = posed.z[name], posed.rows.codes[name], posed.groups[name]
    weighed = z * found.weight[:, None]
    return summed(weighed, z, codes, groups), summed(weighed, left[:, None], codes, groups)[:, :, 0]


def _apart(posed: RowsPosed, found: Rough, name: str, at: int) -> Along:
    """A factor by itself, all else where the rough fit has it."""
    others = (reach(posed, other, found.sides[other].mean) for other in posed.z if other != name)
    left = found.target - posed.rows.offset - posed.x @ found.w - sum(others, np.zeros(posed.rows.n))
    gram, own = _own(posed, found, name, left)
    return Along((name,), False, _flat(gram, own, np.empty((*own.shape, 0))), own.shape[1], 0, -1, at)


def _flat(gram: Array, own: Array, met: Array) -> Array:
    return np.concatenate([part.reshape(len(own), -1) for part in (gram, own, met)], axis=1)


def rows_numbers(walk: Walk) -> Array:
    """Returns the vector: sizes, prior, coordinates, rows, and each factor's groups and columns."""
    posed, prior = walk.posed, walk.posed.prior
    rows, p, m = posed.rows, len(walk.w0), len(prior.frame.is_log_sd)
    shape = joined(tuple(posed.shapes.values())) if posed.shapes else pattern((), np.empty((0, 0)))
    kind, y = KINDS.index((rows.family, rows.link)), rows.y
    distinct: Array = np.empty(0)
    place: NDArray[np.intp] = np.zeros(rows.n, dtype=np.intp)
    if rows.family is Family.NEGATIVE_BINOMIAL:
        distinct, place = np.unique(y, return_inverse=True)
    if rows.family is Family.GAMMA:
        y = np.log(y)
    far = np.column_stack([posed.far[:, :-1], posed.far[:, -1] - posed.far[:, :-1] @ walk.w0])
    entries = np.column_stack([shape.rows, shape.cols, prior.frame.block, prior.frame.place])
    priors = np.column_stack([prior.kinds, prior.scales, prior.dfs])
    table = np.column_stack([rows.offset + posed.x @ walk.w0, y, rows.trials, rows.weights, place, posed.x])
    first, firsts = 0, {}
    for name, z in posed.z.items():
        firsts[name], first = first, first + z.shape[1]
    sides: list[list[int]] = []
    factors: list[list[int]] = []
    columns, start = [], 0
    for side in walk.sides:
        part = [side.q, len(side.groups), side.at, side.wide, side.place, len(factors), side.together]
        sides.append([*part, len(side.names)])
        inside = 0
        for name in side.names:
            q = posed.z[name].shape[1]
            factors.append([q, posed.groups[name], firsts[name], inside, start + inside])
            columns.append(np.column_stack([rows.codes[name], posed.z[name]]))
            inside += posed.groups[name] * q if side.together else 0
        start += side.groups.shape[0] * side.q
    sizes = [rows.n, p, kind, len(factors), shape.size, m, prior.lkj, walk.size, walk.wide]
    sizes += [len(distinct), len(sides), 0]
    begun = [sizes, far, walk.root, walk.start, walk.scale, entries, priors, sides, factors, distinct, table]
    parts = [*begun, *(side.groups for side in walk.sides), *columns]
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])
