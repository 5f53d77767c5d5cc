"""Pooling: what all groups as one, each on its own, and the model in between say of every group."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.decide.errors import NothingVaries, UnknownGrouping
from core.decide.slope import slope_of, slope_table
from core.fit.along import Along
from core.result.effects import wald_table
from core.result.fit import Fit
from core.result.of_rows import without_groups
from core.result.raw import least_squares
from core.result.raw_generalised import behind
from core.result.shrink import shrinkage
from core.result.totals import weights_at_average

# Shrinkage from which a group without a reason of its own is said to be pulled because groups differ little.
MOSTLY = 0.5


@dataclass(frozen=True)
class Pooling:
    """Three estimates of every coefficient that varies between the groups of `factor`.

    All are read at the average of every predictor, those of a generalised model on the scale of the linear
    predictor (log-odds, log rates). `complete`: index term: estimate std_error df statistic p_value low high,
    of the plain regression that ignores the groups. `groups`, by term; index level: n complete none partial
    std_error low high shrinkage why. `none` is each group's own estimate, from one regression with an
    indicator and slopes of its own for every group (NaN where its rows cannot tell, and for all in a model
    with other groupings: `alone` is False); `partial` is the mixed model's, averaged over the variances that
    the data leave open as tiers' are, with its error and interval; `shrinkage` is how far it lies from none
    to the average of all, 0 to 1. `why`: "no own estimate", "no differences" (variance zero), "few rows",
    "little variation" (of the predictor in the group), "small variance" (groups differ less than their rows
    leave open), "typical".
    """

    factor: str
    complete: pd.DataFrame
    groups: Mapping[str, pd.DataFrame]
    alone: bool
    level: float

    @property
    def terms(self) -> tuple[str, ...]:
        """The coefficients that vary."""
        return tuple(self.groups)

    def numbers(self) -> tuple[int, int]:
        """Returns how many coefficients the groups have on their own, and how many groups there are."""
        groups = len(next(iter(self.groups.values())))
        return groups * len(self.groups), groups


def pooling_of(fit: Fit, factor: str | None = None) -> Pooling:
    """Returns complete, no and partial pooling of a fit side by side, along one grouping: its first unless
    `factor` names another.

    Costs what `tiers` does for each term; of a generalised model also some dozens of passes over the rows.
    Raises NothingVaries, UnknownGrouping.
    """
    name = grouping_of(fit, factor)
    linear = fit.linear.sides[name]
    complete = complete_at_average(linear, fit.level)
    causes = shrinkage(linear)
    groups = {
        str(term): _compared(
            slope_table(fit, name, slope_of(linear, str(term))), estimate, causes[f"{term}_why"]
        )
        for term, estimate in complete["estimate"].items()
    }
    return Pooling(name, complete, groups, not linear.crossed, fit.level)


def grouping_of(fit: Fit, factor: str | None) -> str:
    """Returns the grouping asked for, or the first. Raises NothingVaries, UnknownGrouping."""
    known = list(fit.linear.sides)
    if not known:
        raise NothingVaries()
    if factor is not None and factor not in known:
        raise UnknownGrouping(factor, known)
    return factor or known[0]


def complete_at_average(linear: Along, level: float) -> pd.DataFrame:
    """Returns what the plain regression, groups ignored, says of the coefficients that vary: index term;
    columns as `fixed_effects`. One that is not among the fixed ones is 0 there.
    """
    of_fixed, _ = weights_at_average(linear)
    side = behind(linear)
    if side is None:
        estimate, covariance, df = least_squares(linear)
    else:
        plain = without_groups(side.whole.rows)
        estimate, covariance, df = plain.fixed, plain.covariance, np.inf
    error = np.sqrt(np.maximum(np.einsum("kp,pr,kr->k", of_fixed, covariance, of_fixed), 0.0))
    return wald_table(linear.problem.random, of_fixed @ estimate, error, np.full(len(error), df), level)


def cause(why: pd.Series, shrinkage: pd.Series) -> pd.Series:
    """Returns why each group was pulled as far as it was: core.result.shrink's reasons, and "small variance"
    where a group with none of its own lost most of its distance from the average.
    """
    return why.mask((why == "typical") & (shrinkage >= MOSTLY), "small variance")


def _compared(table: pd.DataFrame, complete: float, why: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n": table["n"],
            "complete": complete,
            "none": table["raw"],
            "partial": table["pooled"],
            "std_error": table["std_error"],
            "low": table["low"],
            "high": table["high"],
            "shrinkage": table["shrinkage"],
            "why": cause(why, table["shrinkage"]),
        }
    )
