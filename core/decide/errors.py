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


class NoGroups(PanelwiseError):
    """A plan was asked of a model without groups."""

    def __init__(self) -> None:
        super().__init__(
            "This model has no groups, so there is nobody to give a budget to. Choose a grouping on the "
            "Model page."
        )


class NoChannel(PanelwiseError):
    """A plan for a column that the model does not respond to."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        what = f"The model says nothing of changes in '{asked}'." if asked else "No amount can be planned."
        if known:
            way_out = f"These can be planned: {listed(known)}."
        else:
            way_out = "Add a predictor that is an amount (a spend, a price) on the Model page."
        super().__init__(f"{what} {way_out}")


class NegativeSpend(PanelwiseError):
    """An amount below zero."""

    def __init__(self, channel: str, found: float) -> None:
        super().__init__(
            f"'{channel}' holds {found:g}, and an amount to plan cannot be below zero. Leave '{channel}' out "
            "of the plan, or correct the file."
        )


class BadAmount(PanelwiseError):
    """A planned amount that nobody can spend."""

    def __init__(self, group: str, channel: str, found: float) -> None:
        what = "is no number" if found != found or abs(found) == float("inf") else f"is {found:g}"
        super().__init__(
            f"The plan for '{channel}' in '{group}' {what}. Give an amount of zero or more for every group."
        )


class BadPeriods(PanelwiseError):
    """A horizon that is no number of periods."""

    def __init__(self, asked: object) -> None:
        super().__init__(f"A plan cannot last {asked!r} periods. Use a whole number from 1 up.")


class UnknownGroups(PanelwiseError):
    """Groups that have no history."""

    def __init__(self, factor: str, found: Sequence[str]) -> None:
        super().__init__(
            f"No rows of these values of '{factor}' are at hand: {listed(found)}. Plan for groups that are "
            "in the table."
        )


class OutcomeBent(PanelwiseError):
    """A plan for a function of the outcome that does not lead back to its unit."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"The model explains a function of '{column}' that a plan cannot be carried back through. "
            f"Explain '{column}' or log({column}) instead."
        )


class BadMoney(PanelwiseError):
    """A margin or a cost that is no amount of money."""

    def __init__(self, found: Sequence[float]) -> None:
        super().__init__(
            f"A margin and costs of {', '.join(f'{one:g}' for one in found)} cannot be used. Give the margin "
            "of one unit of the outcome, and for each channel a cost of zero or more for one unit of its "
            "amount."
        )


class LogOfNothing(PanelwiseError):
    """A plan from or to nothing, in a channel that the model takes the log of."""

    def __init__(self, group: str, channel: str) -> None:
        super().__init__(
            f"The model takes the log of '{channel}', which says nothing of an amount of zero as for "
            f"'{channel}' in '{group}'. Plan a small amount, or use log1p({channel}) or sqrt({channel}) on "
            "the Model page."
        )


class BadSwing(PanelwiseError):
    """A swing of spending that is no positive number."""

    def __init__(self, asked: object) -> None:
        super().__init__(
            f"Spending cannot swing {asked!r} times as far as usual. Give a number above zero: 1 as other "
            "groups do, 2 for twice as far."
        )


class NoOwnEstimates(PanelwiseError):
    """Groups were to be chosen by their own estimates, and none has any."""

    def __init__(self, term: str, factor: str, others: Sequence[str]) -> None:
        if others:
            why = (
                f"its rows carry the differences of {listed([f"'{name}'" for name in others])} too. "
                f"Fit a model that is grouped by '{factor}' alone"
            )
        else:
            why = f"'{term}' cannot be told within any of them. Choose a coefficient that its rows can tell"
        super().__init__(f"No value of '{factor}' has an estimate of its own: {why}.")


class BadTop(PanelwiseError):
    """A number of groups to look at that is none."""

    def __init__(self, asked: object) -> None:
        super().__init__(f"The top {asked!r} groups cannot be looked at. Give a whole number from 1 up.")


class BadShare(PanelwiseError):
    """A share of the groups that is none."""

    def __init__(self, asked: object) -> None:
        super().__init__(f"{asked!r} is no share of the groups. Give one between 0 and 1, such as 0.33.")


class NobodyNamed(PanelwiseError):
    """Money was to be moved to no one."""

    def __init__(self, factor: str) -> None:
        super().__init__(
            f"The money would go to nobody. Name at least one value of '{factor}' that is to get it."
        )
