"""The columns that one grouping factor moves, in working units."""

from dataclasses import dataclass

import numpy as np

from core.design.coding import Array
from core.design.errors import ConstantSlope, FarFromZero, OneGroup, OneRowPerGroup, SlopesAlike
from core.design.layout import INTERCEPT, RandomColumns
from core.design.moments import Moments
from core.fit.covariance import Pattern, pattern
from core.fit.fixed_columns import COLLINEAR, pooled_products, working_basis

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
    """Returns the random side of one factor's terms. Raises FarFromZero, SlopesAlike."""
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
    basis = working_basis(moments, names, centred=constant)
    shape = pattern(blocks, np.eye(q) if joint else raw / np.abs(np.diag(raw)))
    _check_apart(moments, basis, names, shape)
    return Varying(
        basis=basis,
        names=names,
        constant=constant,
        shape=shape,
        to_units=np.linalg.inv(raw),
    )


def check_varying(moments: Moments, parts: tuple[RandomColumns, ...]) -> None:
    """Raises OneGroup, ConstantSlope or OneRowPerGroup; the moments are those of the parts' factor alone."""
    check_groups(moments, parts)
    levels, factor = moments.levels[0], moments.factors[0]
    for part in parts:
        effects = len(part.columns) if part.correlated else 1
        if moments.n_rows <= len(levels) * effects:
            raise OneRowPerGroup(factor, len(levels), moments.n_rows, effects)


def check_groups(moments: Moments, parts: tuple[RandomColumns, ...]) -> None:
    """Raises OneGroup or ConstantSlope; the moments are those of the parts' factor alone."""
    levels, factor = moments.levels[0], moments.factors[0]
    if len(levels) == 1:
        raise OneGroup(factor, levels[0])
    for name in {c for part in parts for c in part.columns if c != INTERCEPT}:
        k = moments.columns.index(name)
        # Of a part of the rows, as a fold's, the constant need not be the mean of all.
        if moments.low[:, k].min() == moments.high[:, k].max():
            raise ConstantSlope(name)


def _check_apart(moments: Moments, basis: Array, names: tuple[str, ...], shape: Pattern) -> None:
    """Raises SlopesAlike when several covariances of the effects say the same of the outcome.

    With columns that depend on each other, Z = E C, the outcome knows C Sigma C' only: its entries must be
    told apart by those of Sigma. (1 | g) + (0 + t || g) with all levels of t is such a model and can be told,
    (1 + x + x2 | g) with x2 = 2 x cannot.
    """
    if not names:
        return
    gram = basis.T @ pooled_products(moments) @ basis
    size = np.sqrt(np.diag(gram))
    values, vectors = np.linalg.eigh(gram / np.outer(size, size))
    sound = values > COLLINEAR
    if sound.all():
        return
    c = np.sqrt(values[sound])[:, None] * vectors[:, sound].T @ (size[:, None] * shape.basis)
    forms = np.array(
        [
            np.outer(c[:, a], c[:, b]) + np.outer(c[:, b], c[:, a])
            for a, b in zip(shape.rows, shape.cols, strict=True)
        ]
    )
    flat = forms.reshape(len(forms), -1)
    if np.linalg.matrix_rank(flat / np.linalg.norm(flat, axis=1)[:, None], tol=1e-8) < len(forms):
        tied = np.abs(vectors[:, ~sound]).max(axis=1) > 1e-6
        alike = [name for name, one in zip(names, tied.tolist(), strict=True) if one]
        raise SlopesAlike(alike, moments.factors[0])


def _in_order(parts: tuple[RandomColumns, ...]) -> tuple[tuple[str, ...], tuple[int, ...], bool]:
    """Random columns, sizes of their independent blocks, and whether one block holds them all."""
    names: list[str] = []
    blocks: list[int] = []
    for part in parts:
        new = [c for c in part.columns if c not in names]
        names += new
        blocks += [len(new)] if part.correlated else [1] * len(new)
    return tuple(names), tuple(b for b in blocks if b), len(blocks) == 1
