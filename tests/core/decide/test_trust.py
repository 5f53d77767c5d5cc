"""What trusting own estimates costs, counted by hand over the same joint draws."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.slope import slope_draws, slope_of
from core.decide.trust import misallocated, winners
from tests.core.fit.reweighed import panel

FRAME = panel(groups=14, rows=6, slopes=0.4)


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(FRAME, "y ~ x + w + (1 + x | g)")


def test_both_choices_are_judged_by_the_same_draws(fit: core.Fit) -> None:
    found = core.trust(fit, "x", n_draws=500, seed=3)
    table = core.tiers(fit, "x", n_draws=10).table.sort_index()
    draws = slope_draws(fit, "g", slope_of(fit.linear.sides["g"], "x"), 500, 3)
    best = {
        name: set(table[name].nlargest(5).index) for name in ("raw", "pooled")
    }  # a third of 14, rounded up
    at = {name: [list(table.index).index(level) for level in levels] for name, levels in best.items()}
    told = found.misallocated
    assert set(told.chosen_by_raw) == best["raw"]
    assert set(told.chosen_by_pooled) == best["pooled"]
    assert told.differ == len(best["pooled"] - best["raw"])
    lost = draws[:, at["pooled"]].mean(axis=1) - draws[:, at["raw"]].mean(axis=1)
    assert told.lost.mean == pytest.approx(lost.mean(), abs=1e-12)
    assert (told.lost.low, told.lost.high) == pytest.approx(tuple(np.quantile(lost, [0.025, 0.975])))
    assert told.p_worse == pytest.approx((lost > 0).mean())
    assert told.lost.mean == pytest.approx(told.by_pooled.mean - told.by_raw.mean, abs=1e-12)
    assert told.promised == pytest.approx(table.loc[list(best["raw"]), "raw"].mean())
    assert told.evenly.mean == pytest.approx(draws.mean())


def test_the_winners_repeat_less_than_they_show(fit: core.Fit) -> None:
    found = core.trust(fit, "x", top=3, n_draws=4000, seed=1).winners
    table = core.tiers(fit, "x", n_draws=10).table
    assert list(found.table.index) == list(table["raw"].nlargest(3).index)
    assert found.raw == pytest.approx(table["raw"].nlargest(3).mean())
    # Pooled estimates are the exact means of what is drawn: 4,000 draws know them to a sixtieth of their SD.
    error = found.repeat.high - found.repeat.low
    assert found.repeat.mean == pytest.approx(found.pooled, abs=error / 60)
    assert found.pooled < found.raw
    assert found.p_less > 0.5


def test_groups_without_an_estimate_of_their_own_are_never_chosen_by_it() -> None:
    table = pd.DataFrame(
        {"n": [5, 5, 1, 5], "raw": [0.3, np.nan, np.nan, 0.1], "pooled": [0.2, 0.4, 0.3, 0.1]},
        index=["a", "b", "c", "d"],
    )
    draws = np.random.default_rng(1).normal(table["pooled"], 0.1, (50, 4))
    assert list(winners(table, draws, 3, 0.9).table.index) == ["a", "d"]
    told = misallocated(table, draws, 0.75, 0.9)
    assert told.chosen_by_raw == ("a", "d")
    assert told.chosen_by_pooled == ("b", "c")


def test_one_choice_loses_nothing(fit: core.Fit) -> None:
    table = pd.DataFrame({"n": 5, "raw": [0.5, 0.1, 0.0], "pooled": [0.3, 0.2, 0.1]}, index=list("abc"))
    told = misallocated(table, np.random.default_rng(1).normal(0, 1, (50, 3)), 1 / 3, 0.95)
    assert (told.lost.mean, told.lost.low, told.lost.high, told.p_worse) == (0.0, 0.0, 0.0, 0.5)
    assert told.differ == 0


def test_where_pooling_tells_no_groups_apart_money_is_spread_evenly() -> None:
    table = pd.DataFrame({"n": 5, "raw": [0.5, 0.1, 0.0], "pooled": [0.2, 0.2, 0.2]}, index=list("abc"))
    draws = np.random.default_rng(1).normal(0.2, 0.1, (50, 3))
    told = misallocated(table, draws, 1 / 3, 0.95)
    assert (told.chosen_by_raw, told.chosen_by_pooled, told.differ) == (("a",), (), 0)
    assert told.by_pooled == told.evenly
    assert told.lost.mean == pytest.approx(draws.mean() - draws[:, 0].mean())


def test_levels_of_a_generalised_model() -> None:
    rng = np.random.default_rng(2)
    code = np.repeat(np.arange(12), rng.integers(8, 40, 12))
    yes = rng.random(len(code)) < (0.3 + 0.04 * code / 1.1)
    frame = pd.DataFrame({"y": yes.astype(int), "g": [f"g{k:02d}" for k in code]})
    found = core.trust(core.fit(frame, "y ~ 1 + (1 | g)", family="binomial"), "(Intercept)")
    first = found.winners.table.index[0]
    mine = frame.loc[frame["g"] == first, "y"].mean()
    assert found.winners.table["raw"].iloc[0] == pytest.approx(np.log(mine / (1 - mine)), abs=1e-6)


def test_what_cannot_be_asked_is_refused(fit: core.Fit) -> None:
    several = core.fit(
        FRAME.assign(h=[f"h{k % 4}" for k in range(len(FRAME))]), "y ~ x + (1 + x | g) + (1 | h)"
    )
    with pytest.raises(core.PanelwiseError, match="has an estimate of its own: its rows carry"):
        core.trust(several, "x")
    with pytest.raises(core.PanelwiseError, match="top 0 groups"):
        core.trust(fit, "x", top=0)
    with pytest.raises(core.PanelwiseError, match="no share"):
        core.trust(fit, "x", share=1.0)
    with pytest.raises(core.PanelwiseError, match="the same for every group"):
        core.trust(fit, "w")
    with pytest.raises(core.PanelwiseError):
        core.trust(fit, "x", level=2)
