"""Intervals of SDs between groups: of draws, where no predictor moves what is read, those of the table."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.spread_intervals import residual_interval, spreads_at_average

RNG = np.random.default_rng(5)
GROUP = np.repeat(np.arange(15), 12)
X = RNG.normal(20.0, 1.0, 180)
FRAME = pd.DataFrame(
    {
        "g": GROUP.astype(str),
        "x": X,
        "centred": X - X.mean(),
        "y": RNG.normal(0, 2, 15)[GROUP] + RNG.normal(1, 0.5, 15)[GROUP] * (X - 20) + RNG.normal(0, 1, 180),
    }
)


def test_of_a_slope_and_the_residual_they_are_those_of_the_table() -> None:
    fit = core.fit(FRAME, "y ~ x + (1 + x | g)", "posterior", seed=2)
    parts = fit.variance_components.set_index(["group", "term_1", "term_2"])
    found = spreads_at_average(fit.linear.sides["g"], fit.level)
    assert found is not None
    # The same draws by two roads: exact but for rounding.
    assert found[1] == pytest.approx(parts.loc[("g", "x", ""), ["low", "high"]].to_numpy(float), rel=1e-9)
    said = parts.loc[("Residual", "", ""), ["low", "high"]].to_numpy(float)
    assert residual_interval(fit.linear, fit.level) == pytest.approx(said, rel=1e-9)


def test_a_baseline_is_read_at_average_predictors() -> None:
    there = core.fit(FRAME, "y ~ x + (1 + x | g)", "posterior", seed=2)
    here = core.fit(FRAME, "y ~ centred + (1 + centred | g)", "posterior", seed=2)
    at_zero = here.variance_components.iloc[0][["low", "high"]].to_numpy(float)
    found = spreads_at_average(there.linear.sides["g"], there.level)
    assert found is not None
    # One model in two codings, whose priors differ a little: ends of 4,000 draws agree to some percent.
    assert found[0] == pytest.approx(at_zero, rel=0.15)
    # At x = 0, twenty SDs from the data, lines that differ by 0.5 a unit lie some 10 apart instead of 2.
    assert there.variance_components.iloc[0]["sd"] > 2 * found[0][1]


def test_narrower_intervals_lie_inside() -> None:
    fit = core.fit(FRAME, "y ~ x + (1 | g)", "posterior", seed=2)
    wide, narrow = (spreads_at_average(fit.linear.sides["g"], level) for level in (0.95, 0.89))
    assert wide is not None and narrow is not None
    assert wide[0, 0] < narrow[0, 0] < narrow[0, 1] < wide[0, 1]


def test_of_reml_there_are_none() -> None:
    fit = core.fit(FRAME, "y ~ x + (1 | g)")
    assert spreads_at_average(fit.linear.sides["g"], 0.95) is None
    assert residual_interval(fit.linear, 0.95) is None
