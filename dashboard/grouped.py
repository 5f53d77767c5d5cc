"""What the group pages work with: one fit seen by group, every part derived once and kept."""

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.fit.along import Along
from core.result.correlated import correlation_interval
from core.result.effects import chain_at_average, coefficients_at_average, deviations_at_average
from core.result.meetings import meetings
from core.result.nested import Part, nested_at_average, nested_covariance, parents, parts
from core.result.ratios import categories
from core.result.raw import raw_at_average
from core.result.raw_generalised import endless
from core.result.shrink import pulled, shrinkage
from core.result.spread_intervals import spreads_at_average
from dashboard import families, headlines, naming, safe, sentences, state, wording
from dashboard.equation import explained
from dashboard.groupings import Grouping
from dashboard.inner_names import labels, paths
from dashboard.nouns import Noun, cases
from dashboard.numbers import interval, width
from dashboard.readouts import flipped
from dashboard.scale_words import HARDLY
from dashboard.state import Shown

INTERCEPT = headlines.INTERCEPT
ALIKE = 1e-4  # spread (per SD of the predictor) below this share of the residual SD: no difference to draw
NAME = 26  # letters of a name in an axis: two names and their unit fit on a line
LIMIT = 0.995  # a correlation beyond this sits at its boundary and says nothing of the groups


