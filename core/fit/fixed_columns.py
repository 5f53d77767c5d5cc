"""The fixed columns and the outcome of a model, in working units: centred and with SD 1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.errors import ExplainedExactly
from core.design.layout import INTERCEPT
from core.design.moments import Moments

# A column whose share of variance outside the columns before it is below this is taken to repeat them.
# Cross-products carry 16 digits of variance, so 1e-11 leaves five digits to the estimate.
COLLINEAR = 1e-11


@dataclass(frozen=True, slots=True)
class FixedColumns:
    """Fixed columns and outcome in terms of the moments' [1, w], and the way back to the columns as given."""

    basis: Array  # (1 + d, p + 1), the outcome last
    names: tuple[str, ...]  # (p,) the columns kept
    aliased: tuple[str, ...]  # columns left out because others say the same
    to_fixed: Array  # (p, p)  fixed effects = to_fixed @ working + shift
    shift: Array  # (p,)
    log_scale: tuple[float, float]  # log outcome scale, log |det to_fixed| without it


def fixed_columns(moments: Moments) -> FixedColumns:
    """Returns the fixed side of the moments' layout. Raises ExplainedExactly."""
    x, y = _basis(moments)
    *kept, left = _independent(moments, np.column_stack([x, y]))
    if not left:
        raise ExplainedExactly(moments.layout.outcome, "The predictors")
    return _fixed(moments, x[:, kept], y, np.array(kept, dtype=bool))


def every_column(moments: Moments) -> FixedColumns:
    """Returns the fixed side of a layout whose columns are known to say different things."""
    x, y = _basis(moments)
    return _fixed(moments, x, y, np.ones(x.shape[1], dtype=bool))


def independent(moments: Moments) -> tuple[str, ...]:
    """Returns the fixed columns of the moments' layout that add something to those before them."""
    names = moments.layout.fixed
    kept = _independent(moments, working_basis(moments, names))
    return tuple(name for name, keep in zip(names, kept.tolist(), strict=True) if keep)


def _basis(moments: Moments) -> tuple[Array, Array]:
    """The fixed columns (1 + d, p) and the outcome (1 + d,) less its offsets, in terms of [1, w]."""
    layout, columns = moments.layout, moments.columns
    outcome = columns.index(layout.outcome)
    y = np.zeros(len(columns.names) + 1)
    y[1 + outcome] = 1.0
    for k in map(columns.index, layout.offsets):  # what is explained is the outcome less its offsets
        y[1 + k] -= columns.scale[k] / columns.scale[outcome]
    return working_basis(moments, layout.fixed), y


def _fixed(moments: Moments, x: Array, y: Array, kept: NDArray[np.bool_]) -> FixedColumns:
    layout, columns = moments.layout, moments.columns
    outcome = columns.index(layout.outcome)
    offsets = [columns.index(name) for name in layout.offsets]
    scale_y = columns.scale[outcome]
    mean_y = columns.centre[outcome] - columns.centre[offsets].sum()
    names = tuple(name for name, keep in zip(layout.fixed, kept, strict=True) if keep)
    ones = _constant(moments, x)
    if ones is None:  # without a constant among the predictors the outcome's mean is part of the story
        y[0] = mean_y / scale_y
    to_fixed, shift = _back_to_units(moments, names, scale_y, mean_y, ones)
    return FixedColumns(
        basis=np.column_stack([x, y]),
        names=names,
        aliased=tuple(name for name, keep in zip(layout.fixed, kept, strict=True) if not keep)
        + layout.one_level,
        to_fixed=to_fixed,
        shift=shift,
        log_scale=(float(np.log(scale_y)), float(np.linalg.slogdet(to_fixed / scale_y)[1])),
    )


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


def pooled_products(moments: Moments) -> Array:
    """Returns the cross-products of [1, w] over all rows: (1 + d, 1 + d)."""
    d = len(moments.columns.names)
    pooled = np.zeros((1 + d, 1 + d))
    pooled[0, 0] = moments.weight.sum()
    pooled[0, 1:] = pooled[1:, 0] = moments.weight @ moments.mean
    pooled[1:, 1:] = moments.cross.sum(axis=0) + (moments.mean * moments.weight[:, None]).T @ moments.mean
    return pooled


def _independent(moments: Moments, x: Array) -> NDArray[np.bool_]:
    """Which columns of x add something to those before them, by sweeping the pooled cross-products."""
    gram = x.T @ pooled_products(moments) @ x
    size = np.diag(gram).copy()
    kept = np.zeros(len(size), dtype=bool)
    for k in range(len(size)):
        if gram[k, k] > COLLINEAR * max(size[k], 1e-300):
            kept[k] = True
            gram = gram - np.outer(gram[:, k], gram[k]) / gram[k, k]
    return kept


def _constant(moments: Moments, x: Array) -> Array | None:
    """Weights a with x a = 1 on every row, or None when no combination of the columns is constant."""
    if not x.shape[1]:
        return None
    pooled = pooled_products(moments)
    gram = x.T @ pooled @ x
    weights = np.linalg.solve(gram, x.T @ pooled[:, 0])
    left = pooled[0, 0] - weights @ x.T @ pooled[:, 0]
    return weights if abs(left) < 1e-14 * pooled[0, 0] else None


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
