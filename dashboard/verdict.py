"""What may be said of the groups of a tier: advice goes only as far as their place and response are sure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from dashboard import wording
from dashboard.headlines import INTERCEPT, surely
from dashboard.nouns import ROW, Noun

FEW = 10
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence and the groups it is about; `sure` when their place is."""

    says: str
    levels: tuple[str, ...]
    sure: bool
    own: bool = False  # the reader's words: to be escaped


def thin(
    raw: pd.DataFrame,
    term: str,
    noun: Noun,
    still: Collection[str] | None = None,
    told: Mapping[str, str] = NOTHING,
    cases: Noun = ROW,
) -> dict[str, str]:
    """Returns the groups whose own rows cannot place them, with the reason in words (not escaped).

    Without an estimate of its own a group's figure is the average's; a handful of rows where others have
    many make one that chance could have made. `raw` has n and <term> by group; where no group has an estimate
    of its own, `still` are those in which the predictor never moved. `told` are other reasons by group,
    `cases` is what n counts.
    """
    usual = raw["n"].median()
    found = {}
    for level, rows, own in zip(raw.index, raw["n"], raw[term], strict=True):
        if rows < FEW and rows < 0.5 * usual:
            found[str(level)] = f"only {cases.count(rows)}"
        elif term == INTERCEPT:
            continue  # a group that only says yes, or no, has no finite log-odds of its own and yet a place
        elif own != own if still is None else level in still:
            never = f"its {wording.term(term)} never varied enough to see a response"
            found[str(level)] = told.get(str(level), never)
    return found


def no_budget(term: str, outcome_as_is: bool, spend: Collection[str], average: float) -> str:
    """Returns why tiers of this slope cannot say where to move money; empty when they can. Not escaped."""
    name = wording.term(term)
    if wording.logged(term) is not None:
        return (
            "A response per doubling is no return on money: equal figures bring unequal sums where spend "
            "differs. So no budget advice."
        )
    if not outcome_as_is:
        return "The outcome is transformed, so the figure is no return on money. So no budget advice."
    if re.sub(r"^(?:within|center)\((.+?)(?:, [^,]+)?\)$", r"\1", term) not in spend:
        return f"{name} is not a spend column, so no budget advice: these are differences to know about."
    if average <= 0:
        return f"More {name} brings nothing on average, so no budget advice."
    return ""


def no_return(term: str, yes_no: bool) -> str:
    """Returns why tiers of a generalised model cannot say where to move money. Not escaped."""
    if term == INTERCEPT:
        what = "how often it is a yes" if yes_no else "how much is expected"
        return f"These tiers are of {what}, not of what spend brings. So no budget advice."
    return "A ratio is no return on money: what it brings depends on where one starts. So no budget advice."


def advice(mine: pd.DataFrame, tier: int, count: int, budget: bool) -> list[Advice]:
    """Returns what to do with the groups of one tier, those surely in it apart; empty sentences say nothing.

    `mine` are the tier's rows of `Tiers.table`, best first, without those that cannot be placed.
    """
    sure = surely(mine[f"p_tier_{tier}"])
    if not budget:
        return _said([("", sure, True), ("", ~sure, False)], mine)
    name = wording.SPEND_TIERS[count][tier - 1]
    gains, loses = mine["low"] > 0, mine["high"] < 0
    if name.startswith("raise"):
        firm = [(wording.DO[name], sure & gains, True), (wording.UNSURE, sure & ~gains, True)]
    elif name.startswith("cut"):
        firm = [
            (wording.LOSES, sure & loses, True),
            (wording.NOTHING, sure & ~loses & ~gains, True),
            (wording.STILL[name], sure & gains, True),
        ]
    else:
        firm = [(wording.DO[name], sure, True)]
    return _said([*firm, (wording.PLACE_UNSURE, ~sure, False)], mine)


def own(mine: pd.DataFrame, tier: int, says: str) -> list[Advice]:
    """Returns the reader's own words for the groups of one tier, those surely in it apart."""
    sure = surely(mine[f"p_tier_{tier}"])
    unsure = wording.OWN_UNSURE.format(own=says)
    parts = _said([(says, sure, True), (unsure, ~sure, False)], mine)
    return [Advice(one.says, one.levels, one.sure, own=True) for one in parts]


def paying(mine: pd.DataFrame, tier: int) -> list[Advice]:
    """Returns what to do where profit ranks: who surely pays, who surely does not, whom to test."""
    pays, loses = surely(mine["p_positive"]), surely(1 - mine["p_positive"])
    parts = [
        (wording.PAYS, pays, True),
        (wording.PAYS_NOT, loses, True),
        (wording.MAY_PAY, ~pays & ~loses, False),
    ]
    return _said(parts, mine)


def _said(parts: Sequence[tuple[str, pd.Series, bool]], mine: pd.DataFrame) -> list[Advice]:
    return [Advice(says, tuple(map(str, mine.index[who])), sure) for says, who, sure in parts if who.any()]


def acting(table: pd.DataFrame, count: int) -> tuple[bool, ...]:
    """Returns for each tier whether a budget name is earned: some group is surely there.

    The middle keeps its budget only beside a tier that moves. `table` is without groups that cannot be
    placed.
    """
    sure = [bool(surely(table.loc[table["tier"] == t, f"p_tier_{t}"]).any()) for t in range(1, count + 1)]
    ends = sure[0] or sure[-1]
    return tuple(
        ends and (here or wording.SPEND_TIERS[count][place] == "keep") for place, here in enumerate(sure)
    )
