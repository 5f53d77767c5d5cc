"""Lift: how many of the yes one reaches by asking those with the highest probabilities first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.result.scored import Scored
from core.table.wilson import wilson

SHARES = np.arange(1, 101) / 100.0


@dataclass(frozen=True)
class Lift:
    """`table`: index share (of all asked, 0.01 to 1): reached rate lift low high best.

    `reached` is the share of all yes among those asked, `rate` the share of yes among them, `lift` that rate
    over the rate of all: 1 for asking at random. `low` and `high` are the Wilson interval of the lift, the
    rate of all taken as known. `best` is what could be reached at most.
    """

    table: pd.DataFrame
    rate: float
    level: float


def lift(parts: Sequence[Scored], level: float, effect: float = 1.0) -> Lift:
    """Returns cumulative gains and lift; several parts (folds) are each asked in their own order, and added.

    Those with equal probabilities are asked in any order: within a tie the yes come evenly. NaN without yes.
    `effect` says how many outcomes say as much as one independent one (`design_effect`).
    """
    parts = [one for one in parts if one.all_yes + one.all_no > 0]
    yes, all_ = sum(one.all_yes for one in parts), sum(one.all_yes + one.all_no for one in parts)
    if not yes:
        unknown = dict.fromkeys(("reached", "rate", "lift", "low", "high", "best"), np.nan)
        table = pd.DataFrame(unknown, index=pd.Index(SHARES, name="share"))
        return Lift(table, 0.0 if all_ else float("nan"), level)
    got = np.sum([_got(one) for one in parts], axis=0)
    asked = SHARES * all_
    rate = yes / all_
    low, high = wilson(got / effect, asked / effect, level)
    table = pd.DataFrame(
        {
            "reached": got / yes,
            "rate": got / asked,
            "lift": got / asked / rate,
            "low": low / rate,
            "high": high / rate,
            "best": np.minimum(SHARES / rate, 1.0),
        },
        index=pd.Index(SHARES, name="share"),
    )
    return Lift(table, rate, level)


def _got(scores: Scored) -> Array:
    """How many yes are reached by asking each share of one part (100,)."""
    asked = np.append(0.0, scores.yes_above + scores.no_above)
    reached: Array = np.interp(SHARES * asked[-1], asked, np.append(0.0, scores.yes_above))
    return reached