@dataclass(frozen=True, slots=True)
class Grouped:
    """A fit seen by one grouping: totals, raw estimates, the terms that vary and what they are called.

    `named` says what groups within others are called; groups of their own by their noun.
    """

    shown: Shown
    grouping: Grouping
    others: tuple[Grouping, ...]
    named: Mapping[str, str]
    outcome: str
    table: pd.DataFrame
    raw: pd.DataFrame
    terms: tuple[str, ...]
    term: str
    selected: str

    @property
    def by(self) -> str:
        """The fit's name of the grouping."""
        return self.grouping.name

    @property
    def noun(self) -> Noun:
        """What its groups are called."""
        return self.grouping.noun

    @property
    def cases(self) -> Noun:
        """What its rows count: rows, or what the outcome is out of."""
        return cases(self.shown.spec.trials)

    @property
    def side(self) -> Along:
        """The fit seen along this grouping."""
        side: Along = self.shown.fit.linear.sides[self.by]
        return side

    @property
    def alone(self) -> bool:
        """Whether the model has no other grouping, so that a group's own rows can speak for it."""
        return not self.others

    @property
    def outer(self) -> tuple[Grouping, ...]:
        """The groupings in which these groups lie, nearest first; totals hold their part."""
        return _outer(self.grouping, self.others)

    @property
    def held(self) -> tuple[Part, ...]:
        """The parts of the totals, this grouping's own first."""
        return self.keep("parts", lambda: parts(self.shown.fit.linear, self.by))

    @property
    def slopes(self) -> tuple[str, ...]:
        """Terms that vary, without the intercept."""
        return tuple(name for name in self.terms if name != INTERCEPT)

    def unit(self, term: str) -> float:
        """Returns what a coefficient is multiplied by to be shown: ln 2 makes a log slope per doubling, and
        a minus NoBundle instead of Bundle the other way round.
        """
        return _unit(self.shown, term)

    def name(self, term: str) -> str:
        """Returns a term in words; of a category what is compared, as Model says it. Not escaped."""
        return self.compared(term) or wording.term(term)

    def short(self, term: str) -> str:
        """Returns a term in few words: 'promo: Bundle' of what compares Bundle with NoBundle."""
        if self.unit(term) > 0:
            return wording.term(term)
        column = sentences.levels(self.shown.fit)[term][0]
        return f"{column}: {self.shown.fit.reference_levels[column]}"

    def places(self, term: str) -> tuple[str, str] | None:
        """Returns the two values between which there is nothing, as of a category; None of a number.

        In the order of the comparison: what is compared with stands first.
        """
        coded, pairs = sentences.levels(self.shown.fit), naming.pairs(self.shown)
        if term in pairs:
            yes, no = pairs[term]
            return f"{wording.term(term)} {no}", f"{wording.term(term)} {yes}"
        if term not in coded:
            return None
        column, level = coded[term]
        first = f"not {level}"  # beside several others, which then stand at their average
        if len(categories(self.shown.fit.linear.lead, term)) == 1:
            first = self.shown.fit.reference_levels.get(column, first)
        return (level, first) if self.unit(term) < 0 else (first, level)

    def compared(self, term: str) -> str:
        """Returns what a category's slope compares: 'promo Bundle instead of NoBundle'; else nothing."""
        fit, pairs = self.shown.fit, naming.pairs(self.shown)
        if not families.generalised(self.shown.spec) or not (term in sentences.levels(fit) or term in pairs):
            return ""
        return sentences.opening(fit, term, pairs, turned(self.shown, term))

    def middle(self, term: str) -> tuple[float, float, float]:
        """Returns the average with its interval: estimate, low, high."""
        fit, unit = self.shown.fit, self.unit(term)
        row = self.keep("chain", lambda: chain_at_average(self.side, fit.level)).loc[term]
        low, high = sorted(unit * float(row[end]) for end in ("low", "high"))
        return unit * float(row["estimate"]), low, high

    def covariance(self) -> Any:
        """Returns how the groups' coefficients vary together (q, q), as shown: baselines at the average."""
        units = np.array([self.unit(term) for term in self.terms])
        raw = self.keep("covariance", lambda: nested_covariance(self.shown.fit.linear, self.by))
        return raw * np.outer(units, units)

    def within(self, term: str) -> float:
        """Returns the standard deviation of a coefficient between groups of one outer group."""
        return self.spread_of(term, (self.by,))

    def spread_of(self, term: str, names: Collection[str]) -> float:
        """Returns the standard deviation that some of the groupings it lies in, itself included, make."""
        place, variance = self.terms.index(term), 0.0
        for part in self.held:
            if part.side.moments.factors[0] in names:
                variance += part.weights[place] @ part.side.random_covariance @ part.weights[place]
        return float(max(variance, 0.0)) ** 0.5 * abs(self.unit(term))

    def spread(self, term: str) -> float:
        """Returns the standard deviation of a coefficient between groups; 0 where none can be detected."""
        place = self.terms.index(term)
        sd = float(max(self.covariance()[place, place], 0.0)) ** 0.5
        least = ALIKE * self.shown.fit.sigma
        if families.generalised(self.shown.spec):
            least = max(least, HARDLY)
        return sd if self.swing(term, sd) > least else 0.0

    def spread_known(self, term: str) -> str:
        """Returns how well a posterior knows the spread, to stand behind its meaning: ', 95 % 0.10 to 0.18'.

        Nothing of REML and ML, and of groups within others, whose spread holds the others' part.
        """
        level = self.shown.fit.level
        found = None if self.outer else self.keep("spreads", lambda: spreads_at_average(self.side, level))
        if found is None or not self.spread(term):
            return ""
        low, high = (abs(self.unit(term)) * end for end in found[self.terms.index(term)])
        return f", {width(level)} {interval(low, high)}"

    def usual(self, term: str) -> tuple[float, float]:
        """Returns mean and standard deviation of a term's column over all rows."""
        columns = self.shown.fit.linear.moments.columns
        place = columns.index(term)
        return float(columns.centre[place]), float(columns.scale[place])

    def swing(self, term: str, value: float) -> float:
        """Returns what a coefficient (as shown) makes of a usual swing, one SD, of its predictor."""
        return value if term == INTERCEPT else value / abs(self.unit(term)) * self.usual(term)[1]

    def apart(self, term: str, x: float) -> float:
        """Returns the SD of the outcome between groups where a term's column is x, the rest average."""
        covariance, at = self.covariance(), self.terms.index(term)
        way = (x - self.usual(term)[0]) / self.unit(term)
        if INTERCEPT not in self.terms:
            return float(self.spread(term) * abs(x / self.unit(term)))
        base = self.terms.index(INTERCEPT)
        variance = covariance[base, base] + 2 * way * covariance[base, at] + way**2 * covariance[at, at]
        return float(max(variance, 0.0)) ** 0.5

    def correlation(self) -> float | None:
        """Returns the fitted correlation of baseline and slope in view; None when one does not vary."""
        if INTERCEPT not in self.terms or self.term == INTERCEPT:
            return None
        sd = self.spread(INTERCEPT) * self.spread(self.term)
        if not sd:
            return None
        both = self.covariance()[self.terms.index(INTERCEPT), self.terms.index(self.term)]
        return float(np.clip(both / sd, -1.0, 1.0))

    def correlation_ends(self) -> tuple[float, float] | None:
        """Returns the interval of that correlation; None of groups within others."""
        if self.outer or self.correlation() is None:
            return None
        terms, level = (INTERCEPT, self.term), self.shown.fit.level
        ends = self.keep("correlation", lambda: correlation_interval(self.side, terms, level), self.term)
        return ends if ends is None or self.unit(self.term) > 0 else (-ends[1], -ends[0])

    def clear(self, term: str) -> pd.Series:
        """Returns by group 1 when it is above the average, -1 when below, 0 when chance could have made it.

        The average's own uncertainty counts: the interval is of the distance between the two.
        """
        far = self.distance()
        side = (far[f"{term}_low"] > 0).astype(int) - (far[f"{term}_high"] < 0).astype(int)
        return side.reindex(self.table.index) * (1 if self.unit(term) > 0 else -1)

    def distance(self) -> pd.DataFrame:
        """Returns every group's distance from the average, in the fit's units."""
        fit = self.shown.fit
        if self.outer:
            return _nested(self.shown, self.by)[1]
        return self.keep("distance", lambda: deviations_at_average(fit.linear, fit.level, self.by)[self.by])

    def holding(self) -> str:
        """Returns whose part the figures of groups within others hold, as half a sentence; else nothing."""
        above = " and ".join(one.noun.one for one in self.outer)
        return f"each {self.noun.one}'s figure holds the part of its {above}; " if above else ""

    def pulled(self, term: str) -> pd.Series:
        """Returns by group how far its estimate was pulled to the average, 0 to 1.

        In a model with other groupings no group has an estimate of its own to be pulled from. There it is
        the share of the differences between groups that its rows leave open, which is the same figure where
        both can be had: with a baseline alone, shrinkage is the conditional over the whole variance.
        """
        if self.alone:
            return shrunk(self)[term]
        sd = self.spread(term)
        left = abs(self.unit(term)) * self.distance()[f"{term}_se"].reindex(self.table.index)
        return (left / sd).pow(2).clip(0.0, 1.0) if sd else left * np.nan

    def still(self, term: str) -> frozenset[str]:
        """Returns the groups in which a term's column never moved."""
        if term == INTERCEPT:
            return frozenset()
        moments = self.side.moments
        place = moments.columns.index(term)
        flat = moments.cross[:, place, place] <= 1e-12 * moments.rows
        return frozenset(level for level, none in zip(moments.levels[0], flat, strict=True) if none)

    def cannot(self, term: str) -> dict[str, str]:
        """Returns why a group's own rows set no end to its coefficients, by group; of yes/no and counts."""
        if not families.generalised(self.shown.spec):
            return {}
        nothing, everything = endless(self.shown.fit.linear, self.by)
        still, yes_no = self.still(term), self.shown.spec.family == "binomial"
        found = {}
        for level, none, every in zip(self.side.moments.levels[0], nothing, everything, strict=True):
            if none:
                found[level] = wording.ONLY_NO if yes_no else wording.NOTHING_COUNTED
            elif every and yes_no:
                found[level] = wording.ONLY_YES
            elif level not in still:
                found[level] = wording.FORETOLD
        return found

    def says(self, term: str, whole: bool = False) -> str:
        """Returns what an axis of this term says: 'sales per unit of youtube'. Not escaped.

        Long names are cut so that the unit stays, unless the `whole` is wanted.
        """
        most = 400 if whole else NAME
        outcome = safe.one_line(self.outcome, most)
        if term == INTERCEPT:
            return f"{outcome} at average predictors"
        doubled = wording.logged(term)
        if doubled is not None:
            return f"{outcome} per doubling of {safe.one_line(doubled, most)}"
        step = sentences.step(term, naming.pairs(self.shown), sentences.levels(self.shown.fit))
        unit = re.fullmatch(r"one (\w+) more of (.+)", step)
        if unit is None:
            return f"{outcome} for {safe.one_line(step, 2 * most)}"
        return f"{outcome} per {unit[1]} of {safe.one_line(unit[2], most)}"

    def label(self, level: object) -> str:
        """Returns how one group is written: within others by its own name, with theirs where it needs it."""
        return self.named.get(str(level)) or self.noun.label(level)

    def path(self, level: str) -> str:
        """Returns the groups that one lies in, nearest first: 'Store 5, North'; empty without any."""
        named = self.keep("paths", lambda: paths(self.shown.fit.linear, self.grouping, self.outer))
        return ", ".join(named.get(level, ()))

    def levels(self) -> list[str]:
        """Returns every group, as text, in the table's order."""
        return [str(level) for level in self.table.index]

    def keep[T](self, step: str, make: Callable[[], T], *more: object) -> T:
        """Returns a value derived from this fit, made once."""
        return state.kept((step, *self.shown.key, self.by, *more), make)


