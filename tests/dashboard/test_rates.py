"""Rates by category on the Data page: there for yes/no outcomes alone, with what they find as titles."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.table.rates import Rates, Yes, contrast, rates, shares, tally
from core.table.read import read_table
from core.table.samples import read_sample
from dashboard import rate_words
from dashboard.charts.rates import areas_chart, rates_chart, shares_chart
from dashboard.nouns import noun
from dashboard.theme import DARK, LIGHT
from tests.dashboard.pages import figures, go, opened, upload, words

PAIR = ("Bundle", "NoBundle")
BY = ["channel", "promo"]
BOUGHT = Yes("bought", trials="contacted")


@pytest.fixture(scope="module")
def passes() -> Rates:
    return rates(tally(read_sample("season_pass"), BOUGHT, BY))


def test_season_passes_show_their_rates_and_what_they_find(root: Path) -> None:
    """STATISTICS.md section 12: 38 of 121, 27 of 512, 242 of 691, 359 of 637; bought 601, 923, 65."""
    app = opened(root, sample="season_pass")
    said = words(app)
    assert (
        "Email: 31\u00a0% bought with Bundle, 5.3\u00a0% with NoBundle; Mail the other way, 35\u00a0% and"
        in said
    )
    assert "Email: Bundle is 58\u00a0% of bought and 19\u00a0% of contacted" in said
    areas = figures(app)[0]
    assert areas["layout"]["xaxis"]["ticktext"] == [
        "Park<br>923 of 1,195",
        "Mail<br>601 of 1,328",
        "Email<br>65 of 633",
    ]
    assert [box.value for box in app.selectbox if box.key.startswith("rates_")] == ["channel", "promo"]


def test_the_area_of_a_bar_is_what_was_bought(root: Path) -> None:
    """Width times height times all contacts gives back the six published counts, to rounding."""
    bars = [
        trace for trace in figures(opened(root, sample="season_pass"))[0]["data"] if trace["type"] == "bar"
    ]
    counts = sorted(round(bar["width"][0] * bar["y"][0] / 100 * 3156) for bar in bars)
    assert counts == [27, 38, 242, 284, 359, 639]


def test_users_that_repeat_make_the_variants_hard_to_tell_apart(root: Path) -> None:
    app = opened(root, sample="ab_test")
    assert "A and B do not clearly differ in any device" in words(app)
    assert "rows of one user are alike, which is allowed for" in words(app)


def test_many_cells_begin_with_one_category_and_two_can_be_asked_for(root: Path) -> None:
    app = opened(root, sample="conversions")
    said = words(app)
    assert (
        "Newsletter offer has the highest share converted, 66\u00a0%; Packing list the lowest, 1\u00a0%"
        in said
    )
    box = next(box for box in app.selectbox if box.key.startswith("rates_and_by"))
    assert box.value is None
    box.select("referral").run()
    assert not app.exception
    assert "of converted and" in words(app)


def test_the_choice_stays_when_another_page_was_looked_at(root: Path) -> None:
    app = opened(root, sample="conversions")
    next(box for box in app.selectbox if box.key.startswith("rates_by")).select("referral").run()
    go(go(app, "views/model.py"), "views/data.py")
    assert next(box for box in app.selectbox if box.key.startswith("rates_by")).value == "referral"


@pytest.mark.parametrize("sample", ["retail_panel", "grunfeld"])
def test_outcomes_that_are_amounts_show_none(root: Path, sample: str) -> None:
    app = opened(root, sample=sample)
    assert not [box for box in app.selectbox if box.key.startswith("rates_")]


def test_another_outcome_of_yes_and_no_shows_its_own_rates(root: Path) -> None:
    app = opened(root, sample="retail_panel")
    app.selectbox(key="role_outcome").select("promo").run()
    assert not app.exception
    assert "Over all" in words(app)


def test_hostile_categories_are_shown_as_they_are_written(root: Path) -> None:
    rng = np.random.default_rng(2)
    kind, other = rng.choice(["<b>x</b>", "$y$ *z*"], 80), rng.choice(["[a](b)", "=1+1"], 80)
    frame = pd.DataFrame({"kind": kind, "<i>": other, "won": rng.integers(0, 2, 80)})
    app = upload(opened(root, sample=None), "odd.csv", frame.to_csv(index=False).encode())
    assert not app.exception
    drawn = str(figures(app)[0])
    assert "<b>x</b>" not in drawn and "&lt;b&gt;x" in drawn


GAPS = {
    "one category of the second": ("a,x,1\na,x,0\nb,x,1\nb,x,0\nb,y,\n", "Over all"),
    "one category of the first": ("a,x,1\na,x,0\na,y,1\na,x,0\nb,y,\n", "Over all"),
    "never together": ("a,,1\na,,0\nb,,1\nb,,0\n,x,\n,y,\n", "No kind clearly stands out"),
    "one cell": ("a,x,1\na,x,0\nb,y,\n", "nothing to compare"),
}


@pytest.mark.parametrize(("rows", "said"), GAPS.values(), ids=GAPS.keys())
def test_gaps_leave_what_can_be_compared(root: Path, rows: str, said: str) -> None:
    content = f"kind,arm,won\n{rows * 4}".encode()
    app = upload(opened(root, sample=None), "gaps.csv", content)
    assert not app.exception
    assert said in words(app)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_charts_draw_every_cell_once(passes: Rates, theme: object) -> None:
    say = rate_words.rate
    areas = areas_chart(passes.cells, theme, says=("bought", "contacted"), rate=say, focus="Bundle")  # type: ignore[arg-type]
    assert sum(trace.type == "bar" for trace in areas.data) == 6
    dots = rates_chart(passes.cells, 0.5, theme, says="share bought", rate=say, focus="Bundle")  # type: ignore[arg-type]
    drawn = [x for trace in dots.data if trace.mode == "markers" and trace.x[0] is not None for x in trace.x]
    assert sorted(drawn) == pytest.approx(sorted(100 * passes.cells["rate"]))
    rows = shares(tally(read_sample("season_pass"), BOUGHT, BY), "Bundle")
    both = shares_chart(rows, theme, says="share of Bundle", height=200)  # type: ignore[arg-type]
    assert [list(trace.x) for trace in both.data if trace.mode == "markers"] == [
        pytest.approx(100 * rows["of_won"]),
        pytest.approx(100 * rows["of_tried"]),
    ]


CELLS = {
    "nowhere": ([(50, 100), (50, 100), (40, 90), (40, 90)], "x and y do not clearly differ in any channel"),
    "everywhere": (
        [(90, 100), (20, 100), (80, 90), (30, 90)],
        "x is clearly ahead in every channel: a 90 % won against 20 %",
    ),
    "the other": (
        [(20, 100), (90, 100), (40, 90), (40, 90)],
        "y is clearly ahead in 1 of 2 channels: a 90 % won against 20 %",
    ),
    "both ways": (
        [(90, 100), (20, 100), (30, 90), (80, 90)],
        "a: 90 % won with x, 20 % with y; b the other way, 33 % and 89 %",
    ),
}


@pytest.mark.parametrize(("counts", "sentence"), CELLS.values(), ids=CELLS.keys())
def test_the_sentence_says_where_the_second_category_matters(
    counts: list[tuple[int, int]], sentence: str
) -> None:
    frame = pd.DataFrame(counts, columns=["won", "of"])
    frame["channel"], frame["arm"] = list("aabb"), list("xyxy")
    made = rates(tally(read_table(frame), Yes("won", trials="of"), ["channel", "arm"]))
    gaps = contrast(made, "x", "y")
    assert rate_words.of_two(made, gaps, ("x", "y"), noun("channel"), "won") == sentence


def test_categories_that_never_meet_are_said_to() -> None:
    frame = pd.DataFrame({"won": [1, 2], "of": [4, 4], "channel": ["a", "b"], "arm": ["x", "y"]})
    made = rates(tally(read_table(frame), Yes("won", trials="of"), ["channel", "arm"]))
    said = rate_words.of_two(made, contrast(made, "x", "y"), ("x", "y"), noun("channel"), "won")
    assert said == "x and y never meet in the same channel"


@pytest.mark.parametrize(
    ("column", "level", "read"),
    [("promo", "yes", "promo yes"), ("wave", "3", "wave 3"), ("channel", "Email", "Email")],
)
def test_a_category_reads_alone(column: str, level: str, read: str) -> None:
    assert rate_words.category(column, level) == read
