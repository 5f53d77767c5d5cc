"""Several grouping factors: the largest is eliminated group by group, the others are solved together.

With V1 = I + Z1 K1 Z1' of the first factor, [Z X y]' V1^-1 [Z X y] of all other columns is a sum over its
groups, as in `objective`; what is left is one dense problem of the other factors' effects, D of them
(Bates, Maechler, Bolker, Walker 2015, section 5; block elimination as in MixedModels.jl).
"""

from dataclasses import dataclass, replace

import numpy as np

from core.design.coding import Array
from core.design.crossing import merged
from core.design.moments import Moments
from core.fit.errors import BeyondMachine, SameGroups
from core.fit.fixed_columns import FixedColumns, fixed_columns
from core.fit.problem import Problem, check_columns, check_rows, pose_any, pose_with
from core.fit.reach import Index, Reach, gathered, gram_of, transposed_times
from core.fit.varying import varying

# Effects of all factors but the largest beyond which a thousand values of the criterion take a minute.
LARGE = 200
# Effects of all factors but the largest from which more than one BLAS thread pays.
DENSE = 1_500
# Effects of all factors but the largest: their matrices, of which six are held at once, are dense.
MOST = 8_000


@dataclass(frozen=True, slots=True)
class Joint:
    """A Gaussian model with several grouping factors, in working units.

    `sides` are the factors' own models, each as if alone, the one with most effects first. Rows of `reach`
    are those of the first's cells (cell by cell), its columns the effects of the others (factor by factor,
    level by level); `zz` and `zxy` are the cross-products of what those rows leave.
    """

    sides: tuple[Problem, ...]
    factors: tuple[str, ...]
    reach: Reach  # (C1 q1, D)
    zz: Array  # (D, D)
    zxy: Array  # (D, p + 1)

    @property
    def first(self) -> Problem:
        """The factor that is eliminated."""
        return self.sides[0]

    @property
    def starts(self) -> tuple[int, ...]:
        """Where the effects of each factor but the first begin, and D."""
        sizes = [side.cells * len(side.random) for side in self.sides[1:]]
        return (0, *np.cumsum(sizes).tolist())

    @property
    def dense(self) -> bool:
        """Whether matrices are so large that BLAS threads help: at 1,000 effects two take half as long
        again as one, at 2,000 a sixth less.
        """
        return self.starts[-1] > DENSE

    @property
    def large(self) -> bool:
        """Whether one value of the criterion takes tens of milliseconds."""
        return self.starts[-1] > LARGE


def pose_joint(moments: Moments) -> Joint:
    """Returns the problem of a layout with several grouping factors.

    Raises what `pose` raises, SameGroups and BeyondMachine.
    """
    check_columns(moments, moments.layout)
    apart = _apart(moments)
    for one in apart.values():
        check_rows(one)
    given = fixed_columns(moments)
    return _ordered(moments, given, {name: pose_with(one, given) for name, one in apart.items()})


def pose_joint_any(moments: Moments, given: FixedColumns) -> Joint:
    """Returns the problem of several factors whose residual variance is known, so that nothing need be left.

    Raises SameGroups and BeyondMachine.
    """
    apart = _apart(moments)
    return _ordered(moments, given, {name: pose_any(one, given) for name, one in apart.items()})


def _apart(moments: Moments) -> dict[str, Moments]:
    names = tuple(dict.fromkeys(part.factor for part in moments.layout.random))
    return {name: alone(moments, name) for name in names}


def _ordered(moments: Moments, given: FixedColumns, posed: dict[str, Problem]) -> Joint:
    names = tuple(posed)
    order = sorted(names, key=lambda name: -posed[name].cells * len(posed[name].random))
    _check_sizes(posed, order)
    _check_different(moments, names)
    return _joined(moments, given, tuple(order), tuple(posed[name] for name in order))


def alone(moments: Moments, name: str) -> Moments:
    """Returns the moments of one factor's groups, with the layout's terms of that factor."""
    parts = tuple(part for part in moments.layout.random if part.factor == name)
    return replace(merged(moments, (name,)), layout=replace(moments.layout, random=parts))


