"""Who carries the result: what each group's rows do to the effects, in words. Names leave escaped."""

import pandas as pd

from dashboard.headlines import INTERCEPT, Headline, named
from dashboard.nouns import Noun
from dashboard.numbers import number
from dashboard.safe import markdown
from dashboard.sentences import said

MOVES = 1.0  # standard errors: a group whose absence moves an effect by its whole error carries it
MUCH = 0.5


def carriers(changes: pd.DataFrame) -> pd.Series:
    """Returns the groups without which an effect other than the baseline moves by its whole error or more.

    With how far, in standard errors, most first.
    """
    tested = changes.drop(columns=INTERCEPT, errors="ignore").abs().max(axis=1).dropna()
    return tested[tested >= MOVES].sort_values(ascending=False)


def carried(changes: pd.DataFrame, noun: Noun) -> str:
    """Returns that few groups carry the result, for the page's headline; empty when none does."""
    found = carriers(changes)
    if found.empty:
        return ""
    who = named(found.index[0], noun) if len(found) == 1 else noun.count(len(found))
    carry, without = ("carries", "it") if len(found) == 1 else ("carry", "any one of them")
    return f"{who} {carry} part of the result: without {without} an effect moves by its whole error"


def title(
    term: str,
    table: pd.DataFrame,
    whole: tuple[float, float, float],
    noun: Noun,
    width: str,
    bent: bool = False,
) -> Headline:
    """Returns the title for one effect: whom it moves most without, and what is drawn.

    `table` has estimate and change (in standard errors) by group, furthest first; `width` is that of the
    interval of the `whole`. Where an interaction has `bent` the effect, it is read at the average of the
    other.
    """
    error = (whole[2] - whole[1]) / 4
    at = " · at the average of what it goes with" if bent else ""
    drawn = (
        f"{markdown(said(term))} without each {noun.one}, those that move it most; dashed: with all, band: "
        f"its {width} interval{at} · click a dot to choose it"
    )
    if table.empty:
        return f"No {noun.one} can be left out and the rest still fitted", drawn
    first, change = table.index[0], float(table["change"].iloc[0])
    what = "the baseline" if term == INTERCEPT else f"the effect of {markdown(said(term))}"
    if abs(change) < MUCH:
        return f"No {noun.one} moves {what} by more than half its error", drawn
    value = number(float(table["estimate"].iloc[0]), error)
    return f"Without {named(first, noun)} {what} would be {value} instead of {number(whole[0], error)}", drawn
