"""Effects that an interaction bends, at the average of their partner."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.effects import chain_at_average
from core.result.mains_at_average import mains_at_average

RNG = np.random.default_rng(4)
FRAME = pd.DataFrame({"g": np.repeat([f"g{i}" for i in range(12)], 20)})
FRAME["x"], FRAME["w"] = RNG.normal(3, 1, 240), RNG.normal(5, 2, 240)
FRAME["y"] = 2 * FRAME["x"] - 0.5 * FRAME["x"] * FRAME["w"] + RNG.normal(size=240)
FRAME["y"] += np.repeat(RNG.normal(size=12), 20) * FRAME["x"]


def test_they_are_the_effects_of_a_fit_with_centred_partners() -> None:
    found = mains_at_average(core.fit(FRAME, "y ~ x*w + (1 + x | g)").linear, 0.95)
    assert list(found.index) == ["x", "w"]
    for name, other in (("x", "w"), ("w", "x")):
        moved = FRAME.assign(**{other: FRAME[other] - FRAME[other].mean()})
        row = core.fit(moved, "y ~ x*w + (1 + x | g)").fixed_effects.loc[name]
        if (
            name == "x"
        ):  # moving x itself moves where the groups' baselines are read, and so the model's optimum
            assert found.loc[name, "std_error"] == pytest.approx(row["std_error"], rel=1e-3)
        assert found.loc[name, "estimate"] == pytest.approx(row["estimate"], rel=1e-3)


def test_a_varying_term_is_read_as_its_groups_are() -> None:
    linear = core.fit(FRAME, "y ~ x*w + (1 + x | g)").linear
    pd.testing.assert_series_equal(
        mains_at_average(linear, 0.95).loc["x"], chain_at_average(linear, 0.95).loc["x"]
    )


def test_without_interactions_there_are_none() -> None:
    assert mains_at_average(core.fit(FRAME, "y ~ x + w + (1 | g)").linear, 0.95).empty
