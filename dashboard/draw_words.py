"""What the draws of a posterior say of themselves, in words. Markdown, names escaped."""

from collections.abc import Sequence

from core.finding import Finding, Status
from core.fit.chains import Chains
from core.fit.instant import Weighed
from core.result.loo import Loo
from core.result.posterior_pictures import BesidePrior
from dashboard import safe, wording
from dashboard.numbers import number, percent

# A posterior this wide beside its prior has learned little.
LITTLE = 0.8


def title(found: Sequence[Finding]) -> str:
    """Returns the finding over the draws: the gravest, or that all is well."""
    if any(one.status is Status.STOP for one in found):
        return "Do not use these draws"
    return "The draws can be used"


def made(how: Weighed | Chains) -> str:
    """Returns how the draws were made."""
    if isinstance(how, Weighed):
        return (
            f"instant posterior: {how.proposed:,} weighed points worth {how.ess:,.0f} independent draws, "
            f"k-hat {number(how.k_hat, 0.02)} (0.7 and less is good)"
        )
    chains, draws = how.x.shape[:2]
    return (
        f"NUTS: {chains} chains of {draws:,} draws after {how.tune:,} of warm-up, "
        f"{int(how.diverging.sum()):,} divergences, seed {how.seed}"
    )


def learned(found: Sequence[BesidePrior]) -> str:
    """Returns where the data said something."""
    little = [one for one in found if not one.left <= LITTLE]
    if not little:
        return "The data decide: every posterior is far narrower than its prior"
    names = " and ".join(safe.markdown(wording.term(one.name), 60) for one in little[:2])
    return f"The data say little of {names}"


def score(found: Loo, outcome: str) -> tuple[str, str]:
    """Returns the leave-one-out score: its title and what it means."""
    bad = int(found.doubtful.sum())
    said = (
        f"No single row of the {len(found.pointwise):,} carries the model"
        if not bad
        else f"{bad:,} of {len(found.pointwise):,} rows move the model far"
    )
    share = percent(bad / max(len(found.pointwise), 1))
    return (
        said,
        f"Pareto k by row, {share} beyond what weights bear · expected log density of {outcome} held out: "
        f"{number(found.elpd, found.se)} ± {number(found.se, found.se / 4)}, like "
        f"{number(found.p_loo, 0.2)} free numbers",
    )
