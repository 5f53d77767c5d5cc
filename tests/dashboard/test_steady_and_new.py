"""Tiers without each week, as work in another process; and what is said of a group yet to come."""

import time
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import core
from dashboard import soon_known_words, stability_words
from dashboard.charts.soon_known import soon_known_chart
from dashboard.charts.stability import stability_chart
from dashboard.nouns import noun
from dashboard.theme import LIGHT
from tests.dashboard.pages import figures, go, opened, upload, words

STORE, WEEK = noun("store"), noun("week")


@pytest.fixture
def app(root: Path, panel: pd.DataFrame) -> AppTest:
    found = upload(opened(root, sample=None), "shops.csv", panel.to_csv(index=False).encode())
    return go(found, "views/tiers.py")


def headers(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


@pytest.mark.slow
def test_leaving_out_each_week_is_work_that_answers(app: AppTest) -> None:
    assert "Would the tiers be the same without any one week?" in headers(app)
    next(b for b in app.button if (b.key or "").startswith("want_stability")).click().run()
    for _ in range(120):
        if any("keep their tier whichever week is left out" in said for said in headers(app)):
            break
        time.sleep(1)
        app.run()
    assert not app.exception
    assert any("keep their tier whichever week is left out" in said for said in headers(app))
    axes = [(f, str(f["layout"]["yaxis"].get("title"))) for f in figures(app)]
    drawn = next(f for f, axis in axes if "shops that change tier" in axis)
    assert len(drawn["data"][0]["y"]) == 20


def test_a_new_shop_is_told_of(app: AppTest) -> None:
    assert not app.exception
    said = next(said for said in headers(app) if "new shop" in said)
    assert "80\u00a0%" in said
    assert "**Before its first row**" in words(app)
    app.select_slider(key="swing").set_value(4.0).run()
    assert not app.exception
    assert "swinging four times as far" in str(figures(app)[-1]["layout"]["annotations"])
    app.selectbox(key="tier_slope").set_value("\x00level").run()
    assert not app.exception
    assert not app.select_slider


def stability(moved: list[float], notes: list[str], chance: float = 1.0, why: str = "") -> core.Stability:
    levels = pd.Index(["a<b>", "*b*", "c", "d"], name="store")
    kept = [1.0, 0.5, 1.0, 0.75] if max(m for m in moved if m == m) else [1.0] * 4
    groups = pd.DataFrame({"tier": [1, 1, 2, 2], "kept": kept, "best": [1, 1, 2, 1], "worst": [1, 2, 2, 2]})
    periods = pd.DataFrame({"rows": 4, "kept": 0.9, "moved": moved, "note": notes})
    periods.index = pd.Index([f"w{k}<i>" for k in range(len(moved))], name="period")
    return core.Stability(
        groups.set_index(levels), periods, chance, why, "tv", "store", "week", (2, 2), 10, 0
    )


def test_what_is_said_of_weeks_left_out() -> None:
    some = stability([0.0, 2.0, 1.0], ["", "", ""], chance=0.75)
    said, drawn = stability_words.finding(some, STORE, WEEK)
    assert said.startswith("2 of 4 stores keep their tier whichever week is left out; week w1")
    assert said.endswith("moves most: 2.")
    assert "<" not in said.replace(r"\<", "")
    assert "1 would by rounding" in drawn
    assert stability_words.who(some, STORE, str).startswith(r"**Ever in another tier:** \*b\* (tier 1 to 2")
    none = stability([0.0, 0.0], ["", ""])
    assert stability_words.finding(none, STORE, WEEK)[0].startswith("All 4 stores keep their tier")
    assert stability_words.who(none, STORE, str) == ""
    lost = stability([0.0, float("nan"), float("nan")], ["", "alike", "not fitted"], why="Too *few*.")
    assert "Without 1 week no differences" in stability_words.left(lost, WEEK)
    assert r"1 week could not be left out: Too \*few\*" in stability_words.left(lost, WEEK)


def test_the_chart_of_weeks_escapes_names_and_marks_the_worst() -> None:
    drawn = stability_chart(
        stability([0.0, 2.0, float("nan")], ["", "", "alike"], chance=0.5),
        LIGHT,
        says=("week", "stores"),
        unit="stores that change tier",
    )
    bar = drawn.data[0]
    assert "w1&lt;i&gt;" in bar.hovertext[1]
    assert "no differences left" in bar.hovertext[2]
    assert bar.marker.color[1] == LIGHT.last
    assert bar.marker.color[0] != LIGHT.last
    assert drawn.layout.shapes[0].y0 == 2.0  # half of four, by chance alone


def new(needed: int | None, swing: float = 1.0) -> core.Newcomer:
    known = pd.DataFrame({"p_right": [0.4, 0.85], "p_sure": [0.1, 0.5]}, index=[1, needed or 9])
    slope = pd.DataFrame({"mean": 1.0, "low": 0.0, "high": 2.0}, index=["typical", "new"])
    return core.Newcomer(
        "store",
        "tv",
        (1, 1),
        True,
        slope,
        pd.Series([0.4, 0.6]).to_numpy(),
        known,
        needed,
        swing,
        0.8,
        0.95,
        10,
        0,
    )


def test_what_is_said_of_a_new_store() -> None:
    def said(usual: int | None, bold: int | None) -> str:
        return soon_known_words.finding(new(usual), new(bold, 2.0), STORE, WEEK, "tv")

    assert said(14, 5) == (
        "After 14 weeks a new store's tier is right with 80 %; with tv that swings twice as far after 5."
    )
    assert said(1, 1) == "After 1 week a new store's tier is right with 80 %."
    assert said(None, 30).endswith("swinging twice as far, 30 do.")
    assert said(None, None) == "Not even 520 weeks tell a new store's tier with 80 %."
    assert soon_known_words.finding(new(3), None, STORE, WEEK, "tv") == (
        "After 3 weeks a new store's tier is right with 80 %."
    )
    assert soon_known_words.first(new(3)) == "tier 1 40 %, tier 2 60 %"


def test_the_chart_of_a_new_store_marks_where_it_is_enough() -> None:
    drawn = soon_known_chart(
        (("tv <as> usual", new(14)), ("far", new(None, 2.0))), LIGHT, period=("week", "weeks")
    )
    lines = [trace for trace in drawn.data if trace.mode == "lines"]
    dots = [trace for trace in drawn.data if trace.mode == "markers"]
    assert (len(lines), len(dots)) == (2, 1)
    assert dots[0].x[0] == 14
    assert "tv &lt;as&gt; usual" in str(drawn.layout.annotations)
