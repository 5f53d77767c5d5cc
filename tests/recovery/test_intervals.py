"""Coverage of bootstrap and profile intervals on small panels: 8 groups of 12 rows, effects that are known.

What is asserted is what the docstrings say: with so few groups the bootstrap of an SD is too sure, and the
profile is not. Bands are three binomial errors of 240 panels around figures that an earlier, separate run of
300 panels gave; a change of method that moves coverage leaves them.
"""

import numpy as np
import pandas as pd
import pytest

import core

PANELS, GROUPS, ROWS = 240, 8, 12
EFFECTS = {"x": 1.0, "m": 0.5}
SDS = (0.8, 0.5)


def small_panel(seed: int) -> pd.DataFrame:
    """Returns 8 groups whose baselines (SD 0.8) and slopes of x (SD 0.5) differ; m is their own trait."""
    rng = np.random.default_rng([31, seed])
    g = np.repeat(np.arange(GROUPS), ROWS)
    x, m = rng.standard_normal(len(g)), rng.standard_normal(GROUPS)[g]
    u = rng.standard_normal((GROUPS, 2)) * SDS
    y = 1 + x + 0.5 * m + u[g, 0] + u[g, 1] * x + rng.standard_normal(len(g))
    return pd.DataFrame({"y": y, "x": x, "m": m, "g": g.astype(str)})


def held(made: core.Bootstrap | core.Profile) -> list[bool]:
    """Whether the intervals of the two effects, the two SDs and the residual SD hold the truth."""
    effects, parts = made.fixed_effects, made.variance_components
    sds = parts[parts["measure"] == "sd"]
    truth = (*SDS, 1.0)
    return [
        *(effects.loc[name, "low"] <= value <= effects.loc[name, "high"] for name, value in EFFECTS.items()),
        *(low <= value <= high for low, high, value in zip(sds["low"], sds["high"], truth, strict=True)),
    ]


@pytest.mark.slow
def test_intervals_of_eight_groups_hold_the_truth_as_often_as_said() -> None:
    boot, likely = [], []
    for seed in range(PANELS):
        fit = core.fit(small_panel(seed), "y ~ x + m + (1 + x | g)")
        boot.append(held(core.bootstrap(fit, 600, seed)))
        likely.append(held(core.profile(fit)))
    names = ["x", "m", "sd of baselines", "sd of slopes", "residual sd"]
    covered = pd.DataFrame(
        {"bootstrap": np.mean(boot, axis=0), "profile": np.mean(likely, axis=0)}, index=names
    )
    # Three binomial errors of 240 at 95 % are 4 points, at 85 % 7 points.
    said = pd.DataFrame(
        {"bootstrap": [0.95, 0.97, 0.84, 0.85, 0.93], "profile": [0.97, 0.95, 0.96, 0.92, 0.95]}, index=names
    )
    error = 3 * np.sqrt(said * (1 - said) * (1 / PANELS + 1 / 300))
    assert ((covered - said).abs() <= error).all(axis=None), covered
