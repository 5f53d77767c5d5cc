"""The interval of a correlation of group differences: wide without them, narrow where they are plain."""

import numpy as np
import pandas as pd
import pytest

import core
from core.result.correlated import correlation_interval
from core.result.ellipse import correlation_at_average

TERMS = ("(Intercept)", "x")


def _panel(rho: float, family: str) -> pd.DataFrame:
    """60 groups of 40 rows whose baselines and slopes (SD 0.5) go together by `rho`."""
    rng = np.random.default_rng(11)
    g = np.repeat(np.arange(60), 40)
    both = rng.multivariate_normal([0, 0], 0.25 * np.array([[1, rho], [rho, 1]]), 60)
    x = rng.normal(size=2400)
    eta = 1.0 + both[g, 0] + (0.3 + both[g, 1]) * x
    y = rng.poisson(np.exp(eta)) if family == "poisson" else eta + rng.normal(size=2400)
    return pd.DataFrame({"g": [f"g{k}" for k in g], "x": x, "y": y})


@pytest.mark.parametrize("family", ["gaussian", "poisson"])
@pytest.mark.parametrize(("rho", "told"), [(0.0, False), (0.8, True)])
def test_a_correlation_is_told_where_there_is_one(rho: float, told: bool, family: str) -> None:
    side = core.fit(_panel(rho, family), "y ~ x + (1 + x | g)", family=family).linear.sides["g"]
    low, high = correlation_interval(side, TERMS, 0.95)
    assert low < correlation_at_average(side, TERMS) < high
    assert low - 0.1 < rho < high + 0.1  # 60 groups know a correlation to about (1 - rho^2) / sqrt(60)
    assert (low > 0) == told
    assert high - low == pytest.approx(4 * (1 - rho**2) / np.sqrt(60), rel=0.6)
