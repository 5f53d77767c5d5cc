"""What REML, the instant posterior and NUTS say together, in words. Markdown, names escaped."""

from core.design.layout import INTERCEPT
from core.errors import listed
from core.result.agreement import Agreement
from dashboard import safe, wording
from dashboard.numbers import number

FEW_GROUPS = 6


def title(found: Agreement, doubtful: bool) -> str:
    """Returns what the methods say together; `doubtful`: the instant posterior cannot be trusted."""
    if found.chains and not found.same:
        worst = found.table.loc[found.worst]
        off, ratio = abs(float(worst["nuts_off"])), float(worst["sd_ratio"])
        how = (
            f"by {number(off, 0.2)} SD"
            if off > 0.1
            else f"in width, {number(ratio, 0.05)} times that of NUTS"
        )
        return f"Instant posterior and NUTS differ: {said(found.worst)} {how}"
    if doubtful:
        return "The instant posterior cannot be trusted here: sample by NUTS"
    if not found.chains:
        return "REML and posterior tell one story" if not found.parted else _parted(found)
    if found.parted:
        return f"Instant posterior and NUTS agree. {_parted(found)}"
    return "REML, instant posterior and NUTS agree"


def _parted(found: Agreement) -> str:
    effects = [said(name) for name in found.parted if name in found.effects]
    if effects:
        return f"REML puts {listed(effects, 2)} elsewhere than the posterior"
    return "REML and the posterior agree on every effect and part on how groups differ"


def why(found: Agreement, groups: int) -> str:
    """Returns why REML and the posterior part, and what to go by; empty where they do not."""
    if not found.parted:
        return ""
    if found.boundary:
        edge = listed([said(name) for name in found.boundary], 2)
        return (
            f"REML's best fit lies at the edge of what is possible ({edge}): "
            "it takes that one value for certain. The posterior averages over all values that the data leave "
            "open, so go by it for the differences between groups."
        )
    if groups and groups < FEW_GROUPS:
        return (
            f"{groups} groups say little of how much groups differ: REML takes its one best value for "
            "certain, the posterior averages over many, and the prior speaks."
        )
    return "REML takes the best-fitting variances for certain; the posterior averages over those left open."


def drawn(found: Agreement) -> str:
    """Returns what the chart draws."""
    chains = ", ring: NUTS" if found.chains else ""
    return (
        f"distance from the instant posterior's mean in its SDs; diamond: REML{chains}; band: half an SD, "
        "within which all tell the same story"
    )


def said(name: str) -> str:
    """Returns a quantity's name for a sentence."""
    if name == INTERCEPT:
        return "the baseline"
    return safe.markdown(wording.term(name), 80)
