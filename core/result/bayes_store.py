"""Draws on disk: one zip file of a Zarr store that ArviZ opens, and JSON beside it."""

import io
import json
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from core.result.store import DAMAGE, MOST_BYTES, UnreadableFit, UnwritableFit
from core.result.tree import Tree
from core.result.zarr_files import tree_from_files, tree_to_files

UNDER, SAID = "arviz", "fit.json"
VERSION = 1
MOST_FILES = 10_000
NAMED = ("panelwise", "numpy", "pymc", "nutpie", "arviz")


def provenance(formula: str, fingerprint: str, priors: str, seed: int, method: str) -> dict[str, str | int]:
    """Returns what a saved posterior says of its making: these, and the versions of the packages here.

    `fingerprint` is that of the data (`core.fingerprint`), `priors` their text as JSON.
    """
    found: dict[str, str | int] = {
        "formula": formula,
        "data_fingerprint": fingerprint,
        "priors": priors,
        "seed": seed,
        "inference_library": method,
    }
    return found | {f"{name}_version": _version(name) for name in NAMED}


def draws_to_bytes(tree: Tree, said: Mapping[str, Any]) -> bytes:
    """Returns a zip file of the tree, below "arviz", and of what else is said of the fit ("fit.json").

    Without this package it is read by `xarray.open_datatree(zarr.storage.ZipStore(path), engine="zarr",
    group="arviz", consolidated=False)`. Raises UnkeepableDraws.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(SAID, json.dumps({"panelwise_draws": VERSION, "said": dict(said)}))
        for path, content in tree_to_files(tree, UNDER).items():
            archive.writestr(path, content)
    return whole.getvalue()


def draws_from_bytes(content: bytes, name: str = "these bytes") -> tuple[Tree, dict[str, Any]]:
    """Returns the tree and what was said beside it; `name` is what an error calls the bytes.

    Nothing is unpacked to disk and nothing in the file can run. Raises UnreadableFit for anything but what
    was written: another zip file, parts missing or damaged, more than 2 GB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = checked_files(archive, name)
        held = json.loads(files[SAID])
        if held["panelwise_draws"] != VERSION:
            raise UnreadableFit(
                name, f"its version is {held['panelwise_draws']!r} and only {VERSION} is known"
            )
        return tree_from_files(files, UNDER), dict(held["said"])
    except DAMAGE as error:
        raise UnreadableFit(name, f"a part is missing or damaged ({type(error).__name__})") from error


def checked_files(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """Returns the files in a zip by path, once their number and size are known to be sane.

    Raises UnreadableFit, and what zipfile raises of damage.
    """
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise UnreadableFit(name, f"it holds {len(entries):,} files and a saved fit at most {MOST_FILES:,}")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise UnreadableFit(name, f"it unpacks to more than {MOST_BYTES // 10**9} GB")
    paths = [entry.filename for entry in entries]
    if len(set(paths)) < len(paths):
        raise UnreadableFit(name, "it holds two files of one name")
    if odd := [path for path in paths if path.startswith("/") or "\\" in path or ".." in path.split("/")]:
        raise UnreadableFit(name, f"it holds a file that points outside it ({odd[0][:60]!r})")
    return {path: archive.read(path) for path in paths}


def save_draws(tree: Tree, said: Mapping[str, Any], path: str | Path) -> None:
    """Writes what `draws_to_bytes` returns. Raises UnwritableFit, UnkeepableDraws."""
    content = draws_to_bytes(tree, said)
    try:
        Path(path).write_bytes(content)
    except FileNotFoundError:
        raise UnwritableFit(Path(path), "there is no such folder") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnwritableFit(Path(path), str(getattr(error, "strerror", None) or error).lower()) from error


def load_draws(path: str | Path) -> tuple[Tree, dict[str, Any]]:
    """Returns what `save_draws` wrote. Raises UnreadableFit."""
    name = Path(path).name
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise UnreadableFit(name, f"it is larger than {MOST_BYTES // 10**9} GB")
        content = Path(path).read_bytes()
    except (OSError, ValueError):
        raise UnreadableFit(name, "there is no such file, or it may not be read") from None
    return draws_from_bytes(content, name)


def _version(name: str) -> str:
    """A package's version; "source" of one that runs from its folder."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "source"
