"""Tiers by enumeration and by plain counting over draws."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.stats import norm

import core
from core.decide.assign import assign
from core.decide.errors import NothingVaries, UnknownSlope
from core.decide.ranking import rank_draws, tier_chances
from core.errors import PanelwiseError
from core.result.raw import raw_coefficients
from tests.core.result.dense import CODES, LEVELS, SIZES, panel

FRAME = panel()
FORMULA = "y ~ x + w + (1 + x + w | g)"


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(FRAME, FORMULA)


@pytest.mark.parametrize("seed", range(20))
def test_assignment_is_the_best_of_all_that_keep_the_sizes(seed: int) -> None:
    """Every assignment of up to six groups is tried. Rounded chances make ties: any best one will do."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 4))
    sizes = tuple(int(size) for size in rng.integers(1, 3, k))
    groups = sum(sizes)
    chances = rng.dirichlet(np.ones(k), groups)
    if seed % 2:
        chances = np.round(chances, 1)
    chosen = assign(chances, sizes)
    assert tuple(np.bincount(chosen, minlength=k)) == sizes
    everyone = np.arange(groups)
    best = max(
        chances[everyone, list(tiers)].sum()
        for tiers in set(itertools.permutations(np.repeat(np.arange(k), sizes)))
    )
    assert chances[everyone, chosen].sum() == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_assignment_of_hundreds_of_groups_is_an_optimal_assignment(seed: int) -> None:
    """Against SciPy's linear assignment, in which every place of a tier is a seat of its own."""
    rng = np.random.default_rng(seed)
    sizes = tuple(int(size) for size in rng.integers(1, 120, int(rng.integers(2, 7))))
    totals = rng.standard_normal(sum(sizes)) + rng.uniform(0.1, 2.0) * rng.standard_normal((300, sum(sizes)))
    chances = tier_chances(rank_draws(totals), sizes)
    seats = np.repeat(chances, sizes, axis=1)
    best = seats[linear_sum_assignment(-seats)].sum()
    chosen = assign(chances, sizes)
    assert tuple(np.bincount(chosen)) == sizes
    assert chances[np.arange(len(chances)), chosen].sum() == pytest.approx(best, abs=1e-9)


def test_ranks_and_chances_are_counts() -> None:
    totals = np.random.default_rng(3).standard_normal((200, 6))
    ranks = rank_draws(totals)
    for draw, rank in zip(totals, ranks, strict=True):
        assert [1 + int((draw > value).sum()) for value in draw] == rank.tolist()
    sizes = (1, 3, 2)
    chances = tier_chances(ranks, sizes)
    np.testing.assert_allclose(chances[:, 0], (ranks == 1).mean(axis=0))
    np.testing.assert_allclose(chances[:, 1], ((ranks > 1) & (ranks <= 4)).mean(axis=0))
    np.testing.assert_allclose(chances.sum(axis=1), 1.0)
    # In every draw one group is in the top tier, three in the middle and two last.
    np.testing.assert_allclose(chances.sum(axis=0), sizes)


def test_the_table_is_made_of_the_draws_and_the_fits_tables(fit: core.Fit) -> None:
    tiers = core.tiers(fit, "w", 3, seed=4, n_draws=500)
    totals = pd.DataFrame(fit.draws(500, 4).groups["g"][:, :, 2], columns=list(LEVELS))
    ranks = totals.rank(axis=1, ascending=False)
    table = tiers.table.loc[list(LEVELS)]
    np.testing.assert_allclose(table["rank"], ranks.mean())
    np.testing.assert_allclose(table["p_positive"], (totals > 0).mean())
    for k, (low, high) in enumerate(((1, 4), (5, 8), (9, 12)), start=1):
        np.testing.assert_allclose(table[f"p_tier_{k}"], ((ranks >= low) & (ranks <= high)).mean())
    # A rank interval holds at least its width, and no end can be drawn in without losing the tail.
    inside = (ranks >= table["rank_low"]) & (ranks <= table["rank_high"])
    assert (inside.mean() >= 0.945).all()
    assert ((ranks < table["rank_low"]).mean() <= 0.03).all()
    assert ((ranks > table["rank_high"]).mean() <= 0.03).all()

    # The exact mean and SD that the draws have but for chance: 500 of them, and 256 sets of variances.
    np.testing.assert_allclose(table["pooled"], totals.mean(), atol=4 * (table["std_error"] / 500**0.5).max())
    np.testing.assert_allclose(table["std_error"], totals.std(), rtol=0.15)
    half = norm.ppf(0.975) * table["std_error"]
    np.testing.assert_allclose(table["low"], table["pooled"] - half, rtol=1e-12)
    np.testing.assert_allclose(table["high"], table["pooled"] + half, rtol=1e-12)
    np.testing.assert_array_equal(table["raw"], raw_coefficients(fit.linear)["w"])
    chain = fit.fixed_effects.loc["w", "estimate"]
    kept = ((table["pooled"] - chain) / (table["raw"] - chain)).abs().fillna(0.0)
    np.testing.assert_allclose(table["shrinkage"], (1 - kept).clip(0.0, 1.0), atol=1e-12)
    assert table["n"].tolist() == list(SIZES)
    assert tiers.sizes == (4, 4, 4)
    assert tiers.table["tier"].value_counts().to_dict() == {1: 4, 2: 4, 3: 4}
    right = [row[f"p_tier_{int(row['tier'])}"] for _, row in table.iterrows()]
    assert tiers.expected_misplaced == pytest.approx(12 - sum(right))


