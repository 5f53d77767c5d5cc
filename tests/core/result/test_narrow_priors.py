"""Priors narrower than the digits of the data bear give a sentence or numbers, never NaN or a warning."""

import numpy as np
import pytest

import core
from core.fit.errors import TooNarrow
from core.fit.psis import UnweighableDraws
from core.spec.prior import Normal, Priors, Shape, Spread
from tests.core.result.test_posterior import panel

SLOPES, CROSSED = "y ~ x + (1 + x | g)", "y ~ x + (1 + x | g) + (1 | h)"


def of_x(mean: float, sd: float) -> Priors:
    return Priors(fixed=(("x", Normal(mean, sd)),))


def between(scale: float) -> Priors:
    return Priors(spread=((("g", "x"), Spread(scale, Shape.HALF_NORMAL)),))


@pytest.mark.parametrize("formula", [SLOPES, CROSSED])
@pytest.mark.parametrize(
    "priors",
    [
        of_x(50.0, 1e-8),
        of_x(50.0, 1e-7),
        of_x(1000.0, 1e-6),
        Priors(fixed=(("(Intercept)", Normal(1000.0, 1e-6)),)),
        between(1e-6),
        between(1e-12),
        Priors(sigma=Spread(1e-6, Shape.HALF_NORMAL)),
        Priors(lkj=0.15),
    ],
)
def test_tables_are_numbers_or_a_sentence_says_why_not(formula: str, priors: Priors) -> None:
    try:
        fit = core.fit(panel(), formula, "posterior", priors=priors)
        tables = fit.fixed_effects[["estimate", "std_error", "low", "high"]], fit.group_coefficients["g"]
    except (TooNarrow, UnweighableDraws) as error:
        assert "prior" in str(error)
        return
    assert all(np.isfinite(table.select_dtypes("number")).all(axis=None) for table in tables)
    assert fit.findings()


@pytest.mark.parametrize(
    "priors", [of_x(0.0, 1e-200), of_x(1e300, 1.0), Priors(fixed=(("(Intercept)", Normal(1000.0, 1e-6)),))]
)
def test_a_prior_beyond_the_digits_is_refused_at_once(priors: Priors) -> None:
    with pytest.raises(TooNarrow, match="Widen the narrowest prior"):
        core.posterior(core.fit(panel(), SLOPES), priors=priors)


@pytest.mark.slow
def test_seeds_beyond_64_bits_give_their_lowest() -> None:
    large, small = (core.fit(panel(), "y ~ x + (1 | g)", "nuts", seed=seed) for seed in (2**70 + 3, 3))
    assert large.posterior is not None and small.posterior is not None
    np.testing.assert_array_equal(large.posterior.x, small.posterior.x)
