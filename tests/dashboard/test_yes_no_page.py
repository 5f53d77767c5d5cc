"""The yes/no section of Quality as a reader meets it: drag the threshold, hold out, come back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import figures, go, opened, words
from tests.dashboard.test_further_checks import asked

SEASON = {"sample": "season_pass", "formula": "bought | trials(contacted) ~ promo + (1 | channel)"}
PAGES = {"sample": "conversions", "formula": "converted ~ referral + pages + (1 | landing_page)"}


def page(root: Path, said: dict[str, str]) -> AppTest:
    app = AppTest.from_file(str(root / "tests/dashboard/yes_no_page.py"), default_timeout=60)
    for name, value in said.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def slider(app: AppTest):
    return app.slider[0]


def test_the_threshold_begins_at_the_rate_and_moves_the_counts(root: Path) -> None:
    app = page(root, SEASON)
    assert slider(app).value == pytest.approx(50.0)  # 1,589 of 3,156, to a point
    assert "It ranks a yes above a no 78\u00a0% of the time" in words(app)
    assert "Set first to the share of yes among all, 50\u00a0%." in words(app)
    counts = [note["text"] for note in figures(app)[0]["layout"]["annotations"]]
    # Called from 50 % on: Mail without the bundle (359 of 637), Park without (284 of 333) and with it (639 of
    # 862); shrinkage moves no cell across.
    assert counts[0].startswith(f"<b>{359 + 284 + 639:,}</b>")
    assert counts[2].startswith(f"<b>{637 + 333 + 862 - 359 - 284 - 639:,}</b>")
    slider(app).set_value(80.0).run()
    counts = [note["text"] for note in figures(app)[0]["layout"]["annotations"]]
    assert counts[0].startswith("<b>284</b>")
    slider(app).set_value(100.0).run()
    assert "Precision unknown. No row is called a yes at this threshold." in words(app)
    assert not app.exception


def test_held_out_rows_and_groups_stand_beside_and_the_threshold_stays(root: Path) -> None:
    app = page(root, PAGES)
    slider(app).set_value(20.0).run()
    asked(app, "Hold out rows")
    asked(app, "Hold out whole landing pages")
    said = words(app)
    assert "(new landing pages: " in said
    assert slider(app).value == 20.0
    judged = app.button_group(key="judged_3")
    assert judged.options == ["rows it was fitted to", "new rows", "new landing pages"]
    assert judged.value == "new landing pages"
    curves = next(f for f in figures(app) if sum("name" in line for line in f["data"]) == 3)
    assert curves["data"][3]["name"].startswith("new landing pages: ")
    judged.set_value("new rows").run()
    assert "New rows: " in words(app)
    app.toggle[0].set_value(True).run()
    assert not app.slider
    app.toggle[0].set_value(False).run()
    assert slider(app).value == 20.0
    assert app.button_group(key="judged_3").value == "new rows"
    assert not app.exception


def test_groups_too_few_to_hold_out_and_other_outcomes_are_left_alone(root: Path) -> None:
    app = page(root, {**SEASON, "formula": "bought | trials(contacted) ~ channel + (1 | promo)"})
    assert [button.label for button in app.button] == ["Hold out rows"]
    app = page(root, SEASON)
    asked(app, "Hold out whole channels")
    assert "; from 3 channels alone, so take it as a guide" in words(app)
    counts = page(root, {**SEASON, "formula": "bought ~ promo", "family": "poisson"})
    assert not counts.slider
    assert not counts.get("plotly_chart")


def test_quality_of_a_sample_has_the_section_and_keeps_its_threshold(root: Path) -> None:
    app = opened(root, "season_pass", "views/quality.py")
    assert not app.exception and not app.error
    assert "It ranks a yes above a no " in words(app)
    slider(app).set_value(70.0).run()
    said = words(app)
    assert "From 70\u00a0% on, " in said
    go(app, "views/model.py")
    go(app, "views/quality.py")
    assert slider(app).value == 70.0
    assert words(app) == said
