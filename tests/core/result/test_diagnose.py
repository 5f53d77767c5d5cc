"""Findings about what a fit leaves over: each fault is seen, sized and named; a sound fit is left alone."""

import numpy as np
import pandas as pd
import pytest

import core
from core.finding import Finding, Status
from core.result.bell import bell
from core.result.homogeneity import spread_along_fitted, spread_between
from core.result.serial import serial
from tests.core.result.test_review import sound

MODEL = "y ~ x + (1 + x | g)"


def panel(seed: int = 1, groups: int = 30, rows: int = 20) -> pd.DataFrame:
    frame = sound(seed, groups, rows)
    return frame.assign(week=np.tile(np.arange(rows), groups))


def found(frame: pd.DataFrame, topic: str, formula: str = MODEL) -> Finding:
    everything = core.diagnose(core.fit(frame, formula), frame, "week")
    return next(finding for finding in everything if finding.topic == topic)


def test_a_sound_panel_has_no_alarm() -> None:
    frame = panel()
    findings = core.diagnose(core.fit(frame, MODEL), frame, "week")
    assert {finding.status for finding in findings} == {Status.GOOD}
    assert {finding.topic for finding in findings} == {
        "spread_along_fitted",
        "spread_between_groups",
        "residual_shape",
        "group_shape",
        "carried_over",
    }


def test_too_little_is_unknown_not_good() -> None:
    frame = panel(groups=5, rows=7)
    findings = core.diagnose(core.fit(frame, "y ~ x + (1 | g)"), frame, "week")
    by_topic = {finding.topic: finding.status for finding in findings}
    assert by_topic["spread_along_fitted"] is Status.UNKNOWN
    assert by_topic["residual_shape"] is Status.UNKNOWN
    assert by_topic["group_shape"] is Status.UNKNOWN
    assert by_topic["spread_between_groups"] is Status.UNKNOWN


def test_spread_that_grows_with_the_level_is_sized() -> None:
    """Noise is proportional to the level, whose fifths are those of the fit: the ratio is of their means."""
    rng = np.random.default_rng(3)
    frame = panel()
    x = np.clip(frame["x"], -2, 2)
    level = 10 + 3 * x + rng.standard_normal(30)[np.repeat(np.arange(30), 20)]
    frame = frame.assign(x=x, y=level * (1 + 0.1 * rng.standard_normal(len(frame))))
    trend = spread_along_fitted(core.residuals(core.fit(frame, MODEL), frame))
    cuts = np.quantile(level, [0.2, 0.8])
    true = level[level > cuts[1]].mean() / level[level < cuts[0]].mean()
    assert trend is not None
    assert trend.low < true < trend.high
    finding = found(frame, "spread_along_fitted")
    assert finding.status is Status.LOOK
    assert "times more" in finding.message
    assert "logarithm" in finding.advice


def test_restless_groups_are_named_and_sized() -> None:
    rng = np.random.default_rng(4)
    frame = panel()
    spread = np.exp(0.5 * rng.standard_normal(30))  # one SD apart: a factor of 1.65
    code = np.repeat(np.arange(30), 20)
    frame["y"] = frame["x"] + rng.standard_normal(30)[code] + spread[code] * rng.standard_normal(600)
    between = spread_between(core.residuals(core.fit(frame, MODEL), frame), "g")
    assert 1.35 < between.typical < 1.9
    assert between.table.loc["g05", "sd"] == pytest.approx(spread[5], rel=0.35)  # 17 df: an SD of 17 %
    inside = (between.table["low"] < spread) & (spread < between.table["high"])
    assert inside.mean() > 0.85
    finding = found(frame, "spread_between_groups")
    assert finding.status is Status.LOOK
    assert f"'g{np.argmax(spread):02d}'" in finding.message


def test_heavy_tails_are_counted_against_a_bell_curve() -> None:
    rng = np.random.default_rng(5)
    frame = panel()
    frame["y"] = frame["x"] + rng.standard_normal(30)[np.repeat(np.arange(30), 20)] + rng.standard_t(3, 600)
    residuals = core.residuals(core.fit(frame, MODEL), frame)
    beyond = int((np.abs(residuals.standardised) > 3).sum())
    finding = found(frame, "residual_shape")
    assert finding.status is Status.LOOK
    assert f"1 in {600 / beyond:,.0f} rows" in finding.message
    assert "1 in 370" in finding.message


