"""Quantities that nothing can be ranked by."""

from collections.abc import Sequence

from core.errors import PanelwiseError, did_you_mean, listed


class UnknownTerm(PanelwiseError):
    """A quantity of a slope that the model does not have."""

    def __init__(self, asked: object, known: Sequence[str]) -> None:
        way_out = f"It has: {listed(known)}." if known else "Add a predictor on the Model page."
        super().__init__(
            f"The model has no slope called '{asked}'. {did_you_mean(str(asked), known)}{way_out}"
        )


class SameForAll(PanelwiseError):
    """A quantity in which no group differs."""

    def __init__(self, name: str, varying: Sequence[str]) -> None:
        way_out = (
            f"These differ by group: {listed(varying)}."
            if varying
            else "Let a slope or the baseline differ by group on the Model page first."
        )
        super().__init__(f"{name} is the same for every group in this model. {way_out}")


class BadWeights(PanelwiseError):
    """A contrast without weights, or with weights that are no numbers."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"Slopes cannot be weighed by {found}. Give each a number, such as 1 for the one and -1 for the "
            "other."
        )


class BadPrice(PanelwiseError):
    """A margin or cost by which profit cannot be ranked."""

    def __init__(self, margin: object, cost: object) -> None:
        super().__init__(
            f"A margin of {margin} and a cost of {cost} cannot be used. Give a margin above zero for one "
            "unit of the outcome, and a cost of zero or more for one unit of the amount."
        )


class NotAnAmount(PanelwiseError):
    """Profit per unit of something that is not an amount in its own unit."""

    def __init__(self, term: str) -> None:
        super().__init__(
            f"'{term}' is not an amount in its own unit, so what one unit more earns depends on how much is "
            "spent already. Rank by its slope, or weigh a plan on the What-if page."
        )


class ProfitBent(PanelwiseError):
    """Profit of an outcome that is not in its own unit."""

    def __init__(self, outcome: str) -> None:
        super().__init__(
            f"The slopes of this model are not in units of '{outcome}', so a margin cannot be multiplied by "
            f"them. Rank by the slope, or explain '{outcome}' itself as an amount around an average."
        )


class NoSuchPredictor(PanelwiseError):
    """A stated row with a column that the model does not read as a predictor."""

    def __init__(self, asked: object, known: Sequence[str]) -> None:
        way_out = f"These can be stated: {listed(known)}." if known else "It has no predictors."
        super().__init__(
            f"The model has no predictor '{asked}' to state. {did_you_mean(str(asked), known)}{way_out}"
        )


class StatedAround(PanelwiseError):
    """A stated row with a predictor that is measured from a group's own average."""

    def __init__(self, column: str, variable: str) -> None:
        super().__init__(
            f"The model reads '{column}' as {variable}, which stands for another amount in every group, so "
            f"one figure cannot be stated for all. Leave '{column}' out: it then stands at its average."
        )


class BlankStated(PanelwiseError):
    """A stated row with a blank."""

    def __init__(self, column: str) -> None:
        super().__init__(f"No value is stated for '{column}'. Give one, or leave '{column}' out.")
