"""Findings about what a fit leaves over: spread, shape, rows far out, and what carries over in time."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.design.layout import INTERCEPT
from core.errors import listed
from core.finding import Finding, Status
from core.fit.along import Along
from core.result.bell import IN_A_BELL, bell
from core.result.fit import Fit
from core.result.homogeneity import spread_along_fitted, spread_between
from core.result.of_rows import rows_behind
from core.result.quantile_residuals import Quantiles, quantile_residuals
from core.result.residuals import Residuals, residuals
from core.result.review_quantiles import review_quantiles, scaled
from core.result.serial import serial
from core.result.vif import review_vif
from core.table.read import read_table
from core.table.shown import rows_listed
from core.table.table import Table

# Chance alone passes this once in a hundred panels; beside it the size must matter.
SURE = 0.01
# Group effects are tested term by term, and of 20 numbers D'Agostino's test finds 2 % below 0.01.
SURER = 0.001
# Ratios of spread that change what a reader would do: intervals half as wide again as they should be, or
# groups of which one in three is a quarter off.
MATTERS, APART, OPEN = 1.5, 1.25, 1.5
TAILS, LEAN = 4.0, 1.0
CARRIED = 0.2
FEW_ROWS, FEW_GROUPS = 50, 20


def diagnose(
    fit: Fit, table: Table | pd.DataFrame, time: str | None = None, *, seed: int = 0
) -> list[Finding]:
    """Returns what a reader should know of a fit's residuals, group effects and predictors, gravest first.

    Reads the rows once; `time` is the column that orders them within groups. A finding is an alarm only when
    chance explains it in less than one panel of a hundred and its size matters; `unknown` where there is too
    little to tell. Of yes/no, counts and amounts it judges quantile residuals
    (`quantile_residuals`, by `seed`) and group effects drawn with them. Raises UnknownColumn, OutsideDomain,
    OtherRows, BadSeed.
    """
    panel = table if isinstance(table, Table) else read_table(table)
    findings = review_vif(fit)
    if rows_behind(fit.linear) is None:
        found = residuals(fit, panel)
        findings += [
            _along(found),
            *(_between(found, name) for name in found.codes),
            *([] if _two_values(found) else [_shape(found)]),
            *_far(found, panel),
            *(_effects(side, term) for side in fit.linear.sides.values() for term in _vary(side)),
        ]
    else:
        made = quantile_residuals(fit, panel, seed=seed)
        found = replace(made.residuals, standardised=scaled(made))
        findings += [*review_quantiles(made, fit, panel), *_drawn_effects(made, fit)]
    if time is not None and found.codes:
        findings.append(_carried(found, panel, time))
    gravity = (Status.STOP, Status.LOOK, Status.UNKNOWN, Status.GOOD)
    return sorted(findings, key=lambda finding: gravity.index(finding.status))


def _along(found: Residuals) -> Finding:
    topic, trend = "spread_along_fitted", spread_along_fitted(found)
    if trend is None:
        message = f"{found.n:,} rows are too few to tell whether large values scatter more than small ones."
        return Finding(topic, Status.UNKNOWN, message)
    numbers = {"ratio": trend.ratio, "p_value": trend.p_value}
    if trend.p_value < SURE and not 1 / MATTERS < trend.ratio < MATTERS:
        way, times = ("more", trend.ratio) if trend.ratio > 1 else ("less", 1 / trend.ratio)
        message = (
            f"Rows with large expected values scatter {times:.1f} times {way} than rows with small ones "
            "(highest against lowest fifth)."
        )
        advice = (
            "Intervals are too narrow where values are large and too wide where they are small; the "
            "logarithm of the outcome often evens this out."
            if trend.ratio > 1
            else "Intervals are too narrow where values are small and too wide where they are large."
        )
        return Finding(topic, Status.LOOK, message, advice, numbers)
    if trend.high > 2.0 or trend.low < 0.5:
        message = (
            f"Whether large values scatter more than small ones is open: {trend.low:.1f} to {trend.high:.1f} "
            "times."
        )
        return Finding(topic, Status.UNKNOWN, message, "", numbers)
    message = f"Large and small expected values scatter much alike (ratio {trend.ratio:.2f})."
    return Finding(topic, Status.GOOD, message, "", numbers)


def _between(found: Residuals, name: str) -> Finding:
    topic, spread = "spread_between_groups", spread_between(found, name)
    told = spread.table.dropna(subset="sd").sort_values("sd")
    if spread.p_value is None or float(told["df"].sum()) < FEW_ROWS:
        message = f"There are too few rows in each value of '{name}' to tell whether they scatter alike."
        return Finding(topic, Status.UNKNOWN, message)
    numbers = {"typical": spread.typical, "p_value": spread.p_value}
    if spread.p_value < SURE and spread.typical > APART:
        quiet, loud = told.iloc[0], told.iloc[-1]
        message = (
            f"Values of '{name}' differ in how much their rows scatter: typically by a factor of "
            f"{spread.typical:.1f}, from ±{quiet['sd']:.3g} ('{told.index[0]}') to ±{loud['sd']:.3g} "
            f"('{told.index[-1]}')."
        )
        advice = (
            "Intervals of the restless ones are too narrow, those of the quiet ones too wide. Look for what "
            "the restless ones share, or weigh their rows less."
        )
        return Finding(topic, Status.LOOK, message, advice, numbers)
    if spread.high > OPEN:
        message = (
            f"Whether rows scatter alike in the values of '{name}' is open: typical differences up to a "
            f"factor of {spread.high:.1f} would not show."
        )
        return Finding(topic, Status.UNKNOWN, message, "", numbers)
    message = f"Rows scatter much alike in every value of '{name}'."
    return Finding(topic, Status.GOOD, message, "", numbers)


def _two_values(found: Residuals) -> bool:
    """Whether the outcome has two values: what is left then lies on two lines, never in a bell curve."""
    outcome = found.fitted + found.residual
    low, high = outcome.min(), outcome.max()
    return bool(np.all(np.minimum(outcome - low, high - outcome) <= 1e-9 * (high - low)))


def _shape(found: Residuals) -> Finding:
    topic, shape = "residual_shape", bell(found.standardised)
    if shape.p_value is None or found.n < FEW_ROWS:
        message = f"{found.n:,} rows are too few to tell whether what is left is shaped like a bell curve."
        return Finding(topic, Status.UNKNOWN, message)
    numbers = {"beyond": float(shape.beyond), "skew": shape.skew, "p_value": shape.p_value}
    share = (
        f"1 in {found.n / shape.beyond:,.0f} rows lies" if shape.beyond else "no row lies"
    ) + " beyond 3 standard deviations, a bell curve has 1 in 370"
    heavy = shape.beyond >= 3 and shape.beyond > TAILS * IN_A_BELL * found.n
    if shape.p_value < SURE and (heavy or abs(shape.skew) > LEAN):
        lean = ""
        if abs(shape.skew) > LEAN:
            lean = (
                f" They lean to the {'high' if shape.skew > 0 else 'low'} side (skewness {shape.skew:.1f})."
            )
        advice = (
            "Averages and their intervals bear this with many rows; ranges for single rows do not. Check the "
            "rows furthest out first."
        )
        return Finding(topic, Status.LOOK, f"{share[:1].upper()}{share[1:]}.{lean}", advice, numbers)
    message = f"What is left is near enough to a bell curve: {share}."
    return Finding(topic, Status.GOOD, message, "", numbers)


def _far(found: Residuals, table: Table) -> list[Finding]:
    """Rows so far out that a whole panel of bell-shaped rows has one in twenty (Bonferroni)."""
    from scipy import special

    size = np.abs(found.standardised)
    cut = max(4.0, float(special.ndtri(1 - 0.025 / found.n)))
    at = np.flatnonzero(size > cut)
    if not len(at):
        return []
    worst = at[np.argsort(-size[at])]
    rows = [table.reading.row(int(found.rows[k])) for k in worst[:5]]
    first = worst[0]
    lie = "row lies" if len(at) == 1 else "rows lie"
    also = f", then {rows_listed(rows[1:], len(at) - 1)}" if len(at) > 1 else ""
    return [
        Finding(
            "outlying_rows",
            Status.LOOK,
            f"{len(at):,} {lie} more than {cut:.1f} standard deviations from what the model expects: row "
            f"{rows[0]:,} by {found.residual[first]:+.4g}{also}.",
            "Check them at the source. If they are right, see whether the answer stays without them.",
            {"rows": float(len(at)), "row": float(rows[0]), "standardised": float(found.standardised[first])},
        )
    ]


def _vary(side: Along) -> list[int]:
    sd = np.sqrt(np.maximum(np.diag(side.random_covariance), 0.0))
    return [k for k in range(len(side.problem.random)) if sd[k] > 0]


def standard_effects(side: Along, k: int) -> pd.Series:
    """Returns a group's k-th effect over its own standard deviation, index level: bell-shaped if effects are.

    Var(u_hat) = Sigma - Var(u_hat - u), so that groups with few rows, pulled in further, are comparable.
    Groups whose rows tell less than a twentieth of the variance are left out.
    """
    effects, variance = side.effects, float(side.random_covariance[k, k])
    pull = effects.pull[:, k]
    error = effects.conditional[:, k, k] + np.einsum("jp,pr,jr->j", pull, side.fixed_covariance, pull)
    known = variance - error
    told = known > 0.05 * variance
    levels = np.array(side.moments.levels[0], dtype=object)[told]
    return pd.Series(effects.mean[told, k] / np.sqrt(known[told]), index=pd.Index(levels, dtype="str"))


def _drawn_effects(made: Quantiles, fit: Fit) -> list[Finding]:
    """The same of a generalised model: drawn effects are normal where effects are, fitted ones of few counts
    lean as counts do.
    """
    found = []
    for name, side in fit.linear.sides.items():
        drawn = pd.DataFrame(made.effects[name], index=pd.Index(made.rows.levels[name], dtype="str"))
        for k in _vary(side):
            values = drawn[k] / np.sqrt(side.random_covariance[k, k])
            found.append(_effects(side, k, values[standard_effects(side, k).index]))
    return found


def _effects(side: Along, k: int, drawn: pd.Series | None = None) -> Finding:
    topic, name, term = "group_shape", side.moments.factors[0], side.problem.random[k]
    what = "baselines" if term == INTERCEPT else f"responses to '{term}'"
    values = standard_effects(side, k) if drawn is None else drawn
    shape = bell(values.to_numpy(dtype=np.float64))
    if len(values) < FEW_GROUPS or shape.p_value is None:
        message = (
            f"{len(values):,} values of '{name}' whose own {what} show are too few to tell whether these are "
            "spread like a bell curve."
        )
        return Finding(topic, Status.UNKNOWN, message)
    numbers = {"skew": shape.skew, "kurtosis": shape.kurtosis, "p_value": shape.p_value}
    far = values[values.abs() > 3.0]
    if shape.p_value < SURER and (abs(shape.skew) > LEAN or len(far) > TAILS * IN_A_BELL * len(values)):
        order = far.abs().sort_values(ascending=False).index
        named = f": {listed([f"'{level}'" for level in order], 3)} far from the others" if len(far) else ""
        message = f"The {what} of '{name}' are not spread like a bell curve{named}."
        advice = (
            "Groups far out are pulled in more than they should be; see whether something known sets them "
            "apart, and add it as a predictor."
        )
        return Finding(topic, Status.LOOK, message, advice, numbers)
    message = f"Nothing in the {what} of '{name}' speaks against a bell curve."
    return Finding(topic, Status.GOOD, message, "", numbers)


def _carried(found: Residuals, table: Table, time: str) -> Finding:
    topic, carried = "carried_over", serial(found, table, time)
    if carried is None:
        message = f"Too few neighbours in '{time}' to tell whether what the model misses carries over."
        return Finding(topic, Status.UNKNOWN, message)
    numbers = {"correlation": carried.correlation, "p_value": carried.p_value, "pairs": float(carried.pairs)}
    if carried.p_value < SURE and carried.correlation > CARRIED:
        message = (
            f"What the model misses carries over from one value of '{time}' to the next (correlation "
            f"{carried.correlation:.2f}): rows say less than their number."
        )
        advice = f"Intervals are too narrow. Add what moves along '{time}', such as season or a trend."
        return Finding(topic, Status.LOOK, message, advice, numbers)
    if carried.high > 0.5:
        message = (
            f"Whether what the model misses carries over along '{time}' is open: correlation "
            f"{carried.low:.1f} to {carried.high:.1f}."
        )
        return Finding(topic, Status.UNKNOWN, message, "", numbers)
    message = f"Little carries over from one value of '{time}' to the next ({carried.correlation:+.2f})."
    return Finding(topic, Status.GOOD, message, "", numbers)
