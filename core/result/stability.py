"""Stability: whether tiers are the work of single weeks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.design.coding import Array


@dataclass(frozen=True, slots=True)
class Stability:
    """Tiers again without the rows of each period.

    `groups`: index level, in the order of the tiers: tier, kept (share of the periods without which it
    stays in its tier), best and worst (the tiers it was in). `periods`: index period, in order: rows, kept
    (share of the groups that stay), moved (how many do not), note ("", or why there are no tiers without it:
    "alike", "not fitted"; then the others are NaN). `chance` is the share of groups that stay when nothing
    but the draws is changed: what rounding of chances alone moves. `why` is what a period that could not be
    left out ran into.
    """

    groups: pd.DataFrame
    periods: pd.DataFrame
    chance: float
    why: str
    slope: str
    factor: str
    time: str
    sizes: tuple[int, ...]
    n_draws: int
    seed: int

    @property
    def kept(self) -> float:
        """The share of groups that stay in their tier whichever period is left out."""
        return float((self._moved == 0).mean())

    @property
    def changing(self) -> tuple[str, ...]:
        """The groups that ever change, those that change most often first."""
        ever = self.groups["kept"][self._moved > 0].sort_values(kind="stable")
        return tuple(str(level) for level in ever.index)

    @property
    def most(self) -> str | None:
        """The period without which most groups change; None where none does."""
        moved = self.periods["moved"].dropna()
        return str(moved.idxmax()) if len(moved) and moved.max() > 0 else None

    @property
    def looked_at(self) -> int:
        """How many periods could be left out, with tiers on what remains."""
        return int((self.periods["note"] == "").sum())

    @property
    def _moved(self) -> Array:
        return np.asarray(self.groups["kept"] < 1.0, dtype=np.float64)
