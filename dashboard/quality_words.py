"""What the Quality page says: its headline and its titles, from what was found. Names leave escaped."""

from collections.abc import Sequence
from statistics import NormalDist

import pandas as pd

from core.finding import Finding, Status
from core.result.pictures import outside
from core.result.review_residuals import FEW_GROUPS
from dashboard.headlines import Headline, named
from dashboard.left_over import FAR, IN_A_BELL, LeftOver
from dashboard.nouns import Noun
from dashboard.numbers import number, percent
from dashboard.safe import markdown

TAILS, FEW_FAR = 4.0, 5  # times as many far rows as a bell curve has, and how many at least, to matter
BEND = 0.5  # of the residual SD: a bend of the middle that results would feel
ALIKE = 0.05  # share between groups from which errors of plain regression mislead
SURE = 3.2  # errors beyond which not one of twenty middles lies by chance
BENT = 0.2  # share of quantile points outside their band from which a shape is no bell
WIDE = 1.5  # times the usual spread: where a group's intervals are clearly too narrow


SHORT = {
    "spread_along_fitted": "large and small values scatter differently",
    "spread_between_groups": "groups differ in how much their rows scatter",
    "residual_shape": "too many rows lie far out",
    "outlying_rows": "single rows lie very far out",
    "carried_over": "what is missed carries over in time",
    "vif": "some predictors move together",
    "group_shape": "group differences are not shaped like a bell curve",
}


def headline(
    found: Sequence[Finding],
    left: LeftOver,
    carried: str = "",
    left_out: bool = False,
    related: str = "",
    drawn: bool = False,
) -> Headline:
    """Returns the page's headline and what it rests on.

    `found` is what core found of the fit and in what it leaves over, `carried` says, if so, that few groups
    carry the result; `left_out` that each was left out to see; `related` that rows are alike which the model
    takes for unrelated; `drawn` that the fit is a posterior, found by no search.
    """
    stops = [finding for finding in found if finding.status is Status.STOP]
    if stops:
        return "Do not use this model yet.", markdown(stops[0].message, 400)
    looks = {finding.topic for finding in found if finding.status is Status.LOOK}
    reasons = [one for one in (related, carried) if one]
    reasons += ["what is left bends along the fitted values"] if bends(left) else []
    reasons += [short for topic, short in SHORT.items() if topic in looks]
    looked = f"Looked at: the {'draws' if drawn else 'search'}, what the model leaves over" + (
        ", predictors that move together, and whether single groups carry the result."
        if left_out
        else ", and predictors that move together."
    )
    if not reasons:
        return "Nothing here forbids using this model.", looked
    said = f"{'; '.join(reasons[:3])}{f'; and {len(reasons) - 3} more' if len(reasons) > 3 else ''}."
    return said[:1].upper() + said[1:], "Use the model with that in mind."


def alike(share: float, noun: Noun) -> str:
    """Returns that a model without groups takes alike rows for unrelated; empty where they are not alike."""
    if share < ALIKE:
        return ""
    return (
        f"the model takes all rows for unrelated, yet {percent(share)} of what it leaves lies between "
        f"{noun.many}: it is surer than it may be"
    )


def heavy_tails(left: LeftOver) -> bool:
    """Returns whether so many rows lie far out that few rows weigh much."""
    return left.far >= FEW_FAR and left.tails > TAILS


def bends(left: LeftOver) -> bool:
    """Returns whether the middle of the residuals leaves zero by more than results can ignore."""
    return len(left.bins) > 3 and bool((_bend(left) & _sure(left)).any())


def _bend(left: LeftOver) -> pd.Series:
    return left.bins["middle"].abs() > BEND * left.sigma


def _sure(left: LeftOver) -> pd.Series:
    """Which middles chance would hardly put so far: the error of a median is 1.25 times that of a mean."""
    return left.bins["middle"].abs() > SURE * 1.25 * left.sigma / left.bins["n"] ** 0.5


def residuals(left: LeftOver, outcome: str) -> Headline:
    """Returns the title of residuals against fitted values, and what is drawn."""
    drawn = (
        "dots: rows; line: the mean of equal parts of them, band: its 95 % interval; dashed: zero"
        if left.yes_no
        else "dots: rows; line: the middle of equal parts of them, band: their middle half; dashed: zero"
    )
    if len(left.bins) <= 3:
        return "Too few rows to see a bend", drawn
    worst = left.bins.loc[left.bins["middle"].abs().idxmax()]
    off = number(abs(float(worst["middle"])), left.sigma / 8)
    if not bends(left) and _bend(left).any():
        return "Too few rows to see a bend", drawn
    if not bends(left):
        what = "mean" if left.yes_no else "middle"
        return f"No bend that matters: the {what} stays within ± {off} {markdown(outcome, 40)}", drawn
    way = "low" if worst["middle"] > 0 else "high"
    at = number(float(worst["x"]), left.sigma / 4)
    return f"Expected values around {at} are {off} {markdown(outcome, 40)} too {way}", drawn


