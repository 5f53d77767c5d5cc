"""What each chart of a posterior and its chains found: one finding a title. Names leave escaped."""

from collections.abc import Sequence

from core.result.chain_pictures import Ranks
from core.result.review_chains import LEAST_E_BFMI, LEAST_ESS, MOST_R_HAT
from dashboard import wording
from dashboard.numbers import number, percent
from dashboard.safe import markdown


def paths(name: str, r_hat: float, ess: float) -> str:
    """Returns whether the chains agree about one quantity, and what its draws are worth."""
    called = markdown(name)
    if not r_hat <= MOST_R_HAT:
        far = f"R-hat {number(r_hat, 0.002)}" if r_hat < 100 else "R-hat beyond 100"
        return f"The chains disagree about {called} ({far})"
    few = "only " if not ess >= LEAST_ESS else ""
    return (
        f"The chains agree about {called} (R-hat {number(r_hat, 0.002)}): {few}{ess:,.0f} independent draws"
    )


def ranked(found: Ranks) -> str:
    """Returns which chains hold more or fewer of the low or high draws than chance makes."""
    away = [k + 1 for k, one in enumerate(found.outside.any(axis=1)) if one]
    if not away:
        return "Low and high draws come from every chain alike"
    who = f"Chain {away[0]}" if len(away) == 1 else "Chains " + ", ".join(map(str, away))
    return f"{who} {'has' if len(away) == 1 else 'have'} other draws than the rest"


def energy(each: Sequence[float]) -> str:
    """Returns whether chains reach all energies; `each` is the E-BFMI of every chain."""
    slow = [k + 1 for k, one in enumerate(each) if not one >= LEAST_E_BFMI]
    if not slow:
        return f"Every chain reaches the ends of the posterior (E-BFMI at least {number(min(each), 0.02)})"
    who = f"Chain {slow[0]} reaches" if len(slow) == 1 else f"Chains {', '.join(map(str, slow))} reach"
    return f"{who} the ends of the posterior slowly (E-BFMI {number(min(each), 0.02)})"


def ends(term: str, first: str, last: str, above: float, compared: str = "") -> str:
    """Returns how likely the group with the highest coefficient is above the one with the lowest.

    `first` and `last` are names, escaped already; `compared` is what a category's slope compares.
    """
    what = "baseline" if term == "(Intercept)" else f"response to {markdown(wording.term(term))}"
    if compared:
        what = f"effect of {markdown(compared)}"
    # Draws cannot tell certainty.
    return f"{first} has a higher {what} than {last}: {percent(min(above, 0.999))} sure"
