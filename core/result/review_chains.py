"""Findings about draws: whether chains, or weights, let the figures made from them be used at all."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.design.coding import Array
from core.errors import listed
from core.finding import Finding, Status
from core.result.chains import Measured, e_bfmi, measured

# The gate: Vehtari et al. 2021, section 4; E-BFMI: Betancourt 2016; k-hat: Vehtari et al. 2024, section 3.
MOST_R_HAT, LEAST_ESS, LEAST_E_BFMI, MOST_K = 1.01, 400.0, 0.3, 0.7
RERUN = "Do not use these figures. Sample again with at least {draws:,} draws per chain."
SIMPLER = (
    "Do not use these figures. Sample again with more draws; if it stays, let fewer slopes differ or give "
    "tighter priors."
)


def judged(
    draws: Mapping[str, Array], diverging: NDArray[np.bool_], energy: Array | None = None
) -> list[Finding]:
    """Returns what chains of draws say of themselves, gravest first; one finding, `GOOD`, when all is well.

    `draws` holds (chains, draws) by what a quantity is called, `diverging` says which draws diverged and
    `energy` what energy they had, both (chains, draws). A `STOP` bars every figure made from the draws:
    R-hat above 1.01, fewer than 400 effective draws in the middle or the ends, any divergence, draws missing.
    """
    names, values = list(draws), np.stack(list(draws.values()), axis=2)
    moves = np.isfinite(values).all(axis=(0, 1)) & (np.ptp(values, axis=(0, 1)) > 0)
    found = [*_missing(names, values), *_still(names, values)]
    if moves.any():
        told = [name for name, one in zip(names, moves.tolist(), strict=True) if one]
        each = measured(values[:, :, moves])
        found += [*_disagree(told, each), *_few(told, each, values.shape[1])]
    found += [*_diverged(np.asarray(diverging)), *_slow(energy), *_alone(len(values))]
    if not any(finding.status in (Status.STOP, Status.UNKNOWN) for finding in found):
        found.append(_agree(each, len(values)))
    gravity = (Status.STOP, Status.LOOK, Status.UNKNOWN, Status.GOOD)
    return sorted(found, key=lambda finding: gravity.index(finding.status))


def judged_weights(k: float, ess: float) -> list[Finding]:
    """Returns what the weights of an instant posterior say: k-hat above 0.7 or fewer than 400 effective draws
    bar every figure made from them.
    """
    numbers = {"k_hat": float(k), "ess": float(ess)}
    if not k <= MOST_K:
        shown = f"{k:.2f}" if np.isfinite(k) else "cannot be told"
        message = (
            "The instant posterior does not fit this model: a few of its draws carry nearly all the weight "
            f"(k-hat {shown}; {MOST_K} is the most)."
        )
        return [Finding("k_hat", Status.STOP, message, "Do not use these figures. Sample by NUTS.", numbers)]
    if not ess >= LEAST_ESS:
        message = f"The instant posterior is worth only {ess:,.0f} draws; {LEAST_ESS:.0f} are needed."
        advice = "Do not use these figures. Take more draws, or sample by NUTS."
        return [Finding("weights_ess", Status.STOP, message, advice, numbers)]
    message = (
        f"The instant posterior is sound: its draws are worth {ess:,.0f} independent ones (k-hat {k:.2f})."
    )
    return [Finding("k_hat", Status.GOOD, message, "", numbers)]


def _missing(names: list[str], values: Array) -> list[Finding]:
    gone = ~np.isfinite(values)
    if not gone.any():
        return []
    of = listed([f"'{name}'" for name, one in zip(names, gone.any(axis=(0, 1)), strict=True) if one], 3)
    rows = int(gone.any(axis=2).sum())
    message = f"{rows:,} of {gone[:, :, 0].size:,} draws have no value for {of}: the run did not finish."
    return [Finding("missing_draws", Status.STOP, message, "Sample again.", {"draws": float(rows)})]


def _still(names: list[str], values: Array) -> list[Finding]:
    still = np.isfinite(values).all(axis=(0, 1)) & (np.ptp(values, axis=(0, 1)) == 0)
    if not still.any():
        return []
    of = listed([f"'{name}'" for name, one in zip(names, still, strict=True) if one], 3)
    message = f"{of} never moved from one value, so nothing shows whether it was explored."
    return [
        Finding("still_draws", Status.UNKNOWN, message, "Sample again.", {"quantities": float(still.sum())})
    ]


def _disagree(names: list[str], each: Measured) -> list[Finding]:
    high = np.flatnonzero(~(each.r_hat <= MOST_R_HAT))
    if not len(high):
        return []
    worst = int(high[np.argmax(np.nan_to_num(each.r_hat[high], nan=np.inf))])
    shown = f"{each.r_hat[worst]:.3f}" if each.r_hat[worst] < 100 else "over 100"
    message = (
        f"The chains disagree about '{names[worst]}' (R-hat {shown}, at most {MOST_R_HAT} is "
        f"safe){_others(len(high))}: another run would give other figures."
    )
    numbers = {"r_hat": float(each.r_hat[worst]), "quantities": float(len(high))}
    return [Finding("r_hat", Status.STOP, message, SIMPLER, numbers)]


def _few(names: list[str], each: Measured, n: int) -> list[Finding]:
    found = []
    for topic, ess, where in (
        ("ess_bulk", each.ess_bulk, "middle"),
        ("ess_tail", each.ess_tail, "ends, where intervals stop,"),
    ):
        low = np.flatnonzero(~(ess >= LEAST_ESS))
        if not len(low):
            continue
        worst = int(low[np.argmin(np.nan_to_num(ess[low], nan=0.0))])
        message = (
            f"The draws of '{names[worst]}' are worth only {ess[worst]:,.0f} independent ones for its "
            f"{where} and {LEAST_ESS:.0f} are needed{_others(len(low))}."
        )
        # A tenth more than the ratio asks, to the next hundred: the next run has chance in it too.
        draws = 100 * int(np.ceil(1.1 * n * LEAST_ESS / max(float(ess[worst]), 1.0) / 100))
        numbers = {topic: float(ess[worst]), "quantities": float(len(low))}
        found.append(Finding(topic, Status.STOP, message, RERUN.format(draws=draws), numbers))
    return found


def _others(count: int) -> str:
    return "" if count == 1 else f", and so it is of {count - 1:,} other{'s' if count > 2 else ''}"


def _diverged(diverging: NDArray[np.bool_]) -> list[Finding]:
    count = int(diverging.sum())
    if not count:
        return []
    message = (
        f"{count:,} of {diverging.size:,} draws diverged: the sampler could not follow the posterior "
        "everywhere, and what it missed is not in these figures."
    )
    advice = (
        "Do not use these figures. Sample again with smaller steps (a higher target acceptance), or with "
        "tighter priors."
    )
    return [Finding("divergences", Status.STOP, message, advice, {"divergences": float(count)})]


def _slow(energy: Array | None) -> list[Finding]:
    if energy is None:
        return []
    each = e_bfmi(np.asarray(energy))
    low = np.flatnonzero(~(each >= LEAST_E_BFMI))
    if not len(low):
        return []
    worst = int(low[np.argmin(np.nan_to_num(each[low], nan=0.0))])
    message = (
        f"Chain {worst + 1} reaches the far ends of the posterior slowly (E-BFMI {each[worst]:.2f}, at least "
        f"{LEAST_E_BFMI} is usual)."
    )
    advice = "Read the ends of the intervals as a guide, or sample longer."
    return [Finding("energy", Status.LOOK, message, advice, {"e_bfmi": float(each[worst])})]


def _alone(chains: int) -> list[Finding]:
    if chains > 1:
        return []
    message = "One chain alone cannot show that it found the whole posterior."
    return [Finding("one_chain", Status.UNKNOWN, message, "Sample four chains.", {"chains": 1.0})]


def _agree(each: Measured, chains: int) -> Finding:
    ess = float(min(each.ess_bulk.min(), each.ess_tail.min()))
    message = (
        f"The {chains} chains agree (R-hat at most {each.r_hat.max():.3f}), none of their draws diverged, "
        f"and every figure rests on at least {ess:,.0f} independent ones."
    )
    numbers = {
        "r_hat": float(each.r_hat.max()),
        "ess_bulk": float(each.ess_bulk.min()),
        "ess_tail": float(each.ess_tail.min()),
        "divergences": 0.0,
    }
    return Finding("chains", Status.GOOD, message, "", numbers)
