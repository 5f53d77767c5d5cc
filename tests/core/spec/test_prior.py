"""Priors are values: checked when made, written and read without guessing."""

from collections.abc import Callable
from math import inf, nan

import numpy as np
import pandas as pd
import pytest

import core
from core.spec.prior import BadPrior, Normal, Priors, Shape, Spread
from core.spec.prior_json import priors_from_json, priors_to_json
from core.spec.strict import SpecFileError

FULL = Priors(
    fixed=(("(Intercept)", Normal(16.8, inf)), ("a 'b'", Normal(-1.5, 0.2))),
    spread=((("g:h", "(Intercept)"), Spread(3.0)), (("g:h", "x"), Spread(0.1, Shape.EXPONENTIAL, 7.0))),
    sigma=Spread(2.5, Shape.HALF_NORMAL),
    lkj=1.0,
    at_zero=True,
)


@pytest.mark.parametrize("priors", [Priors(), FULL])
def test_json_gives_back_what_was_written(priors: Priors) -> None:
    assert priors_from_json(priors_to_json(priors)) == priors


@pytest.mark.parametrize("sd", [0.0, -1.0, nan, "2", True])
def test_normal_needs_an_sd(sd: object) -> None:
    with pytest.raises(BadPrior, match="SD cannot be"):
        Normal(0.0, sd)  # type: ignore[arg-type]


@pytest.mark.parametrize("mean", [inf, nan, None])
def test_normal_needs_a_mean(mean: object) -> None:
    with pytest.raises(BadPrior, match="mean cannot be"):
        Normal(mean, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("scale", "df"), [(0.0, 3.0), (inf, 3.0), (1.0, 0.0), (1.0, nan)])
def test_spread_needs_numbers_above_zero(scale: float, df: float) -> None:
    with pytest.raises(BadPrior, match="number above 0"):
        Spread(scale, Shape.HALF_STUDENT_T, df)


def test_lkj_needs_a_shape_above_zero() -> None:
    with pytest.raises(BadPrior, match="LKJ"):
        Priors(lkj=0.0)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[]", "priors"),
        ("{", "priors"),
        ('{"fixed": [], "spread": [], "sigma": null, "lkj": 2}', "at_zero"),
        ('{"fixed": [["x"]], "spread": [], "sigma": null, "lkj": 2, "at_zero": false}', r"priors.fixed\[0\]"),
        (
            '{"fixed": [["x", {"mean": 0, "sd": -1}]], "spread": [], "sigma": null, "lkj": 2, '
            '"at_zero": false}',
            "SD cannot be",
        ),
        (
            '{"fixed": [], "spread": [], "sigma": {"scale": 1, "shape": "cauchy", "df": 1}, "lkj": 2, '
            '"at_zero": false}',
            "priors.sigma.shape",
        ),
        ('{"fixed": [], "spread": [], "sigma": null, "lkj": "2", "at_zero": false}', "priors.lkj"),
        ("[" * 100_000, "priors"),
    ],
)
def test_faults_are_named_with_their_place(text: str, where: str) -> None:
    with pytest.raises(SpecFileError, match=where):
        priors_from_json(text)


def test_numbers_of_numpy_are_numbers_and_kept_plain() -> None:
    for one in (Normal(np.int64(5), np.float64(2.0)), Normal(5, 2)):
        assert one == Normal(5.0, 2.0) and type(one.mean) is float and type(one.sd) is float
    assert type(Spread(np.int64(3)).scale) is float and type(Priors(lkj=np.int64(1)).lkj) is float


@pytest.mark.parametrize(
    "make",
    [
        lambda: Normal(10**400, 1),
        lambda: Normal(0, 10**5000),
        lambda: Spread(10**400),
        lambda: Priors(lkj=10**400),
        lambda: Priors(fixed={"x": Normal()}),  # type: ignore[arg-type]
        lambda: Priors(fixed=(("x", 1.0),)),  # type: ignore[arg-type]
        lambda: Priors(spread=(("g", Spread(1.0)),)),  # type: ignore[arg-type]
        lambda: Priors(sigma=2.0),  # type: ignore[arg-type]
        lambda: Priors(at_zero=1),  # type: ignore[arg-type]
        lambda: Priors(lkj="2"),  # type: ignore[arg-type]
    ],
)
def test_wrong_things_are_refused_with_a_sentence(make: Callable[[], object]) -> None:
    with pytest.raises(BadPrior, match="Give "):
        make()


def test_fits_refuse_priors_that_are_none() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "x": [1.0, 2.0, 3.0, 5.0]})
    with pytest.raises(BadPrior, match=r"core\.Priors"):
        core.fit(frame, "y ~ x", "posterior", priors={"x": 1})  # type: ignore[arg-type]


@pytest.mark.parametrize("lkj", ["1e999", "1" * 400, "1" * 5000, "NaN"])
def test_json_numbers_are_finite(lkj: str) -> None:
    with pytest.raises(SpecFileError):
        priors_from_json(priors_to_json(Priors()).replace("2.0", lkj))


def test_json_says_each_prior_once() -> None:
    for twice in (Priors(fixed=FULL.fixed * 2), Priors(spread=FULL.spread * 2)):
        with pytest.raises(SpecFileError, match="twice"):
            priors_from_json(priors_to_json(twice))
