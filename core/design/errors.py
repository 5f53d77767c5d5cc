"""What can be wrong between a formula and a table."""

from collections.abc import Sequence

from core.errors import PanelwiseError, listed


class OutsideDomain(PanelwiseError):
    """A transform meets values it has no answer for, such as the log of zero."""

    def __init__(self, function: str, column: str, count: int, first_row: int, value: float) -> None:
        instead = "log1p" if function == "log" and value == 0 else "the column as it is"
        super().__init__(
            f"{function}({column}) is not defined for {count:,} {'row' if count == 1 else 'rows'}, first in "
            f"row {first_row:,} ({column} = {value:g}). Use {instead}, or correct the cells."
        )


class NotANumber(PanelwiseError):
    """A column of text or dates stands where a number is needed."""

    def __init__(self, column: str, kind: str, needed_for: str) -> None:
        super().__init__(
            f"'{column}' holds {kind}, and {needed_for} needs numbers. "
            f"Choose a number column, or correct the type of '{column}' on the Data page."
        )


class NegativeWeights(PanelwiseError):
    """A column of weights holds values below zero."""

    def __init__(self, column: str, count: int, first_row: int, value: float) -> None:
        super().__init__(
            f"'{column}' is below zero in {count:,} {'row' if count == 1 else 'rows'}, first in row "
            f"{first_row:,} ({value:g}), and a weight says how much a row counts. Correct the cells or weigh "
            "by another column."
        )


class WeighsNothing(PanelwiseError):
    """No row has a weight."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"'{column}' is zero in every row the model uses, so no row counts. Weigh by another column."
        )


class OtherWeights(PanelwiseError):
    """A refit asks for other weights than the sums were made with."""

    def __init__(self, kept: str | None, asked: str | None) -> None:
        made = f"with the weights '{kept}'" if kept else "without weights"
        wants = f"the weights '{asked}'" if asked else "none"
        super().__init__(
            f"These sums were made {made} and the model asks for {wants}. Fit the model to the table instead."
        )


class TooManyLevels(PanelwiseError):
    """A text column with very many values was used as a predictor."""

    def __init__(self, column: str, levels: int, most: int) -> None:
        super().__init__(
            f"'{column}' has {levels:,} different values, and a predictor may have {most:,}. "
            f"If they are stores, customers or similar, group by it instead: (1 | {column})."
        )


class NoRowsLeft(PanelwiseError):
    """Every row has a blank in some column the model uses."""

    def __init__(self, rows: int, blanks: Sequence[tuple[str, int]]) -> None:
        named = listed([f"'{name}' ({count:,} blank)" for name, count in blanks])
        super().__init__(
            f"None of the {rows:,} rows has a value in every column the model uses: {named}. "
            "Leave out the emptiest of these columns."
        )


class ConstantOutcome(PanelwiseError):
    """The outcome has one value only."""

    def __init__(self, column: str, value: float) -> None:
        super().__init__(
            f"'{column}' is {value:g} in every row, or varies by less than rounding, so there is nothing to "
            "explain. Choose another outcome."
        )


class ExplainedExactly(PanelwiseError):
    """Nothing of the outcome is left over for a model to weigh."""

    def __init__(self, outcome: str, by: str) -> None:
        super().__init__(
            f"{by} reproduce '{outcome}' exactly, so nothing is left to learn from. One of them is probably "
            f"made from '{outcome}' or equals it: leave it out, or choose another outcome."
        )


class StillOutcome(PanelwiseError):
    """The outcome is a fact about the group, repeated on each of its rows."""

    def __init__(self, outcome: str, group: str) -> None:
        super().__init__(
            f"'{outcome}' never changes within a value of '{group}', so each group has one figure and "
            "nothing to learn a spread from. Choose an outcome that moves, or group by something coarser."
        )


class ExtremeUnits(PanelwiseError):
    """A column in units that arithmetic cannot hold."""

    def __init__(self, column: str, spread: float) -> None:
        super().__init__(
            f"'{column}' varies by {spread:.0e}, which is beyond what can be computed with. "
            "Give it in other units, such as thousands or millions."
        )


class FarFromZero(PanelwiseError):
    """A slope about zero of a column that never comes near zero."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"'{column}' stays so far from zero next to how much it varies that its slope and the groups' "
            f"levels cannot be kept apart. Write center({column}) instead, or let the two be related."
        )


