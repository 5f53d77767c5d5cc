"""One variant beside another, in words. Names leave escaped."""

from dataclasses import dataclass

from core.result.ab import AbTest
from core.result.expected import Lift, Range
from core.spec.model import Family
from dashboard.headlines import Headline
from dashboard.nouns import ROW, Noun
from dashboard.numbers import DASH, number, percent, width
from dashboard.safe import markdown

# Groups that say little of groups yet to come.
FEW = 10
# Of errors whose ratio lies between this and its inverse plain regression is called about as sure.
ALIKE = 0.95


@dataclass(frozen=True, slots=True)
class Said:
    """How an experiment is spoken of: outcome, variants and groups raw, whether more of it is better, and
    `doubt`, why nothing the model says is as sure as it reads; empty where it is. `cases` is what its rows
    count, `counted` what a sum of the outcome is called where that is not its name: conversions of
    'converted'.
    """

    outcome: str
    baseline: str
    arm: str
    noun: Noun
    family: Family
    more: bool
    doubt: str = ""
    cases: Noun = ROW
    counted: str = ""

    @property
    def points(self) -> bool:
        """Whether differences are percentage points of a probability."""
        return self.family is Family.BINOMIAL

    @property
    def relative(self) -> bool:
        """Whether differences are ratios, in percent."""
        return self.family not in (Family.BINOMIAL, Family.GAUSSIAN)


def better(found: AbTest, said: Said) -> float:
    """Returns the probability that the arm beats the baseline, in the sense of what is better."""
    sure = found.p_better if said.more else 1.0 - found.p_better
    return min(max(sure, 1.0 / found.n), 1.0 - 1.0 / found.n)  # draws cannot tell more


def verdict(found: AbTest, said: Said) -> Headline:
    """Returns who beats whom, by how much and how sure that is, and what is drawn."""
    arm, baseline = markdown(said.arm, 24), markdown(said.baseline, 24)
    sure, rise = better(found, said), found.new.difference.estimate > 0
    moved = _moved(found.new, said, rise)
    settled = found.new.difference.low > 0 or found.new.difference.high < 0
    if not settled:
        wins = f"it beats {baseline}" if sure >= 0.5 else f"{baseline} beats it"
        title = f"Not settled: {moved} with {arm}; {percent(max(sure, 1 - sure))} sure {wins}"
    elif rise is said.more:
        title = f"{arm} beats {baseline}: {moved}; {percent(sure)} sure"
    else:
        title = f"{arm} loses to {baseline}: {moved}; {percent(1 - sure)} sure"
    if said.doubt:
        title = f"As this model stands, {moved} with {arm} than with {baseline}: no verdict"
    whom = f"for {markdown(said.noun.many, 40)} to come, " if found.grouping else ""
    if 0 < found.groups < FEW:
        whom += f"from {markdown(said.noun.count(found.groups), 40)} alone, so take it as a guide; "
    if said.doubt:
        whom = f"{markdown(said.doubt, 300)} {whom[:1].upper()}{whom[1:]}"
    dots = (
        f"{len(found.chances)} dots, equally likely: blue where {arm} is better, orange where {baseline} is"
    )
    grey = " · grey: plain regression, all rows taken for unrelated" if found.grouping else ""
    return title, f"{whom}{dots} · line: {width(found.level)} interval, hollow: it holds zero{grey}"


def beside_plain(found: AbTest, said: Said) -> Headline:
    """Returns what ignoring that rows of one group are alike would claim, and why that differs.

    The p of a coefficient stands only beside its own interval: not beside points or percent, which are
    averaged over groups to come and may all but touch zero where an effect on the odds is clear; and never of
    a doubted fit.
    """
    ratio, name = found.error_ratio, markdown(said.noun.one, 40)
    claims = _ends(found.plain, said)
    groups = markdown(said.noun.many, 40)
    told = f"it would claim {claims}; with {groups} told apart {_ends(found.new, said)}"
    if said.doubt:
        told += ", as this model stands"
    elif said.family is Family.GAUSSIAN:
        p, plain = _p(found.effect.p_value), _p(found.plain_effect.p_value)
        told = f"it would claim {claims}, {plain}; with {groups} told apart {_ends(found.new, said)}, {p}"
    turned = found.plain.difference.estimate * found.new.difference.estimate < 0
    if turned and not found.plain.difference.low <= 0 <= found.plain.difference.high:
        return "Plain regression points the other way", told
    if ratio < ALIKE:
        whose = "this model's" if said.doubt else "the real one"
        title = f"Plain regression is too sure: its error of the lift is {number(ratio, 0.02)} of {whose}"
        if not found.groups_both:
            return title, f"{told}. {_given(found)} by {name}: rows of one {name} all speak for one variant"
        return title, f"{told}. Rows of one {name} are alike, which it does not know"
    if ratio > 1 / ALIKE:
        times = number(ratio, 0.02)
        title = f"Plain regression is less sure than it could be: its error of the lift is {times} times ours"
        met = f"{found.groups_both:,} of {markdown(said.noun.count(found.groups), 60)} met both"
        return (
            title,
            f"{told}. {met}: compared with itself, {markdown(said.noun.a_one, 40)} differs from no other",
        )
    return "Plain regression is about as sure here", told


def alt(found: AbTest, said: Said) -> str:
    """Returns the chart's text alternative."""
    ends, share = _ends(found.new, said), percent(better(found, said))
    return f"Difference of {said.arm} to {said.baseline}: {ends}; {share} of the dots on the better side"


def axis(said: Said) -> str:
    """Returns the label of the difference."""
    what = f"{said.outcome}, percentage points" if said.points else f"{said.outcome}, a row"
    return f"{said.arm} less {said.baseline}: {what}"


def _given(found: AbTest) -> str:
    return f"{markdown(found.predictor, 40)} was given out"


def _moved(lift: Lift, said: Said, rise: bool) -> str:
    """'converted 1.8 points more often (−0.7 to 4.4)', the interval in the direction that is spoken of."""
    way = ("more often" if rise else "less often") if said.points else "higher" if rise else "lower"
    one, unit = in_units(lift, said)
    found = one if rise else scaled(one, -1.0)
    moved = number(found.estimate, found.std_error)
    return f"{markdown(said.outcome, 40)} {moved}{unit} {way} ({span(found)})"


def span(one: Range) -> str:
    """Returns both ends, rounded alike; one that reads as zero and is not keeps its first digit.

    Where few groups leave the level open a lift may be almost none, and still have a direction.
    """
    wide, ends = (one.high - one.low) / 4, []
    for end in (one.low, one.high):
        said = number(end, wide)
        tells = one.low * one.high > 0 and not any(digit in "123456789" for digit in said)
        ends.append(number(end, abs(end)) if tells else said)
    return " to ".join(ends)


def scaled(one: Range, by: float) -> Range:
    """Returns a quantity in other units, its ends in order."""
    low, high = sorted((by * one.low, by * one.high))
    return Range(by * one.estimate, abs(by) * one.std_error, low, high)


def in_units(lift: Lift, said: Said) -> tuple[Range, str]:
    """Returns what the arm adds as it is spoken of, and its unit: points, percent, or the outcome's own."""
    if said.points:
        return scaled(lift.difference, 100.0), " points"
    return (lift.percent, " %") if said.relative else (lift.difference, "")


def _ends(lift: Lift, said: Said) -> str:
    """'−0.7 to 4.4 points'."""
    one, unit = in_units(lift, said)
    return f"{span(one)}{unit}"


def _p(value: float) -> str:
    if value != value:
        return DASH
    return "p < .001" if value < 0.001 else f"p = {value:.2g}".replace("0.", ".", 1)
