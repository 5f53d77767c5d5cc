"""Findings about what a generalised fit leaves over: shape, spread, bends, zeros and rows far out."""

import numpy as np

from core.design.coding import Array
from core.design.layout import INTERCEPT
from core.finding import Finding, Status
from core.fit.family import mean, variance
from core.result.bell import IN_A_BELL, bell
from core.result.bends import Bend, bend
from core.result.fit import Fit
from core.result.homogeneity import spread_along_fitted, spread_between
from core.result.quantile_residuals import Quantiles
from core.spec.model import Family
from core.table.shown import rows_listed
from core.table.table import Table

# Chance alone passes this once in a hundred panels; beside it the size must matter.
SURE = 0.01
# Ratios of spread, distance of a chance from what it should be, SDs of a bend that change what a reader does.
MATTERS, APART, OPEN, OFF, BENT = 1.5, 1.25, 1.5, 0.05, 0.5
TAILS, LEAN, NOISE = 4.0, 1.0, 0.8
# Zeros beyond those expected: times as many, and share of the rows.
TIMES, SHARE = 1.2, 0.02
FEW_ROWS = 50
ROOM = "The kind 'negative binomial' has room for counts that vary more."


def review_quantiles(found: Quantiles, fit: Fit, table: Table) -> list[Finding]:
    """Returns what quantile residuals say of a generalised fit; of a bare yes or no only whether it bends."""
    bends = _bends(found, fit)
    if yes_no(found):
        return bends
    return [
        *bends,
        _shape(found),
        *_zeros(found),
        _along(found),
        *(_between(found, name) for name in found.rows.random),
        *_far(found, table),
    ]


def yes_no(found: Quantiles) -> bool:
    """Returns whether outcomes are a bare yes or no, of which residuals have no shape."""
    return found.rows.family is Family.BINOMIAL and bool((found.rows.trials == 1.0).all())


def _bends(found: Quantiles, fit: Fit) -> list[Finding]:
    """Bends along predictors; where there is none, along the expected values."""
    topic, residuals = "bend", scaled(found)
    products = {name for name, _ in fit.linear.moments.layout.products}
    names = [name for name in found.rows.fixed if name != INTERCEPT and name not in products]
    along: dict[str, Bend | None] = {
        name: bend(found.rows.x[:, found.rows.fixed.index(name)], residuals) for name in names
    }
    told = {name: one for name, one in along.items() if one is not None}
    sure = SURE / max(len(told), 1)
    bent = {name: one for name, one in told.items() if one.p_value < sure and abs(one.size) > BENT}
    if bent:
        name, worst = max(bent.items(), key=lambda item: abs(item[1].size))
        return [Finding(topic, Status.LOOK, _says(name, worst), _cure(bent), _numbers(worst), name)]
    whole = bend(found.eta, residuals)
    if whole is None:
        message = f"{found.rows.n:,} rows are too few, or expected values too alike, to see a bend."
        return [Finding(topic, Status.UNKNOWN, message)]
    if whole.p_value < SURE and abs(whole.size) > BENT:
        ends, middle = ("above", "below") if whole.size > 0 else ("below", "above")
        message = (
            f"What is left bends along the expected values: smallest and largest lie {ends} what the model "
            f"expects, those between {middle} it ({abs(whole.size):.1f} standard deviations apart)."
        )
        advice = "A predictor's effect may bend, or two may act together: try a transform or a product."
        return [Finding(topic, Status.LOOK, message, advice, _numbers(whole))]
    seen = "any predictor or the expected values" if told else "the expected values"
    return [Finding(topic, Status.GOOD, f"No bend along {seen} that matters.", "", _numbers(whole))]


def _says(name: str, worst: Bend) -> str:
    ends, middle = ("more", "less") if worst.size > 0 else ("less", "more")
    return (
        f"The effect of '{name}' bends: where it is lowest and highest there is {ends} than the model "
        f"expects, between them {middle} ({abs(worst.size):.1f} standard deviations apart)."
    )


def _cure(bent: dict[str, Bend]) -> str:
    others = [f"'{name}'" for name in bent][1:]
    more = f" The same is seen along {', '.join(others[:3])}." if others else ""
    return f"Try its logarithm or square root, or add its square.{more}"


def _numbers(one: Bend) -> dict[str, float]:
    return {"size": one.size, "p_value": one.p_value}


