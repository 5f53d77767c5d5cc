"""Complete, no and partial pooling in words. Names leave escaped where a sentence is Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.headlines import Headline
from dashboard.nouns import ROW, Noun
from dashboard.numbers import number, percent
from dashboard.safe import markdown

# Shares of the way to the average from which a group's own rows say little, and most of it is borrowed.
SOME, MUCH, MOST = 0.15, 0.5, 0.75
# Standard errors from which one pooling foretells better than another beyond chance.
BEYOND = 2.0
# Chance from which the choice by own rows is said to be the worse one.
TOLD = 0.6
# The surest that draws can be.
ALMOST = 0.999
NAMES = {"complete": "All as one", "none": "Each alone", "partial": "In between"}
HELP = {
    "complete": "Complete pooling: one plain regression, whoever the rows are from.",
    "none": "No pooling: each by its own rows alone.",
    "partial": "Partial pooling, the model of the other pages: each by its own rows, and the less they say, "
    "the more by all the others'.",
}
WHY = {
    "no own estimate": "own rows cannot say",
    "no differences": "no differences found",
    "few rows": "few {cases}",
    "little variation": "predictor hardly moved",
    "small variance": "{many} differ little",
    "typical": "",
}
SHORT = WHY | {
    "no own estimate": "cannot say",
    "no differences": "no differences",
    "little variation": "hardly moved",
    "small variance": "differ little",
}
MEASURE = {"rmse": "typical miss on held-out rows", "brier": "squared miss of the probability (Brier)"}


def headline(share: float, sd: float, alone: bool, what: str, noun: Noun, others: Sequence[Noun]) -> str:
    """Returns the page's finding: how far the typical group moves to the average in `what` (escaped).

    `share` is the median way, or of several groupings the median share of variance left open.
    """
    if sd == 0 or share != share:
        return f"No differences in {what} between {noun.many} can be detected: one number serves all."
    if not alone:
        many = markdown(" and ".join(other.many for other in others))
        return f"No {noun.one} stands alone in its {what}: its rows carry the differences of {many} too."
    moves = f"the typical one moves {percent(share)} of the way to the average."
    if share < SOME:
        return f"{noun.title} speak for themselves in their {what}: {moves}"
    if share < MUCH:
        return f"{noun.title}' own rows say much of their {what}, not all: {moves}"
    start = "Most" if share >= MOST else "Much"
    return f"{start} of what {noun.many}' own rows say of their {what} is chance: {moves}"


def certainty(found: Any) -> str:
    """Returns what held-out rows say of it, in figures."""
    values = found.table[found.measure]
    error, sign = float(values["partial"]) / 30, "±\u00a0" if found.measure == "rmse" else ""
    said = [
        f"{NAMES[name].lower()} {sign}{number(values[name], error)}"
        for name in ("partial", "none", "complete")
        if values[name] == values[name]
    ]
    what = "Typical miss on held-out rows" if sign else "Squared miss of held-out probabilities (Brier score)"
    return f"{what}: {', '.join(said)}."


def verdict(found: Any, noun: Noun, cases: Noun = ROW) -> Headline:
    """Returns which pooling foretells held-out rows best, and how that was found, without full stops.

    `cases` is what the rows count.
    """
    sides = {name: _beyond(found.gains.loc[name]) for name in ("none", "complete")}
    values = found.table[found.measure]
    closer = {
        name: percent(abs(1 - float(values["partial"]) / float(values[name])))
        for name in sides
        if values[name] == values[name]
    }
    who = {"none": f"each {noun.one} alone", "complete": "all as one"}
    known = list(closer)
    better, worse = ([name for name in known if sides[name] == side] for side in (1, -1))
    alike = [name for name in known if not sides[name]]
    if worse:
        title = f"{_capital(who[worse[0]])} foretells these rows {closer[worse[0]]} closer than in between"
    elif not better:
        title = (
            "Held-out rows hardly tell the three apart"
            if len(known) > 1
            else ("Held-out rows tell in between and all as one hardly apart")
        )
    else:
        than = " and ".join(f"{closer[name]} closer than {who[name]}" for name in better)
        title = f"In between foretells held-out rows {than}"
        title += f"; whether closer than {who[alike[0]]} the parts do not tell" if alike else ""
    silent = found.unanswered
    left = f"; {ROW.count(silent)} for which own rows have no answer left out of all three" if silent else ""
    held = f"all {found.rows:,} held-out rows" if cases == ROW else f"all held-out {cases.many}"
    parts = f"large dot: {held}, small dots: {len(found.folds)} parts of them"
    return title, f"{parts}, each foretold from the others{left}"


def coverage(found: Any) -> str:
    """Returns how often intervals held, as a sentence; of yes/no and counts the log scores."""
    table = found.table
    if "coverage_95" not in table:
        scores, error = table["log_score"], abs(float(table["log_score"].loc["partial"])) / 200
        said = [
            f"{NAMES[str(name)].lower()} {number(score, error)}"
            for name, score in scores.items()
            if score == score
        ]
        return f"Mean log probability of what happened, higher is better: {', '.join(said)}."
    half = table["width_95"] / 2
    said = [
        f"{NAMES[str(name)].lower()} {percent(held)} (± {number(half[name], half[name] / 30)})"
        for name, held in table["coverage_95"].items()
        if held == held
    ]
    partial = table.loc["partial"]
    return (
        f"Of held-out rows 95 % should lie within their 95 % intervals: {', '.join(said)}. "
        f"80 % intervals of in between hold {percent(partial['coverage_80'])}."
    )


def axis(measure: str, outcome: str) -> str:
    """Returns what the axis of misses says. Not escaped."""
    return MEASURE[measure] if measure == "brier" else f"{MEASURE[measure]}, {outcome}"


def winners(raw: str, repeat: str, ends: str, top: int, noun: Noun, less: float) -> Headline:
    """Returns what the groups with the highest own figures show and what to expect of them."""
    who = noun.count(top) if top > 1 else noun.one
    start = f"The {who} with the highest own {'figures' if top > 1 else 'figure'}"
    title = f"{start} show{'' if top > 1 else 's'} {raw}; expect {repeat} next time"
    sure = (
        f"{percent(min(less, ALMOST))} sure to be less than seen"
        if less >= MUCH
        else "as likely more as less than seen"
    )
    return title, f"mean of what lies behind it: {ends}, {sure}; whoever leads by own rows was also lucky"


def cost(
    differ: int,
    count: int,
    lost: str,
    ends: str,
    worse: float,
    noun: Noun,
    money: str,
    even: bool,
) -> Headline:
    """Returns what choosing groups by their own rows costs. `money` is the term in words (escaped) where it
    is spend, else empty; `even` where pooling tells nobody apart.
    """
    act = f"Money for {money}" if money else "Effort"
    if even:
        title = f"{act} given to the {noun.count(count)} with the highest own figures chases chance"
        return title, "in between tells none of them apart, so there is nobody to prefer"
    if not differ:
        return (
            f"{act} goes to the same {of_them(count, noun)} by own rows and in between: nothing is lost",
            f"the third of the {noun.many} with the highest figures, by either",
        )
    title = f"{act} given by own rows loses {lost}: {differ} of {noun.count(count)} are others"
    if worse < TOLD:
        others = f"{differ} other {noun.one if differ == 1 else noun.many} of {count}"
        title = f"{act} given by own rows goes to {others}; what that loses is too little to tell"
    return (
        title,
        f"expected loss {lost} ({ends}); {percent(min(worse, ALMOST))} likely to be the worse choice",
    )


def of_them(count: int, noun: Noun) -> str:
    """Returns 'store' or '8 stores', to stand after 'the same'."""
    return noun.one if count == 1 else noun.count(count)


def equivalent(groups: int, terms: int, slopes: bool, rows: str, noun: Noun) -> str:
    """Returns what each alone comes to as one model, as a sentence; `rows` says how many."""
    every = f"with an indicator{' and an interaction' if slopes else ''} for every {noun.one}"
    return (
        f"Each {noun.one} alone is the same as one regression {every}: {groups * terms:,} coefficients from "
        f"{rows}, none of which learns from the others."
    )


def among(said: str, silent: int, count: int, noun: Noun) -> str:
    """Returns a line with what it leaves out: the groups whose own rows give no figure."""
    if not silent:
        return said
    left = f"{silent:,} of {noun.count(count)} left out, whose own rows give no figure"
    return f"{said.rstrip('.')}; {left}"


def spread(own: tuple[str, str], pooled: tuple[str, str], what: str, noun: Noun) -> str:
    """Returns how far own and pooled figures lie apart, as a title."""
    return (
        f"Own rows put {noun.many} between {own[0]} and {own[1]} in {what}; in between they lie "
        f"{pooled[0]} to {pooled[1]}"
    )


def moves(label: str, own: str, pooled: str, why: str) -> str:
    """Returns which group moves farthest, as a title; `why` is of WHY, filled in, maybe empty. Escaped."""
    return f"{label} moves farthest, from {own} to {pooled}{f': {why}' if why else ''}"


def reasons(causes: pd.Series, noun: Noun, cases: Noun, said: Mapping[str, str] = WHY) -> list[str]:
    """Returns core's reasons in words, by group. Not escaped."""
    return [said[str(cause)].format(many=noun.many, cases=cases.many) for cause in causes]


def aside(shares: pd.Series, why: Sequence[str]) -> list[str]:
    """Returns what stands at the right of each row: how far a group was pulled, and why. Not escaped."""
    return [
        " · ".join(part for part in (percent(share) if share == share else "", reason) if part)
        for share, reason in zip(shares, why, strict=True)
    ]


def _beyond(row: pd.Series) -> int:
    if not abs(row["gain"]) > BEYOND * row["std_error"]:
        return 0
    return 1 if row["gain"] > 0 else -1


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
