"""Findings about a fit: what a reader should know before using it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT, columns_of
from core.errors import listed
from core.finding import Finding, Status
from core.fit.along import Along, Fitted
from core.fit.generalised import Generalised
from core.fit.optimise import Stop
from core.fit.posterior import Posterior
from core.fit.rows_posterior import RowsPosterior
from core.result.raw_generalised import behind, cases
from core.result.review_generalised import review_generalised, review_rows
from core.result.review_held import review_held
from core.result.review_posterior import review_draws, review_priors
from core.result.review_simpson import review_simpson
from core.result.variance import shares

FEW_GROUPS = 6
SMALL_GROUP = 5
TIED = 0.999
LEAK = 0.9999


def review_fit(fitted: Fitted) -> list[Finding]:
    """Returns the findings of a fit, gravest first."""
    found = [
        *(review_generalised(fitted) if isinstance(fitted, Generalised) else []),
        *(review_rows(fitted.base) if isinstance(fitted, RowsPosterior) else []),
        *_draws_or_search(fitted),
        *_of_each(fitted, _singular),
        *_leak(fitted),
        *review_simpson(fitted),
        *_aliased(fitted.lead),
        *_of_each(fitted, _groups),
        *_of_each(fitted, _blind_slopes),
        *_of_each(fitted, review_held),
        *_dropped(fitted.lead),
        *_references(fitted.lead),
    ]
    gravity = (Status.STOP, Status.LOOK, Status.UNKNOWN, Status.GOOD)
    return sorted(found, key=lambda finding: gravity.index(finding.status))


def _draws_or_search(fitted: Fitted) -> list[Finding]:
    if isinstance(fitted, Posterior):
        return [*review_draws(fitted), *review_priors(fitted)]
    return _search(fitted)


def _search(fitted: Fitted) -> list[Finding]:
    stop = fitted.optimum.stop
    if isinstance(fitted, Generalised) and stop is not Stop.NOT_CONVERGED:
        return [Finding("search", Status.GOOD, "The search reached its best fit.", "")]
    if stop is Stop.NO_SEARCH:
        message = "Plain regression: no groups are in this model, so its answer is exact."
        return [Finding("search", Status.GOOD, message, "Group the rows to see who responds more.")]
    numbers = {"evaluations": float(len(fitted.optimum.log))}
    if stop is Stop.NOT_CONVERGED:
        return [Finding("search", Status.STOP, stop.value, "Do not use these figures yet.", numbers)]
    message = "The search reached its best fit; slope and curvature there were checked."
    return [Finding("search", Status.GOOD, message, "", numbers)]


def _of_each(fitted: Fitted, look: Callable[[Along], list[Finding]]) -> list[Finding]:
    """What is found of each grouping, by whose name it goes."""
    return [replace(one, about=name) for name, side in fitted.sides.items() for one in look(side)]


def _singular(linear: Along) -> list[Finding]:
    if not linear.singular:
        return []
    sd = np.sqrt(np.maximum(np.diag(linear.random_covariance), 0.0))
    zero = sd <= 1e-4 * _typical(linear)
    found = [_no_differences(linear, k) for k in np.flatnonzero(zero).tolist()]
    shape = linear.problem.shape
    for i, j in zip(shape.rows.tolist(), shape.cols.tolist(), strict=True):
        if i == j or zero[i] or zero[j]:
            continue
        correlation = float(linear.random_covariance[i, j] / (sd[i] * sd[j]))
        if abs(correlation) > TIED:
            found.append(_in_step(linear, i, j, correlation))
    if not found:
        message = (
            f"One combination of the effects of '{linear.moments.factors[0]}' shows no differences of "
            "its own (variance 0)."
        )
        advice = "Let fewer slopes differ if you need each one apart."
        found.append(Finding("singular", Status.LOOK, message, advice))
    return found


def _no_differences(linear: Along, k: int) -> Finding:
    term = linear.problem.random[k]
    what = "baseline" if term == INTERCEPT else f"response to '{term}'"
    return Finding(
        "singular",
        Status.LOOK,
        f"No detectable differences in {what} between the values of '{linear.moments.factors[0]}' "
        "(variance 0).",
        "Use one number for all of them, or gather more rows per group.",
        {"sd": float(np.sqrt(linear.random_covariance[k, k]))},
    )


def _in_step(linear: Along, i: int, j: int, correlation: float) -> Finding:
    first, second = (
        "baseline" if term == INTERCEPT else f"'{term}' response"
        for term in (linear.problem.random[j], linear.problem.random[i])
    )
    way, sign = ("falls", "−1") if correlation < 0 else ("rises", "1")
    return Finding(
        "singular",
        Status.LOOK,
        f"Between the values of '{linear.moments.factors[0]}', {second} {way} in step with {first} "
        f"(correlation {sign}): the data cannot tell the two kinds of difference apart.",
        "Fixed effects, R² and ICC stand. Read the group differences as one pattern, not two, or let only "
        "one of the two differ.",
        {"correlation": correlation},
    )


def _typical(linear: Along) -> Array:
    """The residual SD in the units of each random term's effect."""
    scale = linear.moments.columns.scale
    names = linear.moments.columns.names
    return np.array(
        [linear.sigma / (1.0 if t == INTERCEPT else scale[names.index(t)]) for t in linear.problem.random]
    )


