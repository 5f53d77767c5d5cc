"""A Fit on disk: one zip file of JSON and plain number arrays. Nothing in it can run."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from core.design.coding import Coding, Learned
from core.design.complete import Dropped
from core.design.layout import Layout, lay_out, variables
from core.design.moments import Columns, Moments
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.gaussian import known_gaussian
from core.fit.optimise import Optimum, Stop
from core.fit.rows_posterior import RowsPosterior
from core.result.fit import Fit
from core.result.posterior_tree import posterior_tree, sampler_tree
from core.result.store_generalised import generalised_in, generalised_out
from core.result.store_posterior import UNDER, posterior_in, posterior_out
from core.result.store_rows import rows_posterior_in, walk_out
from core.result.tree import Tree
from core.result.unpacked import DAMAGE, UnreadableFit, unpacked
from core.result.zarr_files import tree_to_files
from core.spec.json import from_json, to_json
from core.spec.model import ModelSpec, Variable

VERSION = 1


class UnwritableFit(PanelwiseError):
    """A place where no file can be written."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The fit cannot be saved as '{path}': {why}. Give a file in a folder that exists and "
            "that you may write to."
        )


def save_fit(fit: Fit, path: str | Path) -> None:
    """Writes a fit: its model, settings, sums and optimum; not the rows. Size: that of the groups' sums.
    A generalised model is no function of sums: of it the columns of its rows are written.

    Of a posterior the draws are the files of a Zarr store in it, under their names in the model too, which
    `xarray.open_datatree(zarr.storage.ZipStore(path), engine="zarr", group="arviz", consolidated=False)`
    reads without this package. Raises UnwritableFit.
    """
    try:
        Path(path).write_bytes(_packed(fit, posterior_tree(fit) if fit.posterior else None))
    except FileNotFoundError:
        raise UnwritableFit(Path(path), "there is no such folder") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        why = getattr(error, "strerror", None) or str(error)
        raise UnwritableFit(Path(path), str(why).lower()) from error


def fit_to_bytes(fit: Fit) -> bytes:
    """Returns what `load_fit` reads, as for another process: of draws only what the sampler brought back."""
    return _packed(fit, sampler_tree(fit.posterior) if fit.posterior else None)


def _packed(fit: Fit, tree: Tree | None) -> bytes:
    manifest: dict[str, Any] = {
        "panelwise_fit": VERSION,
        "spec": to_json(fit.spec),
        "method": fit.method,
        "level": fit.level,
        "table_name": fit.table_name,
        "codings": [_coding_out(coding) for coding in fit.linear.moments.layout.codings],
    }
    held: dict[str, Any]
    if fit.generalised is not None:
        manifest["generalised"], held = generalised_out(fit.generalised)
    elif isinstance(fit.linear, RowsPosterior):
        manifest["generalised"], held = generalised_out(fit.linear.base)
        held |= walk_out(fit.linear)
    else:
        sums, held = _gaussian_out(fit.linear)
        manifest |= sums
    if fit.posterior:
        manifest["posterior"] = posterior_out(fit.posterior)
    arrays = io.BytesIO()
    np.savez(arrays, **held)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("fit.json", json.dumps(manifest))
        archive.writestr("arrays.npz", arrays.getvalue())
        for place, content in (tree_to_files(tree, UNDER) if tree else {}).items():
            archive.writestr(place, content)
    return whole.getvalue()


def _gaussian_out(fitted: Fitted) -> tuple[dict[str, Any], dict[str, Any]]:
    """What JSON holds of sums and optimum, and their arrays."""
    moments, optimum = fitted.moments, fitted.optimum
    manifest = {
        "columns": list(moments.columns.names),
        "factors": list(moments.factors),
        "levels": [list(levels) for levels in moments.levels],
        "dropped": [[one.reason, one.rows, one.column] for one in moments.dropped],
        "unit": moments.unit,
        "log_weights": moments.log_weights,
        "value": optimum.value,
        "stop": optimum.stop.name,
    }
    held = {
        "rows": moments.rows,
        "weight": moments.weight,
        "mean": moments.mean,
        "cross": moments.cross,
        "low": moments.low,
        "high": moments.high,
        "cells": moments.cells,
        "centre": moments.columns.centre,
        "scale": moments.columns.scale,
        "theta": optimum.theta,
        "gradient": optimum.gradient,
        "hessian": optimum.hessian,
        "log": np.asarray(optimum.log),
    }
    return manifest, held


