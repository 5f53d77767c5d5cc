"""What plain regression of the same kind would have claimed, beside a model of yes/no, counts or amounts."""

from collections.abc import Sequence

import pandas as pd

from dashboard import ratio_words
from dashboard.readouts import Readout
from dashboard.scale import Scale

DRAWN = {
    True: "ratios with intervals; plain regression takes all rows for unrelated",
    False: "changes at a typical case with intervals; plain regression takes all rows for unrelated",
}


def title(rows: Sequence[Readout], found: pd.DataFrame, plain: pd.DataFrame, says: Scale) -> str:
    """Returns where plain regression misleads most: another way, a claim too many, one too few. Not escaped.

    Errors of the two are not compared: their coefficients differ in size by construction, those without
    groups being nearer to none (Neuhaus, Kalbfleisch, Hauck 1991, Int. Stat. Rev. 59).
    """
    pairs = [
        (one, mine, theirs)
        for one, (_, mine), (_, theirs) in zip(rows, found.iterrows(), plain.iterrows(), strict=True)
        if not one.endless
    ]
    for one, mine, theirs in pairs:
        both = not ratio_words.unclear(mine) and not ratio_words.unclear(theirs)
        if both and mine["estimate"] * theirs["estimate"] < 0:
            return (
                f"Plain regression points the other way for {_name(one)}: {ratio_words.effect(theirs, says)}"
            )
    for one, mine, theirs in pairs:
        if ratio_words.unclear(mine) and not ratio_words.unclear(theirs):
            return f"Plain regression would claim an effect of {_name(one)} that the model does not see"
    for one, mine, theirs in pairs:
        if ratio_words.unclear(theirs) and not ratio_words.unclear(mine):
            return f"Plain regression would miss the effect of {_name(one)}"
    return "Plain regression would come to the same verdicts"


def rows(
    steps: Sequence[Readout], found: pd.DataFrame, plain: pd.DataFrame, says: Scale, wide: str
) -> list[dict[str, object]]:
    """Returns one row a step, in the model's order."""
    return [
        {"": _name(one), "this model": "no end", "plain regression": "no end"}
        if one.endless
        else {
            "": _name(one),
            "this model": _middle(mine, says),
            f"{wide} interval": _ends(mine, says),
            "plain regression": _middle(theirs, says),
            f"its {wide} interval": _ends(theirs, says),
            "typical case": ratio_words.between(mine, says),
            "by plain regression": ratio_words.between(theirs, says),
        }
        for one, (_, mine), (_, theirs) in zip(steps, found.iterrows(), plain.iterrows(), strict=True)
    ]


def _name(one: Readout) -> str:
    return one.label.replace("\n", ", ")


def _middle(row: pd.Series, says: Scale) -> str:
    return f"× {ratio_words.ratio(row)}" if says.multiplies else ratio_words.points(row, says)


def _ends(row: pd.Series, says: Scale) -> str:
    return ratio_words.ratio_ends(row) if says.multiplies else ratio_words.ends(row, says)