def grouped(shown: Shown, ranks: bool = False) -> Grouped:
    """Returns the fit seen by the grouping in view, with the term in view; where it `ranks`, with a slope.

    The baseline is read at the average of every predictor: where all are zero no reader has a store in mind.
    """
    mine = naming.in_view(shown)
    if mine is None:
        raise LookupError("the model has no groups")
    chosen = state.current().slope
    every = not ranks or families.generalised(shown.spec)
    able = mine.terms if every else mine.slopes or mine.terms
    return seen_by(shown, mine, chosen if chosen in able else next(iter(mine.slopes or mine.terms)))


def seen_by(shown: Shown, mine: Grouping, term: str) -> Grouped:
    """Returns the fit seen by one grouping and one of the terms that vary by it."""
    others = tuple(one for one in naming.groupings(shown) if one is not mine)
    table, raw = read(shown, mine)
    group = state.current().group
    if group not in table.index:
        group = str(table[term].idxmax())
    outcome = explained(shown)
    named = state.kept(
        ("labels", *shown.key, mine.name), lambda: labels(shown.fit.linear, mine, _outer(mine, others))
    )
    return Grouped(shown, mine, others, named, outcome, table, raw, mine.terms, term, group)


def _outer(mine: Grouping, others: Sequence[Grouping]) -> tuple[Grouping, ...]:
    named = {one.name: one for one in others}
    return tuple(named[name] for name in mine.outer)


