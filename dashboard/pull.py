"""Why one group's estimate lies where it does. Names are not escaped."""

from collections.abc import Callable, Sequence

from dashboard import sentences, wording
from dashboard.nouns import ROW, Noun
from dashboard.numbers import number, percent


def said(
    rows: int,
    own: float,
    pooled: float,
    middle: float,
    spread: float,
    share: float,
    why: str,
    noun: Noun,
    write: Callable[[float, float], str] = number,
    cases: Noun = ROW,
) -> str:
    """Returns what a group's own rows say, how far and why the estimate was pulled.

    `own`, `pooled` and `middle` (the average) are in one unit, `spread` the pooled standard error; `share` is
    how far it was pulled, `why` core's reason. `write` says how a figure with its error is written,
    `cases` what `rows` counts.
    """
    if own == own and share < 0.005 and _away(own, pooled, middle, spread):
        return (
            f"Its {cases.count(rows)} alone say {write(own, spread)}; it is put at {write(pooled, spread)}, "
            "farther from the average: what else they show, such as its baseline, moves it."
        )
    if own != own or why != "typical" or share < 0.005:
        return sentences.pull(rows, own, spread, share, why, noun, write, cases)
    start = f"Its {cases.count(rows)} alone say {write(own, spread)}"
    if (own - middle) * (pooled - middle) < 0:
        return (
            f"{start}, yet it is put at {write(pooled, spread)}, beyond the average of "
            f"{write(middle, spread)}: its own rows say little here, and what else they show of this "
            f"{noun.one}, such as its baseline, counts for more."
        )
    if share >= 0.5:
        reason = f"they leave more doubt than {noun.many} differ"
    elif share >= 0.15:
        reason = f"they leave some doubt beside how far {noun.many} differ"
    else:
        reason = f"they say much beside how far {noun.many} differ"
    return f"{start}. Pulled {percent(share)} of the way to the average: {reason}."


def _away(own: float, pooled: float, middle: float, spread: float) -> bool:
    """Whether pooling moved an estimate visibly away from the average, on the side it was."""
    same = (own - middle) * (pooled - middle) > 0
    return same and abs(pooled - middle) > abs(own - middle) + 0.05 * spread


def all_alike(rows: int, why: str, pooled: str, noun: Noun, cases: Noun = ROW) -> str:
    """Returns why a group whose rows all say the same is not put where they say; `why` is how they are."""
    alone = "100 %" if why == wording.ONLY_YES else "0 %" if why == wording.ONLY_NO else "0"
    reads = {
        wording.ONLY_YES: f"All of its {cases.count(rows)} say yes",
        wording.ONLY_NO: f"None of its {cases.count(rows)} says yes",
    }.get(why, f"Nothing was counted in its {cases.count(rows)}")
    return (
        f"{reads}, {alone} alone. So few cannot be that sure: with what the other {noun.many} show it is put "
        f"at {pooled}."
    )


def among(rows: int, share: float, noun: Noun, others: Sequence[Noun], cases: Noun = ROW) -> str:
    """Returns how sure a group's estimate is where its rows carry the differences of other groupings too.

    `share` of the differences between groups is left open; not a number where there are none.
    """
    many = " and ".join(other.many for other in others)
    carry, make = ("carries", "it makes") if rows == 1 else ("carry", "they make")
    start = f"Its {cases.count(rows)} {carry} the differences of {many} too, so {make} no estimate alone."
    if share != share:
        return f"{start} No differences between {noun.many} can be detected, so it takes the average."
    read = (
        "read it as a guide"
        if share >= 0.5
        else "it is fairly well known"
        if share >= 0.15
        else "it is well known"
    )
    return (
        f"{start} All rows together leave {percent(share)} of the variance between {noun.many} open: {read}."
    )
