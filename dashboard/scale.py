"""What a generalised model's numbers are called and how they are written: odds, rates, probabilities.

Words leave as the file writes them: not escaped.
"""

import re
from dataclasses import dataclass

from core.result.ratios import MULTIPLY
from core.spec.model import Family, Link, ModelSpec, link_of
from dashboard.nouns import noun, singular
from dashboard.numbers import number, times

TWICE = 2.0  # a ratio from which on it reads better as so many times than as percent more
FAR = 10.0  # ends of a ratio so many times apart are rounded each by itself
MANY = 4.0  # the same of an end whose other end is below 1
YES = ("yes", "true", "1")
COUNTED = frozenset(
    [
        "bookings",
        "cancellations",
        "clicks",
        "conversions",
        "donations",
        "downloads",
        "hits",
        "installs",
        "leads",
        "opens",
        "orders",
        "purchases",
        "redemptions",
        "renewals",
        "responses",
        "returns",
        "sales",
        "signups",
        "subscriptions",
        "successes",
        "unsubscribes",
        "wins",
    ]
)
COUNTS = {  # of a yes
    "bought": "purchases",
    "cancelled": "cancellations",
    "canceled": "cancellations",
    "clicked": "clicks",
    "converted": "conversions",
    "opened": "opens",
    "ordered": "orders",
    "purchased": "purchases",
    "redeemed": "redemptions",
    "renewed": "renewals",
    "responded": "responses",
    "returned": "returns",
    "sold": "sales",
    "subscribed": "subscriptions",
    "unsubscribed": "unsubscribes",
    "won": "wins",
}
IRREGULAR = {
    "bought": "buying",
    "sold": "selling",
    "won": "winning",
    "lost": "losing",
    "paid": "paying",
    "left": "leaving",
    "kept": "keeping",
    "read": "reading",
    "came": "coming",
    "chosen": "choosing",
    "cancelled": "cancelling",
    "canceled": "canceling",
    "died": "dying",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How the outcome of a generalised model is said: `word` is what a yes, or what is counted, is called;
    `doing` the same as an act ("buying" of "bought"); `per` the exposure that counts are by, or empty.
    """

    family: Family
    link: Link
    word: str
    doing: str
    per: str = ""

    @property
    def yes_no(self) -> bool:
        """Whether the mean is a probability."""
        return self.family is Family.BINOMIAL

    @property
    def multiplies(self) -> bool:
        """Whether effects multiply: odds, rates or amounts."""
        return self.link in MULTIPLY

    @property
    def mean(self) -> str:
        """What the mean is called: 'probability of buying', 'clicks per visit'."""
        if self.yes_no:
            return f"probability of {self.doing}"
        return f"{self.word} per {self.per}" if self.per else self.word

    @property
    def multiplied(self) -> str:
        """What a ratio is of: 'odds of buying', 'clicks'."""
        return f"odds of {self.doing}" if self.yes_no else self.mean

    @property
    def target(self) -> str:
        """What effects are on, in a sentence: 'the odds of buying', 'clicks'."""
        if not self.yes_no:
            return self.mean
        return f"the {self.multiplied if self.multiplies else self.mean}"

    @property
    def added(self) -> str:
        """What effects add to: 'log-odds of buying', 'log of clicks'."""
        names = {Link.LOGIT: "log-odds", Link.PROBIT: "probit", Link.LOG: "log"}
        return f"{names[self.link]} of {self.doing if self.yes_no else self.mean}"

    @property
    def ratio(self) -> str:
        """What a ratio is called."""
        if self.yes_no:
            return "odds ratio"
        return "ratio of amounts" if self.family is Family.GAMMA else "rate ratio"

    @property
    def ratios(self) -> str:
        """What several ratios are called."""
        return "ratios of amounts" if self.family is Family.GAMMA else f"{self.ratio}s"

    @property
    def zero(self) -> str:
        """The mean at which what effects add to is zero."""
        return "50 %" if self.yes_no else "1"

    @property
    def none(self) -> str:
        """The figure of an effect that is none: 1 of ratios, zero of what adds up."""
        return "1" if self.multiplies else "zero"

    @property
    def axis(self) -> str:
        """What an axis of means says."""
        return f"{self.mean}, %" if self.yes_no else self.mean

    @property
    def size(self) -> float:
        """What a mean is multiplied by to be drawn: probabilities are drawn in percent."""
        return 100.0 if self.yes_no else 1.0

    def figure(self, value: float, error: float | None = None, unit: bool = True) -> str:
        """Returns a mean for a sentence: '40 %', or '3.2' with what it counts."""
        text = number(self.size * value, None if error is None else self.size * error)
        if self.yes_no:
            return f"{text} %"
        return f"{text} {self.mean}" if unit else text

    def between(self, low: float, high: float) -> str:
        """Returns two means, both rounded to suit their distance: '34 % to 47 %'."""
        error = abs(high - low) / 4 or None
        return f"{self.figure(low, error, unit=False)} to {self.figure(high, error)}"

    def change(self, value: float, error: float) -> str:
        """Returns a difference of means: '13 points', '0.4 clicks'; without a sign."""
        text = number(self.size * abs(value), self.size * error)
        if not self.yes_no:
            return f"{text} {self.mean}"
        return f"{text} point" if text == "1" else f"{text} points"


def scale(spec: ModelSpec) -> Scale:
    """Returns how the outcome of a model is said."""
    word = word_of(spec.outcome.column, spec.event)
    exposures = [v.column for v in spec.offsets if v.steps and v.steps[-1].transform == "log"]
    per = noun(exposures[0]).one if exposures else ""
    return Scale(spec.family, link_of(spec), word, doing(word), "unit" if per == "group" else per)


def word_of(column: str, event: str | None) -> str:
    """Returns what a yes of an outcome is called: the text that counts as yes, else the column's name."""
    if event is None or event.lower() in YES:
        return column
    return event if re.search(r"[^\W\d_]", event) else f"{column} {event}"


def doing(word: str) -> str:
    """Returns what one does when it happens: 'buying' of 'bought', 'a click' of 'clicks', or the word."""
    low = word.lower()
    if low in COUNTED:
        return f"{'an' if low[0] in 'aeio' else 'a'} {singular(low)}"
    if low in IRREGULAR:
        return IRREGULAR[low]
    if re.fullmatch(r"[a-z]{3,}ied", low):
        return f"{low[:-3]}ying"
    return f"{low[:-2]}ing" if re.fullmatch(r"[a-z]{3,}[^e\W]ed", low) else word


def many_of(word: str) -> str:
    """Returns what a number of yes is called: 'conversions' of 'converted', 'cases of leaving' of 'left'."""
    low = word.lower()
    if low in COUNTED:
        return word
    return COUNTS.get(low) or f"cases of {doing(word)}"


def how_many(ratio: float, error: float) -> str:
    """Returns a ratio as it is said of an amount: '74 % more', '32 % less' or '2.4 times'.

    `error` is the standard error of its logarithm.
    """
    if ratio >= TWICE:
        return f"{number(ratio, ratio * error)} times"
    return f"{number(abs(100 * (ratio - 1)), 100 * ratio * error)} % {'more' if ratio > 1 else 'less'}"


def how_high(ratio: float, error: float) -> str:
    """Returns a ratio as it is said of odds: '74 % higher', '32 % lower' or '2.4 times as high'."""
    said = how_many(ratio, error)
    return said.replace("more", "higher").replace("less", "lower").replace("times", "times as high")


def range_of(estimate: float, low: float, high: float) -> str:
    """Returns the ends of a ratio's interval in the way `how_many` says its middle.

    All three are logarithms: '46 % to 108 %', '1.6 to 3.1 times', '12 % lower to 8 % higher'.
    """
    error = (high - low) / 4
    first, last = times(low), times(high)
    if times(estimate) >= TWICE:
        finer = first if last < FAR * first else last  # both ends alike; far apart, each as it deserves
        return f"{number(first, first * error)} to {number(last, finer * error)} times"
    ends = [number(abs(100 * (end - 1)), 100 * times(estimate) * error) for end in (first, last)]
    if low > 0 or high < 0:
        near, far = ends if low > 0 else reversed(ends)
        return f"{near} % to {far} %"
    if last >= MANY:
        return f"{ends[0]} % lower to {number(last, last * error)} times as high"
    return f"{ends[0]} % lower to {ends[1]} % higher"
