"""How far predictors that move together inflate each other's standard errors."""

from dataclasses import replace
from itertools import combinations
from math import prod

import numpy as np
import pandas as pd

from core.design.coding import Array, column_labels, label
from core.design.layout import INTERCEPT, coded_parts
from core.errors import listed
from core.finding import Finding, Status
from core.fit.along import Along
from core.result.fit import Fit
from core.result.held import averages

HIGH, VERY_HIGH = 5.0, 10.0


def vif(fit: Fit, *, at_average: bool = True) -> pd.DataFrame:
    """Returns the variance inflation of each predictor: index term; vif, columns, error_times.

    How many times larger the variance of a term's effects is than if it moved apart from the others:
    det R_own det R_others / det R, R the correlation of the fixed effects (Fox, Monette 1992, JASA 87), for
    terms of several columns to the power 1 / columns, so that 5 means the same for all. `error_times`, its
    square root, is what it does to a standard error. With `at_average` predictors are first centred inside
    interactions (and where one is another's square): x and x:w are then compared where w is average, not
    where it is 0. That changes no model, only where its effects are read. Empty with fewer than two.
    """
    linear = fit.linear.lead
    fixed = linear.problem.fixed
    turn = _at_average(linear) if at_average else np.eye(len(fixed))
    covariance = turn @ linear.fixed_covariance @ turn.T
    terms = _terms(fit)
    if len(terms) < 2:
        return _table({})
    used = [place for places in terms.values() for place in places]
    part = covariance[np.ix_(used, used)]
    sd = np.sqrt(np.diag(part))
    r = part / np.outer(sd, sd)
    place = {column: k for k, column in enumerate(used)}
    whole = np.linalg.slogdet(r)[1]
    found = {}
    for name, columns in terms.items():
        own = [place[column] for column in columns]
        others = [k for k in range(len(used)) if k not in own]
        logs = [np.linalg.slogdet(r[np.ix_(at, at)])[1] for at in (own, others)]
        found[name] = (float(np.exp((sum(logs) - whole) / len(own))), len(own))
    return _table(found)


def _table(found: dict[str, tuple[float, int]]) -> pd.DataFrame:
    values = np.array([value for value, _ in found.values()], dtype=np.float64)
    return pd.DataFrame(
        {"vif": values, "columns": [count for _, count in found.values()], "error_times": np.sqrt(values)},
        index=pd.Index(list(found), name="term", dtype="str"),
    )


def review_vif(fit: Fit) -> list[Finding]:
    """Returns a finding for each predictor that others inflate, or one that none is."""
    table = vif(fit)
    if table.empty:
        return []
    high = table[table["vif"] > HIGH].sort_values("vif", ascending=False)
    if high.empty:
        worst = float(table["vif"].max())
        message = f"Predictors move apart enough: no variance is inflated more than {worst:.1f} times."
        return [Finding("vif", Status.GOOD, message, "", {"vif": worst})]
    others = {name: _together(fit, str(name)) for name in high.index}
    return [
        Finding(
            "vif",
            Status.LOOK,
            f"'{name}' moves {'almost in step' if row['vif'] > VERY_HIGH else 'together'} with "
            f"{others[name] or 'the other predictors'}: its standard error is {row['error_times']:.1f} times "
            f"what it would be if it moved alone (variance inflation {row['vif']:.0f}).",
            "Their effects can hardly be told apart; their sum can. Keep one of them, or vary them apart.",
            {"vif": float(row["vif"])},
        )
        for name, row in high.iterrows()
    ]


def _together(fit: Fit, name: str) -> str:
    """The predictors whose effects go with a term's by more than 0.5, as text."""
    linear, terms = fit.linear.lead, _terms(fit)
    turn = _at_average(linear)
    covariance = turn @ linear.fixed_covariance @ turn.T
    sd = np.sqrt(np.diag(covariance))
    r = np.abs(covariance / np.outer(sd, sd))
    close = [one for one in terms if one != name and r[np.ix_(terms[name], terms[one])].max() > 0.5]
    return listed([f"'{one}'" for one in close], 3)


def _terms(fit: Fit) -> dict[str, list[int]]:
    """The places of each term's columns among the fixed effects, as the formula names terms."""
    linear = fit.linear.lead
    fixed = linear.problem.fixed
    codings = {coding.variable: coding for coding in linear.moments.layout.codings}
    spec = replace(fit.spec, random=())
    found: dict[str, list[int]] = {}
    for interaction, full in coded_parts(spec, codings):
        columns = column_labels(interaction, codings, full)
        found[":".join(map(label, interaction))] = [fixed.index(c) for c in columns if c in fixed]
    return {name: places for name, places in found.items() if places}


def _at_average(linear: Along) -> Array:
    """C (p, p): the effects of centred predictors and their products are C b.

    (a - A)(b - B) = ab - B a - A b + AB, so the effect of ab adds B times itself to that of a. Left alone
    where a part of a product has no effect of its own, or nothing takes up the constant.
    """
    fixed = linear.problem.fixed
    turn = np.eye(len(fixed))
    if INTERCEPT not in fixed:
        return turn
    products = dict(linear.moments.layout.products)
    for j, name in enumerate(fixed):
        parts = products.get(name, ())
        smaller = [s for size in range(1, len(parts)) for s in combinations(parts, size)]
        places = [_place(fixed, products, s) for s in smaller]
        if None in places:
            continue
        for held, place in zip(smaller, places, strict=True):
            others = tuple(one for one in parts if one not in held)
            turn[place, j] = prod(averages(linear, others).tolist())
    for square, plain in _squares(linear):
        turn[plain, square] = 2.0 * float(averages(linear, (fixed[plain],))[0])
    return turn


def _place(
    fixed: tuple[str, ...], products: dict[str, tuple[str, ...]], parts: tuple[str, ...]
) -> int | None:
    """The place of the fixed column that is the product of some parts."""
    for k, name in enumerate(fixed):
        if set(products.get(name, (name,))) == set(parts):
            return k
    return None


def _squares(linear: Along) -> list[tuple[int, int]]:
    """Pairs (square, plain) of fixed columns: one is the other's square when its mean is that of the squares.

    Told from the means alone, to a ten-thousandth of the spread: figures rounded in the file still pass.
    """
    columns, fixed = linear.moments.columns, linear.problem.fixed
    products = dict(linear.moments.layout.products)
    plain = [k for k, name in enumerate(fixed) if name != INTERCEPT and name not in products]
    at = {k: columns.index(fixed[k]) for k in plain}
    found = []
    for k in plain:
        square = columns.centre[at[k]] ** 2 + columns.scale[at[k]] ** 2
        like = [j for j in plain if abs(columns.centre[at[j]] - square) < 1e-4 * columns.scale[at[j]]]
        if k not in like:  # a column of 0 and 1 is its own square
            found += [(j, k) for j in like]
    return found