def tails(left: LeftOver) -> Headline:
    """Returns the title of the quantile plot of residuals, and what is drawn."""
    bell = f"a bell curve has 1 in {1 / IN_A_BELL:,.0f}"
    share = f"1 in {left.rows / left.far:,.0f} rows lies" if left.far else "no row lies"
    drawn = f"{share} beyond {FAR:.0f} SDs, {bell}; band: where a bell curve's points stay, 95 % each"
    if left.quantiles.empty:
        return "Too few rows to judge the shape of what is left", drawn
    if left.yes_no:
        return "No bell curve to expect: a yes or no is missed in two ways only", drawn
    if heavy_tails(left):
        return f"Heavy tails: {left.tails:.0f} times as many rows far out as in a bell curve", drawn
    if outside(left.quantiles) > BENT:
        return "Not quite a bell curve, but no more rows far out than results can bear", drawn
    return "What is left has the shape of a bell curve", drawn


def spread(table: pd.DataFrame, sigma: float, noun: Noun, width: str, weighted: bool = False) -> Headline:
    """Returns the title of spread by group, and what is drawn, with intervals of that `width`.

    `table` has two groups or more. Of `weighted` rows at the average weight.
    """
    drawn = (
        f"residual SD of each {noun.one} with {width} interval, widest first; dashed: of all rows; orange: "
        f"clearly off it{'; at the average weight' if weighted else ''}"
    )
    wide = wide_groups(table, sigma)
    first, last = table.index[0], table.index[-1]
    ends = ", ".join(
        f"{named(level, noun)} {word} (± {number(float(table.loc[level, 'sd']), sigma / 8)})"
        for level, word in ((first, "most"), (last, "least"))
    )
    if not wide:
        return f"Rows scatter much alike: those of {ends}", drawn
    count = "One" if len(wide) == 1 else f"{len(wide)}"
    many = noun.one if len(wide) == 1 else noun.many
    return (
        f"{count} {many} {'scatters' if len(wide) == 1 else 'scatter'} far more than the rest: {ends}",
        drawn,
    )


def few_to_compare(noun: Noun) -> str:
    """Returns why no spread by group is drawn: fewer than two of them have rows enough for one."""
    return f"Too few rows in each {noun.one} to compare how far they scatter"


def wide_groups(table: pd.DataFrame, sigma: float) -> list[str]:
    """Returns the groups whose rows surely scatter more than all, by so much that it matters.

    Surely: so many errors above that not one in twenty tables would have any such group by chance.
    """
    if table.empty:
        return []
    sure = NormalDist().inv_cdf(1 - 0.05 / len(table))
    found = table[(table["above"] > sure) & (table["sd"] > WIDE * sigma)]
    return [str(level) for level in found.index]


def few(count: int, noun: Noun) -> str:
    """Returns that so few groups have no shape to speak of."""
    return f"{noun.count(count)} {'says' if count == 1 else 'say'} nothing of the shape of their differences"


def effects(
    points: pd.DataFrame, largest: object, size: float, what: str, noun: Noun, count: int
) -> Headline:
    """Returns the title of the quantile plot of group effects, and what is drawn.

    `largest` is the group furthest out, `size` how far, in SDs; `what` is what differs, in words; `count` how
    many groups there are: of thousands one is far out by chance alone.
    """
    drawn = f"each dot {noun.a_one}: its {markdown(what, 40)} against a bell curve, in SDs; band: 95 % each"
    far = max(FAR, NormalDist().inv_cdf(1 - 0.025 / max(count, 1)))
    if count < FEW_GROUPS and abs(size) < far:
        return few(count, noun), drawn
    away = outside(points)
    if away <= BENT and abs(size) < far:
        return f"{noun.title} differ in {markdown(what, 40)} as a bell curve would have it", drawn
    if abs(size) >= far:
        return f"{named(largest, noun)} stands {number(abs(size), 0.2)} SDs from the other {noun.many}", drawn
    return (
        f"{noun.title} do not differ in {markdown(what, 40)} like a bell curve; single ones may be off",
        drawn,
    )
