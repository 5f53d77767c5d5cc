"""The groups of a view in tiers, with everything the Tiers page says of them derived from that."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

import core
from core.decide import rankable
from core.decide.tiers import Tiers, even_sizes
from core.decide.turned import turned as round_
from dashboard import families, state, verdict, wording
from dashboard.grouped import INTERCEPT, Grouped, turned
from dashboard.ranked_by import CONTRAST, PROFIT, SLOPE, RankedBy, ranked_by, ranking_view, table_shown
from dashboard.scale import scale
from dashboard.state import Shown

SEED = 0


@dataclass(frozen=True, slots=True)
class Tiering:
    """The groups sorted into tiers; `table` is `Tiers.table` as shown (see `Grouped.unit`)."""

    view: Grouped
    by: RankedBy
    tiers: Any
    table: pd.DataFrame
    count: int

    @property
    def same(self) -> bool:
        """Whether no differences can be detected, or none that Groups and Model call any."""
        other = families.generalised(self.view.shown.spec) and not self.by.sd
        return other or not self.tiers.detectable

    @property
    def thin(self) -> dict[str, str]:
        """The groups whose own rows cannot place them, with the reason."""
        view, term = self.view, self.by.term
        still = None if view.alone else view.still(term)
        if self.by.kind == CONTRAST:
            raw = self.table.assign(**{term: self.table["raw"]})
            return verdict.thin(raw, term, view.noun, still, {}, view.cases)
        return verdict.thin(view.raw, term, view.noun, still, view.cannot(term), view.cases)

    @property
    def placed(self) -> pd.DataFrame:
        """The table without the groups that cannot be placed."""
        return self.table.drop(index=list(self.thin))

    @property
    def no_budget(self) -> str:
        """Why these tiers cannot say where to move money; empty when they can."""
        now, view, term = state.current(), self.view, self.by.term
        if self.by.kind == CONTRAST:
            return wording.NO_BUDGET_DIFFERENCE
        if families.generalised(view.shown.spec) or term == INTERCEPT:
            yes_no = families.generalised(view.shown.spec) and scale(view.shown.spec).yes_no
            return verdict.no_return(term, yes_no)
        spend = {guess.column for guess in now.roles.spend if guess.column} if now.roles else set()
        average = view.middle(term)[0]
        return verdict.no_budget(term, not view.shown.spec.outcome.steps, spend, average)

    @property
    def acts(self) -> tuple[bool, ...]:
        """Whether each tier may say what to do with money by its place."""
        if self.no_budget or self.by.kind == PROFIT:
            return (False,) * self.count
        return verdict.acting(self.placed, self.count)

    @property
    def names(self) -> tuple[str, ...]:
        """The tiers' names, best first."""
        return wording.tier_names(self.count, self.acts)

    def advice(self, tier: int) -> list[verdict.Advice]:
        """Returns what to do with the groups of one tier: in the reader's own words where there are any."""
        placed = self.placed
        mine = placed[placed["tier"] == tier].sort_values("rank")
        if own := state.current().own_words.get((self.count, tier), ""):
            return verdict.own(mine, tier, own)
        if self.by.kind == PROFIT and not self.no_budget:
            return verdict.paying(mine, tier)
        return verdict.advice(mine, tier, self.count, any(self.acts))


def why_not(shown: Shown) -> str:
    """Returns what core says of a quantity that ranks nothing; empty when it ranks, or there is none."""
    view = ranking_view(shown)
    return rankable.why_not(shown.fit, ranked_by(view).quantity, view.by) if ranked(view) else ""


def ranked(view: Grouped) -> tuple[str, ...]:
    """Returns the terms by which the groups can be ranked: their slopes, and rates or amounts themselves."""
    return view.terms if families.generalised(view.shown.spec) else view.slopes


def sizes_of(view: Grouped) -> tuple[int, ...]:
    """Returns the sizes of the tiers: those chosen for these groups, or as even as can be."""
    now, groups = state.current(), len(view.table)
    count = min(now.n_tiers, groups)
    fits = now.sizes and len(now.sizes) == count and sum(now.sizes) == groups
    return now.sizes if fits and now.sizes else even_sizes(groups, count)


def tiering(view: Grouped) -> Tiering:
    """Returns the tiers of what ranks, kept by the choices that made them."""
    by, sizes = ranked_by(view), sizes_of(view)
    found = view.keep("tiers", lambda: _ranked(view, by, sizes), *by.key, sizes)
    return Tiering(view, by, found, table_shown(view, by, found.table), len(sizes))


def _ranked(view: Grouped, by: RankedBy, sizes: tuple[int, ...]) -> Tiers:
    """The tiers as what ranks is shown: of Bundle instead of NoBundle where that is the way."""
    back = by.kind == SLOPE and turned(view.shown, view.term)
    found = core.tiers(
        view.shown.fit,
        view.term if by.kind == SLOPE else by.quantity,
        factor=view.by,
        sizes=sizes[::-1] if back else sizes,
        seed=SEED,
    )
    return round_(found) if back else found