def _nested(shown: Shown, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    fit = shown.fit
    return state.kept(("nested", *shown.key, by), lambda: nested_at_average(fit.linear, by, fit.level))


def read(shown: Shown, mine: Grouping) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Returns the totals and the raw estimates of one grouping's groups, as shown."""
    return state.kept(("grouped", *shown.key, mine.name), lambda: _read(shown, mine))


def inside(view: Grouped, outer: Grouping) -> dict[str, str]:
    """Returns, by group in view, the group of an outer grouping that it lies in."""
    linear = view.shown.fit.linear
    levels = linear.sides[outer.name].moments.levels[0]

    def find() -> dict[str, str]:
        codes = parents(linear, view.by, outer.name)
        return {level: levels[code] for level, code in zip(view.levels(), codes, strict=True)}

    return view.keep("inside", find, outer.name)


def average_inside(view: Grouped, inside: Mapping[str, str]) -> pd.Series:
    """Returns the average figure of the groups in view by the outer group they lie in."""
    return view.table[view.term].groupby([inside[level] for level in view.levels()]).mean()


def named(view: Grouped, other: Grouping) -> Mapping[str, str]:
    """Returns what the groups of another grouping are called, where they lie within others."""
    everyone = (view.grouping, *view.others)
    above = tuple(next(one for one in everyone if one.name == name) for name in other.outer)
    linear = view.shown.fit.linear
    return view.keep("named", lambda: labels(linear, other, above), other.name)


def met(view: Grouped, other: Grouping) -> pd.DataFrame:
    """Returns the pairs of groups in view and of another grouping that occur: one, other, rows, mean."""
    return view.keep("met", lambda: meetings(view.shown.fit.linear, view.by, other.name), other.name)


def _read(shown: Shown, mine: Grouping) -> tuple[pd.DataFrame, pd.DataFrame]:
    fit, by = shown.fit, mine.name
    if mine.outer:
        pooled = _nested(shown, by)[0].copy()
    else:
        pooled = coefficients_at_average(fit.linear, fit.level, by)[by]
    raw = raw_at_average(fit.linear.sides[by])
    for term in raw.columns.drop("n"):
        unit = _unit(shown, term)
        names = [term, f"{term}_se", f"{term}_low", f"{term}_high"]
        pooled[names] *= [unit, abs(unit), unit, unit]
        if unit < 0:
            pooled[names[2:]] = pooled[names[:1:-1]].to_numpy()
        raw[term] *= unit
    return pooled, raw


def _unit(shown: Shown, term: str) -> float:
    if wording.logged(term) is not None:
        return math.log(2.0)
    return -1.0 if turned(shown, term) else 1.0


def turned(shown: Shown, term: str) -> bool:
    """Returns whether a term is shown the other way round, as Model does: NoBundle is read as Bundle."""
    return families.generalised(shown.spec) and term != INTERCEPT and flipped(shown, term)


def shrunk(view: Grouped) -> pd.DataFrame:
    """Returns how far each group was pulled, 0 to 1, and why, by term: of the figures that are shown.

    Those are averaged over the variances that the data leave open, core's own are at the best of them.
    """

    def find() -> pd.DataFrame:
        found = shrinkage(view.side)
        for term in view.terms:
            own, pooled = view.raw[term].to_numpy(), view.table[term].to_numpy()
            found[term] = pulled(own, pooled, view.middle(term)[0])
        return found

    return view.keep("shrinkage", find)
