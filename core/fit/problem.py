"""From Moments to a Problem: one model, rotated so that a cell is as small as its random columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.errors import (
    ConstantSlope,
    ExplainedExactly,
    FarFromZero,
    MissingColumns,
    NotYet,
    OneGroup,
    OneRowPerGroup,
    StillOutcome,
    TooFewRows,
)
from core.design.matrix import INTERCEPT, Layout
from core.design.moments import Moments
from core.fit.covariance import Pattern, pattern

# A column whose share of variance outside the columns before it is below this is taken to repeat them.
# Cross-products carry 16 digits of variance, so 1e-11 leaves five digits to the estimate.
COLLINEAR = 1e-11
# A slope about zero of a column this many SDs away from zero leaves too few digits to its spread.
FAR = 1e5


@dataclass(frozen=True, slots=True)
class Problem:
    """A Gaussian model with one grouping factor, in working units (columns and outcome with SD 1).

    Orthogonal rotation of a cell's rows leaves the likelihood alone, so each cell is kept as the q rows that
    the random columns reach, `z` and `xy`; what no random effect can touch is summed over cells in `rest`.
    Sums of squares are then only ever added, never subtracted, however large the group differences.
    """

    z: Array  # (q, q, C)      [column, row, cell]
    xy: Array  # (q, p + 1, C) [row, column, cell]; the outcome last
    rest: Array  # (p + 1, p + 1)
    n_rows: int
    shape: Pattern
    fixed: tuple[str, ...]  # (p,) names of the fixed columns kept
    aliased: tuple[str, ...]  # fixed columns left out because others say the same
    random: tuple[str, ...]  # (q,)
    to_fixed: Array  # (p, p)  fixed effects = to_fixed @ working + shift
    shift: Array  # (p,)
    to_random: Array  # (q, q) group effects = to_random @ working
    log_scale: tuple[float, float]  # log outcome scale, log |det to_fixed| without it

    @property
    def p(self) -> int:
        """Number of fixed columns."""
        return len(self.fixed)

    @property
    def cells(self) -> int:
        """Number of groups."""
        return int(self.z.shape[2])


def pose(moments: Moments) -> Problem:
    """Returns the problem that the moments' layout poses.

    Raises MissingColumns, OneGroup, OneRowPerGroup, TooFewRows, NotYet.
    """
    layout = moments.layout
    _check(moments, layout)
    columns = moments.columns
    x = working_basis(moments, layout.fixed)
    y = np.zeros(len(columns.names) + 1)
    y[1 + columns.index(layout.outcome)] = 1.0
    random, blocks, joint = _random(layout)
    needed = len(layout.fixed) + sum(size * (size + 1) // 2 for size in blocks) + 1
    if moments.n_rows < needed:
        raise TooFewRows(moments.n_rows, needed)
    *kept, left = _independent(moments, np.column_stack([x, y]))
    if not left:
        raise ExplainedExactly(layout.outcome, "The predictors")
    fixed = tuple(name for name, keep in zip(layout.fixed, kept, strict=True) if keep)
    x = x[:, kept]
    scale_y = columns.scale[columns.index(layout.outcome)]
    mean_y = columns.centre[columns.index(layout.outcome)]
    ones = _constant(moments, x)
    if ones is None:  # without a constant among the predictors the outcome's mean is part of the story
        y[0] = mean_y / scale_y

    constant = INTERCEPT in random
    z = working_basis(moments, random, centred=constant)
    q = len(random)
    root_z, root_xy, rest = _rotate(moments, z, np.column_stack([x, y]), constant)
    if moments.n_rows > len(moments.rows) * max(q, 1) + x.shape[1]:
        _check_something_left(moments, rest, random)

    # raw columns = working columns @ raw_z, so working effects = raw_z @ effects
    raw_z = np.eye(q)
    for k, name in enumerate(random):
        if name != INTERCEPT:
            raw_z[k, k] = columns.scale[columns.index(name)]
            if constant:
                raw_z[random.index(INTERCEPT), k] = columns.centre[columns.index(name)]
    if not (joint and constant):  # otherwise the columns are centred and nothing is lost
        for name in (n for n in random if n != INTERCEPT):
            k = columns.index(name)
            if abs(columns.centre[k]) > FAR * columns.scale[k]:
                raise FarFromZero(name)
    basis = np.eye(q) if joint else raw_z / np.abs(np.diag(raw_z))
    to_fixed, shift = _back_to_units(moments, fixed, scale_y, mean_y, ones)
    return Problem(
        z=root_z,
        xy=root_xy,
        rest=rest,
        n_rows=moments.n_rows,
        shape=pattern(blocks, basis),
        fixed=fixed,
        aliased=tuple(name for name, keep in zip(layout.fixed, kept, strict=True) if not keep)
        + layout.one_level,
        random=random,
        to_fixed=to_fixed,
        shift=shift,
        to_random=scale_y * np.linalg.inv(raw_z),
        log_scale=(float(np.log(scale_y)), float(np.linalg.slogdet(to_fixed / scale_y)[1])),
    )


def _check(moments: Moments, layout: Layout) -> None:
    names = set(moments.columns.names) | {INTERCEPT}
    wanted = {layout.outcome, *layout.fixed, *(c for part in layout.random for c in part.columns)}
    if missing := sorted(wanted - names):
        raise MissingColumns(missing)
    factors = tuple(dict.fromkeys(part.factor for part in layout.random))
    if len(factors) > 1:
        raise NotYet(f"Groups by {' and '.join(factors)} together", "Keep one grouping for now.")
    if factors and factors != moments.factors:
        raise MissingColumns(factors)
    if not factors:
        return
    levels = moments.levels[0]
    if len(levels) == 1:
        raise OneGroup(factors[0], levels[0])
    for name in {c for part in layout.random for c in part.columns if c != INTERCEPT}:
        k = moments.columns.index(name)
        if not (moments.cross[:, k, k].any() or moments.mean[:, k].any()):
            raise ConstantSlope(name)
    for part in layout.random:
        effects = len(part.columns) if part.correlated else 1
        if moments.n_rows <= len(levels) * effects:
            raise OneRowPerGroup(factors[0], len(levels), moments.n_rows, effects)


def _random(layout: Layout) -> tuple[tuple[str, ...], tuple[int, ...], bool]:
    """Random columns, sizes of their independent blocks, and whether one block holds them all."""
    names: list[str] = []
    blocks: list[int] = []
    for part in layout.random:
        new = [c for c in part.columns if c not in names]
        names += new
        blocks += [len(new)] if part.correlated else [1] * len(new)
    return tuple(names), tuple(b for b in blocks if b), len(blocks) == 1


def working_basis(moments: Moments, names: tuple[str, ...], centred: bool | None = None) -> Array:
    """Returns each named column in terms of [1, w], in working units: (1 + d, k)."""
    columns = moments.columns
    centred = INTERCEPT in names if centred is None else centred
    basis = np.zeros((1 + len(columns.names), len(names)))
    for k, name in enumerate(names):
        if name == INTERCEPT:
            basis[0, k] = 1.0
            continue
        index = columns.index(name)
        basis[1 + index, k] = 1.0
        basis[0, k] = 0.0 if centred else columns.centre[index] / columns.scale[index]
    return basis


def _pooled(moments: Moments) -> Array:
    """Cross-products of [1, w] over all rows: (1 + d, 1 + d)."""
    d = len(moments.columns.names)
    pooled = np.zeros((1 + d, 1 + d))
    pooled[0, 0] = moments.rows.sum()
    pooled[0, 1:] = pooled[1:, 0] = moments.rows @ moments.mean
    pooled[1:, 1:] = moments.cross.sum(axis=0) + (moments.mean * moments.rows[:, None]).T @ moments.mean
    return pooled


def _independent(moments: Moments, x: Array) -> NDArray[np.bool_]:
    """Which columns of x add something to those before them, by sweeping the pooled cross-products."""
    gram = x.T @ _pooled(moments) @ x
    size = np.diag(gram).copy()
    kept = np.zeros(len(size), dtype=bool)
    for k in range(len(size)):
        if gram[k, k] > COLLINEAR * max(size[k], 1e-300):
            kept[k] = True
            gram = gram - np.outer(gram[:, k], gram[k]) / gram[k, k]
    return kept


def _check_something_left(moments: Moments, rest: Array, random: tuple[str, ...]) -> None:
    """Raises StillOutcome or ExplainedExactly when the groups' own lines leave nothing of the outcome.

    Sums around the cells' means are exact to the square of rounding; what slopes take is subtracted, which
    rounds at 1e-16 of the sum.
    """
    outcome = moments.layout.outcome
    k = moments.columns.index(outcome)
    within = float(moments.cross[:, k, k].sum())
    if within <= 1e-20 * moments.n_rows:
        raise StillOutcome(outcome, moments.factors[0])
    x, y = rest[:-1, :-1], rest[:-1, -1]
    left = rest[-1, -1] - (y @ np.linalg.lstsq(x, y, rcond=1e-12)[0] if len(y) else 0.0)
    if left <= (1e-13 if set(random) - {INTERCEPT} else 1e-14) * within:
        raise ExplainedExactly(outcome, f"Within each '{moments.factors[0]}' the predictors")


def _constant(moments: Moments, x: Array) -> Array | None:
    """Weights a with x a = 1 on every row, or None when no combination of the columns is constant."""
    if not x.shape[1]:
        return None
    pooled = _pooled(moments)
    gram = x.T @ pooled @ x
    weights = np.linalg.solve(gram, x.T @ pooled[:, 0])
    left = pooled[0, 0] - weights @ x.T @ pooled[:, 0]
    return weights if abs(left) < 1e-14 * pooled[0, 0] else None


def _rotate(moments: Moments, z: Array, xy: Array, constant: bool) -> tuple[Array, Array, Array]:
    """The rows of each cell that the random columns reach, and the sum of squares of all others."""
    q, k = z.shape[1], xy.shape[1]
    cells = len(moments.rows)
    mean_xy = xy[0] + moments.mean @ xy[1:]  # (C, k)
    mean_z = z[0] + moments.mean @ z[1:]  # (C, q)
    root_n = np.sqrt(moments.rows)
    root_z, root_xy = np.zeros((cells, q, q)), np.zeros((cells, q, k))
    inner = xy[1:].T @ moments.cross.sum(axis=0) @ xy[1:]
    free = np.arange(q)
    if constant:  # first the cell's mean, then what lies around it
        root_z[:, 0] = root_n[:, None] * mean_z
        root_xy[:, 0] = root_n[:, None] * mean_xy
        # The cell's mean row has used the constant; the other random columns are the ones left to rotate.
        free = np.flatnonzero(z[1:].any(axis=0))
        gram_z = _products(moments, z[:, free], z[:, free])
        gram_zxy = _products(moments, z[:, free], xy)
        rest = inner
    else:
        gram_z = (
            _products(moments, z, z) + moments.rows[:, None, None] * mean_z[:, :, None] * mean_z[:, None, :]
        )
        gram_zxy = (
            _products(moments, z, xy) + moments.rows[:, None, None] * mean_z[:, :, None] * mean_xy[:, None, :]
        )
        rest = inner + (mean_xy * moments.rows[:, None]).T @ mean_xy
    if len(free):
        sub_z, sub_xy = _roots(gram_z, gram_zxy)
        first = int(constant)
        root_z[:, first:, free] = sub_z
        root_xy[:, first:] = sub_xy
        flat = sub_xy.reshape(-1, k)
        rest = rest - flat.T @ flat
    return (
        np.ascontiguousarray(root_z.transpose(2, 1, 0)),
        np.ascontiguousarray(root_xy.transpose(1, 2, 0)),
        (rest + rest.T) / 2,
    )


def _products(moments: Moments, left: Array, right: Array) -> Array:
    """Centred cross-products per cell of two sets of columns: (C, a, b)."""
    return np.asarray(left[1:].T @ moments.cross @ right[1:])


def _roots(gram: Array, gram_right: Array) -> tuple[Array, Array]:
    """R with R'R = gram per cell, and F with R'F = gram_right; flat directions become rows of zeros."""
    if gram.shape[1] == 1:
        values, vectors = gram[:, :, 0], np.ones_like(gram)
    else:
        values, vectors = np.linalg.eigh(gram)
    floor = 1e-12 * np.maximum(
        values.max(axis=1, keepdims=True), 1e-12 * max(float(values.max(initial=0.0)), 1e-300)
    )
    sound = values > floor
    root = np.sqrt(np.where(sound, values, 0.0))
    over = np.divide(1.0, root, out=np.zeros_like(root), where=sound)
    r = root[:, :, None] * vectors.transpose(0, 2, 1)
    f = over[:, :, None] * (vectors.transpose(0, 2, 1) @ gram_right)
    return r, f


def _back_to_units(
    moments: Moments, fixed: tuple[str, ...], scale_y: float, mean_y: float, ones: Array | None
) -> tuple[Array, Array]:
    """The affine map from working fixed effects to those of the columns as given."""
    columns = moments.columns
    centred = INTERCEPT in fixed
    back = np.eye(len(fixed))
    for k, name in enumerate(fixed):
        if name == INTERCEPT:
            continue
        index = columns.index(name)
        back[k, k] = 1.0 / columns.scale[index]
        if centred:
            back[fixed.index(INTERCEPT), k] = -columns.centre[index] / columns.scale[index]
    shift = np.zeros(len(fixed)) if ones is None else mean_y * (back @ ones)
    return scale_y * back, shift
