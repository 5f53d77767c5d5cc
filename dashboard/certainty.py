"""How sure a fit is, in the words of its method: chance of REML and ML, probability of a posterior."""

from typing import Any

import pandas as pd

from dashboard.numbers import width

EVEN = 0.55  # below it a side of zero is no more likely than the other, as far as draws can tell
NOT_OF_DRAWS = ["df", "statistic", "p_value"]


def interval_of(fit: Any) -> str:
    """Returns what an interval of this fit is called in a sentence: '95 % interval', of a posterior so."""
    return f"{width(fit.level)} {'posterior ' if fit.posterior else ''}interval"


def of_groups(fit: Any) -> str:
    """Returns how the intervals of groups' figures were made."""
    if fit.posterior:
        return str(fit.how)
    return f"{width(fit.level)} interval, normal, averaged over the variances that the data leave open"


def least(fit: Any) -> str:
    """Returns how sure a posterior at least is of what its interval leaves on one side of zero.

    "at least 97.5 % sure" where intervals are of 95 %, as a central one leaves half of the rest on either
    side. Empty of REML and ML, whose intervals say what chance would hardly do.
    """
    return f"at least {width((1 + fit.level) / 2)} sure" if fit.posterior else ""


def direction(row: Any) -> str:
    """Returns how sure a posterior is of an effect's sign, from a row of its `fixed_effects`.

    Its p_value is twice the smaller share of draws on one side of zero (Makowski et al. 2019, Front. Psychol.
    10), so the larger share is 1 - p / 2.
    """
    share = 1.0 - float(row["p_value"]) / 2
    if not share >= EVEN:
        return "as likely above zero as below"
    sure = "over 99 %" if share >= 0.995 else f"{100 * share:.0f} %"
    return f"{sure} sure to be {'above' if row['estimate'] > 0 else 'below'} zero"


def effects_table(fit: Any) -> pd.DataFrame:
    """Returns the fixed effects to hand over: of a posterior the share of draws with the effect's sign, where
    REML and ML have tests.
    """
    table: pd.DataFrame = fit.fixed_effects
    if not fit.posterior:
        return table
    return table.drop(columns=NOT_OF_DRAWS).assign(probability_of_sign=1.0 - table["p_value"] / 2)
