"""The columns that one grouping factor moves, in working units."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.errors import ConstantSlope, FarFromZero, OneGroup, OneRowPerGroup
from core.design.layout import INTERCEPT, RandomColumns
from core.design.moments import Moments
from core.fit.covariance import Pattern, pattern
from core.fit.fixed_columns import working_basis

# A slope about zero of a column this many SDs away from zero leaves too few digits to its spread.
FAR = 1e5


@dataclass(frozen=True, slots=True)
class Varying:
    """The random columns of one factor in terms of the moments' [1, w], and their covariance's pattern."""

    basis: Array  # (1 + d, q)
    names: tuple[str, ...]  # (q,)
    constant: bool  # whether the intercept is among them: then the others are centred
    shape: Pattern
    to_units: Array  # (q, q)  group effects = outcome scale * to_units @ working


def varying(moments: Moments, parts: tuple[RandomColumns, ...]) -> Varying:
    """Returns the random side of one factor's terms. Raises FarFromZero."""
    names, blocks, joint = _in_order(parts)
    columns, constant = moments.columns, INTERCEPT in names
    q = len(names)
    # raw columns = working columns @ raw, so working effects = raw @ effects
    raw = np.eye(q)
    for k, name in enumerate(names):
        if name == INTERCEPT:
            continue
        index = columns.index(name)
        raw[k, k] = columns.scale[index]
        if constant:
            raw[names.index(INTERCEPT), k] = columns.centre[index]
        # Centred columns lose nothing; the others must not be too far from zero.
        if not (joint and constant) and abs(columns.centre[index]) > FAR * columns.scale[index]:
            raise FarFromZero(name)
    return Varying(
        basis=working_basis(moments, names, centred=constant),
        names=names,
        constant=constant,
        shape=pattern(blocks, np.eye(q) if joint else raw / np.abs(np.diag(raw))),
        to_units=np.linalg.inv(raw),
    )


def check_varying(moments: Moments, parts: tuple[RandomColumns, ...]) -> None:
    """Raises OneGroup, ConstantSlope or OneRowPerGroup; the moments are those of the parts' factor alone."""
    levels, factor = moments.levels[0], moments.factors[0]
    if len(levels) == 1:
        raise OneGroup(factor, levels[0])
    for name in {c for part in parts for c in part.columns if c != INTERCEPT}:
        k = moments.columns.index(name)
        # Of a part of the rows, as a fold's, the constant need not be the mean of all.
        if moments.low[:, k].min() == moments.high[:, k].max():
            raise ConstantSlope(name)
    for part in parts:
        effects = len(part.columns) if part.correlated else 1
        if moments.n_rows <= len(levels) * effects:
            raise OneRowPerGroup(factor, len(levels), moments.n_rows, effects)


def _in_order(parts: tuple[RandomColumns, ...]) -> tuple[tuple[str, ...], tuple[int, ...], bool]:
    """Random columns, sizes of their independent blocks, and whether one block holds them all."""
    names: list[str] = []
    blocks: list[int] = []
    for part in parts:
        new = [c for c in part.columns if c not in names]
        names += new
        blocks += [len(new)] if part.correlated else [1] * len(new)
    return tuple(names), tuple(b for b in blocks if b), len(blocks) == 1
