"""The groupings of a fitted model: what each is called, how many groups it has, in which others it lies."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.design.layout import INTERCEPT
from core.result.nested import outer_groupings
from core.spec.model import ModelSpec
from core.spec.model import groupings as columns_of
from dashboard.nouns import GROUP, Noun, noun


@dataclass(frozen=True, slots=True)
class Grouping:
    """One grouping. `name` is the fit's, `columns` the file's; `outer` the groupings it lies in, nearest
    first; `terms` what varies by it.
    """

    name: str
    columns: tuple[str, ...]
    noun: Noun
    count: int
    outer: tuple[str, ...]
    terms: tuple[str, ...]

    @property
    def slopes(self) -> tuple[str, ...]:
        """What varies without the baseline."""
        return tuple(term for term in self.terms if term != INTERCEPT)


def groupings(fit: Any, spec: ModelSpec, distinct: Callable[[str], int]) -> tuple[Grouping, ...]:
    """Returns the groupings of a fit in the model's order; `distinct` counts the values of a column."""
    written = {":".join(by): (by, part.nested) for part in spec.random for by in columns_of(part)}
    linear = fit.linear
    found = [
        Grouping(
            name,
            written[name][0],
            _noun(*written[name], count, distinct),
            count,
            outer_groupings(linear, name) if len(linear.sides) > 1 else (),
            linear.sides[name].problem.random,
        )
        for name, count in fit.n_groups.items()
    ]
    return _told_apart(found)


def leading(found: Sequence[Grouping]) -> Grouping | None:
    """Returns the grouping that the pages begin with: the first whose responses differ, else the first."""
    return next((one for one in found if one.slopes), next(iter(found), None))


def _noun(columns: tuple[str, ...], nested: bool, count: int, distinct: Callable[[str], int]) -> Noun:
    """`region/store` is about stores, and so is `region:store` where no two regions share a store."""
    if len(columns) == 1 or nested or distinct(columns[-1]) == count:
        return noun(columns[-1])
    joined = "–".join(noun(column).one for column in columns)
    return Noun(f"{joined} pair", f"{joined} pairs")


def _told_apart(found: Sequence[Grouping]) -> tuple[Grouping, ...]:
    """The groupings, no two under one noun: letters and digits of their names tell them apart, or numbers."""
    nouns: list[Noun] = []
    for one in found:
        called = one.noun
        if called in [other.noun for other in found if other is not one]:
            plain = " ".join(re.findall(r"[^\W_]+", one.name))[:30] or GROUP.one
            called = Noun(plain, f"{plain} {GROUP.many}")
        while called in nouns:
            called = Noun(f"{called.one} {len(nouns) + 1}", f"{called.many} {len(nouns) + 1}")
        nouns.append(called)
    return tuple(replace(one, noun=called) for one, called in zip(found, nouns, strict=True))
