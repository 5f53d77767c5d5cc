"""A posterior beside a saved fit: priors and settings as JSON, draws as plain number arrays."""

from typing import Any

import numpy as np

from core.design.coding import Array
from core.fit.along import Fitted
from core.fit.chains import Chains
from core.fit.instant import Weighed
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.posterior import Posterior
from core.spec.prior_json import priors_from_json, priors_to_json

CHAINED = ("energy", "diverging", "depth", "step_size")


def posterior_out(given: Posterior) -> tuple[dict[str, Any], dict[str, Array]]:
    """Returns what is said of a posterior, and its arrays by name."""
    said: dict[str, Any] = {"priors": priors_to_json(given.priors), "seed": given.seed}
    if isinstance(given.how, Weighed):
        how = given.how
        said["weighed"] = {"k_hat": how.k_hat, "ess": how.ess, "proposed": how.proposed}
        return said, {"draws": given.x}
    chains = given.how
    said["chains"] = {"tune": chains.tune, "compiling": chains.compiling, "sampling": chains.sampling}
    return said, {"draws": chains.x, **{name: getattr(chains, name) for name in CHAINED}}


def posterior_in(base: Fitted, said: dict[str, Any], held: dict[str, Any]) -> Posterior:
    """Returns the posterior beside a fit. Raises ValueError of draws that are not of this model."""
    if not isinstance(base, Linear | JointLinear):
        raise TypeError("no posterior stands beside a posterior")
    x, priors, seed = held["draws"], priors_from_json(said["priors"]), int(said["seed"])
    how: Weighed | Chains
    if "weighed" in said:
        told = said["weighed"]
        how, draws = Weighed(float(told["k_hat"]), float(told["ess"]), int(told["proposed"])), x
    else:
        told = said["chains"]
        parts = {name: held[name] for name in CHAINED}
        seconds = float(told["compiling"]), float(told["sampling"])
        how = Chains(x, **parts, tune=int(told["tune"]), compiling=seconds[0], sampling=seconds[1], seed=seed)
        draws = how.pooled
    if draws.ndim != 2 or draws.shape[1] != 1 + len(base.optimum.theta) or not np.isfinite(draws).all():
        raise ValueError("the draws are not of this model")
    return Posterior(base, priors, draws, how, seed)
