"""Tests on quantile residuals of right models reject as often as they say, with few rows a group too."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.bell import bell
from core.result.bends import bend
from core.result.homogeneity import spread_along_fitted
from core.result.quantile_residuals import quantile_residuals

PANELS = 80


@pytest.mark.slow
@pytest.mark.parametrize("family", ["binomial", "poisson", "negative_binomial", "gamma"])
@pytest.mark.parametrize(("groups", "each"), [(8, 25), (20, 10), (200, 4)])
def test_size_is_near_one_in_twenty(family: str, groups: int, each: int) -> None:
    """Of shape, spread along fitted values and bends. 5 % of 80 panels errs by 2.4 points; D'Agostino's test
    itself rejects up to 7 % of normal samples of some hundred.
    """
    p = np.array([_chances(family, groups, each, seed) for seed in range(PANELS)])
    assert ((p < 0.05).mean(axis=0) <= 0.15).all()
    assert (p < 0.05).mean() >= 0.02


def _chances(family: str, groups: int, each: int, seed: int) -> tuple[float, float, float]:
    rng = np.random.default_rng([seed, groups])
    g, x = np.repeat(np.arange(groups), each), rng.normal(size=groups * each)
    eta = 0.3 * x + rng.normal(0, 0.7, groups)[g]
    tried, mu = rng.integers(3, 12, len(g)), 2 * np.exp(eta)
    y = {
        "binomial": lambda: rng.binomial(tried, 1 / (1 + np.exp(-eta))),
        "poisson": lambda: rng.poisson(mu),
        "negative_binomial": lambda: rng.negative_binomial(1.5, 1.5 / (1.5 + mu)),
        "gamma": lambda: rng.gamma(1.2, mu / 1.2),
    }[family]()
    table = core.read_table(pd.DataFrame({"g": [f"g{k:03d}" for k in g], "x": x, "t": tried, "y": y}))
    outcome = "y | trials(t)" if family == "binomial" else "y"
    found = quantile_residuals(core.fit(table, f"{outcome} ~ x + (1 | g)", family=family), table, seed=seed)
    left = found.residuals
    shape, trend, bent = (
        bell(left.standardised),
        spread_along_fitted(left),
        bend(found.eta, left.standardised),
    )
    assert shape.p_value is not None
    assert trend is not None
    assert bent is not None
    return shape.p_value, trend.p_value, bent.p_value
