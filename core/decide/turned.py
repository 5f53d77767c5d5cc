"""Turned: the ranking of the opposite effect, as of Bundle instead of NoBundle."""

from dataclasses import replace

import pandas as pd

from core.decide.tiers import Tiers


def turned(tiers: Tiers) -> Tiers:
    """Returns the tiers of minus the slope: the last of `tiers` is the first here, in the mirrored sizes.

    Exact, draw by draw: a group's place counted from the other end, its chances of the mirrored tiers, and
    as few misplaced. Columns as in `Tiers.table`; `slope` keeps the name of the term.
    """
    count = len(tiers.sizes)
    table = _negated(tiers.table)
    if not tiers.detectable:
        return replace(tiers, table=table, sizes=tiers.sizes[::-1])
    chances = {f"p_tier_{k}": table[f"p_tier_{count + 1 - k}"] for k in range(1, count + 1)}
    last = len(table) + 1
    table = table.assign(
        rank=last - table["rank"],
        rank_low=last - table["rank_high"],
        rank_high=last - table["rank_low"],
        tier=count + 1 - table["tier"],
        **chances,
    )
    ties = tuple((below, above) for above, below in tiers.ties[::-1])
    return replace(tiers, table=table.iloc[::-1], sizes=tiers.sizes[::-1], ties=ties)


def _negated(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        raw=-table["raw"],
        pooled=-table["pooled"],
        low=-table["high"],
        high=-table["low"],
        p_positive=1 - table["p_positive"],
    )
