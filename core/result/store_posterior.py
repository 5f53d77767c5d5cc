"""A posterior beside a saved fit: priors and settings as JSON, draws as the Zarr files that ArviZ opens."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.fit.along import Fitted
from core.fit.chains import Chains
from core.fit.instant import Weighed
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.posterior import Posterior
from core.result.posterior_tree import sampler_arrays
from core.result.zarr_files import tree_from_files
from core.spec.prior_json import priors_from_json, priors_to_json

UNDER = "arviz"


def posterior_out(given: Posterior) -> dict[str, Any]:
    """Returns what is said of a posterior beside its draws."""
    said: dict[str, Any] = {"priors": priors_to_json(given.priors), "seed": given.seed}
    if isinstance(given.how, Weighed):
        how = given.how
        return said | {"weighed": {"k_hat": how.k_hat, "ess": how.ess, "proposed": how.proposed}}
    chains = given.how
    return said | {
        "chains": {"tune": chains.tune, "compiling": chains.compiling, "sampling": chains.sampling}
    }


def posterior_in(base: Fitted, said: dict[str, Any], files: Mapping[str, bytes]) -> Posterior:
    """Returns the posterior beside a fit. Raises ValueError of draws that are not of this model."""
    if not isinstance(base, Linear | JointLinear):
        raise TypeError("no posterior stands beside a posterior")
    held = sampler_arrays(tree_from_files(files, UNDER))
    priors, seed = priors_from_json(said["priors"]), int(said["seed"])
    how: Weighed | Chains
    if "weighed" in said:
        told = said["weighed"]
        how = Weighed(float(told["k_hat"]), float(told["ess"]), int(told["proposed"]))
        (draws,) = held["x"]
    else:
        how = chains_in(held, said)
        draws = how.pooled
    if draws.ndim != 2 or draws.shape[1] != 1 + len(base.optimum.theta) or not np.isfinite(draws).all():
        raise ValueError("the draws are not of this model")
    return Posterior(base, priors, draws, how, seed)


def chains_in(held: dict[str, Any], said: dict[str, Any]) -> Chains:
    """Returns the chains that `sampler_arrays` gave. Raises ValueError of parts that do not fit."""
    told = said["chains"]
    seconds = float(told["compiling"]), float(told["sampling"])
    how = Chains(
        **held, tune=int(told["tune"]), compiling=seconds[0], sampling=seconds[1], seed=int(said["seed"])
    )
    if not how.energy.shape == how.diverging.shape == how.depth.shape == how.x.shape[:2]:
        raise ValueError("the record of the sampler is not of these draws")
    return how
