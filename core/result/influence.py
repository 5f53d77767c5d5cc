"""Influence: what the fit would say without each group."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.design.crossing import merged, subset
from core.errors import PanelwiseError
from core.fit.along import Fitted
from core.fit.gaussian import fit_gaussian
from core.fit.leave_out import left_out
from core.fit.linear import Linear
from core.result.errors import NoGroups, UnknownGrouping, check_searched
from core.result.fit import Fit
from core.result.mains_at_average import mains_at_average, weights_of_bent

# Seconds that refitting without each group may take where no shorter way is known.
PATIENCE = 120.0


class TooLong(PanelwiseError):
    """Leaving out each group of a crossed or nested model would take minutes."""

    def __init__(self, groups: int, seconds: float) -> None:
        super().__init__(
            f"Fitting this model without each of {groups:,} groups would take about {seconds / 60:.0f} "
            "minutes. Ask for a grouping with fewer groups, or fit a model with one grouping."
        )


@dataclass(frozen=True)
class Influence:
    """The fit without each group of one factor, in the order of its levels.

    `estimates`, `changes` (estimate without the group less the one with it, in standard errors of the whole
    fit) and `summary` have an index level; NaN where the rest cannot be fitted.
    """

    factor: str
    summary: pd.DataFrame  # index level: n cooks_distance sigma largest_change term
    estimates: pd.DataFrame  # index level: <term>
    changes: pd.DataFrame  # index level: <term>
    deviations: pd.DataFrame  # index level: <term> SD of the groups' effects without the group


def influence(
    fit: Fit, factor: str | None = None, *, done: Callable[[int], None] = lambda count: None
) -> Influence:
    """Returns what every group's rows do to the result: all estimates without it, from sums, no row read.

    Cook's distance is (b - b_j)' V^-1 (b - b_j) / p with V the covariance of the fixed effects and b_j those
    without group j (Cook 1977; for groups: Demidenko, Stukel 2005, Stat. Med. 24). One grouping: all groups
    at once (see `left_out`); several: a fit each, refused where that takes more than PATIENCE. `factor`: the
    grouping, needed where there are several; the first is taken. `done` hears how many fits have ended.
    Raises NoGroups, UnknownGrouping, TooLong, NotSearched.
    """
    check_searched(fit.linear, "Influence of groups", "Ask LOO which rows surprise the model")
    sides = fit.linear.sides
    if not sides:
        raise NoGroups()
    name = next(iter(sides)) if factor is None else factor
    if name not in sides:
        raise UnknownGrouping(name, list(sides))
    lead = fit.linear.lead
    if isinstance(lead, Linear) and len(sides) == 1:
        made = left_out(lead)
        fixed = np.where(made.found[:, None], made.fixed, np.nan)
        sigma = np.where(made.found, made.sigma, np.nan)
        sds = np.sqrt(np.maximum(np.diagonal(made.spread, axis1=1, axis2=2), 0.0))
        sds = np.where(made.found[:, None], sds, np.nan)
    else:
        fixed, sigma, sds = _one_by_one(fit.linear, name, done)
    return _tables(fit, name, fixed, sigma, sds)


def influence_at_average(fit: Fit, found: Influence) -> Influence:
    """Returns the same with effects that interactions bend read at the average of what they go with.

    As `mains_at_average` reads them; the averages stay those of all rows. `summary` is left as it is.
    """
    bent, weights = weights_of_bent(fit.linear.lead)
    if not bent:
        return found
    names, whole = list(fit.linear.lead.problem.fixed), mains_at_average(fit.linear.lead, fit.level)
    estimates, changes = found.estimates.copy(), found.changes.copy()
    moved = found.estimates[names].to_numpy() @ weights.T
    middle, error = whole["estimate"].to_numpy(), whole["std_error"].to_numpy()
    for k, name in enumerate(bent):
        estimates[name] = moved[:, k]
        changes[name] = (moved[:, k] - middle[k]) / error[k]
    return replace(found, estimates=estimates, changes=changes)


def _tables(fit: Fit, name: str, fixed: Array, sigma: Array, sds: Array) -> Influence:
    side, lead = fit.linear.sides[name], fit.linear.lead
    covariance = lead.fixed_covariance
    away = fixed - lead.fixed
    error = np.sqrt(np.diag(covariance))
    changes = away / error
    # Standardised before it is inverted: columns may differ by many orders of magnitude.
    inverse = np.linalg.pinv(covariance / np.outer(error, error), rcond=1e-12)
    cooks = np.einsum("jp,ps,js->j", changes, inverse, changes) / max(len(error), 1)
    index = pd.Index(side.moments.levels[0], name=name, dtype="str")
    terms = list(lead.problem.fixed)
    if not terms:  # all there is differs between groups: nothing that one of them could carry
        known, cooks = np.zeros(len(index), dtype=bool), np.full(len(index), np.nan)
        changes = np.full((len(index), 1), np.nan)
    else:
        known = np.isfinite(changes).all(axis=1)
    largest = np.abs(np.where(known[:, None], changes, 0.0)).argmax(axis=1)
    summary = pd.DataFrame(
        {
            "n": side.moments.rows.astype(np.int64),
            "cooks_distance": cooks,
            "sigma": sigma,
            "largest_change": np.where(known, changes[np.arange(len(index)), largest], np.nan),
            "term": [terms[k] if ok else "" for k, ok in zip(largest.tolist(), known.tolist(), strict=True)],
        },
        index=index,
    )
    return Influence(
        factor=name,
        summary=summary,
        estimates=pd.DataFrame(fixed, index=index, columns=terms),
        changes=pd.DataFrame(changes[:, : len(terms)], index=index, columns=terms),
        deviations=pd.DataFrame(sds, index=index, columns=list(side.problem.random)),
    )


def _one_by_one(fitted: Fitted, name: str, done: Callable[[int], None]) -> tuple[Array, Array, Array]:
    """Fixed effects (J, p), sigma (J,) and SDs (J, q) of the fits without each group."""
    side, lead = fitted.sides[name], fitted.lead
    whole = merged(fitted.moments, fitted.moments.factors)
    codes = whole.cells[:, whole.factors.index(name)]
    groups = side.problem.cells
    fixed = np.full((groups, lead.problem.p), np.nan)
    sigma, sds = np.full(groups, np.nan), np.full((groups, len(side.problem.random)), np.nan)
    begun = perf_counter()
    for level in range(groups):
        try:
            without = fit_gaussian(subset(whole, codes != level), reml=fitted.reml)
        except PanelwiseError:  # what is left cannot be fitted: a predictor that only this group had, say
            continue
        finally:
            done(level + 1)
        if without.lead.problem.fixed == lead.problem.fixed:
            fixed[level], sigma[level] = without.lead.fixed, without.lead.sigma
            sds[level] = np.sqrt(np.diag(without.sides[name].random_covariance))
        needed = (perf_counter() - begun) / (level + 1) * groups
        if level >= 2 and needed > PATIENCE:
            raise TooLong(groups, needed)
    return fixed, sigma, sds
