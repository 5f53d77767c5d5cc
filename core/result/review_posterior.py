"""Findings about a posterior: whether its draws can be used, and how much the priors speak."""

import numpy as np

from core.design.layout import INTERCEPT
from core.finding import Finding, Status
from core.fit.instant import Weighed
from core.fit.posterior import Posterior
from core.fit.prior import read_at
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
    """Returns where the priors speak: effects that they contradict or decide, every SD that hangs on them or that
    they did not foresee, and all SDs of few groups.
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
    """Effects whose prior and data contradict each other, or whose prior is narrower than what the data say."""
    lead, said = fitted.base.lead, dict(fitted.priors.fixed)
    names = lead.problem.fixed
    a = read_at(fitted.moments, names, fitted.priors.at_zero)
    estimates, errors = a @ lead.fixed, np.sqrt(np.diag(a @ lead.fixed_covariance @ a.T))
    means = fitted.drawn.fixed.mean(axis=0) @ a.T
    found = []
    for name, estimate, error, mean in zip(names, estimates, errors, means, strict=True):
        prior, what = said[name], "the level" if name == INTERCEPT else f"'{name}'"
        apart = abs(estimate - prior.mean) / float(np.hypot(prior.sd, error))
        numbers = {
            "prior": prior.mean,
            "data": float(estimate),
            "posterior": float(mean),
            "apart": float(apart),
        }
        if not np.isfinite(prior.sd) or (apart < CONTRADICTS and prior.sd > error):
            continue
        beside = (
            f"the prior says {prior.mean:.3g} ± {prior.sd:.2g}, the data alone {estimate:.3g} ± {error:.2g}, both "
            f"together {mean:.3g}"
        )
        message = (
            f"Prior and data contradict each other about {what}: {beside}."
            if apart >= CONTRADICTS
            else f"The prior decides about {what}, not the data: {beside}."
        )
        advice = "Check the prior's unit and size, or say in your report that this figure is the prior's."
        found.append(Finding("prior", Status.LOOK, message, advice, numbers))
    return found


def _unforeseen(fitted: Posterior) -> list[Finding]:
    """SDs far beyond what their prior allows."""
    draws = [(pair, np.sqrt(fitted.spreads[pair[0]][:, k, k])) for pair, k in _places(fitted)]
    found = []
    for (factor, term), values in draws:
        prior = dict(fitted.priors.spread)[(factor, term)]
        low = float(np.quantile(values, 0.025))
        if beyond(prior, low) >= UNFORESEEN:
            continue
        what = f"{'baselines' if term == INTERCEPT else repr(term) + ' responses'} by '{factor}'"
        message = (
            f"The SD of {what} ({values.mean():.3g}) is far beyond what its prior foresaw (width {prior.scale:.2g}): "
            "prior and data contradict each other."
        )
        advice = "Widen this prior unless you are sure of it."
        found.append(Finding("prior", Status.LOOK, message, advice, {"low": low, "scale": prior.scale}))
    return found


def _places(fitted: Posterior) -> list[tuple[tuple[str, str], int]]:
    return [
        ((name, term), k) for name, side in fitted.sides.items() for k, term in enumerate(side.problem.random)
    ]


def beyond(prior: Spread, value: float) -> float:
    """Returns the share of a prior of an SD that lies above a value."""
    from scipy import stats

    ratio = value / prior.scale
    if prior.shape is Shape.EXPONENTIAL:
        return float(np.exp(-ratio))
    return float(
        2.0 * (stats.norm.sf(ratio) if prior.shape is Shape.HALF_NORMAL else stats.t.sf(ratio, prior.df))
    )
