"""Priors are values: checked when made, written and read without guessing."""

from math import inf, nan

import pytest

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
