"""Requests for the stability of tiers that cannot be answered."""

from core.errors import PanelwiseError


class OnePeriod(PanelwiseError):
    """Fewer than two periods."""

    def __init__(self, time: str, found: int) -> None:
        super().__init__(
            f"'{time}' holds {found} period{'' if found == 1 else 's'}, and leaving one out needs two or "
            "more. Choose the column that tells weeks, months or dates apart."
        )


class NoTiers(PanelwiseError):
    """Groups that do not differ."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"No differences in '{name}' can be detected between the groups, so there are no tiers that "
            "could change. Rank by a quantity in which they differ."
        )
