"""Tables of fixed effects and group effects."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.fit.linear import Linear, satterthwaite
from core.result.totals import (
    GroupSummary,
    deviations,
    totals,
    totals_at_average,
    weights_at_average,
)


def fixed_effects(linear: Linear, level: float) -> pd.DataFrame:
    """Returns one row a term in formula order: estimate, std_error, df, statistic, p_value, low, high.

    Wald-t with Satterthwaite degrees of freedom; `low` and `high` bound the central `level` interval.
    """
    estimate = linear.fixed
    std_error = np.sqrt(np.diag(linear.fixed_covariance))
    df = satterthwaite(linear, np.eye(len(estimate)))
    return wald_table(linear.problem.fixed, estimate, std_error, df, level)


def wald_table(
    terms: tuple[str, ...], estimate: Array, std_error: Array, df: Array, level: float
) -> pd.DataFrame:
    """Returns the table of t statistics and intervals of some estimates (k,)."""
    from scipy import special

    statistic = np.divide(estimate, std_error, out=np.full(len(estimate), np.nan), where=std_error > 0)
    reach = special.stdtrit(df, 0.5 + level / 2) * std_error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": std_error,
            "df": df,
            "statistic": statistic,
            "p_value": 2 * special.stdtr(df, -np.abs(statistic)),
            "low": estimate - reach,
            "high": estimate + reach,
        },
        index=pd.Index(terms, name="term"),
    )


def group_effects(linear: Linear, level: float) -> dict[str, pd.DataFrame]:
    """Returns, by grouping factor, the groups' deviations: <term>, <term>_se, <term>_low, <term>_high."""
    return _tables(linear, deviations(linear), level) if linear.problem.random else {}


def group_coefficients(linear: Linear, level: float) -> dict[str, pd.DataFrame]:
    """Returns, by grouping factor, fixed + deviation with the joint standard error; columns as
    group_effects.
    """
    return _tables(linear, totals(linear), level) if linear.problem.random else {}


def coefficients_at_average(linear: Linear, level: float) -> dict[str, pd.DataFrame]:
    """Returns group_coefficients read at the average of every predictor (see `totals_at_average`)."""
    return _tables(linear, totals_at_average(linear), level) if linear.problem.random else {}


def chain_at_average(linear: Linear, level: float) -> pd.DataFrame:
    """Returns what the groups of coefficients_at_average vary around: one row a varying term, columns as
    `fixed_effects`. A term that is not among the fixed ones varies around 0.
    """
    of_fixed, _ = weights_at_average(linear)
    covariance = of_fixed @ linear.fixed_covariance @ of_fixed.T
    std_error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    df = satterthwaite(linear, of_fixed)
    return wald_table(linear.problem.random, of_fixed @ linear.fixed, std_error, df, level)


def _tables(linear: Linear, groups: GroupSummary, level: float) -> dict[str, pd.DataFrame]:
    reach = NormalDist().inv_cdf(0.5 + level / 2) * groups.std_error
    columns: dict[str, Array] = {}
    for k, term in enumerate(groups.terms):
        estimate, half = groups.estimate[:, k], reach[:, k]
        columns |= {
            term: estimate,
            f"{term}_se": groups.std_error[:, k],
            f"{term}_low": estimate - half,
            f"{term}_high": estimate + half,
        }
    name = linear.moments.factors[0]
    return {name: pd.DataFrame(columns, index=pd.Index(groups.levels, name=name, dtype="str"))}