def load_fit(path: str | Path) -> Fit:
    """Returns the fit that `save_fit` wrote, with every table it had. Raises UnreadableFit."""
    return _read(path, Path(path).name)


def fit_from_bytes(content: bytes, name: str = "these bytes") -> Fit:
    """Returns the fit that `fit_to_bytes` gave; `name` is what an error calls them. Raises UnreadableFit."""
    return _read(io.BytesIO(content), name)


def _read(source: str | Path | io.BytesIO, name: str) -> Fit:
    try:
        with zipfile.ZipFile(source) as archive:
            files = unpacked(archive, name)
        manifest = json.loads(files["fit.json"])
        arrays = np.load(io.BytesIO(files["arrays.npz"]), allow_pickle=False)
        held = {key: arrays[key] for key in arrays.files}
        if manifest["panelwise_fit"] != VERSION:
            raise UnreadableFit(
                name, f"its version is {manifest['panelwise_fit']!r} and only {VERSION} is known"
            )
        return _fit(manifest, held, files)
    except FileNotFoundError:
        raise UnreadableFit(name, "there is no such file") from None
    except DAMAGE as error:
        raise UnreadableFit(name, f"a part is missing or damaged ({type(error).__name__})") from error


def _fit(manifest: dict[str, Any], held: dict[str, Any], files: dict[str, bytes]) -> Fit:
    spec = from_json(manifest["spec"])
    layout = lay_out(spec, _codings_in(manifest["codings"], spec))
    method, name, level = str(manifest["method"]), str(manifest["table_name"]), float(manifest["level"])
    if "generalised" in manifest:
        whole = generalised_in(manifest["generalised"], held, spec, layout)
        if "posterior" in manifest:
            drawn = rows_posterior_in(whole, manifest["posterior"], files, held)
            return Fit(spec, method, drawn, name, level)
        return Fit(spec, method, whole, name, level)
    moments = _moments(manifest, held, layout)
    fitted = known_gaussian(moments, _optimum(manifest, held), reml=method != "ml")
    if "posterior" in manifest:
        fitted = posterior_in(fitted, manifest["posterior"], files)
    return Fit(spec, method, fitted, name, level)


def _moments(manifest: dict[str, Any], held: dict[str, Any], layout: Layout) -> Moments:
    return Moments(
        rows=held["rows"],
        weight=held["weight"],
        mean=held["mean"],
        cross=held["cross"],
        low=held["low"],
        high=held["high"],
        cells=held["cells"],
        columns=Columns(tuple(map(str, manifest["columns"])), held["centre"], held["scale"]),
        factors=tuple(map(str, manifest["factors"])),
        levels=tuple(tuple(map(str, levels)) for levels in manifest["levels"]),
        layout=layout,
        dropped=tuple(_dropped(*one) for one in manifest["dropped"]),
        unit=float(manifest["unit"]),
        log_weights=float(manifest["log_weights"]),
    )


def _dropped(reason: str, rows: int, column: str = "") -> Dropped:
    """Files of earlier versions do not name the column."""
    return Dropped(str(reason), int(rows), str(column))


def _optimum(manifest: dict[str, Any], held: dict[str, Any]) -> Optimum:
    return Optimum(
        held["theta"],
        float(manifest["value"]),
        held["gradient"],
        held["hessian"],
        Stop[manifest["stop"]],
        tuple(held["log"].tolist()),
    )


def _coding_out(coding: Coding) -> dict[str, Any]:
    learned = [
        {"centre": one.centre, "spread": one.spread, "levels": list(one.levels), "means": list(one.means)}
        for one in coding.learned
    ]
    return {"levels": list(coding.levels), "origin": coding.origin, "flag": coding.flag, "learned": learned}


def _codings_in(found: list[dict[str, Any]], spec: ModelSpec) -> dict[Variable, Coding]:
    return {
        variable: Coding(
            variable,
            tuple(map(str, one["levels"])),
            tuple(_learned(step) for step in one["learned"]),
            str(one["origin"]),
            bool(one.get("flag", False)),  # older files have none
        )
        for variable, one in zip(variables(spec), found, strict=True)
    }


def _learned(step: dict[str, Any]) -> Learned:
    return Learned(
        float(step["centre"]),
        float(step["spread"]),
        tuple(map(str, step["levels"])),
        tuple(map(float, step["means"])),
    )
