"""Tiers of the opposite effect: against the draws with their sign changed, and turned back."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.ranking import Ranking
from core.decide.slope import slope_draws, slope_of
from core.decide.tiers import even_sizes
from core.decide.turned import turned
from tests.core.result.dense import panel

FRAME = panel()


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(FRAME, "y ~ x + w + (1 + w | g)")


def test_it_is_the_ranking_of_the_draws_with_their_sign_changed(fit: core.Fit) -> None:
    sizes = (2, 4, 6)
    found = turned(core.tiers(fit, "w", sizes=sizes[::-1], n_draws=500))
    assert found.sizes == sizes
    draws = slope_draws(fit, "g", slope_of(fit.linear, "w"), 500, 0)
    again, levels = Ranking(-draws), list(fit.linear.moments.levels[0])
    table = found.table.loc[levels]
    # Counts of the same draws: equal but for rounding.
    np.testing.assert_allclose(table["rank"], again.expected, rtol=1e-12)
    np.testing.assert_allclose(table[["p_tier_1", "p_tier_2", "p_tier_3"]], again.chances(sizes), atol=1e-12)
    np.testing.assert_allclose(table["p_positive"], again.p_positive, atol=1e-12)
    assert (table["rank_low"] <= table["rank"]).all() and (table["rank"] <= table["rank_high"]).all()
    assert tuple(found.table["tier"].value_counts().sort_index()) == sizes
    assert found.table["tier"].is_monotonic_increasing
    order = [levels.index(level) for level in found.table.index]
    close = again.p_above(np.array(order)) < 0.8
    pairs = list(zip(found.table.index[:-1], found.table.index[1:], strict=True))
    assert found.ties == tuple(pair for pair, near in zip(pairs, close, strict=True) if near)


def test_turned_twice_is_as_it_was(fit: core.Fit) -> None:
    once = core.tiers(fit, "w", n_tiers=3, n_draws=200)
    twice = turned(turned(once))
    pd.testing.assert_frame_equal(twice.table, once.table, check_exact=False, rtol=1e-12)
    assert (twice.ties, twice.sizes) == (once.ties, once.sizes)
    assert (turned(once).table["low"] <= turned(once).table["pooled"]).all()


def test_sizes_are_as_equal_as_can_be() -> None:
    assert even_sizes(20, 3) == (7, 7, 6)