def scaled(found: Quantiles) -> Array:
    """Returns residuals (n,) of mean 0 and SD 1 under the model: of a bare yes or no Pearson's."""
    if not yes_no(found):
        return found.residuals.standardised
    mu = mean(found.rows.link, found.eta)
    each = np.maximum(variance(Family.BINOMIAL, mu, 1.0), 1e-12)
    return np.asarray(found.residuals.residual / np.sqrt(each))


def furthest_off(values: Array) -> float:
    """Returns how far a chance that the model gives is off at worst: Kolmogorov's distance of quantile
    residuals (n,) from a standard bell curve.
    """
    from scipy import special

    chance, n = np.sort(special.ndtr(values)), len(values)
    place = np.arange(n)
    return float(max((chance - place / n).max(), ((place + 1) / n - chance).max()))


def _shape(found: Quantiles) -> Finding:
    from scipy import special

    topic, values = "residual_shape", found.residuals.standardised
    shape, n = bell(values), found.rows.n
    if shape.p_value is None or n < FEW_ROWS:
        message = f"{n:,} rows are too few to tell whether outcomes are distributed as the model has it."
        return Finding(topic, Status.UNKNOWN, message)
    # Draws by Laplace's approximation lie a twentieth of an SD off, all to one side, where groups are small.
    off = furthest_off(values - values.mean())
    # One test knows no spread, the other little of tails; each takes part of the error.
    p_value = min(2.0 * min(shape.p_value, float(special.kolmogorov(off * np.sqrt(n)))), 1.0)
    numbers = {"beyond": float(shape.beyond), "skew": shape.skew, "p_value": p_value, "off": off}
    share = (f"1 in {n / shape.beyond:,.0f} rows lies" if shape.beyond else "no row lies") + (
        " beyond 3 standard deviations, 1 in 370 should"
    )
    chance = float(special.gammainc(shape.beyond, IN_A_BELL * n)) if shape.beyond else 1.0
    heavy = chance < SURE / 2 and shape.beyond > TAILS * IN_A_BELL * n
    leans = abs(shape.skew) > LEAN
    # Of few rows chance alone puts some share that far off.
    if heavy or (p_value < SURE and (leans or off > max(OFF, NOISE / np.sqrt(n)))):
        lean = f" They lean to the {'high' if shape.skew > 0 else 'low'} side." if leans else ""
        message = (
            f"Outcomes are not distributed as the model has it: {share}, and chances it gives are off by up "
            f"to {100 * off:.0f} points.{lean}"
        )
        advice = (
            "Averages bear this with many rows; their intervals and ranges for single rows do not. "
            + _otherwise(found)
        )
        return Finding(topic, Status.LOOK, message, advice, numbers)
    message = f"Outcomes are distributed much as the model has it: {share}."
    return Finding(topic, Status.GOOD, message, "", numbers)


def _otherwise(found: Quantiles) -> str:
    match found.rows.family:
        case Family.POISSON:
            return ROOM
        case Family.GAMMA:
            return "Check the rows furthest out, or model the logarithm as an amount around an average."
        case Family.BINOMIAL:
            return "Add what tells these rows apart."
    return "Check the rows furthest out."


def _zeros(found: Quantiles) -> list[Finding]:
    """More or fewer zeros among counts than the draw's means make; rows are independent given those."""
    from scipy import special

    rows, topic = found.rows, "zeros"
    if rows.family not in (Family.POISSON, Family.NEGATIVE_BINOMIAL):
        return []
    mu = mean(rows.link, found.eta)
    shape = found.dispersion
    none = np.exp(-mu) if rows.family is Family.POISSON else np.exp(-shape * np.log1p(mu / shape))
    seen, expected = float((rows.y == 0.0).sum()), float(none.sum())
    error = float(np.sqrt((none * (1.0 - none)).sum()))
    if max(seen, expected) < 1.0 or error == 0.0:
        return []
    p = float(2.0 * special.ndtr(-max(abs(seen - expected) - 0.5, 0.0) / error))
    numbers = {"zeros": seen, "expected": expected, "p_value": p}
    more = seen > expected
    ratio = max(seen, expected) / max(min(seen, expected), 1.0)
    if p < SURE and ratio > TIMES and abs(seen - expected) > max(SHARE * rows.n, 3.0):
        message = f"{seen:,.0f} of {rows.n:,} rows are zero where the model expects {expected:,.0f}."
        advice = (
            "Where some rows can be nothing but zero (closed, not on sale), leave them out or model them "
            "apart."
            if more
            else "Rows with nothing may be missing from the table; ask whether zeros were kept."
        )
        room = f" {ROOM}" if more and rows.family is Family.POISSON else ""
        return [Finding(topic, Status.LOOK, message, advice + room, numbers)]
    message = f"{seen:,.0f} rows are zero; the model expects {expected:,.0f}."
    return [Finding(topic, Status.GOOD, message, "", numbers)]


