"""A tree of draws as the files of a Zarr store: JSON and plain numbers, nothing that can run.

Written and read with NumPy alone, each array in one uncompressed chunk, so that opening a stranger's file
asks no codec of any library and no array is larger than the bytes that came. Zarr, xarray and ArviZ read the
same files. (netCDF would need HDF5, whose files are a program's worth of structure: not worth it here.)
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.result.tree import SAFE, Labelled, Scalar, Tree, UnkeepableDraws, coordinates, said

GROUPS = (
    "posterior",
    "sample_stats",
    "unconstrained_posterior",
    "prior",
    "observed_data",
    "constant_data",
    "log_likelihood",
)
TYPES = {"float64": "<f8", "int64": "<i8", "bool": "|b1"}
TEXT, LONGEST = "fixed_length_utf32", 4000
CODECS = [{"name": "bytes", "configuration": {"endian": "little"}}]
SEPARATOR = {"name": "default", "configuration": {"separator": "/"}}


def tree_to_files(tree: Tree, under: str) -> dict[str, bytes]:
    """Returns the files of the Zarr store by path, below the folder `under`. Raises UnkeepableDraws."""
    files = {f"{under}/zarr.json": _group(tree.attributes)}
    for group, arrays in tree.groups.items():
        if group not in GROUPS:
            raise UnkeepableDraws(group, f"the groups are {', '.join(GROUPS)}")
        files[f"{under}/{group}/zarr.json"] = _group({})
        for name, one in {**arrays, **coordinates(tree, arrays)}.items():
            files |= _array(f"{under}/{group}/{name}", name, one)
    return files


def tree_from_files(files: Mapping[str, bytes], under: str) -> Tree:
    """Returns the tree whose files were written so.

    Raises KeyError, ValueError, TypeError or AttributeError of files that were not.
    """
    groups: dict[str, dict[str, Labelled]] = {}
    labels: dict[str, tuple[str, ...]] = {}
    for group in (name for name in GROUPS if f"{under}/{name}/zarr.json" in files):
        start = f"{under}/{group}/"
        names = [path.split("/")[2] for path in files if path.startswith(start) and path.count("/") == 3]
        arrays = {name: _read(files, start + name, name) for name in names if name != "zarr.json"}
        labels |= {
            name: tuple(map(str, one.values.tolist()))
            for name, one in arrays.items()
            if one.dims == (name,) and one.values.dtype.kind == "U"
        }
        groups[group] = {name: one for name, one in arrays.items() if one.dims != (name,)}
    attributes = json.loads(files[f"{under}/zarr.json"])["attributes"]
    if not all(isinstance(value, Scalar) for value in attributes.values()):
        raise ValueError("attributes are text and numbers")
    return Tree(groups, labels, attributes)


def _group(attributes: Mapping[str, Scalar]) -> bytes:
    return json.dumps({"zarr_format": 3, "node_type": "group", "attributes": dict(attributes)}).encode()


def _array(path: str, name: str, one: Labelled) -> dict[str, bytes]:
    if not SAFE.fullmatch(name) or not all(SAFE.fullmatch(dim) for dim in one.dims):
        raise UnkeepableDraws(name, "its name, and those of its dimensions, must be letters, digits and _")
    kind = one.values.dtype.kind
    told: Any
    fill: Any
    if kind == "U":
        values = one.values.astype(f"<U{max(1, one.values.dtype.itemsize // 4)}")
        told, fill = {"name": TEXT, "configuration": {"length_bytes": values.dtype.itemsize}}, ""
    elif kind in "fiub":
        told = {"f": "float64", "b": "bool"}.get(kind, "int64")
        values, fill = one.values.astype(TYPES[told]), {"float64": "NaN", "int64": 0, "bool": False}[told]
    else:
        raise UnkeepableDraws(name, f"it holds {one.values.dtype} and only numbers, yes/no and text are kept")
    shape = list(values.shape)
    whole = {"name": "regular", "configuration": {"chunk_shape": [max(1, size) for size in shape]}}
    about = {
        "zarr_format": 3,
        "node_type": "array",
        "shape": shape,
        "data_type": told,
        "chunk_grid": whole,
        "chunk_key_encoding": SEPARATOR,
        "fill_value": fill,
        "codecs": CODECS,
        "attributes": said(one),
        "dimension_names": list(one.dims),
    }
    files = {f"{path}/zarr.json": json.dumps(about).encode()}
    if values.size:
        files[_chunk(path, values.ndim)] = values.tobytes()
    return files


def _chunk(path: str, dimensions: int) -> str:
    return "/".join([path, "c", *["0"] * dimensions])


def _read(files: Mapping[str, bytes], path: str, name: str) -> Labelled:
    about = json.loads(files[f"{path}/zarr.json"])
    shape = tuple(int(size) for size in about["shape"])
    dims = tuple(str(dim) for dim in about["dimension_names"])
    plain = about["codecs"] == CODECS and about["chunk_key_encoding"] == SEPARATOR
    one_chunk = about["chunk_grid"]["configuration"]["chunk_shape"] == [max(1, size) for size in shape]
    if not (
        plain
        and one_chunk
        and SAFE.fullmatch(name)
        and len(dims) == len(shape)
        and min(shape, default=0) >= 0
    ):
        raise ValueError("not an array as it is written here")
    kind = about["data_type"]
    if isinstance(kind, dict):
        letters, left = divmod(int(kind["configuration"]["length_bytes"]), 4)
        if kind["name"] != TEXT or left or not 1 <= letters <= LONGEST:
            raise ValueError("not a text as it is written here")
        dtype = f"<U{letters}"
    else:
        dtype = TYPES[kind]
    content = files[_chunk(path, len(shape))] if 0 not in shape else b""
    if isinstance(kind, dict):
        points = np.frombuffer(content, "<u4")
        # NumPy makes texts of numbers that are no characters, which crash whoever prints them.
        if ((points > 0x10FFFF) | ((points >= 0xD800) & (points <= 0xDFFF))).any():
            raise ValueError("not a text")
    # frombuffer refuses bytes that are not a whole number of items, reshape any other number of them.
    values = (
        np.frombuffer(content, np.uint8).astype(bool) if kind == "bool" else np.frombuffer(content, dtype)
    )
    return Labelled(values.reshape(shape).copy(), dims, str(about["attributes"].get("long_name", "")))
