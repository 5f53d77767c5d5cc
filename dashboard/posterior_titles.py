"""What each chart of a posterior and its chains found: one finding a title. Names leave escaped."""

from collections.abc import Sequence

from core.finding import Finding, Status
from core.result.chain_pictures import Ranks
from core.result.loo import Loo
from core.result.posterior_pictures import BesidePrior
from core.result.review_chains import LEAST_E_BFMI, LEAST_ESS, MOST_R_HAT
from dashboard import wording
from dashboard.numbers import number, percent
from dashboard.safe import markdown

# From here on a prior's width is hardly narrowed.
MOSTLY_PRIOR = 0.8


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


def ends(term: str, first: str, last: str, above: float) -> str:
    """Returns how likely the group with the highest coefficient is above the one with the lowest.

    `first` and `last` are names, escaped already.
    """
    what = "baseline" if term == "(Intercept)" else f"response to {markdown(wording.term(term))}"
    # Draws cannot tell certainty.
    return f"{first} has a higher {what} than {last}: {percent(min(above, 0.999))} sure"


def priors(found: Sequence[BesidePrior]) -> str:
    """Returns whether what is said comes from the data or from the priors."""
    held = [markdown(one.name) for one in found if one.left > MOSTLY_PRIOR]
    if not held:
        return "The data speak: every figure is known far better than its prior"
    if len(held) == len(found):
        return "The priors speak: the data hardly narrow any of these"
    named = ", ".join(held[:3]) + (" and others" if len(held) > 3 else "")
    return f"Mostly prior: {named}; the data settle the rest"


def made(findings: Sequence[Finding]) -> str:
    """Returns whether data made by the model look like the data there are."""
    away = [finding for finding in findings if finding.status is not Status.GOOD]
    if not away:
        return "Data made by the model look like yours"
    if len(away) == 1:
        return "Data made by the model differ from yours in one respect"
    return f"Data made by the model differ from yours in {len(away)} respects"


def score(found: Loo) -> str:
    """Returns how well rows are foretold, to set beside another model's, and how freely the model bends."""
    return (
        f"Foretelling score (elpd, from leaving out each row in turn) {number(found.elpd, found.se)} "
        f"± {number(found.se, found.se / 8)}; the higher, the better, and comparable between models of the "
        f"same rows. The model acts as if it had {found.p_loo:.0f} free numbers."
    )


def left_out(found: Loo) -> str:
    """Returns how many rows move the fit too far to be left out by weights."""
    count = int(found.doubtful.sum())
    if not count:
        return f"No one of {len(found.pointwise):,} rows carries the fit"
    return f"{count:,} of {len(found.pointwise):,} rows {'moves' if count == 1 else 'move'} the fit by far"
