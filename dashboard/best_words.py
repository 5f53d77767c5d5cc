"""The words of the best plan. Names come in raw and leave escaped."""

import numpy as np
import pandas as pd

from core.decide.allocation import Solved
from core.result.central import central
from dashboard.best import BEST, EQUALLY, RAW, Best
from dashboard.nouns import Noun
from dashboard.numbers import interval, number, width
from dashboard.planning import Sought
from dashboard.safe import markdown
from dashboard.whatif_words import chance_of, sure

ALIKE = 1e-6  # of the largest change: rounding of two roads to one plan
TITLE = "The best plan within a budget"
DRAWN = (
    "looked for among all plans within the budget and the bounds, on draws of its own; read on others, since "
    "a search flatters what it is chosen on"
)
FREE = "No column planned here costs anything. Say under Money and limits what one unit costs."
OTHER_AIM = "The plan below was found for other settings; find the best plan again for these."
GOALS = {False: "most expected", True: "fewest bad surprises"}
GOAL_HELP = (
    "Most expected: the largest change on average. Fewest bad surprises: the best average of the worst 5 % "
    "of cases (the conditional value at risk), which spreads money and follows what is well known."
)
WITHIN_HELP = "No amount goes further than this from today's, up or down."
INSIDE_HELP = "Amounts stay between the least and the most that each one has spent in a row of the table."
WORTH_HELP = "The shadow price of the budget: what one unit more of it would add to the goal."


def name(wanted: Sought) -> str:
    """Returns what a plan found is called."""
    return f"Best plan, {GOALS[wanted.protect]}"


def headline(found: Best, said: str, over: str, level: float) -> str:
    """Returns what the plan found brings, as Markdown."""
    draws, what = found.draws[BEST], markdown(said, 40)
    if not found.moved.any():
        return f"No plan within these bounds is better than today's {over}."
    low, high = central(draws, level)
    mean = float(draws.mean())
    verb = "should bring" if mean > 0 else "is expected to cost"
    return (
        f"The best plan {verb} {number(mean, (high - low) / 4, signed=True)} {what} {over} "
        f"({width(level)} {interval(float(low), float(high))}); {sure(float((draws > 0).mean()))}."
    )


def left(found: Best, profit: bool, one: Noun) -> str:
    """Returns that a plan leaves some of its budget, and why; nothing where it spends all."""
    if found.budget - found.spent <= ALIKE * max(found.budget, 1.0):
        return ""
    why = "more would not pay" if profit else "the bounds allow no more that brings anything"
    return f"Of {number(found.budget)} a {one.one} it spends {number(found.spent)}: {why}."


def figures(found: Best, said: str, one: Noun, over: str, level: float) -> list[tuple[str, str, str, str]]:
    """Returns label, value, meaning and help of the four figures of a plan found."""
    draws, what = found.draws[BEST], markdown(said, 40)
    low, high = (float(end) for end in central(draws, level))
    spread = (high - low) / 4
    shown = [
        ("Expected gain", number(float(draws.mean()), spread, signed=True), f"{what} {over}", ""),
        ("Beats today", chance_of(float((draws > 0).mean())), "of draws", ""),
        (
            "One case in 20 is below",
            number(float(np.quantile(draws, 0.05)), spread, signed=True),
            f"{what} {over}",
            "",
        ),
    ]
    if found.worth == found.worth and found.solved is not Solved.STAY:
        shown.append(
            (
                "One more of budget",
                number(found.worth, abs(found.worth) / 50, signed=True) if found.worth > 0 else "0",
                f"{what} {over}, per unit more a {one.one}",
                WORTH_HELP,
            )
        )
    return shown


def _rules(noun: Noun) -> dict[str, str]:
    return {
        BEST: "Best plan",
        EQUALLY: "Same shift, equal for all",
        RAW: f"All to the best raw {noun.one}",
    }


def beside(found: Best, noun: Noun, level: float) -> pd.DataFrame:
    """Returns mean, low and high of the plan and the simple rules, for the chart."""
    rows, names = [], _rules(noun)
    for draws in found.draws.values():
        low, high = central(draws, level)
        rows.append({"mean_0": float(draws.mean()), "low_0": float(low), "high_0": float(high)})
    return pd.DataFrame(rows, index=pd.Index([names[each] for each in found.draws]))


def beside_title(found: Best, noun: Noun) -> str:
    """Returns the title of the comparison with simple rules."""
    others = {each: draws for each, draws in found.draws.items() if each != BEST}
    if not others:
        return "What the best plan brings"
    rule, names = max(others, key=lambda each: float(others[each].mean())), _rules(noun)
    apart = found.draws[BEST] - others[rule]
    if np.abs(apart).max() <= ALIKE * np.abs(found.draws[BEST]).max():
        many = int((found.moved != 0).sum())
        return (
            f"‘{names[rule]}’ ends at the same plan: bounds hold {found.held:,} of {many:,} moves; wider "
            f"ones tell {noun.many} apart"
        )
    mean, share = float(apart.mean()), float((apart > 0).mean())
    if share < 0.5:
        return f"‘{names[rule]}’ would bring more, by {number(-mean, float(apart.std()))}"
    return f"{number(mean, float(apart.std()))} ahead of ‘{names[rule]}’, {chance_of(share)} sure"
