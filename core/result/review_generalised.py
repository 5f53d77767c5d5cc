"""Findings about yes/no, counts and amounts: separation, groups that all say the same, overdispersion."""

import numpy as np

from core.design.coding import Array
from core.design.rows import Rows
from core.errors import listed
from core.finding import Finding, Status
from core.fit import glmm_package
from core.fit.family import mean, variance
from core.fit.generalised import Generalised
from core.result.raw_generalised import cases, endless
from core.result.review_weights import review_weights
from core.spec.model import Family

# Pearson's statistic per degree of freedom from which counts vary too much, and how sure that must be.
OVER, SURE = 1.2, 3.0
# Degrees of freedom from which excess is told, and from which its absence is; ratio from which it is gross.
LEAST_DF, FEW_DF, FAR = 0.5, 3.0, 4.0
# Excess of a negative binomial's variance over its mean, as a share of it, that is none for every purpose.
POISSON = 0.01
# Yes/no cases a group, on average, below which Laplace's approximation leans low.
FEW = 8.0


def review_generalised(fitted: Generalised) -> list[Finding]:
    """Returns what a reader should know of a generalised fit beside what every fit is asked."""
    return [*_separated(fitted), *review_rows(fitted), *_approximate(fitted)]


def review_rows(fitted: Generalised) -> list[Finding]:
    """Returns what the rows say of the model, whoever fitted it; of a posterior at its means."""
    return [
        *review_weights(fitted),
        *_overdispersed(fitted),
        *_as_poisson(fitted),
        *(one for name in fitted.rows.random for one in _same_answer(fitted, name)),
    ]


def _separated(fitted: Generalised) -> list[Finding]:
    terms = fitted.estimates.separating
    if not terms:
        return []
    message = (
        f"{_where_separated(fitted, terms)}: the data set no end to {'its' if len(terms) == 1 else 'their'} "
        "effect, and the estimate shown is only where the search stopped."
    )
    advice = (
        "Read it as 'very large'. Leave the term out, join rare values with others, or fit the Bayesian "
        "model, whose priors give an end."
    )
    return [Finding("separation", Status.STOP, message, advice, {"terms": float(len(terms))})]


def _where_separated(fitted: Generalised, terms: tuple[str, ...]) -> str:
    """At what value all rows say the same, where it is one category's; else the terms by name."""
    rows = fitted.rows
    levels = {
        f"{coding.variable.column}[{level}]": (coding.variable.column, level)
        for coding in fitted.design.layout.codings
        for level in coding.levels
    }
    counts = rows.family is not Family.BINOMIAL
    if len(terms) == 1 and terms[0] in levels:
        column, level = levels[terms[0]]
        there = rows.x[:, rows.fixed.index(terms[0])] == 1.0
        if not rows.y[there].any():
            none = "nothing is ever counted" if counts else "no row says yes"
            return f"Where '{column}' is '{level}' {none}"
        if not counts and bool((rows.y == rows.trials)[there].all()):
            return f"Where '{column}' is '{level}' every row says yes"
    named = listed([f"'{': '.join(levels.get(term, (term,)))}'" for term in terms])
    why = "nothing is ever counted" if counts else "all rows say yes, or none does"
    return f"At some values of {named} {why}"


def pearson(fitted: Generalised) -> tuple[float, float, float]:
    """Returns Pearson's statistic, its degrees of freedom and its SD where only chance is at work.

    Each row's variance is that of its family at its own group's mean; what groups use up are the traces of
    their shrinkage. SD: McCullagh, Nelder 1989, section 4.5 (of counts, var = 2 + 1 / mu a row).
    """
    rows, found = fitted.rows, fitted.estimates
    mu = mean(rows.link, fitted.eta)
    each = variance(rows.family, mu, found.dispersion) / rows.trials
    used = float(len(rows.fixed))
    for name, side in fitted.base.sides.items():
        precision = np.linalg.pinv(found.spread[name], rcond=1e-12, hermitian=True)
        kept = side.effects.conditional @ precision
        rank = np.linalg.matrix_rank(found.spread[name], hermitian=True)
        used += float(len(kept) * rank - np.trace(kept, axis1=1, axis2=2).sum())
    known = rows.weights @ (np.square(rows.y / rows.trials - mu) / np.maximum(each, 1e-300))
    n = float(rows.weights.sum())
    peaked = _excess(rows, mu)
    return float(known), n - used, float(np.sqrt(rows.weights @ (2.0 + peaked)))


def _excess(rows: Rows, mu: Array) -> Array:
    """What a row's fourth moment adds to the variance of its squared Pearson residual."""
    if rows.family is Family.BINOMIAL:
        return np.maximum(1.0 / (rows.trials * np.maximum(mu * (1.0 - mu), 1e-12)) - 6.0 / rows.trials, 0.0)
    return 1.0 / np.maximum(mu, 1e-12)


