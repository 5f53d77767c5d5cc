"""Allocations that cannot be made."""

from core.errors import PanelwiseError


class BadBudget(PanelwiseError):
    """A budget below what the lower bounds add up to, or none at all."""

    def __init__(self, budget: float, least: float) -> None:
        if budget == budget and abs(budget) != float("inf"):
            found = (
                f"A budget of {budget:,.6g} a period is less than the lower bounds add up to, {least:,.6g}."
            )
        else:
            found = f"{budget} is no budget: the lower bounds alone add up to {least:,.6g} a period."
        super().__init__(f"{found} Raise the budget or lower some bounds.")
        self.budget = budget
        self.least = least


class BadBounds(PanelwiseError):
    """Bounds between which there is no amount."""

    def __init__(self, group: str, channel: str, low: float, high: float) -> None:
        super().__init__(
            f"'{channel}' in '{group}' may be at least {low:,.6g} and at most {high:,.6g}, and no spend is "
            "both. Give a lower bound of zero or more and an upper bound that is not below it."
        )


class BadPrice(PanelwiseError):
    """A price or a charge that is no amount of money."""

    def __init__(self, channel: str, price: float) -> None:
        super().__init__(
            f"One unit of '{channel}' cannot cost {price:g}. Give what a unit costs, more than zero; 1 where "
            "the amounts are money."
        )


class BadGains(PanelwiseError):
    """Draws of gains that are not one finite number for each group and channel."""

    def __init__(self, found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
        super().__init__(
            f"An allocation needs draws of a gain for each of {wanted[0]} groups and {wanted[1]} channels, "
            f"every one a number; these have the shape {found} or hold blanks. Fit the model again, or leave "
            "out the groups without an estimate."
        )


class LogAtZero(PanelwiseError):
    """A channel that enters by its logarithm and may be left without spend."""

    def __init__(self, group: str, channel: str) -> None:
        super().__init__(
            f"'{channel}' enters the model by its logarithm, which knows nothing of a spend of zero, and "
            f"'{group}' spends nothing on it or may. Set a lower bound above zero, or model log1p({channel})."
        )


class BadTail(PanelwiseError):
    """A share of worst cases that is not inside (0, 1)."""

    def __init__(self, tail: object) -> None:
        super().__init__(f"The worst {tail!r} of cases do not exist. Give a share such as 0.05, for 5 %.")


class FloorTooHigh(PanelwiseError):
    """A least expected gain that no plan reaches."""

    def __init__(self, floor: float, most: float) -> None:
        super().__init__(
            f"No plan within the budget and the bounds is expected to bring {floor:,.6g}: the most is "
            f"{most:,.6g}. Ask for less, or widen the bounds."
        )
        self.most = most


class NoOwnEstimates(PanelwiseError):
    """A rule by the groups' own regressions, where none has one."""

    def __init__(self) -> None:
        super().__init__(
            "No group has an estimate by its own rows alone in this model, so the rule “all to the best raw "
            "one” cannot be followed. It needs a model with one grouping and rows that vary in each group."
        )