def test_the_table_is_ordered_by_tier_then_rank_and_ties_are_uncertain_neighbours() -> None:
    spread = FRAME.assign(y=FRAME["y"] + 0.5 * CODES * FRAME["w"])  # some neighbours are now clear
    fit = core.fit(spread, "y ~ x + w + (1 + w | g)")
    tiers = core.tiers(fit, "w", 4, seed=1, n_draws=500)
    order = tiers.table[["tier", "rank"]].to_records(index=False).tolist()
    assert order == sorted(order)
    totals = pd.DataFrame(fit.draws(500, 1).groups["g"][:, :, 1], columns=list(LEVELS))
    neighbours = list(itertools.pairwise(tiers.table.index))
    expected = tuple(pair for pair in neighbours if (totals[pair[0]] > totals[pair[1]]).mean() < 0.8)
    assert tiers.ties == expected
    assert 0 < len(expected) < len(neighbours)


def test_the_same_seed_gives_the_same_tiers(fit: core.Fit) -> None:
    one, same = (core.tiers(fit, "w", seed=9, n_draws=300) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, same.table)
    assert one.ties == same.ties


@pytest.mark.parametrize(
    ("n_tiers", "sizes"), [(1, (12,)), (2, (6, 6)), (5, (3, 3, 2, 2, 2)), (12, (1,) * 12)]
)
def test_tiers_are_as_equal_as_can_be(fit: core.Fit, n_tiers: int, sizes: tuple[int, ...]) -> None:
    tiers = core.tiers(fit, "w", n_tiers, n_draws=100)
    assert tiers.sizes == sizes
    assert tuple(tiers.table["tier"].value_counts().sort_index()) == sizes
    chances = tiers.table[[f"p_tier_{k + 1}" for k in range(n_tiers)]]
    np.testing.assert_allclose(chances.sum(axis=1), 1.0)
    np.testing.assert_allclose(chances.sum(), sizes)


def test_sizes_can_be_given(fit: core.Fit) -> None:
    tiers = core.tiers(fit, "w", sizes=(2, 9, 1), n_draws=100)
    assert tiers.table["tier"].tolist() == [1] * 2 + [2] * 9 + [3]


@pytest.mark.parametrize(
    "wrong", [{"n_tiers": 0}, {"n_tiers": 13}, {"sizes": (6, 5)}, {"sizes": (13, -1)}, {"sizes": ()}]
)
def test_sizes_that_do_not_fit_are_refused(fit: core.Fit, wrong: dict) -> None:
    with pytest.raises(PanelwiseError, match="12 groups"):
        core.tiers(fit, "w", **wrong)


def test_other_wrong_requests_are_sentences(fit: core.Fit) -> None:
    with pytest.raises(UnknownSlope, match="These differ by group: x, w"):
        core.tiers(fit, "m")
    with pytest.raises(UnknownSlope, match="Let its slope differ"):
        core.tiers(core.fit(FRAME, "y ~ x + (1 | g)"), "x")
    with pytest.raises(NothingVaries):
        core.tiers(core.fit(FRAME, "y ~ x"), "x")
    for none in (0, -3):
        with pytest.raises(PanelwiseError, match="draws"):
            core.tiers(fit, "w", n_draws=none)


