"""A posterior as ArviZ keeps it: its draws under the model's names, the sampler's own, and what made them."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from core.design.coding import Array
from core.design.moments import Moments
from core.fit.chains import Chains
from core.fit.instant import Weighed
from core.fit.posterior import Posterior
from core.result.errors import NotPosterior
from core.result.fit import Fit
from core.result.tree import CHAIN, DRAW, Labelled, Scalar, Tree, plain_names, to_datatree
from core.spec.formula import write_formula
from core.spec.prior_json import priors_to_json

if TYPE_CHECKING:
    from xarray import DataTree

SAMPLED = "unconstrained_posterior"
# Numbers of one grouping's effects that are kept, 32 MB: of more groups they are drawn anew from the fit.
MOST_EFFECTS = 4_000_000
NAMED = ("panelwise", "numpy", "pymc", "nutpie", "arviz")
STATS = {"energy": "energy", "diverging": "diverging", "depth": "tree_depth", "step_size": "step_size"}


def datatree(fit: Fit) -> "DataTree":
    """Returns a Bayesian fit's draws as xarray's tree, which every function of ArviZ 1 takes.

    Groups: posterior (fixed effects, SDs, correlations, group effects, residual SD, in units), sample_stats,
    unconstrained_posterior, constant_data. Raises NotPosterior.
    """
    return to_datatree(posterior_tree(fit))


def posterior_tree(fit: Fit) -> Tree:
    """Returns everything that is saved of a Bayesian fit's draws. Raises NotPosterior."""
    given = fit.posterior
    if given is None:
        raise NotPosterior("Draws")
    sampled = sampler_tree(given)
    names = dict(zip(given.sides, _plain(given), strict=True))
    drawn, labels = _drawn(given, names)
    sizes = {f"rows_{names[name]}": _rows(given, name, names[name]) for name in given.sides}
    groups = {"posterior": drawn, **sampled.groups, "constant_data": sizes}
    return Tree(groups, labels, provenance(fit, given))


def sampler_tree(given: Posterior) -> Tree:
    """Returns the draws as the sampler has them, log SDs and Fisher z in working units, and its record."""
    how = given.how
    x = how.x if isinstance(how, Chains) else given.x[None]
    stats = {}
    if isinstance(how, Chains):
        dims = {"step_size": (CHAIN,)}
        stats = {
            name: Labelled(getattr(how, own), dims.get(own, (CHAIN, DRAW))) for own, name in STATS.items()
        }
    return Tree({SAMPLED: {"x": Labelled(x, (CHAIN, DRAW, "coordinate"))}, "sample_stats": stats})


def sampler_arrays(tree: Tree) -> dict[str, Any]:
    """Returns what `sampler_tree` took, by its names in Chains; draws of weights as one chain."""
    stats = tree.groups["sample_stats"]
    return {"x": tree.groups[SAMPLED]["x"].values} | {
        own: stats[name].values for own, name in STATS.items() if name in stats
    }


def provenance(fit: Fit, given: Posterior) -> dict[str, Scalar]:
    """Returns what the draws are of: formula, fingerprint of the sums of the data, priors, seed, versions."""
    found: dict[str, Scalar] = {
        "formula": write_formula(fit.spec),
        "table": fit.table_name,
        "rows": fit.n_rows,
        "data_fingerprint": fingerprint(given.moments),
        "priors": priors_to_json(given.priors),
        "seed": given.seed,
        "method": fit.method,
        "interval": fit.how,
    }
    if isinstance(given.how, Weighed):
        found |= {"pareto_k": given.how.k_hat, "effective_draws": given.how.ess}
    return found | {f"{name}_version": _version(name) for name in NAMED}


def fingerprint(moments: Moments) -> str:
    """Returns 16 hex digits of SHA-256 over the sums that the model was fitted to and the names in them."""
    digest = hashlib.sha256()
    for one in (moments.rows, moments.weight, moments.mean, moments.cross, moments.cells):
        digest.update(np.ascontiguousarray(one).tobytes())
    for names in (moments.columns.names, moments.factors, *moments.levels):
        digest.update("".join(f"{len(name)}:{name}" for name in names).encode())
    return digest.hexdigest()[:16]


def _plain(given: Posterior) -> tuple[str, ...]:
    """A variable's name for each grouping, none of them one of ours."""
    ours = ("fixed", "sigma", "term", CHAIN, DRAW)
    return plain_names([*ours, *given.sides])[len(ours) :]


def _drawn(
    given: Posterior, names: Mapping[str, str]
) -> tuple[dict[str, Labelled], dict[str, tuple[str, ...]]]:
    """The posterior in units, at the draws at which all of it was drawn; and the labels of its dimensions."""
    sample = given.drawn
    chains = len(given.how.x) if isinstance(given.how, Chains) else 1

    def chained(values: Array) -> Array:
        return values.reshape(chains, len(values) // chains, *values.shape[1:])

    found = {
        "fixed": Labelled(chained(sample.fixed), (CHAIN, DRAW, "term"), "fixed effects"),
    }
    for said, values in given.noise_at(given.x[given.places]).items():
        found["sigma"] = Labelled(chained(values), (CHAIN, DRAW), said)
    labels = {"term": given.lead.problem.fixed}
    for factor, side in given.sides.items():
        name, terms = names[factor], side.problem.random
        here = f"{name}_term"
        labels |= {here: terms, f"{name}_level": side.moments.levels[0]}
        spread = sample.spread[factor]
        sd = np.sqrt(np.diagonal(spread, axis1=1, axis2=2))
        found[f"sd_{name}"] = Labelled(chained(sd), (CHAIN, DRAW, here), f"SDs between {factor}")
        if len(terms) > 1:
            labels[f"{name}_other"] = terms
            both = spread / (sd[:, :, None] * sd[:, None, :])
            dims = (CHAIN, DRAW, here, f"{name}_other")
            found[f"correlation_{name}"] = Labelled(chained(both), dims, f"correlations between {factor}")
        if sample.effects[factor].size <= MOST_EFFECTS:
            dims = (CHAIN, DRAW, f"{name}_level", here)
            found[name] = Labelled(chained(sample.effects[factor]), dims, f"deviations of {factor}")
    return found, labels


def _rows(given: Posterior, factor: str, name: str) -> Labelled:
    return Labelled(given.sides[factor].moments.rows, (f"{name}_level",), f"rows of each {factor}")


def _version(name: str) -> str:
    """A package's version; "source" of one that runs from its folder."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "source"
