"""Findings about a plan: what stands between its figures and a decision."""

import numpy as np

from core.decide.bend import columns_in_use
from core.decide.curve import curve_of
from core.decide.extrapolation import Beyond, Flag, beyond
from core.decide.plan import Plan
from core.decide.slope import slope_of, varies
from core.design.coding import label
from core.errors import listed
from core.finding import Finding, Status
from core.fit.along import Along
from core.result.fit import Fit
from core.result.review import TIED


def review_plan(fit: Fit, plan: Plan) -> list[Finding]:
    """Returns what a reader must know before acting on a plan, gravest first; empty if nothing is in the way.

    Topics: those of `fit.findings()` that stop the whole fit ("search", draws that cannot be used, ...),
    "no_differences" where a plan moves money between groups whose responses cannot be told apart, "singular"
    where those stand at a boundary, "beyond_table" and "beyond_own" where amounts were never spent.
    """
    found = [finding for finding in fit.findings() if finding.status is Status.STOP]
    return [*found, *_alike(fit, plan), *_boundary(fit, plan), *_beyond(beyond(plan))]


def _alike(fit: Fit, plan: Plan) -> list[Finding]:
    """Channels moved between groups that respond alike."""
    history = plan.history
    found = []
    for c, channel in enumerate(history.channels):
        moved = plan.spend[:, c] - history.now[:, c]
        if not ((moved > 0).any() and (moved < 0).any()) or _differs(fit, plan, channel):
            continue
        found.append(
            Finding(
                "no_differences",
                Status.LOOK,
                f"The plan moves '{channel}' between the values of '{history.factor}', and the model sees no "
                f"differences in how they respond to '{channel}'.",
                "What such a move brings rests on the curve of the response alone, or is nothing. Let the "
                f"slope of '{channel}' differ on the Model page, or change what all spend.",
                about=channel,
            )
        )
    return found


def _differs(fit: Fit, plan: Plan, channel: str) -> bool:
    """Whether the planned groups' responses to a channel differ: by slopes of their own or of groups they are
    in, or by what they are.
    """
    labels = set(_labels(fit, channel))
    for name, side in fit.linear.sides.items():
        apart = np.ptp(plan.history.shares[name], axis=0).any()
        own = [term for term in side.problem.random if term in labels]
        if apart and any(varies(side, slope_of(side, term)) for term in own):
            return True
    used = set(columns_in_use(fit))
    parts = dict(fit.linear.moments.layout.products)
    return any(name in used and labels & set(factors) for name, factors in parts.items())


def _labels(fit: Fit, channel: str) -> tuple[str, ...]:
    """How the model writes the predictors that are made of a channel's amounts."""
    return tuple(
        label(coding.variable)
        for coding in fit.linear.moments.layout.codings
        if coding.variable.column == channel
        and coding.variable != fit.spec.outcome
        and not coding.is_text
        and curve_of(coding)[1]
    )


def _boundary(fit: Fit, plan: Plan) -> list[Finding]:
    """Zero variances and tied effects of the slopes that the plan moves."""
    moved = [name for name, any_ in zip(plan.history.channels, plan.moved.any(axis=0), strict=True) if any_]
    found = []
    for factor, side in fit.linear.sides.items():
        limited = [
            name
            for name in moved
            if any(_at_limit(side, term) for term in side.problem.random if term in _labels(fit, name))
        ]
        if limited:
            found.append(
                Finding(
                    "singular",
                    Status.LOOK,
                    f"How the values of '{factor}' differ in their response to {listed(limited)} stands at a "
                    "limit (a variance of zero or effects in step): the data hardly say who responds more.",
                    "Read gains of moving money between groups as a guide, and try a small move first.",
                    about=factor,
                )
            )
    return found


def _at_limit(side: Along, term: str) -> bool:
    """Whether a slope's variance is zero, or it goes in step with another effect of the same groups."""
    if not side.singular:
        return False
    if not varies(side, slope_of(side, term)):
        return True
    k = side.problem.random.index(term)
    covariance = side.random_covariance
    scale = np.sqrt(np.maximum(np.diag(covariance) * covariance[k, k], 0.0))
    tied = np.divide(np.abs(covariance[k]), scale, out=np.zeros(len(scale)), where=scale > 0) > TIED
    return bool(np.delete(tied, k).any())


def _beyond(flags: tuple[Flag, ...]) -> list[Finding]:
    found = []
    for kind, topic, whose in (
        (Beyond.TABLE, "beyond_table", "anyone has spent"),
        (Beyond.OWN, "beyond_own", "they have spent themselves"),
    ):
        mine = [flag for flag in flags if flag.beyond is kind]
        if mine:
            names = listed(list(dict.fromkeys(f"{flag.group} ({flag.channel})" for flag in mine)), 4)
            found.append(
                Finding(
                    topic,
                    Status.LOOK,
                    f"{len(mine)} planned amount{'s lie' if len(mine) > 1 else ' lies'} outside of what "
                    f"{whose} so far: {names}.",
                    "The response there is the model's guess. Stay within the range seen, widen the "
                    "intervals, or test it in a few groups first.",
                    {"amounts": float(len(mine)), "furthest": float(np.max([f.new for f in mine]))},
                )
            )
    return found
