"""Priors: what is thought likely before the data speak, in the data's own units."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite, nan
from numbers import Real

from core.errors import PanelwiseError


class Shape(StrEnum):
    """How a standard deviation, which cannot be negative, is thought to be spread over its values."""

    HALF_STUDENT_T = "half Student t"
    HALF_NORMAL = "half normal"
    EXPONENTIAL = "exponential"


class BadPrior(PanelwiseError):
    """A prior whose numbers make no distribution."""

    def __init__(self, what: str, value: object, wanted: str) -> None:
        super().__init__(f"A prior's {what} cannot be {_shown(value)}. Give {wanted}.")


@dataclass(frozen=True, slots=True)
class Normal:
    """Of a fixed effect: normal around `mean` with SD `sd`. An infinite `sd` says nothing beforehand.

    Raises BadPrior.
    """

    mean: float = 0.0
    sd: float = inf

    def __post_init__(self) -> None:
        mean, sd = _number(self.mean), _number(self.sd)
        if not isfinite(mean):
            raise BadPrior("mean", self.mean, "a number, such as 0")
        if not sd > 0:
            raise BadPrior("SD", self.sd, "a number above 0, or infinity for a prior that says nothing")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "sd", sd)


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
        given = (("scale", "scale", self.scale), ("df", "number of degrees of freedom", self.df))
        for field, what, number in given:
            value = _number(number)
            if not isfinite(value) or not value > 0:
                raise BadPrior(what, number, "a number above 0")
            object.__setattr__(self, field, value)


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
        lkj = _number(self.lkj)
        if not isfinite(lkj) or not lkj > 0:
            raise BadPrior("LKJ shape", self.lkj, "a number above 0; 1 takes all correlations alike")
        object.__setattr__(self, "lkj", lkj)
        if not _pairs(self.fixed, Normal) or not all(isinstance(term, str) for term, _ in self.fixed):
            raise BadPrior("list of fixed effects", self.fixed, 'pairs such as ("price", Normal(0, 1))')
        if not _pairs(self.spread, Spread) or not all(_is_effect(pair) for pair, _ in self.spread):
            wanted = 'pairs such as (("store", "price"), Spread(1))'
            raise BadPrior("list of SDs between groups", self.spread, wanted)
        if self.sigma is not None and not isinstance(self.sigma, Spread):
            raise BadPrior("residual SD", self.sigma, "a Spread, such as Spread(1)")
        if not isinstance(self.at_zero, bool):
            raise BadPrior("at_zero", self.at_zero, "True or False")


def _pairs(given: object, kind: type) -> bool:
    return isinstance(given, tuple) and all(
        isinstance(one, tuple) and len(one) == 2 and isinstance(one[1], kind) for one in given
    )


def _is_effect(pair: object) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(name, str) for name in pair)


def _number(value: object) -> float:
    """A number as a float; NaN for anything else, and for one too large."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return nan
    try:
        return float(value)
    except OverflowError:
        return nan


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python does not write numbers of thousands of digits
        return "so large a number"
    return text if len(text) <= 60 else text[:59] + "…"
