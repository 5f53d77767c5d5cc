"""Rows: what a generalised model needs to know, as arrays. Its likelihood is no function of sums alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.design.matrix import Design
from core.spec.model import Family, Link, ModelSpec, link_of

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Rows:
    """The columns of a generalised model on its n rows, or on cells that stand for several like ones.

    The fixed columns are those kept: none repeats the others. Effects of one factor vary in independent
    blocks of `blocks` columns each: (2,) is a correlated pair, (1, 1) an uncorrelated one.
    """

    family: Family
    link: Link
    y: Array  # (n,) successes, counts or amounts
    trials: Array  # (n,) of successes; else 1
    weights: Array  # (n,) how many rows each stands for
    offset: Array  # (n,)
    x: Array  # (n, p)
    fixed: tuple[str, ...]
    z: Mapping[str, Array]  # by factor (n, q)
    random: Mapping[str, tuple[str, ...]]
    blocks: Mapping[str, tuple[int, ...]]
    codes: Mapping[str, Codes]  # by factor (n,), places in `levels`
    levels: Mapping[str, tuple[str, ...]]

    @property
    def n(self) -> int:
        """Number of rows or cells."""
        return len(self.y)

    @property
    def cases(self) -> Array:
        """How many trials (of successes), or rows, each row stands for (n,)."""
        return self.weights * self.trials


def rows_of(design: Design, spec: ModelSpec, fixed: tuple[str, ...]) -> Rows:
    """Returns the arrays of a design; `fixed` are the fixed columns to keep."""
    layout, n = design.layout, design.n_rows
    names: dict[str, list[str]] = {}
    blocks: dict[str, list[int]] = {}
    for part in layout.random:
        held = names.setdefault(part.factor, [])
        new = [column for column in part.columns if column not in held]
        held += new
        blocks.setdefault(part.factor, []).extend([len(new)] if part.correlated else [1] * len(new))
    weights = design.weights
    return Rows(
        family=spec.family,
        link=link_of(spec),
        y=design.values[layout.outcome],
        trials=np.ones(n) if design.trials is None else design.trials,
        weights=np.ones(n) if weights.values is None else weights.values * weights.unit,
        offset=sum((design.values[name] for name in layout.offsets), np.zeros(n)),
        x=matrix(design, fixed),
        fixed=fixed,
        z={name: matrix(design, tuple(columns)) for name, columns in names.items()},
        random={name: tuple(columns) for name, columns in names.items()},
        blocks={name: tuple(size for size in sizes if size) for name, sizes in blocks.items()},
        codes={name: design.factors[name].codes for name in names},
        levels={name: design.factors[name].levels for name in names},
    )


def aggregated(rows: Rows) -> Rows:
    """Returns the cells of rows that are alike in every predictor, group and offset, as one row each.

    Successes and trials add up; of other families rows must be alike in the outcome too, and their weights
    add up. The likelihood is the same but for a constant. Costs a sort of the rows.
    """
    keys = [rows.offset[:, None], rows.x, *rows.z.values()]
    keys += [codes[:, None].astype(np.float64) for codes in rows.codes.values()]
    binomial = rows.family is Family.BINOMIAL
    keys += [rows.weights[:, None]] if binomial else [rows.y[:, None]]
    key = np.ascontiguousarray(np.concatenate(keys, axis=1)) + 0.0  # -0.0 is 0.0
    void = key.view(np.dtype((np.void, key.itemsize * key.shape[1]))).ravel()
    _, first, place = np.unique(void, return_index=True, return_inverse=True)
    if len(first) == rows.n:
        return rows
    order = np.argsort(first)
    first, place = first[order], np.argsort(order)[place.ravel()]

    def summed(values: Array) -> Array:
        return np.bincount(place, weights=values, minlength=len(first))

    return replace(
        rows,
        y=summed(rows.y) if binomial else rows.y[first],
        trials=summed(rows.trials) if binomial else rows.trials[first],
        weights=rows.weights[first] if binomial else summed(rows.weights),
        offset=rows.offset[first],
        x=rows.x[first],
        z={name: z[first] for name, z in rows.z.items()},
        codes={name: codes[first] for name, codes in rows.codes.items()},
    )


def ungrouped(rows: Rows) -> Rows:
    """Returns the same rows with the groups left out."""
    return replace(rows, z={}, random={}, blocks={}, codes={}, levels={})


def matrix(design: Design, names: tuple[str, ...]) -> Array:
    """Returns columns of a design (n, k) by label, the intercept's among them."""
    if not names:
        return np.empty((design.n_rows, 0))
    ones = np.ones(design.n_rows)
    return np.column_stack([ones if name == INTERCEPT else design.values[name] for name in names])
