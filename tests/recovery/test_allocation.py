"""What allocations earn where the true slopes are known: by partial pooling, raw estimates, no change."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

import core
from core.decide.allocation import Change
from core.decide.allocation_gains import gains_of
from core.decide.allocation_problem import Problem, problem
from core.decide.allocation_rules import raw_gains
from core.decide.allocation_search import expected, protected
from core.decide.curve import Curve
from core.decide.history import history
from core.decide.response import responses
from tests.recovery.simulate import FORMULA, panel

pytestmark = pytest.mark.slow
PANELS = 200
# Two units of money for a unit of sales whose average store returns half a unit a unit spent: the next unit
# of money pays in half of the stores.
MARGIN = 2.0


@dataclass(frozen=True, slots=True)
class Case:
    """One panel's problem by joint draws, by raw estimates and by the truth, and further draws."""

    pooled: Problem
    raw: Problem
    true: Problem
    fresh: np.ndarray

    def earned(self, by: Problem, charge: float) -> float:
        """What the plan with the largest mean by some gains truly brings beyond today's."""
        true = replace(self.true, charge=charge)
        return float(true.change(expected(replace(by, charge=charge)).spend, true.gains)[0])

    def protected(self) -> tuple[float, float]:
        """How much better the protected plan is than the one with the largest mean, on truths that neither
        was chosen on: in the fifth percentile and in the mean beyond it.
        """
        plans = (protected(self.pooled, 0.05), expected(self.pooled))
        safe, bold = (Change(self.pooled.change(plan.spend, self.fresh), 0.05) for plan in plans)
        return safe.percentile_5 - bold.percentile_5, safe.tail_mean - bold.tail_mean


def case(seed: int, curve: Curve) -> Case:
    """10 to 50 stores whose sales follow spend, or its square root as steeply at a spend of 1."""
    known = panel(seed)
    frame, slopes, formula = known.frame, known.totals[:, 1], FORMULA
    if curve is Curve.SQRT:
        slope = frame["store"].map(dict(zip(known.levels, slopes, strict=True))).to_numpy()
        bent = frame["sales"] + slope * (2 * np.sqrt(frame["spend"]) - frame["spend"])
        frame, slopes, formula = frame.assign(sales=bent), 2 * slopes, FORMULA.replace("spend", "sqrt(spend)")
    table = core.read_table(frame)
    fit = core.fit(table, formula)
    past = history(fit, table, channels=("spend",))
    assert past.levels == known.levels
    drawn = responses(fit, past, 3000, seed)
    gains = MARGIN * gains_of(drawn).draws
    raw = MARGIN * raw_gains(fit, drawn)
    raw = np.where(np.isfinite(raw), raw, np.nanmean(raw))
    by = (gains[:1000], raw[None], MARGIN * slopes[None, :, None])
    return Case(*(problem(one, (curve,), past.now) for one in by), gains[1000:])


@cache
def figures(curve: Curve) -> np.ndarray:
    """By panel: pooling's earnings and how far ahead of raw estimates, for response and for profit, and what
    protection adds in the percentile and beyond: (200, 6).
    """
    rows = []
    for one in (case(seed, curve) for seed in range(PANELS)):
        earned = [[one.earned(by, charge) for by in (one.pooled, one.raw)] for charge in (0.0, 1.0)]
        rows.append([*(part for pooled, raw in earned for part in (pooled, pooled - raw)), *one.protected()])
    return np.array(rows)


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize("curve", [Curve.IDENTITY, Curve.SQRT])
@pytest.mark.parametrize("charge", [0.0, 1.0])
def test_pooling_earns_more_than_raw_estimates_and_than_no_change(curve: Curve, charge: float) -> None:
    """What the plan with the largest mean truly brings, on 200 panels of 10 to 50 stores of 5 to 40 weeks,
    22 November 2026, in money a period with standard errors:

        response to   goal       by pooling    by own rows   pooling ahead   best possible
        spend         response   3.73 (0.26)   3.59 (0.25)   0.14 (0.06)     5.63
        spend         profit     3.74 (0.26)   3.63 (0.25)   0.11 (0.06)     5.72
        sqrt(spend)   response   1.94 (0.15)   1.43 (0.14)   0.51 (0.06)     3.45
        sqrt(spend)   profit     3.91 (0.20)   2.76 (0.16)   1.15 (0.09)     5.07

    With straight lines a plan is an order of the stores, which pooling changes only where their rows differ
    in number or in spend; with curves it is how far to go. Own rows promise 10.3 where they bring 3.6;
    pooling, on draws that the plan was not chosen on, 4.2 where it brings 3.7.
    """
    first = 2 * int(charge)
    (gain, gain_error), (margin, margin_error) = map(mean_and_error, figures(curve).T[first : first + 2])
    assert gain > 5 * gain_error
    # The smallest of the four margins is 1.8 of its errors: one is asked for, of curves five.
    assert margin > (5 if curve is Curve.SQRT else 1) * margin_error


@pytest.mark.parametrize("curve", [Curve.IDENTITY, Curve.SQRT])
def test_protected_plans_have_the_better_fifth_percentile_of_truths(curve: Curve) -> None:
    """Truths drawn from the posterior, 2,000 of each of 200 panels, that no plan was chosen on.

    22 November 2026: the fifth percentile is 0.061 (0.012) better than that of the plan with the largest mean
    along straight lines and 0.194 (0.013) along square roots, the mean beyond it 0.174 (0.018) and 0.324
    (0.016).
    """
    (fifth, fifth_error), (tail, tail_error) = map(mean_and_error, figures(curve).T[4:])
    # The goal is the mean beyond the fifth percentile; the percentile follows, less.
    assert tail > 4 * tail_error
    assert fifth > 2 * fifth_error