def test_a_row_far_out_is_named_by_its_row_in_the_file() -> None:
    frame = panel()
    frame.loc[100, "y"] += 12.0
    finding = found(frame, "outlying_rows")
    table = core.read_table(frame)
    assert finding.numbers["row"] == table.reading.row(100)
    assert finding.numbers["standardised"] > 8


def test_a_group_unlike_the_others_is_named() -> None:
    frame = panel()
    frame.loc[frame["g"] == "g07", "y"] += 14.0
    finding = found(frame, "group_shape", "y ~ x + (1 | g)")
    assert finding.status is Status.LOOK
    assert "'g07'" in finding.message


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, -0.3])
def test_what_carries_over_is_recovered(rho: float) -> None:
    """An autoregression in each group, rows in no order: the interval of the correlation holds rho."""
    rng = np.random.default_rng(7)
    noise = rng.standard_normal((60, 24))
    for t in range(1, 24):
        noise[:, t] = rho * noise[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    frame = panel(groups=60, rows=24)
    frame["y"] = 0.5 * frame["x"] + np.repeat(rng.standard_normal(60), 24) + noise.ravel()
    frame = frame.sample(frac=1.0, random_state=1, ignore_index=True)
    table = core.read_table(frame)
    carried = serial(core.residuals(core.fit(table, MODEL), table), table, "week")
    assert carried is not None
    assert carried.correlation == pytest.approx(rho, abs=0.1)
    assert (carried.p_value < 0.01) == (rho != 0)
    status = Status.LOOK if rho > 0.2 else Status.GOOD
    assert found(frame, "carried_over").status is status


def test_few_numbers_say_nothing_of_their_shape() -> None:
    assert bell(np.arange(19.0)).p_value is None
    assert bell(np.zeros(50)).p_value is None
    normal = bell(np.random.default_rng(1).standard_normal(5000))
    assert normal.p_value is not None
    assert normal.p_value > 0.01
    assert normal.beyond == pytest.approx(5000 * 0.0027, abs=4 * np.sqrt(5000 * 0.0027))


@pytest.mark.parametrize(
    "formula",
    ["y ~ x", "y ~ 1 + (1 | g)", "y ~ 0 + (1 | g)", "y ~ x + twice + (1 | g)", "y ~ x + day + (1 + x | g)"],
)
def test_small_and_odd_models_are_answered(formula: str) -> None:
    """No predictor, a repeated one, no groups, a group of one row, dates with a blank: no error, no alarm."""
    rng = np.random.default_rng(8)
    g = np.append(np.repeat(np.arange(6), 5), 6)
    day = pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(31) % 5, "D")
    frame = pd.DataFrame({"y": rng.standard_normal(31), "x": rng.standard_normal(31), "g": g, "day": day})
    frame = frame.assign(twice=2 * frame["x"])
    frame.loc[3, "day"] = pd.NaT
    findings = core.diagnose(core.fit(frame, formula), frame, "day")
    assert {finding.status for finding in findings} <= {Status.UNKNOWN, Status.GOOD}
    with pytest.raises(core.PanelwiseError, match="No column is called 'dya'"):
        core.diagnose(core.fit(frame, "y ~ x + (1 | g)"), frame, "dya")


def test_no_bell_curve_is_asked_of_a_yes_or_no() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"g": [f"g{n % 12}" for n in range(240)], "x": rng.normal(size=240)})
    frame["y"] = (frame["x"] + rng.normal(size=240) > 0).astype(float)
    fit = core.fit(frame, "y ~ x + (1 | g)")
    assert "residual_shape" not in [finding.topic for finding in core.diagnose(fit, frame)]
    frame["y"] += 0.01 * rng.normal(size=240)
    fit = core.fit(frame, "y ~ x + (1 | g)")
    assert "residual_shape" in [finding.topic for finding in core.diagnose(fit, frame)]