def _leak(fitted: Fitted) -> list[Finding]:
    part = shares(fitted)
    if part.fixed / part.total < LEAK:
        return []
    message = (
        f"The predictors explain {part.fixed / part.total:.4%} of the outcome, more than real panels allow."
    )
    return [Finding("leak", Status.LOOK, message, "Check that none of them is made from the outcome.")]


def _aliased(linear: Along) -> list[Finding]:
    names = linear.problem.aliased
    if not names:
        return []
    message = f"Left out because other predictors already say the same: {listed(names)}."
    return [
        Finding(
            "aliased", Status.LOOK, message, "Drop them, or drop what they repeat.", {"terms": len(names)}
        )
    ]


def _groups(linear: Along) -> list[Finding]:
    name, rows = linear.moments.factors[0], linear.moments.rows
    found, what = [], "rows"
    side = behind(linear)
    if side is not None and (side.whole.rows.trials != 1.0).any():
        rows, what = cases(side.whole, name), "trials"
    if len(rows) < FEW_GROUPS:
        found.append(
            Finding(
                "few_groups",
                Status.LOOK,
                f"Only {len(rows)} values of '{name}': how much they differ is known poorly.",
                "Treat the spread between them, and any ranking, as a guide.",
                {"groups": float(len(rows))},
            )
        )
    small = int((rows < SMALL_GROUP).sum())
    if small:
        found.append(
            Finding(
                "small_groups",
                Status.LOOK,
                f"{small:,} of {len(rows):,} values of '{name}' {'has' if small == 1 else 'have'} fewer than "
                f"{SMALL_GROUP} {what}.",
                "What is said of them leans on the others; read it as a guide.",
                {"groups": float(small)},
            )
        )
    elif len(rows) >= FEW_GROUPS:
        message = f"Every value of '{name}' has at least {int(rows.min()):,} {what}."
        found.append(Finding("small_groups", Status.GOOD, message, "", {"rows": float(rows.min())}))
    return found


def _blind_slopes(linear: Along) -> list[Finding]:
    """Groups in which a predictor whose slope varies never moved."""
    found = []
    columns, moments = linear.moments.columns, linear.moments
    for term in linear.problem.random:
        if term == INTERCEPT:
            continue
        index = columns.index(term)
        still = moments.cross[:, index, index] <= 1e-12 * moments.rows
        if still.any():
            levels = [level for level, flat in zip(moments.levels[0], still, strict=True) if flat]
            found.append(
                Finding(
                    "still_predictor",
                    Status.LOOK,
                    f"'{term}' never changed in {len(levels):,} of {len(still):,} groups: "
                    f"{listed(levels, 3)}.",
                    "Their response is borrowed from the other groups; vary the spend there to learn it.",
                    {"groups": float(len(levels))},
                )
            )
    return found


def _dropped(linear: Along) -> list[Finding]:
    dropped = linear.moments.dropped
    if not dropped:
        return []
    total = sum(one.rows for one in dropped)
    why = listed([f"{one.reason} in {one.rows:,}" for one in dropped])
    share = total / (total + linear.problem.n_rows)
    status = Status.LOOK if share > 0.05 else Status.GOOD
    were = "row was" if total == 1 else "rows were"
    message = f"{total:,} {were} left out ({share:.1%}): {why}."
    used = columns_of(linear.moments.layout)
    if others := [f"'{name}'" for name in dict.fromkeys(one.column for one in dropped) if name not in used]:
        message += (
            f" This model does not use {listed(others)}: it was fitted again from sums of the rows that are "
            "complete in all columns kept."
        )
    advice = "Fill the gaps if they are not random." if status is Status.LOOK else ""
    return [Finding("dropped_rows", status, message, advice, {"rows": float(total)})]


def _references(linear: Along) -> list[Finding]:
    levels = linear.moments.layout.reference_levels
    if not levels:
        return []
    named = listed([f"'{column}' against '{level}'" for column, level in levels])
    return [
        Finding(
            "reference_levels",
            Status.GOOD,
            f"Text predictors are compared with one of their values: {named}.",
        )
    ]
