"""Findings about data that a model makes: in what yours are unlike them."""

import pandas as pd

from core.finding import Finding, Status
from core.result.predictive import BELOW_ZERO, LEAST, MEAN, MOST, SD, Predictive

# A quantity this far out among the replicates is told; each is looked at alone.
FAR = 0.01
SAYS = {
    SD: ("Outcomes made by the model vary {way} than yours", "less", "more"),
    LEAST: ("The smallest outcome made by the model lies {way} yours", "below", "above"),
    MOST: ("The largest outcome made by the model lies {way} yours", "below", "above"),
}
ADVICE = {
    SD: "Look at the residuals on this page for what the model misses.",
    LEAST: "Look at the rows furthest out; where outcomes cannot go below a value, try their logarithm.",
    MOST: "Look at the rows furthest out; where large outcomes scatter more, try the logarithm.",
}
YES_NO = (
    "A straight line was fitted to a yes or no, and makes outcomes other than 0 and 1: of what it makes only "
    "rates and their spread between groups compare with yours."
)


def review_predictive(found: Predictive) -> list[Finding]:
    """Returns in what the data differ from what the fitted model makes; of a prior, nothing.

    Of an outcome of 0 and 1 alone only rates are compared: its ends and its spread say nothing of a line.
    """
    if found.kind != "posterior":
        return []
    rows = found.quantities
    if found.yes_no:
        rows = rows[rows.index.str.startswith("between ")]
    told = [finding for name, row in rows.iterrows() if (finding := _finding(found, str(name), row))]
    if found.yes_no:
        return [Finding("predictive", Status.UNKNOWN, YES_NO), *told]
    if told:
        return told
    message = (
        f"Data made by the model look like yours: in {found.n_replicates:,} replicates of "
        f"{found.n_rows:,} rows their spread, ends and differences between groups surround what was observed."
    )
    return [Finding("predictive", Status.GOOD, message, "", {"replicates": float(found.n_replicates)})]


def _finding(found: Predictive, name: str, row: "pd.Series[float]") -> Finding | None:
    numbers = {key: float(row[key]) for key in ("observed", "low", "high", "p")}
    if name == BELOW_ZERO:
        if row["median"] < FAR:
            return None
        message = f"The model expects {row['median']:.1%} of outcomes below zero, where yours has none."
        advice = "Read low predictions as zero, or model the logarithm of the outcome."
        return Finding("predictive", Status.LOOK, message, advice, numbers)
    if FAR <= row["p"] <= 1.0 - FAR or name == MEAN:
        return None
    high = row["p"] > 0.5
    if name in SAYS:
        text, below, above = SAYS[name]
        message, advice = text.format(way=above if high else below), ADVICE[name]
    else:
        by, way = name.removeprefix("between "), "more" if high else "less"
        message = f"Means of '{by}' made by the model differ {way} than yours"
        advice = "Look at the spread of the groups on this page."
    message += (
        f" ({row['low']:.3g} to {row['high']:.3g} in 95 % of replicates; yours is {row['observed']:.3g})."
    )
    return Finding("predictive", Status.LOOK, message, advice, numbers)
