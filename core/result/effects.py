"""Tables of fixed effects and group effects."""

import numpy as np
import pandas as pd

from core.design.coding import Array
from core.fit.along import Along, Fitted
from core.fit.curvature import satterthwaite
from core.fit.generalised import GeneralisedSide
from core.result.central import central
from core.result.totals import (
    GroupSummary,
    deviations,
    totals,
    totals_at_average,
    weights_at_average,
)
from core.result.totals import (
    deviations_at_average as totals_from_chain,
)


def fixed_effects(fitted: Fitted, level: float) -> pd.DataFrame:
    """Returns one row a term in formula order: estimate, std_error, df, statistic, p_value, low, high.

    Wald-t with Satterthwaite degrees of freedom; `low` and `high` bound the central `level` interval.
    """
    linear = fitted.lead
    return table_of_fixed(linear, linear.problem.fixed, np.eye(linear.problem.p), level)


def table_of_fixed(linear: Along, terms: tuple[str, ...], weights: Array, level: float) -> pd.DataFrame:
    """Returns the table of sums of fixed effects, `weights` (k, p), columns as `fixed_effects`.

    Of a posterior: means, SDs and central intervals of the draws, infinite df, and as p_value twice the
    smaller share of draws on one side of zero (Makowski et al. 2019, Front. Psychol. 10). Of a generalised
    model std_error is that of maximum likelihood, as other software prints it; tests and intervals allow for
    few groups (see `Generalised.judged_covariance`).
    """
    if linear.drawn is not None:
        return _posterior_table(terms, linear.drawn.fixed @ weights.T, level)
    covariance, df = judged(linear, weights)
    std_error, error = (
        np.sqrt(np.maximum(np.diag(weights @ each @ weights.T), 0.0))
        for each in (linear.fixed_covariance, covariance)
    )
    return wald_table(terms, weights @ linear.fixed, error, df, level).assign(std_error=std_error)


def judged(linear: Along, weights: Array) -> tuple[Array, Array]:
    """Returns what tests and intervals of sums of fixed effects, `weights` (k, p), are made of: the
    covariance (p, p) of all of them, and the degrees of freedom (k,) of each sum.
    """
    df = satterthwaite(linear, weights)
    if isinstance(linear, GeneralisedSide):
        return linear.whole.judged_covariance, np.minimum(df, linear.whole.most_df(weights))
    return linear.fixed_covariance, df


def _posterior_table(terms: tuple[str, ...], draws: Array, level: float) -> pd.DataFrame:
    mean, sd = draws.mean(axis=0), draws.std(axis=0)
    above = (draws > 0).mean(axis=0)
    low, high = central(draws, level)
    return pd.DataFrame(
        {
            "estimate": mean,
            "std_error": sd,
            "df": np.inf,
            "statistic": np.divide(mean, sd, out=np.full(len(mean), np.nan), where=sd > 0),
            "p_value": np.minimum(1.0, 2.0 * np.minimum(above, 1.0 - above)),
            "low": low,
            "high": high,
        },
        index=pd.Index(terms, name="term"),
    )


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


def group_effects(fitted: Fitted, level: float) -> dict[str, pd.DataFrame]:
    """Returns, by grouping factor, the groups' deviations: <term>, <term>_se, <term>_low, <term>_high."""
    return {name: _table(name, deviations(side), level) for name, side in fitted.sides.items()}


def group_coefficients(fitted: Fitted, level: float) -> dict[str, pd.DataFrame]:
    """Returns, by grouping factor, fixed + deviation with the joint standard error; columns as
    group_effects.
    """
    return {name: _table(name, totals(side), level) for name, side in fitted.sides.items()}


def coefficients_at_average(fitted: Fitted, level: float, only: str | None = None) -> dict[str, pd.DataFrame]:
    """Returns group_coefficients read at the average of every predictor (see `totals_at_average`).

    `only` names the one factor that is wanted: each costs as much as its groups.
    """
    sides = {only: fitted.sides[only]} if only else fitted.sides
    return {name: _table(name, totals_at_average(side), level) for name, side in sides.items()}


def deviations_at_average(fitted: Fitted, level: float, only: str | None = None) -> dict[str, pd.DataFrame]:
    """Returns each group's distance from the chain, where coefficients_at_average reads both; same columns.

    A group is surely above the average when its `low` is above zero: the interval holds the chain's own
    uncertainty too.
    """
    sides = {only: fitted.sides[only]} if only else fitted.sides
    return {name: _table(name, totals_from_chain(side), level) for name, side in sides.items()}


def chain_at_average(linear: Along, level: float) -> pd.DataFrame:
    """Returns what the groups of coefficients_at_average vary around: one row a varying term, columns as
    `fixed_effects`. A term that is not among the fixed ones varies around 0.
    """
    of_fixed, _ = weights_at_average(linear)
    return table_of_fixed(linear, linear.problem.random, of_fixed, level)


def _table(name: str, groups: GroupSummary, level: float) -> pd.DataFrame:
    ends = groups.ends(level)
    return table_of(name, groups.levels, groups.terms, groups.estimate, groups.std_error, ends)


def table_of(
    name: str,
    levels: tuple[str, ...],
    terms: tuple[str, ...],
    estimate: Array,
    std_error: Array,
    ends: tuple[Array, Array],
) -> pd.DataFrame:
    """Returns estimates (J, q) with their errors and the ends of their intervals as a table: index level;
    <term>, _se, _low and _high.
    """
    columns: dict[str, Array] = {}
    for k, term in enumerate(terms):
        columns |= {
            term: estimate[:, k],
            f"{term}_se": std_error[:, k],
            f"{term}_low": ends[0][:, k],
            f"{term}_high": ends[1][:, k],
        }
    return pd.DataFrame(columns, index=pd.Index(levels, name=name, dtype="str"))
