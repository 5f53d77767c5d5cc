"""What Quality says of residuals of yes/no, counts and amounts, in SDs of what chance does. Names escaped."""

from collections.abc import Sequence

from core.finding import Finding, Status
from core.result.pictures import outside
from dashboard import wording
from dashboard.headlines import Headline
from dashboard.left_over import IN_A_BELL, LeftOver
from dashboard.numbers import number
from dashboard.quality_words import BENT, bends
from dashboard.safe import markdown

SHAPES = {
    "poisson": "counts of this kind",
    "negative_binomial": "counts of this kind",
    "gamma": "amounts of this kind",
    "binomial": "successes of so many trials",
}


def residuals(left: LeftOver) -> Headline:
    """Returns the title of residuals against expected values, and what is drawn."""
    drawn = wording.QUANTILES_DRAWN
    if len(left.bins) <= 3:
        return "Too few rows to see a bend", drawn
    worst = left.bins.loc[left.bins["middle"].abs().idxmax()]
    off = number(abs(float(worst["middle"])), 0.2)
    if not bends(left):
        return f"No bend that matters: the middle stays within ± {off} SDs", drawn
    way = "low" if worst["middle"] > 0 else "high"
    at = number(float(worst["x"]))
    return f"Expected values around {at} are too {way}, by {off} SDs of a single row", drawn


def shape(left: LeftOver, found: Sequence[Finding], family: str) -> Headline:
    """Returns the title of the quantile plot, and what is drawn; `found` is what core found in residuals."""
    share = f"1 in {left.rows / left.far:,.0f} rows lies" if left.far else "no row lies"
    drawn = (
        f"{share} beyond 3 SDs, {SHAPES[family]} have 1 in {1 / IN_A_BELL:,.0f}; band: where points of a "
        "right model stay, 95 % each"
    )
    status = next((one.status for one in found if one.topic == "residual_shape"), Status.UNKNOWN)
    if status is Status.UNKNOWN or left.quantiles.empty:
        return "Too few rows to judge how outcomes are distributed", drawn
    if status is Status.LOOK:
        return "Outcomes are not distributed as the model has it", drawn
    if outside(left.quantiles) > BENT:
        return (
            "Outcomes are distributed nearly as the model has it: results can bear the rest",
            drawn,
        )
    return "Outcomes are distributed as the model has it", drawn


def headline(
    found: Sequence[Finding], *, bare: bool, drawn: bool = False, saturated: bool = False
) -> Headline:
    """Returns the page's headline of yes/no, counts and amounts, and what it rests on.

    `found` is what core found of the fit and in what it leaves over. Of a `bare` yes or no residuals have no
    shape. `drawn` says that the fit is a posterior, `saturated` that the model has as many terms as its
    predictors have combinations.
    """
    stops = [finding for finding in found if finding.status is Status.STOP]
    if stops:
        return "Do not use this model yet.", markdown(stops[0].message, 400)
    looks = [finding for finding in found if finding.status is Status.LOOK]
    if not looks and saturated:
        return (
            "The rows cannot speak against this model.",
            "It has as many terms as its predictors have combinations, so it repeats each one's average: "
            "held against these rows it cannot miss.",
        )
    if not looks:
        shapes = "what the outcome allows" if bare else "how outcomes are distributed around what is expected"
        looked = f"Looked at: the {'draws' if drawn else 'search'}, the groups, bends along predictors, and"
        return "Nothing here forbids using this model.", f"{looked} {shapes}."
    count = "One thing is" if len(looks) == 1 else f"{len(looks)} things are"
    return f"{count} worth a look before you trust this model.", markdown(looks[0].message, 400)
