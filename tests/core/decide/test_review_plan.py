"""What stands between a plan and a decision: each finding where it belongs, and none where all is well."""

import numpy as np
import pandas as pd
import pytest

import core
from core.decide.history import History
from core.decide.review import review_plan
from core.finding import Status
from core.result.fit import Fit
from core.table.read import read_table
from tests.core.decide.panels import panel

FRAME = panel()
TABLE = read_table(FRAME)


def told(fit: Fit, plan: core.Plan) -> list[str]:
    return [finding.topic for finding in review_plan(fit, plan)]


def past_of(fit: Fit, frame: pd.DataFrame = FRAME) -> History:
    return core.history(fit, read_table(frame), factor="store", channels=("tv", "web"))


@pytest.fixture(scope="module")
def sound() -> Fit:
    return core.fit(TABLE, "sales ~ tv + web + (1 + tv | store)")


def test_a_small_move_between_stores_that_differ_has_nothing_in_its_way(sound: Fit) -> None:
    start = core.today(past_of(sound))
    assert told(sound, core.moved_between(start, "tv", 5, ["s00"], ["s01"])) == []
    assert told(sound, start) == []


def test_moving_what_all_respond_to_alike_is_told(sound: Fit) -> None:
    start = core.today(past_of(sound))
    assert told(sound, core.moved_between(start, "web", 5, ["s00"], ["s01"])) == ["no_differences"]
    assert told(sound, core.changed(start, "web", percent=5)) == []


def test_an_interaction_with_what_stores_are_is_a_difference() -> None:
    fit = core.fit(TABLE, "sales ~ tv + web * size + (1 | store)")
    start = core.today(past_of(fit))
    assert told(fit, core.moved_between(start, "web", 5, ["s00"], ["s01"])) == []


def test_differences_at_a_limit_are_told() -> None:
    rng = np.random.default_rng(5)
    frame = FRAME.assign(sales=10 + 0.5 * FRAME["tv"] + rng.normal(0, 3, len(FRAME)))
    fit = core.fit(read_table(frame), "sales ~ tv + web + (1 + tv | store)")
    assert fit.singular
    start = core.today(past_of(fit, frame))
    assert "singular" in told(fit, core.changed(start, "tv", percent=5))
    assert "singular" not in told(fit, core.changed(start, "web", percent=5))


def test_amounts_never_spent_are_told_by_whom(sound: Fit) -> None:
    past = past_of(sound)
    start = core.today(past)
    assert told(sound, core.changed(start, "tv", groups=["s00"], amount=1000.0)) == ["beyond_table"]
    own = int(np.argmin(past.high[:, 0]))
    name = past.levels[own]
    step = float(past.high[own, 0] - past.now[own, 0]) + 0.1
    planned = core.changed(start, "tv", groups=[name], amount=step)
    (finding,) = review_plan(sound, planned)
    assert finding.topic == "beyond_own" and finding.status is Status.LOOK
    assert name in finding.message and finding.numbers["amounts"] == 1


def test_slopes_that_differ_by_region_are_differences_between_its_stores() -> None:
    fit = core.fit(TABLE, "sales ~ tv + web + (1 | store) + (1 + tv | region)")
    start = core.today(past_of(fit))
    assert "no_differences" not in told(fit, core.moved_between(start, "tv", 5, ["s00"], ["s01"]))


def test_a_limit_is_told_of_the_slope_it_is_of() -> None:
    rng = np.random.default_rng(8)
    own = rng.normal(0.5, 0.4, 12)
    frame = FRAME.copy()
    for k, (_, rows) in enumerate(FRAME.groupby("store")):
        # noise that no store's own rows take for a response to web: its differences are none, exactly
        x = np.column_stack([np.ones(len(rows)), rows["tv"], rows["web"]])
        noise = rng.normal(0, 1, len(rows))
        noise -= x @ np.linalg.lstsq(x, noise, rcond=None)[0]
        frame.loc[rows.index, "sales"] = 10 + own[k] * rows["tv"] + 0.3 * rows["web"] + noise
    fit = core.fit(read_table(frame), "sales ~ tv + web + (0 + tv + web || store)")
    start = core.today(past_of(fit, frame))
    assert "singular" in told(fit, core.changed(start, "web", percent=5))
    assert "singular" not in told(fit, core.changed(start, "tv", percent=5))
