"""Requests that a decision cannot answer."""

from collections.abc import Sequence

from core.errors import PanelwiseError, did_you_mean, listed
from core.result.errors import UnknownGrouping as UnknownGrouping


class NothingVaries(PanelwiseError):
    """Tiers were asked of a model without group differences."""

    def __init__(self) -> None:
        super().__init__(
            "In this model nothing differs between groups, so there is nothing to rank. "
            "Choose a grouping on the Model page and let a slope differ."
        )


class UnknownSlope(PanelwiseError):
    """Tiers were asked by a term that does not vary between groups."""

    def __init__(self, asked: object, known: Sequence[str]) -> None:
        if known:
            way_out = f"{did_you_mean(str(asked), known)}These differ by group: {listed(known)}."
        else:
            way_out = "Let its slope differ by group on the Model page first."
        super().__init__(f"The response to '{asked}' is the same for every group in this model. {way_out}")


class WhichGrouping(PanelwiseError):
    """Several groupings have the slope."""

    def __init__(self, slope: str, having: Sequence[str]) -> None:
        super().__init__(
            f"The response to '{slope}' differs by {listed(having)}. Say whose groups to rank: factor="
            f"'{having[0]}', for example."
        )


class InnerGrouping(PanelwiseError):
    """Groups that lie inside others and take their slope."""

    def __init__(self, slope: str, inner: str, outer: str) -> None:
        super().__init__(
            f"In this model the response to '{slope}' differs by '{outer}', and within one '{outer}' no "
            f"differences between the values of '{inner}' can be detected (variance 0): each has that of its "
            f"'{outer}'. Rank '{outer}'."
        )


class NeverMoves(PanelwiseError):
    """A predictor that is one figure in each group."""

    def __init__(self, slope: str, factor: str) -> None:
        super().__init__(
            f"'{slope}' never changes within a value of '{factor}', so no group shows a response of its own. "
            "Rank by a predictor that moves, or use this one to explain differences between groups."
        )


class BadTierCount(PanelwiseError):
    """More tiers than groups, none, or no whole number of them."""

    def __init__(self, asked: object, groups: int) -> None:
        super().__init__(f"{groups} groups cannot make {asked} tiers. Choose between 1 and {groups} tiers.")


class BadSizes(PanelwiseError):
    """Tier sizes are not whole numbers from 1 up that add up to the groups."""

    def __init__(self, sizes: Sequence[object], groups: int) -> None:
        given = f"Tiers of {', '.join(str(s) for s in sizes)}" if sizes else "No tiers"
        super().__init__(
            f"{given} cannot hold {groups} groups. Give each tier a whole number of groups, "
            f"at least one, {groups} in all."
        )


class BentTwice(PanelwiseError):
    """A predictor that is a function of something other than the amount spent."""

    def __init__(self, variable: str, column: str) -> None:
        super().__init__(
            f"'{variable}' takes a function of something that is no longer an amount, so a plan for "
            f"'{column}' cannot be carried through it. Apply the function first, as in center(log({column}))."
        )