def _joined(
    moments: Moments, given: FixedColumns, names: tuple[str, ...], sides: tuple[Problem, ...]
) -> Joint:
    first = sides[0]
    columns = first.xy.shape[1]
    bases = [
        varying(moments, tuple(part for part in moments.layout.random if part.factor == name)).basis
        for name in names
    ]
    codes = [moments.cells[:, moments.factors.index(name)] for name in names]
    # R has the rows of `first.z` in each of its cells; R^-T Z1' picks them out of any column.
    to_rows = _over(first.z.transpose(2, 1, 0))[codes[0]]
    starts = np.cumsum([0, *(side.cells * len(side.random) for side in sides[1:])])
    places = [
        start + code[:, None] * basis.shape[1] + np.arange(basis.shape[1])
        for start, code, basis in zip(starts[:-1], codes[1:], bases[1:], strict=True)
    ]
    d = int(starts[-1])
    met = [
        (
            np.repeat(codes[0], place.shape[1]),
            place.ravel(),
            _by_column(to_rows @ products(moments, bases[0], basis)),
        )
        for place, basis in zip(places, bases[1:], strict=True)
    ]
    reach = gathered(*(np.concatenate(part) for part in zip(*met, strict=True)))
    pairs = list(zip(places, bases[1:], strict=True))
    zz = _summed((d, d), [(i, j, products(moments, a, b)) for i, a in pairs for j, b in pairs])
    outcome = np.broadcast_to(np.arange(columns), (len(moments.rows), columns))
    zxy = _summed((d, columns), [(i, outcome, products(moments, a, given.basis)) for i, a in pairs])
    own = first.xy.transpose(2, 0, 1)
    return Joint(sides, names, reach, zz - gram_of(reach), zxy - transposed_times(reach, own))


def _by_column(blocks: Array) -> Array:
    """(C, q, b) as (C b, q)."""
    return blocks.transpose(0, 2, 1).reshape(-1, blocks.shape[1])


def _over(roots: Array) -> Array:
    """R^-T (C, q, q) of each cell, zero in the directions that R does not reach."""
    if roots.shape[1] == 1:
        return np.divide(1.0, roots, out=np.zeros_like(roots), where=roots != 0)
    return np.asarray(np.linalg.pinv(roots, rcond=1e-12).transpose(0, 2, 1))


def _summed(shape: tuple[int, int], blocks: list[tuple[Index, Index, Array]]) -> Array:
    """The matrix to which each block (C, a, b) is added at its rows (C, a) and columns (C, b)."""
    total = np.zeros(shape[0] * shape[1])
    for rows, columns, values in blocks:
        flat = rows[:, :, None] * shape[1] + columns[:, None, :]
        total += np.bincount(flat.ravel(), weights=values.ravel(), minlength=len(total))
    return total.reshape(shape)


def products(moments: Moments, left: Array, right: Array) -> Array:
    """Returns the cross-products in each cell of two sets of columns in terms of [1, w]: (C, a, b)."""
    mean_left = left[0] + moments.mean @ left[1:]
    mean_right = right[0] + moments.mean @ right[1:]
    inner = left[1:].T @ moments.cross @ right[1:]
    outer = moments.weight[:, None, None] * mean_left[:, :, None] * mean_right[:, None, :]
    return np.asarray(inner + outer)


def _check_sizes(posed: dict[str, Problem], order: list[str]) -> None:
    effects = {name: posed[name].cells * len(posed[name].random) for name in order}
    left = sum(effects[name] for name in order[1:])
    if left > MOST:
        raise BeyondMachine(effects, left)


def _check_different(moments: Moments, names: tuple[str, ...]) -> None:
    """Raises SameGroups when two factors put the same rows together: nothing could tell them apart."""
    for k, one in enumerate(names):
        for other in names[k + 1 :]:
            a = len(moments.levels[moments.factors.index(one)])
            b = len(moments.levels[moments.factors.index(other)])
            if a == b and len(merged(moments, (one, other)).rows) == a:
                raise SameGroups(one, other)
