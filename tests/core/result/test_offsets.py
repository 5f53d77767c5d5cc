"""What is said of groups does not depend on where a predictor's zero is."""

import numpy as np
import pandas as pd
import pytest

import core


@pytest.mark.parametrize("offset", [1e3, 1e6, 1e8])
def test_shares_do_not_depend_on_a_predictors_zero(offset: float) -> None:
    rng = np.random.default_rng(2)
    g = np.repeat(np.arange(12), 12)
    x, own = rng.standard_normal(len(g)), rng.standard_normal((12, 2))
    y = 1 + x + own[g, 0] + 0.6 * own[g, 1] * x + rng.standard_normal(len(g))
    frame = pd.DataFrame({"y": y, "x": x, "g": g.astype(str)})
    near, far = (core.fit(f, "y ~ x + (1 + x | g)") for f in (frame, frame.assign(x=x + offset)))
    # x + 1e8 keeps eight digits of x.
    assert far.icc().adjusted == pytest.approx(near.icc().adjusted, rel=1e-6)
    assert far.r_squared().marginal == pytest.approx(near.r_squared().marginal, rel=1e-6)
