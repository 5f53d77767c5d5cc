"""What the model foretells of rows it has not seen, beside plain regression. Names leave escaped."""

from typing import Any

from dashboard.nouns import Noun
from dashboard.numbers import number, percent
from dashboard.safe import markdown

ALIKE = 0.02


def said(found: Any, noun: Noun | None, outcome: str) -> tuple[str, str]:
    """Returns the verdict and how it was reached, without full stops; `noun` of whole groups held out."""
    what = "New rows" if noun is None else f"New {noun.many}"
    miss, plain = (number(value, found.rmse / 20) for value in (found.rmse, found.plain_rmse))
    gain = 1 - found.rmse / found.plain_rmse if found.plain_rmse else 0.0
    unit = markdown(outcome, 40)
    if gain > ALIKE:
        verdict = f"{what} are foretold {percent(gain)} closer than by plain regression"
    elif gain < -ALIKE:
        verdict = f"Plain regression foretells {what.replace('New', 'new', 1)} {percent(-gain)} closer"
    else:
        verdict = f"{what} are foretold no closer than by plain regression"
    how = (
        f"Typical miss ± {miss} {unit} instead of ± {plain}; {percent(found.coverage)} of held-out rows lie "
        f"in their {percent(found.level)} intervals; {markdown(found.how, 200)}"
    )
    return verdict, how