class ConstantSlope(PanelwiseError):
    """A slope was to differ between groups for a predictor that never varies."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"'{column}' has one value in all rows, so its effect cannot differ between groups. "
            "Take it out of the slopes that differ."
        )


class SlopesAlike(PanelwiseError):
    """Effects were to differ between groups for columns of which one follows from the others."""

    def __init__(self, columns: list[str], factor: str) -> None:
        named = listed([f"'{name}'" for name in columns])
        super().__init__(
            f"Of {named} one follows from the others on every row, so how "
            f"each one's effect differs between the values of '{factor}' cannot be told. Let fewer of them "
            "differ."
        )


class NameClash(PanelwiseError):
    """A column has the name that another part of the model, or of its tables, goes by.

    `beside` says what the tables of groups call so; without it, two terms of the model share the name.
    """

    def __init__(self, name: str, beside: str = "") -> None:
        clash = (
            f"'{name}' is a column of this model, and the tables of groups use the same name for {beside}."
            if beside
            else f"Two different parts of this model would both be called '{name}'."
        )
        super().__init__(f"{clash} Rename the column '{name}' in the file, and load it again.")


class CountedTwice(PanelwiseError):
    """A predictor already gives every group what its grouping would give again.

    `term` is the slope that both give; without it, both give each group a level.
    """

    def __init__(self, predictor: str, group: str, term: str = "") -> None:
        what = f"response to '{term}'" if term else "level"
        super().__init__(
            f"The predictor '{predictor}' already gives every value of '{group}' a {what} of its own, and "
            f"grouping by '{group}' would do so again: these differences would be counted twice. Take "
            f"'{predictor}' out of the predictors, or group by another column."
        )


class OneGroup(PanelwiseError):
    """The grouping column has a single level."""

    def __init__(self, column: str, level: str) -> None:
        super().__init__(
            f"'{column}' has one value only ('{level}'), so there are no groups to compare. "
            "Choose a column that tells stores, regions or customers apart."
        )


class TooFewRows(PanelwiseError):
    """Fewer rows than numbers to estimate."""

    def __init__(self, rows: int, needed: int) -> None:
        super().__init__(
            f"The model estimates {needed:,} numbers and only {rows:,} complete rows are left. "
            "Use fewer predictors, or add rows."
        )


class OneRowPerGroup(PanelwiseError):
    """Group effects and noise cannot be told apart."""

    def __init__(self, column: str, groups: int, rows: int, effects: int) -> None:
        what = "has one row only" if rows == groups else "has too few rows"
        super().__init__(
            f"Every value of '{column}' {what} ({rows:,} rows, {groups:,} groups, {effects} "
            f"{'effect' if effects == 1 else 'effects'} each), so a group's own effect cannot be told from "
            "noise. Group by something that repeats, or let fewer slopes differ."
        )


class MissingColumns(PanelwiseError):
    """Kept moments do not hold what another formula needs."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"The kept sums have no column for: {listed(names)}. Read the rows again for this formula."
        )
        self.names = tuple(names)


def _times(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _hold(count: int) -> str:
    return "1 row holds" if count == 1 else f"{count:,} rows hold"


class NotTwoValued(PanelwiseError):
    """A yes/no outcome that has more than two values."""

    def __init__(self, column: str, values: Sequence[str]) -> None:
        super().__init__(
            f"A yes/no outcome has two values, and '{column}' has more: {listed(values, 5)}. Choose another "
            "outcome, or another kind: counts, amounts, or numbers around an average. Where it counts "
            "successes, say out of how many, as in 'bought | trials(visits)'."
        )


class NotCounts(PanelwiseError):
    """A column of counts holds something else."""

    def __init__(self, column: str, what: str, count: int, first_row: int, value: float) -> None:
        super().__init__(
            f"'{column}' is used as {what}, a whole number from 0, and {_hold(count)} something else, "
            f"first row {first_row:,} ({value:g}). Correct the cells, or choose another kind of outcome."
        )


class NotPositive(PanelwiseError):
    """A column of amounts above zero holds something else."""

    def __init__(self, column: str, count: int, first_row: int, value: float) -> None:
        super().__init__(
            f"'{column}' is explained as an amount above zero, and {_hold(count)} zero or less, first "
            f"row {first_row:,} ({value:g}). Leave those rows out, or choose another kind of outcome."
        )


class NextToNothing(PanelwiseError):
    """A column of amounts above zero holds some that are rounding beside the others."""

    def __init__(self, column: str, count: int, first_row: int, value: float) -> None:
        super().__init__(
            f"'{column}' is explained as an amount above zero, and {_hold(count)} next to nothing beside the "
            f"others, first row {first_row:,} ({value:g}): on a scale of ratios nothing else would count. "
            "Leave those rows out, or choose another kind of outcome."
        )


class FewerTrials(PanelwiseError):
    """More successes than trials."""

    def __init__(
        self, column: str, trials: str, count: int, first_row: int, won: float, tried: float
    ) -> None:
        super().__init__(
            f"'{column}' exceeds '{trials}' in {_times(count)}, first in row {first_row:,} ({won:g} of "
            f"{tried:g}). Correct the cells, or choose the column that counts every trial."
        )


class NoTrials(PanelwiseError):
    """Nothing was tried."""

    def __init__(self, trials: str) -> None:
        super().__init__(f"'{trials}' is zero in every row: nothing was tried. Choose another column.")


class NoneOrAll(PanelwiseError):
    """An outcome that is the same in every row."""

    def __init__(self, column: str, answer: str, count: int) -> None:
        super().__init__(
            f"'{column}' is {answer} in all {count:,} cases, so there is nothing to explain: no predictor or "
            "group can make a difference. Choose another outcome, or rows where both occur."
        )


class UnseenValues(PanelwiseError):
    """A text predictor has values the model has never met."""

    def __init__(self, column: str, found: list[str], known: tuple[str, ...]) -> None:
        super().__init__(
            f"The model has not met these values of '{column}': {listed(found)}. It knows: {listed(known)}. "
            "Correct them, leave those rows out, or fit the model to rows that have them."
        )


class UnmetMeans(PanelwiseError):
    """New rows of groups whose mean `within` or `between` has never learned."""

    def __init__(self, term: str, group: str, found: list[str]) -> None:
        super().__init__(
            f"{term} needs what each value of '{group}' is on average, and the model has not met these: "
            f"{listed(found)}. Leave those rows out, or fit the model to rows that have them."
        )