def _overdispersed(fitted: Generalised) -> list[Finding]:
    rows = fitted.rows
    tried = rows.family is Family.BINOMIAL and bool((rows.trials > 1.0).any())
    if rows.family is not Family.POISSON and not tried:
        return []
    statistic, df, sd = pearson(fitted)
    if df < LEAST_DF:
        return []
    ratio = statistic / df
    numbers = {"ratio": ratio, "df": df}
    if ratio < 1.0 / OVER and df - statistic > SURE * sd and df >= FEW_DF:
        message = (
            f"The outcome varies only {ratio:.1f} times as much as chance alone makes it vary: intervals are "
            "too wide."
        )
        advice = "Counts that are capped, filled up to a target or rounded do so; ask how they came about."
        return [Finding("overdispersion", Status.LOOK, message, advice, numbers)]
    if ratio < OVER or statistic - df < SURE * sd:
        if df < FEW_DF:
            return []
        message = "The outcome varies about as much as chance alone makes it vary."
        return [Finding("overdispersion", Status.GOOD, message, "", numbers)]
    what = "Counts vary" if rows.family is Family.POISSON else "Shares of successes vary"
    among, slope = ("groups", " a slope that differs,") if rows.random else ("predictors", "")
    by = f"too narrow, by about {np.sqrt(ratio) - 1.0:.0%}" if ratio < FAR else "far too narrow"
    message = (
        f"{what} {ratio:.1f} times as much as chance and this model's {among} explain: intervals are {by}."
    )
    advice = (
        "Choose the kind 'negative binomial', which has room for it."
        if rows.family is Family.POISSON
        else f"Add what tells these rows apart: a predictor,{slope} or a grouping with one value a row."
    )
    return [Finding("overdispersion", Status.LOOK, message, advice, numbers)]


def _as_poisson(fitted: Generalised) -> list[Finding]:
    rows, shape = fitted.rows, fitted.estimates.dispersion
    if rows.family is not Family.NEGATIVE_BINOMIAL:
        return []
    if float(np.average(rows.y, weights=rows.weights)) > POISSON * shape:
        return []
    message = "The counts vary no more than chance alone makes them vary: a Poisson model says the same."
    return [Finding("as_poisson", Status.GOOD, message, "", {"shape": fitted.estimates.dispersion})]


def _same_answer(fitted: Generalised, name: str) -> list[Finding]:
    if fitted.rows.family is Family.GAMMA:
        return []
    nothing, everything = endless(fitted, name)
    yes_no = fitted.rows.family is Family.BINOMIAL
    same = nothing | everything if yes_no else nothing
    if not same.any():
        return []
    k, count = int(same.sum()), len(same)
    levels = [level for level, one in zip(fitted.rows.levels[name], same.tolist(), strict=True) if one]
    told = "only yes or only no" if yes_no else "nothing counted"
    each = float(cases(fitted, name)[same].mean())
    message = (
        f"{k:,} of {count:,} values of '{name}' {'has' if k == 1 else 'have'} {told} ({listed(levels, 3)}; "
        f"{each:.3g} {'cases' if yes_no else 'rows'} on average)."
    )
    advice = (
        "Their own rate says 0 % or 100 % and is no estimate; the model draws them toward the others."
        if yes_no
        else "Their own rate says 0 and is no estimate; the model draws them toward the others."
    )
    expected = _expected_alike(fitted, name)
    numbers = {"groups": float(k), "expected": expected}
    if expected >= k / 2.0:  # where groups have few cases, many of them say the same by chance
        return [Finding("same_answer", Status.GOOD, message, advice, numbers)]
    return [Finding("same_answer", Status.LOOK, message, advice, numbers)]


def _expected_alike(fitted: Generalised, name: str) -> float:
    """How many groups would say the same in all their rows, by chance at their own probabilities."""
    rows = fitted.rows
    mu, each = mean(rows.link, fitted.eta), rows.cases
    chances = [-mu]
    if rows.family is Family.BINOMIAL:
        chances = [np.log1p(-np.minimum(mu, 1 - 1e-15)), np.log(np.maximum(mu, 1e-300))]
    elif rows.family is Family.NEGATIVE_BINOMIAL:
        chances = [-fitted.estimates.dispersion * np.log1p(mu / fitted.estimates.dispersion)]
    codes, count = rows.codes[name], len(rows.levels[name])
    return float(
        sum(np.exp(np.bincount(codes, weights=each * one, minlength=count)).sum() for one in chances)
    )


def _approximate(fitted: Generalised) -> list[Finding]:
    """Laplace's approximation with few yes/no cases a group (Breslow, Lin 1995; Pinheiro, Chao 2006)."""
    rows, found = fitted.rows, fitted.estimates
    if rows.family is not Family.BINOMIAL or found.points > 1 or not rows.random:
        return []
    for name in rows.random:
        each = float(cases(fitted, name).mean())
        if each >= FEW:
            continue
        able = glmm_package.available() and glmm_package.fits_quadrature(rows)
        advice = (
            "Fit by quadrature, which integrates over the groups more exactly."
            if able
            else "The Bayesian fit needs no such approximation."
        )
        message = (
            f"With {each:.1f} cases a value of '{name}' on average, Laplace's approximation makes the "
            "differences between them look smaller than they are."
        )
        return [Finding("approximation", Status.LOOK, message, advice, {"cases": each})]
    return []
