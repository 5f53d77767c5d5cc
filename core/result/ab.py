"""Whether variant B beats variant A, when the same users come back: what the model says, and what it would
say if all rows were unrelated.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UnknownGroup
from core.result.ab_sources import arms_in, link_of_fit, met_both, panel_of, plain_of
from core.result.arms import Arms, chosen
from core.result.asked import check_draws
from core.result.expected import (
    Claim,
    Lift,
    at_estimates,
    claim,
    claimed,
    contrast,
    drawn_around,
    fixed_draws,
    lift_of,
    loss,
    outcomes,
)
from core.result.standardised import population

if TYPE_CHECKING:
    from core.result.fit import Fit

DRAWS, DOTS = 4_000, 50


@dataclass(frozen=True, slots=True)
class AbTest:
    """What a fit says of one arm of an experiment beside another.

    `new` is for rows of groups (users) never met: averaged over how they differ; `typical` for the same rows
    of a group in the middle (`typical_change` is for one row, at average predictors); `plain` what a
    regression would claim that takes all rows for unrelated, whose effect is `plain_effect`. Rows are as
    mixed in their other predictors as those of the fit. `p_better` is the probability that the arm's outcome
    is higher on average over new groups. `loss_arm` is the expected outcome lost per row by choosing the arm,
    should the baseline be better; `loss_baseline` by staying. Where less is better, the two losses change
    places and the probability is the rest to 1. `chances` are DOTS equally likely values of the difference
    over new groups, in order. `groups_both` of the `groups` met both arms: 0 where arms were given out by
    group.
    """

    predictor: str
    baseline: str
    arm: str
    grouping: str  # empty without groups
    groups: int
    groups_both: int
    effect: Claim
    plain_effect: Claim
    new: Lift
    typical: Lift
    plain: Lift
    p_better: float
    loss_arm: float
    loss_baseline: float
    chances: tuple[float, ...]
    level: float
    n: int
    seed: int

    @property
    def error_ratio(self) -> float:
        """Standard error that plain regression claims for the lift, over the model's: below 1 it is too sure.

        Of the lift, not of the coefficients: those of a model with groups are larger by construction.
        """
        return self.plain.difference.std_error / self.new.difference.std_error


def ab(
    fit: "Fit",
    predictor: str | None = None,
    *,
    baseline: str | None = None,
    arm: str | None = None,
    by: str | None = None,
    n: int = DRAWS,
    seed: int = 0,
) -> AbTest:
    """Returns what a fit says of one arm of an experiment beside another.

    `predictor` holds the variants (the only one that can, unless named), `baseline` and `arm` are two of its
    values: the reference and the other one, unless named. `by` is the grouping (users) whose rows are alike,
    the model's first unless named; the average over new groups is over all groupings.

    `n` draws of the fixed effects around the estimates with their full covariance, as intervals of the fit
    have it: t with the degrees of freedom that the number of groups leaves to the effect, and apart from that
    to the level it starts from; the variances at their estimates. Of a posterior its own joint draws of both,
    as many as there are. Each draw averages the response over the groups' spread
    and over the rows' other predictors (standardisation). What is told is at the estimates, so that a lift is
    the difference of the two outcomes shown; of a posterior it is the draws' median. Costs one regression
    without groups and n times the different kinds of rows, at most 256.
    Of amounts around an average the lift is the effect itself, at the average of all other predictors.
    Raises NoArms, WhichArms, UnknownArm, UnknownGroup, NoErrors, NoDraws, BadSeed.
    """
    check_draws(n, seed)
    linear, link = fit.linear, link_of_fit(fit.linear)
    arms, first, second = chosen(arms_in(linear), predictor, baseline, arm)
    name = _grouping(tuple(linear.sides), by)
    kinds = population(panel_of(linear), arms, first, second, linear.lead.fixed)
    weights, plain = contrast(kinds), plain_of(linear)
    effect = claimed(linear.lead, weights, fit.level)
    own, at = drawn_around(linear, kinds, n, seed), at_estimates(linear)
    others = fixed_draws(plain.fixed, plain.covariance, weights, (plain.df, plain.df), n, seed)
    new = outcomes(link, kinds, own.fixed, own.spread)
    higher = new[1] - new[0]
    met = met_both(linear, name, arms, (first, second)) if name else 0
    return AbTest(
        predictor=arms.predictor,
        baseline=first,
        arm=second,
        grouping=name,
        groups=fit.n_groups[name] if name else 0,
        groups_both=met,
        effect=effect,
        plain_effect=claim(weights, plain.fixed, plain.covariance, plain.df, fit.level),
        new=lift_of(new, fit.level, None if at is None else outcomes(link, kinds, at.fixed, at.spread)),
        typical=lift_of(
            outcomes(link, kinds, own.fixed, {}),
            fit.level,
            None if at is None else outcomes(link, kinds, at.fixed, {}),
        ),
        plain=lift_of(
            outcomes(link, kinds, others, {}), fit.level, outcomes(link, kinds, plain.fixed[None], {})
        ),
        p_better=float((higher > 0).mean() + (higher == 0).mean() / 2),
        loss_arm=loss(higher),
        loss_baseline=loss(-higher),
        chances=tuple(np.quantile(higher, (np.arange(DOTS) + 0.5) / DOTS).tolist()),
        level=fit.level,
        n=len(higher),
        seed=seed,
    )


def variants(fit: "Fit") -> tuple[Arms, ...]:
    """Returns the predictors of a fit that may hold the variants of an experiment, in the model's order."""
    return arms_in(fit.linear)


def _grouping(known: tuple[str, ...], by: str | None) -> str:
    if by is not None and by not in known:
        raise UnknownGroup(by, known)
    return by if by is not None else next(iter(known), "")
