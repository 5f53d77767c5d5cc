"""What a model with several groupings can be refused for."""

from collections.abc import Mapping

from core.errors import PanelwiseError


class SameGroups(PanelwiseError):
    """Two grouping factors put the same rows together."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            f"'{one}' and '{other}' put the same rows together, so nothing can tell their differences apart. "
            "Group by one of them."
        )


class BeyondMachine(PanelwiseError):
    """The effects of all factors but the largest do not fit into memory."""

    def __init__(self, effects: Mapping[str, int], left: int) -> None:
        memory, minutes = 6 * 8 * left**2 / 1e9, 60 * 4 * left**3 / 2e10 / 60
        sizes = ", ".join(f"'{name}' {count:,}" for name, count in effects.items())
        super().__init__(
            f"The groupings have too many effects to be solved together ({sizes}): all but the largest need "
            f"about {memory:,.0f} GB of memory and {minutes:,.0f} minutes. Leave one grouping out, let fewer "
            "slopes differ, or group by something coarser."
        )
