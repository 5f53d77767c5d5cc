"""What can be ranked: groups inside others by their whole slope, none by what never moves in a group."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.errors import InnerGrouping, NeverMoves
from core.result.nested import nested_at_average, parents


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    store = np.repeat(np.arange(24), 25)
    region, n = store // 6, len(store)
    x, size = rng.gamma(4.0, 0.5, n), rng.standard_normal(24)[store]
    slope = 0.8 + np.array([-0.4, -0.1, 0.1, 0.4])[np.arange(24) // 6] + rng.normal(0, 0.1, 24)
    y = 10 + rng.standard_normal(24)[store] + slope[store] * x + rng.standard_normal(n)
    names = {"region": [f"r{k}" for k in region], "store": [f"s{k:02d}" for k in store]}
    return pd.DataFrame({"y": y, "x": x, "size": size, **names})


def test_groups_inside_others_are_ranked_by_their_whole_slope() -> None:
    frame = panel()
    fit = core.fit(frame, "y ~ x + (1 + x | region/store)")
    found = core.tiers(fit, "x", factor="region:store", seed=1)
    draws, up = fit.draws(4000, seed=2), parents(fit.linear, "region:store", "region")
    place = draws.terms["region:store"].index("x")
    fixed = draws.fixed[:, list(fit.fixed_effects.index).index("x")][:, None]
    whole = draws.groups["region:store"][:, :, place] + draws.groups["region"][:, up, place] - fixed
    rank = (-whole).argsort(axis=1).argsort(axis=1).mean(axis=0) + 1
    levels = fit.linear.sides["region:store"].moments.levels[0]
    # 2,000 and 4,000 draws: a mean rank of 24, whose draws spread by up to 7, to 0.2.
    np.testing.assert_allclose(found.table.loc[list(levels), "rank"], rank, atol=0.7)
    known, _ = nested_at_average(fit.linear, "region:store", 0.95)
    np.testing.assert_allclose(found.table.loc[known.index, "pooled"], known["x"], rtol=1e-12)
    # The truth: the last region's stores respond most, the first region's least.
    assert found.table.index[:3].str.startswith("r3").all()
    assert found.table.index[-3:].str.startswith("r0").all()
    assert core.tiers(fit, "x", factor="region", n_tiers=2).factor == "region"


def test_groups_that_take_their_outer_groups_slope_are_not_ranked() -> None:
    rng = np.random.default_rng(5)
    frame = panel()
    slope = np.array([0.2, 0.6, 1.0, 1.4])[frame["region"].str[1].astype(int)]
    noise = rng.standard_normal(25)  # the same in every store
    frame["x"] = np.tile(rng.gamma(4.0, 0.5, 25), 24)
    frame["y"] = slope * frame["x"] + np.tile(noise, 24)
    fit = core.fit(frame, "y ~ x + (1 + x | region/store)")
    with pytest.raises(InnerGrouping, match="each has that of its 'region'"):
        core.tiers(fit, "x", factor="region:store")
    alone = core.fit(panel(), "y ~ x + (1 | region) + (1 + x | store)")
    assert core.tiers(alone, "x").factor == "store"


def test_a_predictor_that_never_moves_within_groups_ranks_nothing() -> None:
    fit = core.fit(panel(), "y ~ x + size + (1 + size | store)")
    with pytest.raises(NeverMoves, match="'size' never changes within a value of 'store'"):
        core.tiers(fit, "size")
