"""Tables to hand over: headings that need no guide, figures as long as needed, and where they are from."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

DIGITS = 6


def tiers(
    table: pd.DataFrame,
    says: str,
    names: Sequence[str],
    advice: Mapping[str, str],
    thin: Mapping[str, str],
    origin: Mapping[str, str],
    width: str,
    alone: bool = True,
    above: str = "zero",
    cases: str = "rows",
) -> pd.DataFrame:
    """Returns `Tiers.table` for readers without a guide, best first.

    `says` is the response with its unit, `names` the tiers', `advice` a sentence by group, `thin` why a group
    cannot be placed; `origin` is what every row says of data and model (a sheet loses notes above a table);
    `width` is that of the intervals of responses and places.
    Groups that are not the `alone` ones of a model have no estimate from their own rows, nor columns for it.
    `above` is where a response is none: zero, of ratios 1. `cases` is what each group has a number of.
    """
    levels = table.index.astype(str)
    columns: dict[str, object] = {
        "tier": [
            "not placed" if level in thin else names[tier - 1]
            for level, tier in zip(levels, table["tier"], strict=True)
        ],
        says: table["pooled"],
        f"{width} low": table["low"],
        f"{width} high": table["high"],
        "standard error": table["std_error"],
        "its own rows alone": table["raw"],
        cases: table["n"],
        "pulled to the average, %": 100 * table["shrinkage"],
        f"chance it is above {above}, %": 100 * table["p_positive"],
        f"place from, {width}": table["rank_low"],
        f"place to, {width}": table["rank_high"],
        "place expected": table["rank"],
    }
    for tier in range(1, len(names) + 1):
        columns[f"chance of tier {tier}, %"] = 100 * table[f"p_tier_{tier}"]
    if not alone:
        del columns["its own rows alone"], columns["pulled to the average, %"]
    columns["not enough to place"] = [thin.get(level, "") for level in levels]
    columns["what to do"] = [advice.get(level, "") for level in levels]
    return _rounded(pd.DataFrame(columns, index=table.index)).assign(**origin)


def groups(
    table: pd.DataFrame,
    raw: pd.DataFrame,
    says: Mapping[str, str],
    width: str,
    alone: bool = True,
    cases: str = "rows",
) -> pd.DataFrame:
    """Returns every group's coefficients under headings in words; `says` is each term with its unit,
    `width` that of the intervals, `cases` what each group has a number of.

    Without estimates from own rows where the groups are not the `alone` ones of a model.
    """
    columns: dict[str, object] = {cases: raw["n"]}
    for term, name in says.items():
        columns |= {
            name: table[term],
            f"{name}, {width} low": table[f"{term}_low"],
            f"{name}, {width} high": table[f"{term}_high"],
            f"{name}, standard error": table[f"{term}_se"],
        }
        if alone:
            columns[f"{name}, its own rows alone"] = raw[term]
    return _rounded(pd.DataFrame(columns, index=table.index))


def pooling(
    table: pd.DataFrame,
    raw: pd.DataFrame,
    says: Mapping[str, str],
    complete: Mapping[str, float],
    pulled: Mapping[str, pd.Series],
    why: Mapping[str, Sequence[str]],
    width: str,
    alone: bool = True,
    cases: str = "rows",
) -> pd.DataFrame:
    """Returns every group's three readings under headings in words, by term as in `groups`.

    `complete` is what all as one say of each term; `pulled` how far each group lies from its own rows to the
    average, and `why`. Without these two where the groups are not the `alone` ones of a model.
    """
    columns: dict[str, object] = {cases: raw["n"]}
    for term, name in says.items():
        columns |= {f"{name}, all as one": complete[term]}
        if alone:
            columns |= {f"{name}, each alone": raw[term]}
        columns |= {
            f"{name}, in between": table[term],
            f"{name}, {width} low": table[f"{term}_low"],
            f"{name}, {width} high": table[f"{term}_high"],
        }
        if alone:
            columns |= {
                f"{name}, pulled to the average, %": 100 * pulled[term].reindex(table.index),
                f"{name}, why": list(why[term]),
            }
    return _rounded(pd.DataFrame(columns, index=table.index))


def origin(
    data: str,
    fingerprint: str,
    formula: str,
    method: str,
    seed: int,
    day: date,
    intervals: str,
    among: str = "",
    barred: str = "",
    drawn: int | None = None,
) -> dict[str, str]:
    """Returns the columns that say where a table is from, and how its `intervals` were made.

    `among` is the grouping, where there are others; `barred` why its figures are not to be used, if so;
    `drawn` the seed of a posterior's draws, which is another than the `seed` of the ranks.
    """
    seeds = f"seed {seed}" if drawn is None else f"seed {drawn}; ranks seed {seed}"
    warned = {"DO NOT USE": barred} if barred else {}
    return (
        warned
        | ({"grouping": among} if among else {})
        | {
            "data": data,
            "data fingerprint": fingerprint,
            "formula": formula,
            "method": f"{method}, {seeds}",
            "intervals": intervals,
            "made on": day.isoformat(),
        }
    )


def file_name(*parts: str) -> str:
    """Returns a name for a file from words of the file's owner: letters, digits, blanks and hyphens only."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\- ]", " ", " ".join(parts))).strip()[:80]


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = frame.select_dtypes("floating").columns
    return frame.assign(**{name: frame[name].map(lambda v: float(f"{v:.{DIGITS}g}")) for name in numbers})
