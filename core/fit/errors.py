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


class Cancelled(PanelwiseError):
    """A long computation was stopped by the one who asked for it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was stopped before its end. Nothing was kept; start it again to see a result."
        )


class NoChains(PanelwiseError):
    """NUTS could not begin or ended by itself."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"NUTS could not sample this model ({reason}). Look at the instant posterior: where its k-hat is "
            "high too, narrower priors or fewer slopes that differ make the model one that can be sampled."
        )


class TooNarrow(PanelwiseError):
    """Under a prior the products of the columns cannot be told apart from it in the digits there are."""

    def __init__(self) -> None:
        super().__init__(
            "A prior is narrower than the digits of the data bear, so that fixed and group effects could not "
            "be drawn. Widen the narrowest prior, a hundredfold to begin with, or leave it out."
        )
