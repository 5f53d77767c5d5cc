"""Findings about a fit: the right ones, with the right numbers, and none where nothing is wrong."""

import numpy as np
import pandas as pd

import core
from core.finding import Finding, Status
from tests.core.result.dense import panel


def findings(frame: pd.DataFrame, formula: str, topic: str) -> list[Finding]:
    return [finding for finding in core.fit(frame, formula).findings() if finding.topic == topic]


def sound(seed: int = 1, groups: int = 12, rows: int = 20) -> pd.DataFrame:
    """A panel with nothing wrong: every group has 20 rows, intercepts and slopes that differ."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(groups), rows)
    x = rng.standard_normal(len(code))
    u = rng.standard_normal((groups, 2))
    y = 1 + u[code, 0] + (0.5 + u[code, 1]) * x + rng.standard_normal(len(code))
    return pd.DataFrame({"y": y, "x": x, "g": [f"g{k:02d}" for k in code]})


def test_a_sound_fit_has_no_alarm() -> None:
    found = core.fit(sound(), "y ~ x + (1 + x | g)").findings()
    assert {finding.status for finding in found} == {Status.GOOD}


def test_findings_come_gravest_first() -> None:
    order = [Status.STOP, Status.LOOK, Status.UNKNOWN, Status.GOOD]
    ranks = [order.index(f.status) for f in core.fit(panel(), "y ~ x + w + (1 + x | g)").findings()]
    assert ranks == sorted(ranks)


def test_fully_tied_differences_name_both_and_the_direction() -> None:
    """One effect moves level and slope of every group together, up or down."""
    rng = np.random.default_rng(2)
    code = np.repeat(np.arange(10), 12)
    x = np.tile(rng.standard_normal(12), 10)
    u = np.linspace(-1.5, 1.5, 10)
    noise = np.tile(rng.standard_normal(12), 10)
    for sign, way in ((1, "rises"), (-1, "falls")):
        y = u[code] * (1 + sign * 0.6 * x) + noise
        frame = pd.DataFrame({"y": y, "x": x, "g": [f"g{k}" for k in code]})
        tied = findings(frame, "y ~ x + (1 + x | g)", "singular")
        assert len(tied) == 1
        assert way in tied[0].message
        assert "'x' response" in tied[0].message
        np.testing.assert_allclose(tied[0].numbers["correlation"], sign, atol=1e-3)


def test_few_groups_and_small_groups_are_counted() -> None:
    five = findings(sound(groups=5), "y ~ x + (1 | g)", "few_groups")
    assert five[0].numbers["groups"] == 5
    assert findings(sound(groups=6), "y ~ x + (1 | g)", "few_groups") == []
    frame = sound()
    kept = frame.groupby("g").cumcount() < frame["g"].map({"g00": 4, "g03": 1}).fillna(20)
    small = findings(frame[kept], "y ~ x + (1 | g)", "small_groups")
    assert small[0].status is Status.LOOK
    assert small[0].numbers["groups"] == 2
    assert small[0].message.startswith("2 of 12")


def test_groups_where_a_predictor_never_moved_are_named() -> None:
    frame = sound()
    still = frame.assign(x=frame["x"].where(~frame["g"].isin(["g02", "g07"]), 0.1))
    found = findings(still, "y ~ x + (1 + x | g)", "still_predictor")
    assert found[0].numbers["groups"] == 2
    assert "g02, g07" in found[0].message
    # It matters for a slope that differs by group, and only there.
    assert findings(still, "y ~ x + (1 | g)", "still_predictor") == []


def test_few_rows_left_out_are_mentioned_and_many_are_looked_at() -> None:
    frame = sound()
    few = findings(frame.assign(x=frame["x"].mask(frame.index < 3)), "y ~ x + (1 | g)", "dropped_rows")
    assert few[0].status is Status.GOOD
    assert few[0].numbers["rows"] == 3
    many = findings(frame.assign(x=frame["x"].mask(frame.index < 30)), "y ~ x + (1 | g)", "dropped_rows")
    assert many[0].status is Status.LOOK
    assert "30 rows" in many[0].message
    assert "12.5%" in many[0].message
    one = findings(frame.assign(x=frame["x"].mask(frame.index < 1)), "y ~ x + (1 | g)", "dropped_rows")
    assert "1 row " in one[0].message


def test_a_predictor_that_nearly_is_the_outcome_is_asked_about() -> None:
    frame = sound()
    frame = frame.assign(copy=frame["y"] + 1e-3 * np.random.default_rng(0).standard_normal(len(frame)))
    assert findings(frame, "y ~ copy + (1 | g)", "leak")[0].status is Status.LOOK
    assert findings(frame, "y ~ x + (1 | g)", "leak") == []


def test_no_differences_of_one_kind() -> None:
    """Group means are equal by construction, so the intercept's variance is zero and only that."""
    frame = sound()
    level = frame["y"].groupby(frame["g"]).transform("mean")
    x = frame["x"] - frame["x"].groupby(frame["g"]).transform("mean")
    fit = core.fit(frame.assign(y=frame["y"] - level, x=x), "y ~ x + (1 + x || g)")
    assert fit.singular
    messages = [f.message for f in fit.findings() if f.topic == "singular"]
    assert len(messages) == 1
    assert "baseline" in messages[0]
    assert "variance 0" in messages[0]
