"""Draws as ArviZ keeps them: groups of arrays with named dimensions, and what made them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import PanelwiseError

if TYPE_CHECKING:
    from xarray import DataTree

CHAIN, DRAW = "chain", "draw"
SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
# Labels are cut after so many characters: an array of texts is as wide as its longest.
LONGEST = 200
Scalar = str | int | float | bool


class UnkeepableDraws(PanelwiseError):
    """Draws that cannot be laid out as ArviZ keeps them."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(f"'{name}' cannot be saved with the draws: {found}.")


@dataclass(frozen=True, slots=True)
class Labelled:
    """An array with a name for each dimension; `long_name` is what a reader calls it."""

    values: NDArray[Any]
    dims: tuple[str, ...]
    long_name: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """ArviZ's groups ("posterior", "sample_stats", ...) of arrays by name.

    `labels` name the places along a dimension: {"term": ("(Intercept)", "x")}, cut after 200 characters;
    chains and draws are counted.
    `attributes` say what made the draws: formula, fingerprint of the data, priors, seed, versions.
    Names are plain words (`plain_names`); what users typed stands in labels, long names and attributes.
    """

    groups: Mapping[str, Mapping[str, Labelled]]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, Scalar] = field(default_factory=dict)


def plain_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Returns a name for each text that is safe as a file's: letters, digits and _, all different."""
    found: list[str] = []
    for text in texts:
        base = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:60]
        base = base if SAFE.fullmatch(base) else f"v_{base}".rstrip("_")
        name, count = base, 1
        while name in found:
            count += 1
            name = f"{base}_{count}"
        found.append(name)
    return tuple(found)


def to_datatree(tree: Tree) -> "DataTree":
    """Returns the tree as xarray's, which every function of ArviZ 1 takes."""
    from xarray import Dataset, DataTree

    made: dict[str, Dataset] = {"/": Dataset(attrs=dict(tree.attributes))}
    for group, arrays in tree.groups.items():
        data = {name: (one.dims, one.values, said(one)) for name, one in arrays.items()}
        beside = coordinates(tree, arrays)
        made[group] = Dataset(data, {name: (one.dims, one.values) for name, one in beside.items()})
    return DataTree.from_dict(made)


def coordinates(tree: Tree, arrays: Mapping[str, Labelled]) -> dict[str, Labelled]:
    """Returns arrays that name the places along the dimensions in use. Raises UnkeepableDraws."""
    sizes: dict[str, int] = {}
    for name, one in arrays.items():
        if one.values.ndim != len(one.dims):
            raise UnkeepableDraws(
                name, f"it has {one.values.ndim} dimensions and {len(one.dims)} names of them"
            )
        for dim, size in zip(one.dims, one.values.shape, strict=True):
            if sizes.setdefault(dim, size) != size:
                raise UnkeepableDraws(name, f"its '{dim}' has {size} places and elsewhere {sizes[dim]}")
    found = {}
    for dim, size in sizes.items():
        if dim in tree.labels:
            if len(tree.labels[dim]) != size:
                raise UnkeepableDraws(dim, f"it has {len(tree.labels[dim])} labels for {size} places")
            texts = [text[:LONGEST].encode("utf-8", "replace").decode() for text in tree.labels[dim]]
            found[dim] = Labelled(np.array(texts, dtype=np.str_).reshape(size), (dim,))
        elif dim in (CHAIN, DRAW):
            found[dim] = Labelled(np.arange(size), (dim,))
    return found


def said(one: Labelled) -> dict[str, str]:
    """Returns what an array says of itself, as attributes."""
    return {"long_name": one.long_name} if one.long_name else {}
