"""Simpson's paradox: a predictor that goes with more over all rows together and with less within groups."""

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.finding import Finding, Status
from core.fit.along import Along, Fitted
from core.result.effects import table_of_fixed
from core.result.of_rows import rows_behind, without_groups
from core.result.raw import plain_regression
from core.spec.model import Family, Link

# Both figures lie outside their 95 % intervals around zero.
LEVEL, ERRORS = 0.95, 1.96
MOST = 3
WHAT = {
    Family.BINOMIAL: "odds of '{outcome}'",
    Family.POISSON: "a rate of '{outcome}'",
    Family.NEGATIVE_BINOMIAL: "a rate of '{outcome}'",
    Family.GAMMA: "'{outcome}'",
    Family.GAUSSIAN: "'{outcome}'",
}


def review_simpson(fitted: Fitted) -> list[Finding]:
    """Returns one finding for each predictor whose sign over all rows differs from that among like rows.

    Over all rows: the regression with the groups left out. Among like rows: the model's own fixed effect.
    The rule: the 95 % intervals of both exclude zero, on opposite sides (Simpson 1951; Blyth 1972). Terms of
    interactions are left out, whose coefficients hold at one value of the other only. At most MOST findings,
    those furthest apart first. Costs one regression without groups, and nothing where no effect is clear.
    """
    clear = _clear(fitted.lead)
    if not fitted.sides or not clear:
        return []
    pooled = _pooled(fitted)
    effects = table_of_fixed(fitted.lead, fitted.lead.problem.fixed, np.eye(fitted.lead.problem.p), LEVEL)
    ends = zip(effects["estimate"].tolist(), effects["low"].tolist(), effects["high"].tolist(), strict=True)
    within = dict(zip(effects.index, ends, strict=True))
    found = []
    for term in clear:
        (own, low, high), (other, error) = within[term], pooled[term]
        if not low <= 0.0 <= high and own * other < 0 and abs(other) > ERRORS * error > 0:
            found.append((abs(own - other) / error, _finding(fitted, term, other, own)))
    return [finding for _, finding in sorted(found, key=lambda pair: -pair[0])[:MOST]]


def _clear(linear: Along) -> list[str]:
    """Returns the terms outside products whose effect lies beyond its error."""
    products = dict(linear.moments.layout.products)
    bent = {part for parts in products.values() for part in parts} | set(products)
    error = np.sqrt(np.maximum(np.diag(linear.fixed_covariance), 0.0))
    return [
        name
        for name, estimate, one in zip(linear.problem.fixed, linear.fixed, error, strict=True)
        if name != INTERCEPT and name not in bent and abs(estimate) > ERRORS * one > 0
    ]


def _pooled(fitted: Fitted) -> dict[str, tuple[float, float]]:
    """Estimate and standard error of each term with the groups left out."""
    if behind := rows_behind(fitted):
        alone = without_groups(behind[1])
        error: Array = np.sqrt(np.maximum(np.diag(alone.covariance), 0.0))
        pairs = zip(alone.fixed.tolist(), error.tolist(), strict=True)
        return dict(zip(behind[1].fixed, pairs, strict=True))
    table = plain_regression(fitted.lead, LEVEL)
    pairs = zip(table["estimate"].tolist(), table["std_error"].tolist(), strict=True)
    return dict(zip(table.index, pairs, strict=True))


def _finding(fitted: Fitted, term: str, pooled: float, within: float) -> Finding:
    behind = rows_behind(fitted)
    family, link = (behind[1].family, behind[1].link) if behind else (Family.GAUSSIAN, Link.IDENTITY)
    outcome = fitted.lead.moments.layout.outcome
    kind = "a probability of '{outcome}'" if link is Link.PROBIT else WHAT[family]
    groups = " and ".join(f"'{name}'" for name in fitted.sides)
    first, second = ("higher", "lower") if pooled > 0 else ("lower", "higher")
    return Finding(
        "simpson",
        Status.LOOK,
        f"'{term}' goes with {_with(kind, first, outcome)} over all rows together "
        f"({_written(pooled, link)}), and with {_with(kind, second, outcome)} among rows of the same "
        f"{groups} ({_written(within, link)}): Simpson's paradox.",
        f"Act on the second figure, which compares like with like, unless '{term}' itself decides which of "
        f"{groups} a row belongs to.",
        {"pooled": pooled, "within": within},
        term,
    )


def _with(kind: str, way: str, outcome: str) -> str:
    """ "a higher rate of 'y'", "lower odds of 'y'"."""
    start, rest = ("a ", kind[2:]) if kind.startswith("a ") else ("", kind)
    return f"{start}{way} {rest.format(outcome=outcome)}"


def _written(effect: float, link: Link) -> str:
    if link in (Link.LOGIT, Link.LOG):
        return f"× {np.exp(effect):.2f}"
    return f"{effect:+.3g}".replace("-", "\u2212")