def test_a_slope_without_differences_has_one_tier_and_no_order() -> None:
    """Every group has the same rows, so its slopes cannot differ: the variance is zero exactly."""
    rng = np.random.default_rng(6)
    x, noise = rng.standard_normal(8), rng.standard_normal(8)
    y = 1 + 0.5 * x + noise
    frame = pd.DataFrame(
        {"y": np.tile(y, 6), "x": np.tile(x, 6), "g": np.repeat([f"g{k}" for k in range(6)], 8)}
    )
    fit = core.fit(frame, "y ~ x + (1 + x | g)")
    tiers = core.tiers(fit, "x", 3)
    assert not tiers.detectable
    assert set(tiers.table["tier"]) == {1}
    assert tiers.ties == ()
    assert tiers.table[["rank", "rank_low", "rank_high", "p_tier_1", "p_tier_3"]].isna().all(axis=None)
    least_squares = np.polyfit(x, y, 1)[0]
    np.testing.assert_allclose(tiers.table["pooled"], least_squares, rtol=1e-9)
    assert "singular" in [finding.topic for finding in fit.findings()]


def test_far_apart_groups_are_placed_for_certain() -> None:
    rng = np.random.default_rng(7)
    code = np.repeat(np.arange(9), 30)
    x = rng.standard_normal(270)
    frame = pd.DataFrame(
        {"y": code * x + 0.05 * rng.standard_normal(270), "x": x, "g": [f"g{k}" for k in code]}
    )
    tiers = core.tiers(core.fit(frame, "y ~ x + (1 + x | g)"), "x", 3, n_draws=200)
    assert tiers.table.index.tolist() == [f"g{k}" for k in range(8, -1, -1)]
    assert tiers.table["rank"].tolist() == list(range(1, 10))
    assert (tiers.table["rank_low"] == tiers.table["rank_high"]).all()
    assert tiers.ties == ()
    assert tiers.expected_misplaced == pytest.approx(0.0, abs=1e-12)


BAD_REQUESTS = {
    "wide": ({"level": 2}, r"width 2 does not exist.*0\.95"),
    "none wide": ({"level": 0}, "width 0 does not exist"),
    "no number": ({"level": float("nan")}, "width nan does not exist"),
    "text": ({"level": "0.95"}, "width '0.95' does not exist"),
    "seed": ({"seed": -1}, "-1 cannot be a seed"),
    "seed of nothing": ({"seed": None}, "None cannot be a seed"),
    "parts of draws": ({"n_draws": 2.5}, "2.5 draws cannot say anything"),
    "no draws": ({"n_draws": 0}, "0 draws cannot say anything"),
    "no slope": ({"slope": None}, "'None' is the same for every group"),
    "no grouping": ({"factor": 3}, "does not group by '3'"),
    "parts of tiers": ({"n_tiers": 2.5}, "cannot make 2.5 tiers"),
    "tiers in words": ({"n_tiers": "three"}, "cannot make three tiers"),
    "parts of groups": ({"sizes": (6.0, 6.0)}, r"Tiers of 6\.0, 6\.0.*whole number of groups"),
    "text sizes": ({"sizes": "66"}, "whole number of groups"),
    "one size": ({"sizes": 12.0}, "whole number of groups"),
}


@pytest.mark.parametrize("case", BAD_REQUESTS)
@pytest.mark.parametrize("y", ["y", "flat"])
def test_requests_that_cannot_be_met_are_sentences(fit: core.Fit, case: str, y: str) -> None:
    """The same ones, whether the groups differ or show no differences."""
    asked, words = BAD_REQUESTS[case]
    flat = FRAME.assign(flat=np.random.default_rng(0).permutation(FRAME["y"]))
    of = fit if y == "y" else core.fit(flat, "flat ~ x + w + (1 + x | g)")
    with pytest.raises(PanelwiseError, match=words) as error:
        core.tiers(of, **({"slope": "x"} | asked))
    assert str(error.value).endswith(".")
    assert core.tiers(of, "x", np.int64(2), n_draws=np.int64(50), level=np.float32(0.5)).sizes == (6, 6)
