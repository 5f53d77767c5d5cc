"""Findings about a posterior: whether its draws can be used, and how much the priors speak."""

import numpy as np

from core.design.layout import INTERCEPT
from core.finding import Finding, Status
from core.fit.instant import Weighed
from core.fit.posterior import Posterior
from core.result.named_draws import named_draws, sampled_draws
from core.result.review_chains import judged, judged_weights
from core.result.sensitivity import Sensitivity, sensitivity
from core.spec.prior import Shape, Spread

# Fewer groups than this tell little of how much groups differ: then the priors are always spoken of.
FEW_GROUPS = 6
# A mean that moves further, in posterior SDs, when a prior is half or twice as wide, hangs on it.
HANGS = 0.2
# A share of the mean that a prior half or twice as wide takes or adds is told of few groups.
MATTERS = 0.15
# Prior and data contradict each other when their distance is this many times both errors together.
CONTRADICTS = 3.0
# The share of an SD's prior beyond what the data need, below which it did not foresee them.
UNFORESEEN = 1e-3


def review_draws(fitted: Posterior) -> list[Finding]:
    """Returns what the draws say of themselves: the gate of all figures made from them."""
    how = fitted.how
    if isinstance(how, Weighed):
        return judged_weights(how.k_hat, how.ess)
    # Of many groups, effects are drawn at a part of the draws, which alone would seem too few.
    whole = len(fitted.places) == len(fitted.x)
    return judged((named_draws if whole else sampled_draws)(fitted), how.diverging, how.energy)


def review_priors(fitted: Posterior) -> list[Finding]:
    """Returns where the priors speak: effects and SDs that they contradict or decide, every SD that hangs on
    them, and all SDs of few groups.
    """
    found = [*_effects(fitted), *_unforeseen(fitted)]
    for one in sensitivity(fitted):
        groups = fitted.sides[one.factor].problem.cells
        if groups < FEW_GROUPS or not one.moved <= HANGS:
            found.append(_finding(one, groups))
    return found


def _finding(one: Sensitivity, groups: int) -> Finding:
    what = f"{'baselines' if one.term == INTERCEPT else repr(one.term) + ' responses'} by '{one.factor}'"
    numbers = {"mean": one.mean, "narrower": one.narrower, "wider": one.wider, "moved": one.moved}
    if not np.isfinite(one.moved):
        message = f"How much the prior says of the spread of {what} cannot be told from these draws."
        return Finding("prior", Status.UNKNOWN, message, "Fit with a wider prior and compare.", numbers)
    said = " and ".join(
        f"{value:.3g} with priors {width} as wide"
        for value, width in ((one.narrower, "half"), (one.wider, "twice"))
        if np.isfinite(value)
    )
    message = f"The SD of {what} ({one.mean:.3g}) would be {said}"
    ends = [end for end in (one.narrower, one.wider) if np.isfinite(end)]
    share = max(abs(end / one.mean - 1.0) for end in ends)
    if one.moved <= HANGS and (groups >= FEW_GROUPS or share <= MATTERS):
        return Finding("prior", Status.GOOD, f"{message}: the prior matters little.", "", numbers)
    why = (
        f"{groups} groups say little of it, so the prior speaks"
        if groups < FEW_GROUPS
        else "the prior speaks"
    )
    advice = "Give priors that you can defend, or gather more groups."
    return Finding("prior", Status.LOOK, f"{message}: {why}.", advice, numbers)


def _effects(fitted: Posterior) -> list[Finding]:
    """Effects whose prior and data contradict each other, or whose prior is narrower than the data's say."""
    lead, said = fitted.base.lead, dict(fitted.priors.fixed)
    names = lead.problem.fixed
    a = fitted.reads
    estimates, errors = a @ lead.fixed, np.sqrt(np.diag(a @ lead.fixed_covariance @ a.T))
    means = a @ fitted.drawn.fixed.mean(axis=0)
    found = []
    for name, estimate, error, mean in zip(names, estimates, errors, means, strict=True):
        prior, what = said[name], "the level" if name == INTERCEPT else f"'{name}'"
        apart = abs(estimate - prior.mean) / float(np.hypot(prior.sd, error))
        if not np.isfinite(prior.sd) or (apart < CONTRADICTS and prior.sd > error):
            continue
        beside = (
            f"the prior says {prior.mean:.3g} ± {prior.sd:.2g}, the data alone {estimate:.3g} ± {error:.2g}, "
            f"both together {mean:.3g}"
        )
        how = (
            "Prior and data contradict each other about"
            if apart >= CONTRADICTS
            else "The prior decides about"
        )
        advice = "Check the prior's unit and size, or say in your report that this figure is the prior's."
        numbers = {"prior": prior.mean, "data": float(estimate), "posterior": float(mean)}
        found.append(Finding("prior", Status.LOOK, f"{how} {what}: {beside}.", advice, numbers))
    return found


def _unforeseen(fitted: Posterior) -> list[Finding]:
    """SDs that the data alone put far beyond what their prior allows."""
    found = []
    for name, side in fitted.base.sides.items():
        for k, term in enumerate(side.problem.random):
            prior = dict(fitted.priors.spread)[(name, term)]
            # The best fit's SD in the coordinates of the prior; three fifths of it are sure of most panels.
            sd = float(np.sqrt(side.working.spread[k, k])) * float(side.problem.to_random[k, k])
            if beyond(prior, 0.6 * sd) >= UNFORESEEN:
                continue
            what = f"{'baselines' if term == INTERCEPT else repr(term) + ' responses'} by '{name}'"
            message = (
                f"Prior and data contradict each other about the SD of {what}: the prior foresees about "
                f"{prior.scale:.2g}, the data alone say {sd:.2g}."
            )
            advice = "Widen this prior unless you are sure of it."
            numbers = {"data": sd, "scale": prior.scale}
            found.append(Finding("prior", Status.LOOK, message, advice, numbers))
    return found


def beyond(prior: Spread, value: float) -> float:
    """Returns the share of a prior of an SD that lies above a value."""
    from scipy import stats

    ratio = value / prior.scale
    if prior.shape is Shape.EXPONENTIAL:
        return float(np.exp(-ratio))
    bell = stats.norm if prior.shape is Shape.HALF_NORMAL else stats.t(prior.df)
    return float(2.0 * bell.sf(ratio))
