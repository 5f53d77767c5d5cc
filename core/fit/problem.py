"""From Moments to a Problem: one model, rotated so that a cell is as small as its random columns."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.errors import ExplainedExactly, MissingColumns, StillOutcome, TooFewRows
from core.design.layout import INTERCEPT, Layout
from core.design.moments import Moments
from core.fit.covariance import Pattern
from core.fit.fixed_columns import FixedColumns, fixed_columns
from core.fit.varying import check_varying, varying


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
    log_weights: float  # sum over rows of log weight

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

    Raises MissingColumns, OneGroup, OneRowPerGroup, TooFewRows, ExplainedExactly, StillOutcome,
    ConstantSlope, FarFromZero.
    """
    check_columns(moments, moments.layout)
    factors = tuple(dict.fromkeys(part.factor for part in moments.layout.random))
    if factors and factors != moments.factors:
        raise MissingColumns(factors)
    check_rows(moments)
    return pose_with(moments, fixed_columns(moments))


def pose_with(moments: Moments, given: FixedColumns) -> Problem:
    """Returns the problem of one factor, its fixed side known. Raises StillOutcome, ExplainedExactly."""
    posed = pose_any(moments, given)
    if moments.n_rows > posed.cells * max(len(posed.random), 1) + posed.p:
        _check_something_left(moments, given.basis[:, -1], posed.rest, posed.random)
    return posed


def pose_any(moments: Moments, given: FixedColumns) -> Problem:
    """Returns the problem of one factor whose residual variance is known, so that nothing need be left."""
    by = varying(moments, moments.layout.random)
    z, xy, rest = rotate(moments, by.basis, given.basis, by.constant)
    return Problem(
        z=z,
        xy=xy,
        rest=rest,
        n_rows=moments.n_rows,
        shape=by.shape,
        fixed=given.names,
        aliased=given.aliased,
        random=by.names,
        to_fixed=given.to_fixed,
        shift=given.shift,
        to_random=float(np.exp(given.log_scale[0])) * by.to_units,
        log_scale=given.log_scale,
        log_weights=moments.log_weights,
    )


def check_columns(moments: Moments, layout: Layout) -> None:
    """Raises MissingColumns when the moments lack a column of the layout."""
    names = set(moments.columns.names) | {INTERCEPT}
    wanted = {
        layout.outcome,
        *layout.fixed,
        *layout.offsets,
        *(c for part in layout.random for c in part.columns),
    }
    if missing := sorted(wanted - names):
        raise MissingColumns(missing)


def check_rows(moments: Moments) -> None:
    """Raises OneGroup, ConstantSlope, OneRowPerGroup or TooFewRows; the moments are of at most one factor."""
    layout = moments.layout
    if layout.random:
        check_varying(moments, layout.random)
    free = (q * (q + 1) // 2 if part.correlated else q for part in layout.random for q in [len(part.columns)])
    needed = len(layout.fixed) + sum(free) + 1
    if moments.n_rows < needed:
        raise TooFewRows(moments.n_rows, needed)


def _check_something_left(moments: Moments, y_basis: Array, rest: Array, random: tuple[str, ...]) -> None:
    """Raises StillOutcome or ExplainedExactly when the groups' own lines leave nothing of the outcome.

    Sums around the cells' means are exact to the square of rounding; what slopes take is subtracted, which
    rounds at 1e-16 of the sum.
    """
    outcome = moments.layout.outcome
    within = float(y_basis[1:] @ moments.cross.sum(axis=0) @ y_basis[1:])
    if within <= 1e-20 * moments.n_rows:
        raise StillOutcome(outcome, moments.factors[0])
    x, y = rest[:-1, :-1], rest[:-1, -1]
    left = rest[-1, -1] - (y @ np.linalg.lstsq(x, y, rcond=1e-12)[0] if len(y) else 0.0)
    if left <= (1e-13 if set(random) - {INTERCEPT} else 1e-14) * within:
        raise ExplainedExactly(outcome, f"Within each '{moments.factors[0]}' the predictors")


def rotate(
    moments: Moments, z: Array, xy: Array, constant: bool, apart: bool = False
) -> tuple[Array, Array, Array]:
    """Returns the rows of each cell that the random columns reach, and the sum of squares of all others.

    `z` (1 + d, q) and `xy` (1 + d, k) are in terms of [1, w]: (q, q, C), (q, k, C), (k, k) as in Problem;
    the last one of each cell, (C, k, k), when `apart`.
    """
    q, k = z.shape[1], xy.shape[1]
    cells = len(moments.rows)
    mean_xy = xy[0] + moments.mean @ xy[1:]  # (C, k)
    mean_z = z[0] + moments.mean @ z[1:]  # (C, q)
    root_n = np.sqrt(moments.weight)
    root_z, root_xy = np.zeros((cells, q, q)), np.zeros((cells, q, k))
    inner = xy[1:].T @ (moments.cross if apart else moments.cross.sum(axis=0)) @ xy[1:]
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
            _products(moments, z, z) + moments.weight[:, None, None] * mean_z[:, :, None] * mean_z[:, None, :]
        )
        gram_zxy = (
            _products(moments, z, xy)
            + moments.weight[:, None, None] * mean_z[:, :, None] * mean_xy[:, None, :]
        )
        outer = moments.weight[:, None, None] * mean_xy[:, :, None] * mean_xy[:, None, :]
        rest = inner + (outer if apart else outer.sum(axis=0))
    if len(free):
        sub_z, sub_xy = _roots(gram_z, gram_zxy)
        first = int(constant)
        root_z[:, first:, free] = sub_z
        root_xy[:, first:] = sub_xy
        taken = sub_xy if apart else sub_xy.reshape(-1, k)
        rest = rest - taken.swapaxes(-1, -2) @ taken
    return (
        np.ascontiguousarray(root_z.transpose(2, 1, 0)),
        np.ascontiguousarray(root_xy.transpose(1, 2, 0)),
        (rest + rest.swapaxes(-1, -2)) / 2,
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
