"""Findings about a posterior: whether its draws can be used, and how much the priors speak."""

import numpy as np

from core.design.layout import INTERCEPT
from core.finding import Finding, Status
from core.fit.instant import Weighed
from core.fit.posterior import Posterior
from core.result.named_draws import named_draws, sampled_draws
from core.result.review_chains import judged, judged_weights
from core.result.sensitivity import Sensitivity, sensitivity

# Fewer groups than this tell little of how much groups differ: then the priors are always spoken of.
FEW_GROUPS = 6
# A mean that moves further, in posterior SDs, when a prior is half or twice as wide, hangs on it.
HANGS = 0.2


def review_draws(fitted: Posterior) -> list[Finding]:
    """Returns what the draws say of themselves: the gate of all figures made from them."""
    how = fitted.how
    if isinstance(how, Weighed):
        return judged_weights(how.k_hat, how.ess)
    # Of many groups, effects are drawn at a part of the draws, which alone would seem too few.
    whole = len(fitted.places) == len(fitted.x)
    return judged((named_draws if whole else sampled_draws)(fitted), how.diverging, how.energy)


def review_priors(fitted: Posterior) -> list[Finding]:
    """Returns where the priors speak: of every SD that hangs on them, and of all SDs of few groups."""
    found = []
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
    if one.moved <= HANGS:
        return Finding("prior", Status.GOOD, f"{message}: the prior matters little.", "", numbers)
    why = (
        f"{groups} groups say little of it, so the prior speaks"
        if groups < FEW_GROUPS
        else "the prior speaks"
    )
    advice = "Give priors that you can defend, or gather more groups."
    return Finding("prior", Status.LOOK, f"{message}: {why}.", advice, numbers)
