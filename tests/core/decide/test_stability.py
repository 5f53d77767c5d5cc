"""Tiers without each period: against fits of the table without its rows, and where periods make the tiers."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.errors import BadSizes, UnknownSlope
from core.decide.stability_errors import NoTiers, OnePeriod
from core.errors import UnknownColumn
from core.result.sent import result_from_bytes, result_to_bytes
from core.table.read import read_table
from tests.core.decide.panels import panel

FRAME = panel(seed=5, weeks=6)
FORMULA = "sales ~ tv + web + (1 + tv | store)"
STORES = sorted(set(FRAME["store"]))


def check_each(frame: pd.DataFrame, formula: str, slope: str, time: str, **kind: str) -> core.Stability:
    """Every period against `core.fit` and `core.tiers` of the table without its rows."""
    fit = core.fit(frame, formula, **kind)
    found = core.stability(fit, read_table(frame), time, slope, n_draws=200)
    base = core.tiers(fit, slope, n_draws=200).table["tier"]
    assert found.groups["tier"].to_dict() == base.to_dict()
    kept, best = [], base.copy()
    for period in found.periods.index:
        rest = frame[frame[time].astype(str) != period]
        without = core.tiers(core.fit(rest, formula, **kind), slope, n_draws=200).table["tier"]
        kept.append((without.reindex(base.index) == base).to_numpy())
        best = np.minimum(best, without.reindex(base.index))
        assert found.periods.loc[period, "rows"] == (frame[time].astype(str) == period).sum()
    shares = np.array(kept)
    np.testing.assert_allclose(found.periods["kept"], shares.mean(axis=1))
    np.testing.assert_allclose(found.periods["moved"], (~shares).sum(axis=1))
    np.testing.assert_allclose(found.groups["kept"].reindex(base.index), shares.mean(axis=0))
    assert found.groups["best"].reindex(base.index).tolist() == best.tolist()
    assert found.kept == pytest.approx(shares.all(axis=0).mean())
    assert set(found.changing) == set(base.index[~shares.all(axis=0)])
    return found


def test_each_period_is_the_fit_without_its_rows() -> None:
    found = check_each(FRAME, FORMULA, "tv", "week")
    assert found.periods.index.tolist() == [str(k) for k in range(6)]
    assert found.most == found.periods["moved"].idxmax()
    assert found.looked_at == 6
    # 200 draws: a group at an edge may change tier by chance alone
    assert 0.7 <= found.chance <= 1.0


def test_generalised_models_are_fitted_to_the_other_rows() -> None:
    frame = panel(seed=2, stores=9, weeks=20).assign(quarter=lambda f: "q" + (f["week"] // 7).astype(str))
    check_each(frame, "orders ~ tv + (1 | store)", "(Intercept)", "quarter", family="poisson")


def test_groups_in_others_keep_their_outer_part() -> None:
    fit = core.fit(FRAME, "sales ~ tv + (1 + tv | region/store)")
    found = core.stability(fit, read_table(FRAME), "week", "tv", factor="region:store", n_draws=100)
    assert found.looked_at == 6
    assert len(found.groups) == 12


def test_one_week_that_makes_a_store_is_found() -> None:
    """In week 3 one store alone spends wildly and sells what the fifth-best slope would not."""
    rng = np.random.default_rng(1)
    store, week = np.repeat(np.arange(12), 10), np.tile(np.arange(10), 12)
    tv = rng.normal(10, 2, 120)
    slope = np.linspace(0.0, 5.5, 12)
    odd = (store == 0) & (week == 3)
    tv[odd] = 60.0
    sales = 5 + slope[store] * (tv - 10) + rng.normal(0, 0.5, 120) + np.where(odd, 6.0 * 50, 0.0)
    frame = pd.DataFrame({"sales": sales, "tv": tv, "week": week, "store": [f"s{k:02d}" for k in store]})
    fit = core.fit(frame, "sales ~ tv + (1 + tv | store)")
    found = core.stability(fit, read_table(frame), "week", "tv", n_draws=300)
    assert found.most == "3"
    assert "s00" in found.changing
    assert found.groups.loc["s00", ["tier", "worst"]].tolist() == [1, 3]


def test_many_periods_are_left_out_in_blocks_of_neighbours() -> None:
    frame = panel(seed=1, stores=6, weeks=10)
    frame["day"] = pd.Timestamp("2026-01-05") + pd.to_timedelta(7 * frame["week"], unit="D")
    heard: list[tuple[int, int]] = []
    found = core.stability(
        core.fit(frame, FORMULA),
        read_table(frame),
        "day",
        "tv",
        2,
        parts=4,
        n_draws=50,
        done=lambda *at: heard.append(at),
    )
    names = ["2026-01-05 to 2026-01-19", "2026-01-26 to 2026-02-09"]
    assert found.periods.index.tolist()[:2] == names
    assert found.periods["rows"].tolist() == [18, 18, 12, 12]
    assert heard == [(k, 4) for k in range(1, 5)]
    assert found.sizes == (3, 3)


def test_rows_without_a_period_always_stay() -> None:
    frame = FRAME.astype({"week": float})
    frame.loc[frame["store"] == "s03", "week"] = np.nan
    found = core.stability(core.fit(frame, FORMULA), read_table(frame), "week", "tv", n_draws=100)
    assert found.periods["rows"].tolist() == [11] * 6


def test_a_group_with_rows_in_one_period_only_has_no_say_there() -> None:
    frame = FRAME[(FRAME["store"] != "s04") | (FRAME["week"] == 2)]
    found = core.stability(core.fit(frame, FORMULA), read_table(frame), "week", "tv", n_draws=100)
    row = found.periods.loc["2"]
    assert row["kept"] == pytest.approx(1 - row["moved"] / 11)
    assert found.looked_at == 6


def test_periods_that_cannot_be_left_out_are_named() -> None:
    """web moves in week 0 alone: without it the model has no such slope to compare with."""
    frame = FRAME.assign(web=FRAME["web"].where(FRAME["week"] == 0, 1.0))
    fit = core.fit(frame, "sales ~ tv + web + (1 + tv | store)")
    found = core.stability(fit, read_table(frame), "week", core.Contrast({"tv": 1, "web": -1}), n_draws=50)
    assert found.periods["note"].tolist() == ["not fitted", *[""] * 5]
    assert "web" in found.why
    assert np.isnan(found.periods.loc["0", "kept"])
    assert found.looked_at == 5


def test_the_result_travels() -> None:
    found = core.stability(core.fit(FRAME, FORMULA), read_table(FRAME), "week", "tv", n_draws=50)
    back = result_from_bytes(result_to_bytes(found))
    pd.testing.assert_frame_equal(back.groups, found.groups)
    pd.testing.assert_frame_equal(back.periods, found.periods)
    assert (back.kept, back.most, back.sizes, back.changing) == (
        found.kept,
        found.most,
        found.sizes,
        found.changing,
    )


def test_wrong_requests_are_sentences() -> None:
    fit, table = core.fit(FRAME, FORMULA), read_table(FRAME.assign(year=2026))
    with pytest.raises(UnknownColumn, match="Did you mean 'week'"):
        core.stability(fit, table, "wek", "tv")
    with pytest.raises(OnePeriod, match="'year' holds 1 period"):
        core.stability(fit, table, "year", "tv")
    with pytest.raises(UnknownSlope):
        core.stability(fit, table, "week", "web")
    with pytest.raises(BadSizes):
        core.stability(fit, table, "week", "tv", sizes=(3, 3))
    rng = np.random.default_rng(6)
    x, noise = rng.standard_normal(8), rng.standard_normal(8)
    same = pd.DataFrame(
        {
            "y": np.tile(1 + 0.5 * x + noise, 6),
            "x": np.tile(x, 6),
            "g": np.repeat([f"g{k}" for k in range(6)], 8),
            "t": np.tile(np.arange(8), 6),
        }
    )
    with pytest.raises(NoTiers, match="no tiers that could change"):
        core.stability(core.fit(same, "y ~ x + (1 + x | g)"), read_table(same), "t", "x")
