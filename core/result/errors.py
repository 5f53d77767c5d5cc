"""Requests that a fit cannot answer."""

from collections.abc import Sequence

from core.errors import PanelwiseError, did_you_mean, listed
from core.fit.along import Fitted
from core.fit.generalised import Generalised
from core.fit.posterior import Posterior
from core.fit.rows_posterior import RowsPosterior


class NoGroups(PanelwiseError):
    """Something by group was asked of a model without groups."""

    def __init__(self) -> None:
        super().__init__("This model has no groups to draw apart. Choose a grouping on the Model page.")


class NotSearched(PanelwiseError):
    """Something that belongs to fits by REML or ML was asked of a posterior."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(
            f"{what} belongs to fits by REML or ML, and this is a posterior. {instead}, or fit the model "
            'with method="reml".'
        )


class NotPosterior(PanelwiseError):
    """Something that belongs to posteriors was asked of a fit by REML or ML."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} belong to a posterior, and this fit has no priors. Fit the model with "
            'method="posterior".'
        )


class NotGaussian(PanelwiseError):
    """Something that rests on sums of rows was asked of a model of yes/no, counts or amounts."""

    def __init__(self, what: str, instead: str) -> None:
        super().__init__(
            f"{what} belongs to models of numbers around an average, and this one explains yes or no, counts "
            f"or amounts. {instead}."
        )


class NotGeneralised(PanelwiseError):
    """Something that belongs to models of yes/no, counts or amounts was asked of a Gaussian one."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} belong to models of yes or no, counts or skewed amounts, and this one explains numbers "
            "around an average. Its residuals themselves serve: core.residuals."
        )


def check_gaussian(fitted: Fitted, what: str, instead: str) -> None:
    """Raises NotGaussian of a generalised model."""
    if isinstance(fitted, Generalised | RowsPosterior):
        raise NotGaussian(what, instead)


def check_searched(fitted: Fitted, what: str, instead: str) -> None:
    """Raises NotSearched of a posterior, NotGaussian of a generalised model."""
    check_gaussian(fitted, what, "Read the intervals of the fit, or fit the Bayesian model")
    if isinstance(fitted, Posterior):
        raise NotSearched(what, instead)


class UnknownTerm(PanelwiseError):
    """A line was asked on something that is not a predictor of the model."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        has = f"It has: {listed(known)}." if known else "It has none: add one on the Model page."
        super().__init__(f"The model has no predictor called '{asked}'. {did_you_mean(asked, known)}{has}")


class UnknownLevel(PanelwiseError):
    """A group was asked for that the model has not seen."""

    def __init__(self, asked: str, by: str, known: Sequence[str]) -> None:
        super().__init__(
            f"No value of '{by}' is called '{asked}' in the rows of this model. "
            f"{did_you_mean(asked, known)}It has: {listed(known)}."
        )


class CrossedResampled(PanelwiseError):
    """A bootstrap of a model whose groupings do not lie in one another."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"The model groups rows by {listed(names)}, none of which holds the others whole: drawing groups "
            "of one would tear those of the others apart. Use profile intervals instead."
        )


class UnknownKind(PanelwiseError):
    """A kind of bootstrap interval that does not exist."""

    def __init__(self, kind: object, kinds: tuple[str, ...]) -> None:
        super().__init__(f"No bootstrap interval is called {kind!r}. Use one of: {', '.join(kinds)}.")


class UnknownGrouping(PanelwiseError):
    """Something by group was asked of a grouping the model does not have."""

    def __init__(self, asked: object, known: Sequence[str]) -> None:
        super().__init__(
            f"This model does not group by '{asked}'. {did_you_mean(str(asked), known)}"
            f"It groups by: {listed(known)}."
        )