def _along(found: Quantiles) -> Finding:
    topic, trend = "spread_along_fitted", spread_along_fitted(found.residuals)
    if trend is None:
        message = f"{found.rows.n:,} rows are too few to tell whether large values scatter as they should."
        return Finding(topic, Status.UNKNOWN, message)
    numbers = {"ratio": trend.ratio, "p_value": trend.p_value}
    if trend.p_value < SURE and not 1 / MATTERS < trend.ratio < MATTERS:
        way, times = ("more", trend.ratio) if trend.ratio > 1 else ("less", 1 / trend.ratio)
        message = (
            f"Held against what the model has it, rows with large expected values scatter {times:.1f} times "
            f"{way} than rows with small ones (highest against lowest fifth)."
        )
        narrow, wide = ("large", "small") if trend.ratio > 1 else ("small", "large")
        advice = f"Ranges are too narrow where values are {narrow} and too wide where they are {wide}."
        return Finding(topic, Status.LOOK, message, advice, numbers)
    if trend.high > 2.0 or trend.low < 0.5:
        message = (
            "Whether large values scatter as they should beside small ones is open: "
            f"{trend.low:.1f} to {trend.high:.1f} times."
        )
        return Finding(topic, Status.UNKNOWN, message, "", numbers)
    message = f"Large and small values scatter as the model has it (ratio {trend.ratio:.2f})."
    return Finding(topic, Status.GOOD, message, "", numbers)


def _between(found: Quantiles, name: str) -> Finding:
    topic, spread = "spread_between_groups", spread_between(found.residuals, name)
    told = spread.table.dropna(subset="sd").sort_values("sd")
    if spread.p_value is None or float(told["df"].sum()) < FEW_ROWS:
        message = f"There are too few rows in each value of '{name}' to tell whether they scatter alike."
        return Finding(topic, Status.UNKNOWN, message, about=name)
    numbers = {"typical": spread.typical, "p_value": spread.p_value}
    if spread.p_value < SURE and spread.typical > APART:
        quiet, loud = told.iloc[0], told.iloc[-1]
        message = (
            f"Values of '{name}' differ in how much their rows scatter: typically by a factor of "
            f"{spread.typical:.1f}, from {quiet['sd']:.2g} ('{told.index[0]}') to {loud['sd']:.2g} times "
            f"('{told.index[-1]}') what the model has it."
        )
        advice = (
            "Intervals of the restless ones are too narrow, those of the quiet ones too wide. Look for what "
            "the restless ones share."
        )
        return Finding(topic, Status.LOOK, message, advice, numbers, about=name)
    if spread.high > OPEN:
        message = (
            f"Whether rows scatter alike in the values of '{name}' is open: typical differences up to a "
            f"factor of {spread.high:.1f} would not show."
        )
        return Finding(topic, Status.UNKNOWN, message, "", numbers, about=name)
    message = f"Rows scatter much alike in every value of '{name}'."
    return Finding(topic, Status.GOOD, message, "", numbers, about=name)


def _far(found: Quantiles, table: Table) -> list[Finding]:
    """Rows so far out that a whole panel of a right model has one in twenty (Bonferroni)."""
    from scipy import special

    left, rows = found.residuals, found.rows
    size = np.abs(left.standardised)
    at = np.flatnonzero(size > max(4.0, float(special.ndtri(1 - 0.025 / rows.n))))
    if not len(at):
        return []
    worst = at[np.argsort(-size[at])]
    places = [table.reading.row(int(left.rows[k])) for k in worst[:5]]
    first = worst[0]
    said = f"{rows.y[first]:,.6g} where about {left.fitted[first] * rows.trials[first]:,.2g} is expected"
    also = f", then {rows_listed(places[1:], len(at) - 1)}" if len(at) > 1 else ""
    lie = "row lies" if len(at) == 1 else "rows lie"
    return [
        Finding(
            "outlying_rows",
            Status.LOOK,
            f"{len(at):,} {lie} further from what the model expects than chance takes any: row "
            f"{places[0]:,} ({said}){also}.",
            "Check them at the source. If they are right, see whether the answer stays without them.",
            {
                "rows": float(len(at)),
                "row": float(places[0]),
                "standardised": float(left.standardised[first]),
            },
        )
    ]
