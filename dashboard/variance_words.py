"""Each variance, correlation and share between groups as one plain sentence. Names come in raw."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from core.result.effects import chain_at_average
from core.result.ellipse import covariance_at_average
from core.result.spread_intervals import residual_interval, spreads_at_average
from core.result.variance import shares
from dashboard import wording
from dashboard.groupings import Grouping
from dashboard.numbers import interval, number, percent, width
from dashboard.sentences import INTERCEPT, NO_PAIRS, said

ALIKE = 1e-4  # a spread that makes less than this share of the residual SD of a usual swing: no difference
LIMIT = 0.995  # a correlation beyond this sits at its boundary and says nothing of the groups


def variances(
    fit: Any,
    groups: Sequence[Grouping],
    outcome: str,
    pairs: Mapping[str, tuple[str, str]] = NO_PAIRS,
    yes_no: bool = False,
) -> list[str]:
    """Returns a sentence a variance and a correlation of every grouping, then the rest's and the shares'.

    Baselines are read at the average of every predictor, slopes that an interaction bends at the average of
    what they go with, slopes of logarithms per doubling, effects on a yes/no outcome in points.
    """
    found: list[str] = []
    for one in groups:
        found += _Side(fit, one, _outer(one, groups), outcome, pairs, yes_no).sentences()
    inside = " and ".join(f"one {one.noun.one}" for one in groups if not _is_outer(one, groups))
    weight = " of average weight" if fit.linear.moments.layout.weights is not None else ""
    rest = _amount(fit.sigma, outcome, yes_no)
    known = _known(fit, residual_interval(fit.linear, fit.level), 100.0 if yes_no else 1.0)
    found.append(
        f"Row to row{f', within {inside},' if inside else ''} outcomes stray from what the model expects by "
        f"about {rest}{known}: two of three rows{weight} lie within ± {rest}."
    )
    return found + _shares(fit, groups)


class _Side:
    """One grouping with what its sentences need."""

    def __init__(
        self,
        fit: Any,
        one: Grouping,
        outer: Grouping | None,
        outcome: str,
        pairs: Mapping[str, tuple[str, str]],
        yes_no: bool,
    ) -> None:
        side = fit.linear.sides[one.name]
        self.one, self.outer, self.outcome, self.pairs, self.yes_no = one, outer, outcome, pairs, yes_no
        self.fit, self.side = fit, side
        units = [math.log(2.0) if wording.logged(term) else 1.0 for term in one.terms]
        times = 100.0 if yes_no else 1.0
        self.units = {term: unit * times for term, unit in zip(one.terms, units, strict=True)}
        self.covariance = covariance_at_average(side)[1]
        self.chain: pd.DataFrame = chain_at_average(side, fit.level)
        self.sd = {term: self._spread(at, term) for at, term in enumerate(one.terms)}
        ends = spreads_at_average(side, fit.level)
        self.known = {
            term: _known(fit, ends[at] if ends is not None else None, self.units[term])
            for at, term in enumerate(one.terms)
        }

    def _spread(self, at: int, term: str) -> float:
        sd = float(max(self.covariance[at, at], 0.0)) ** 0.5
        columns = self.side.moments.columns
        swing = 1.0 if term == INTERCEPT else float(columns.scale[columns.index(term)])
        return sd * self.units[term] if sd * swing > ALIKE * self.fit.sigma else 0.0

    def sentences(self) -> list[str]:
        found = [self._variance(term) for term in self.one.terms]
        tied = {(int(r), int(c)) for r, c in zip(*self._shape(), strict=True) if r != c}
        for a, b in combinations(range(len(self.one.terms)), 2):
            found += self._pair(a, b, (b, a) in tied or (a, b) in tied)
        return found

    def _shape(self) -> tuple[list[int], list[int]]:
        shape = self.side.problem.shape
        return shape.rows.tolist(), shape.cols.tolist()

    def _variance(self, term: str) -> str:
        noun, sd = self.one.noun, self.sd[term]
        if not sd:
            what = "baseline" if term == INTERCEPT else f"response to {said(term)}"
            return f"{_capital(noun.many)} do not differ detectably in their {what} (variance 0)."
        size = number(sd, sd / 8)
        if term == INTERCEPT:
            at = " at average predictors" if len(self.fit.fixed_effects) > 1 else ""
            unit = "points" if self.yes_no else self.outcome
            middle = "the average" if self.outer is None else self._its("their")
            return (
                f"{_capital(noun.many)} differ by about {size} {unit} in baseline{at}{self.known[term]}: "
                f"two of three lie within ± {size} of {middle}."
            )
        around = "the average" if self.outer is None else self._its("its")
        within = self._range(term, sd) if self.outer is None else f"two of three lie within ± {size} of it"
        return f"{self._strays(term, size, around)}{self.known[term]}: {within}."

    def _its(self, whose: str) -> str:
        return f"{whose} {self.outer.noun.one}'s average" if self.outer else ""

    def _strays(self, term: str, size: str, around: str) -> str:
        noun = self.one.noun
        if wording.logged(term):
            what = f"response to a doubling of {said(wording.logged(term) or term)}"
        elif term in self.pairs:
            what = f"effect of {said(term)}"
        else:
            what = f"{said(term)} response"
        points = " points" if self.yes_no else ""
        return f"{_capital(noun.a_one)}'s {what} strays from {around} by about {size}{points}"

    def _range(self, term: str, sd: float) -> str:
        row, unit = self.chain.loc[term], self.units[term]
        middle, error = unit * float(row["estimate"]), unit * float(row["std_error"])
        # No finer than the average itself is known, unless both ends would then read alike.
        ends = [number(end, error) for end in (middle - sd, middle + sd)]
        if ends[0] == ends[1]:
            ends = interval(middle - sd, middle + sd).split(" to ")
        return f"two of three lie between {ends[0]} and {ends[1]}"

    def _pair(self, a: int, b: int, tied: bool) -> list[str]:
        one, other = self.one.terms[a], self.one.terms[b]
        if not self.sd[one] or not self.sd[other]:
            return []
        first, second = (self._short(term) for term in (one, other))
        if not tied:
            return [f"The model takes {first} and {second} as unrelated where every predictor is zero."]
        scale = (self.covariance[a, a] * self.covariance[b, b]) ** 0.5
        value = max(-1.0, min(1.0, float(self.covariance[a, b] / scale)))
        if abs(value) > LIMIT:
            return [
                f"How {first} and {second} go together these rows cannot tell: the correlation sits at its "
                f"limit ({number(value)}). Do not read a relation into it."
            ]
        many = _capital(self.one.noun.many)
        if abs(value) < 0.15:
            hardly = f"{many} high in {first} are hardly more or less often high in {second}"
            return [f"{hardly} (correlation {_two(value)})."]
        often = "mostly" if abs(value) >= 0.7 else "often" if abs(value) >= 0.4 else "somewhat more often"
        way = "high" if value > 0 else "low"
        return [f"{many} high in {first} are {often} {way} in {second} (correlation {_two(value)})."]

    def _short(self, term: str) -> str:
        return "baseline" if term == INTERCEPT else f"{said(wording.logged(term) or term)} response"


def _known(fit: Any, ends: Sequence[float] | None, unit: float) -> str:
    """How well a posterior knows an SD, to stand behind it: ' (95 % 2.2 to 4.1)'; nothing of REML and ML."""
    return "" if ends is None else f" ({width(fit.level)} {interval(unit * ends[0], unit * ends[1])})"


def _shares(fit: Any, groups: Sequence[Grouping]) -> list[str]:
    if not groups:
        return []
    part = shares(fit.linear)
    left = part.random + part.residual
    found = []
    for one in groups:
        mean = ", averaged over the rows: with slopes that differ it depends on the predictors" * bool(
            one.slopes
        )
        share = percent(part.groups[one.name].total / left)
        found.append(f"{share} of what the predictors leave lies between {one.noun.many}{mean} (ICC).")
    return found


def _outer(one: Grouping, groups: Sequence[Grouping]) -> Grouping | None:
    return next((other for other in groups if one.outer and other.name == one.outer[0]), None)


def _is_outer(one: Grouping, groups: Sequence[Grouping]) -> bool:
    return any(one.name in other.outer for other in groups)


def _amount(sd: float, outcome: str, yes_no: bool) -> str:
    times = 100.0 if yes_no else 1.0
    return f"{number(times * sd, times * sd / 8)} {'points' if yes_no else outcome}"


def _two(value: float) -> str:
    return number(value, 0.02)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
