"""Priors: what is thought likely before the data speak, in the data's own units."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite

from core.errors import PanelwiseError


class Shape(StrEnum):
    """How a standard deviation, which cannot be negative, is thought to be spread over its values."""

    HALF_STUDENT_T = "half Student t"
    HALF_NORMAL = "half normal"
    EXPONENTIAL = "exponential"


class BadPrior(PanelwiseError):
    """A prior whose numbers make no distribution."""

    def __init__(self, what: str, value: object, wanted: str) -> None:
        super().__init__(f"A prior's {what} cannot be {value!r}. Give {wanted}.")


@dataclass(frozen=True, slots=True)
class Normal:
    """Of a fixed effect: normal around `mean` with SD `sd`. An infinite `sd` says nothing beforehand.

    Raises BadPrior.
    """

    mean: float = 0.0
    sd: float = inf

    def __post_init__(self) -> None:
        if not _is_number(self.mean) or not isfinite(self.mean):
            raise BadPrior("mean", self.mean, "a number, such as 0")
        if not _is_number(self.sd) or not self.sd > 0:
            raise BadPrior("SD", self.sd, "a number above 0, or infinity for a prior that says nothing")


@dataclass(frozen=True, slots=True)
class Spread:
    """Of an SD: `scale` is the t's or normal's own scale, or the exponential's mean; `df` is the t's.

    Raises BadPrior.
    """

    scale: float
    shape: Shape = Shape.HALF_STUDENT_T
    df: float = 3.0

    def __post_init__(self) -> None:
        if not isinstance(self.shape, Shape):
            raise BadPrior("shape", self.shape, f"one of {', '.join(str(shape) for shape in Shape)}")
        for what, value in (("scale", self.scale), ("number of degrees of freedom", self.df)):
            if not _is_number(value) or not isfinite(value) or not value > 0:
                raise BadPrior(what, value, "a number above 0")


@dataclass(frozen=True, slots=True)
class Priors:
    """Priors of a model; what is left out takes its default from the data's scale.

    `fixed`: by term, each read where all other predictors are at their average: that of "(Intercept)" is of
    the level there, that of x beside x:w of its effect at the average w. That changes with neither centring
    nor units. With `at_zero` they are of the coefficients as written, where every predictor is 0. `spread`:
    of the SD between groups, by grouping and term ("(Intercept)": of the groups' levels at average predictors
    where baseline and slopes go together). `sigma`: of the residual SD. `lkj`: of correlations, density
    |R|^(lkj - 1); 1 takes all alike, more draws them towards 0 (Lewandowski, Kurowicka, Joe 2009). Raises
    BadPrior.
    """

    fixed: tuple[tuple[str, Normal], ...] = ()
    spread: tuple[tuple[tuple[str, str], Spread], ...] = ()
    sigma: Spread | None = None
    lkj: float = 2.0
    at_zero: bool = False

    def __post_init__(self) -> None:
        if not _is_number(self.lkj) or not isfinite(self.lkj) or not self.lkj > 0:
            raise BadPrior("LKJ shape", self.lkj, "a number above 0; 1 takes all correlations alike")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
