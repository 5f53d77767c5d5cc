"""Named draws: a posterior's quantities as chains, under the names that reports use."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.fit.chains import Chains
from core.fit.posterior import Posterior
from core.fit.prior_draws import prior_draws


def named_draws(fitted: Posterior) -> dict[str, Array]:
    """Returns every fixed effect, SD, correlation and what `noise_at` names: (chains, draws) each, in units.

    Draws that come from importance weights are one chain. Where the groups are many, fixed effects are drawn
    at a part of the draws; then all quantities are shown at that part.
    """
    chains = len(fitted.how.x) if isinstance(fitted.how, Chains) else 1
    drawn = fitted.drawn
    found = _named(fitted, drawn.fixed, drawn.spread, fitted.x[fitted.places])
    return {name: values.reshape(chains, -1) for name, values in found.items()}


def sampled_draws(fitted: Posterior) -> dict[str, Array]:
    """Returns every SD, correlation and what `noise_at` names at every draw: (chains, draws), in units.

    They are what a sampler moves; fixed and group effects are drawn exactly given them.
    """
    chains = len(fitted.how.x) if isinstance(fitted.how, Chains) else 1
    found = _named(fitted, np.empty((len(fitted.x), 0)), fitted.spreads, fitted.x)
    return {name: values.reshape(chains, -1) for name, values in found.items()}


def named_prior_draws(fitted: Posterior, n: int, seed: int) -> dict[str, Array]:
    """Returns draws (n,) from the priors of the same quantities. Raises FlatPrior."""
    drawn = prior_draws(fitted, n, seed)
    return _named(fitted, drawn.fixed, drawn.spreads, drawn.x)


def _named(fitted: Posterior, fixed: Array, spreads: Mapping[str, Array], x: Array) -> dict[str, Array]:
    """The quantities by name, at points x (n, 1 + m) of the variances."""
    taken = fitted.lead.problem.fixed
    found = dict(zip(taken, fixed.T, strict=False))
    for name, side in fitted.sides.items():
        spread, terms, shape = spreads[name], side.problem.random, side.problem.shape
        sd = np.sqrt(np.diagonal(spread, axis1=1, axis2=2))
        for k, term in enumerate(terms):
            found[unlike(sd_name(name, term), taken)] = sd[:, k]
        for row, col in zip(shape.rows.tolist(), shape.cols.tolist(), strict=True):
            if row != col:
                pair = unlike(correlation_name(name, terms[col], terms[row]), taken)
                found[pair] = spread[:, row, col] / (sd[:, row] * sd[:, col])
    return found | {unlike(name, taken): values for name, values in fitted.noise_at(x).items()}


def beside_priors(fitted: Posterior, n: int, seed: int) -> dict[str, tuple[Array, Array]]:
    """Returns draws of the priors (n,) and of the posterior (N,) of what the priors are of, in units.

    SDs and correlations come first; of three and more effects that go together those of pairs are left out.
    With slopes that go together with baselines, these are of the groups' levels at average predictors, as the
    priors are (see `Priors`). Raises FlatPrior.
    """
    before, x = prior_draws(fitted, n, seed), fitted.x[fitted.places]
    found, fixed = {}, fitted.lead.problem.fixed
    ends = fitted.prior.frame.rows
    pairs = [(name, terms, units, k) for name, terms, units in fitted.posed for k in range(len(terms))]
    for (name, terms, units, k), entries in zip(pairs, ends, strict=True):
        unit, last = float(units[k]), 1 + int(entries[-1])
        sd = unlike(sd_name(name, terms[k]), fixed)
        found[sd] = unit * np.exp(before.x[:, last]), unit * np.exp(x[:, last])
        if len(entries) == 2:
            pair = unlike(correlation_name(name, terms[k - 1], terms[k]), fixed)
            tied = 1 + int(entries[0])
            found[pair] = np.tanh(before.x[:, tied]), np.tanh(x[:, tied])
    after = fitted.noise_at(x)
    found |= {unlike(name, fixed): (one, after[name]) for name, one in fitted.noise_at(before.x).items()}
    for name, weights in zip(fixed, fitted.reads, strict=True):
        found[name] = before.fixed @ weights, fitted.drawn.fixed @ weights
    return found


def unlike(name: str, taken: Sequence[str]) -> str:
    """Returns a derived quantity's name, told apart from fixed effects (`taken`) that are called the same."""
    while name in taken:
        name += " (of the model)"
    return name


def sd_name(factor: str, term: str) -> str:
    """Returns what the SD between a factor's groups is called."""
    return f"SD of {_said(term)} by {factor}"


def correlation_name(factor: str, one: str, other: str) -> str:
    """Returns what the correlation of two effects of a factor's groups is called."""
    return f"correlation of {_said(one)} and {_said(other)} by {factor}"


def _said(term: str) -> str:
    return "baseline" if term == INTERCEPT else term
