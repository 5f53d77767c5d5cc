"""What cannot be ranked: groups inside others, and predictors that never move within a group."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.errors import InnerGrouping, NeverMoves


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    store = np.repeat(np.arange(24), 25)
    region, n = store // 6, len(store)
    x, size = rng.gamma(4.0, 0.5, n), rng.standard_normal(24)[store]
    slope = 0.8 + np.array([-0.4, -0.1, 0.1, 0.4])[np.arange(24) // 6] + rng.normal(0, 0.1, 24)
    y = 10 + rng.standard_normal(24)[store] + slope[store] * x + rng.standard_normal(n)
    names = {"region": [f"r{k}" for k in region], "store": [f"s{k:02d}" for k in store]}
    return pd.DataFrame({"y": y, "x": x, "size": size, **names})


def test_groups_inside_others_whose_slope_differs_too_are_not_ranked_across_them() -> None:
    fit = core.fit(panel(), "y ~ x + (1 + x | region/store)")
    with pytest.raises(InnerGrouping, match="how each differs from its 'region'"):
        core.tiers(fit, "x", factor="region:store")
    assert core.tiers(fit, "x", factor="region", n_tiers=2).factor == "region"
    alone = core.fit(panel(), "y ~ x + (1 | region) + (1 + x | store)")
    assert core.tiers(alone, "x").factor == "store"


def test_a_predictor_that_never_moves_within_groups_ranks_nothing() -> None:
    fit = core.fit(panel(), "y ~ x + size + (1 + size | store)")
    with pytest.raises(NeverMoves, match="'size' never changes within a value of 'store'"):
        core.tiers(fit, "size")
