"""A generalised posterior beside its saved model: where the chains walked, and in which coordinates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.design.coding import Array
from core.design.rows import aggregated
from core.fit.generalised import Generalised
from core.fit.nuts_rows_numbers import walk_of
from core.fit.rows_posed import averages, pose_rows
from core.fit.rows_posterior import RowsPosterior, around
from core.result.posterior_tree import sampler_arrays
from core.result.store_posterior import UNDER, chains_in
from core.result.zarr_files import tree_from_files
from core.spec.prior_json import priors_from_json


def walk_out(given: RowsPosterior) -> dict[str, Any]:
    """Returns the coordinates as arrays: another machine would round them to other ones."""
    walk = given.walk
    found = {"walk_w0": walk.w0, "walk_root": walk.root, "walk_start": walk.start, "walk_scale": walk.scale}
    return {**found, "eta": given.eta, **{f"walk_{k}": side.groups for k, side in enumerate(walk.sides)}}


def rows_posterior_in(
    base: Generalised, said: dict[str, Any], files: Mapping[str, bytes], held: Mapping[str, Array]
) -> RowsPosterior:
    """Returns the posterior that was saved. Raises ValueError of draws that are not of this model."""
    at, priors = averages(base.design, base.rows), priors_from_json(said["priors"])
    like = walk_of(pose_rows(aggregated(base.rows), at, priors))
    groups = [held[f"walk_{k}"] for k in range(len(like.sides))]
    told = [(one, side.groups) for one, side in zip(groups, like.sides, strict=True)]
    told += [(held[f"walk_{name}"], getattr(like, name)) for name in ("w0", "root", "start", "scale")]
    if any(one.shape != other.shape for one, other in told):
        raise ValueError("the coordinates are not of this model")
    walk = replace(
        like,
        w0=held["walk_w0"],
        root=held["walk_root"],
        start=held["walk_start"],
        scale=held["walk_scale"],
        sides=tuple(replace(side, groups=one) for side, one in zip(like.sides, groups, strict=True)),
    )
    how, eta = chains_in(sampler_arrays(tree_from_files(files, UNDER)), said), held["eta"]
    if eta.shape != (how.x.shape[0] * how.x.shape[1], like.size) or not np.isfinite(eta).all():
        raise ValueError("the draws are not of this model")
    return around(base, at, walk, replace(how, x=eta.reshape(*how.x.shape[:2], -1)), priors)
