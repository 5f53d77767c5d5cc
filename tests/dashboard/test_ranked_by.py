"""Tiers by the level, a difference of two responses and profit; and what to do in the reader's own words."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import apply_formula, chosen, figures, go, opened, title, upload, words

BOTH = "sales ~ tv + price + (1 + tv | shop)"


@pytest.fixture
def app(root: Path, panel: pd.DataFrame) -> AppTest:
    """Returns the Tiers page of shops whose responses to tv lie from 0.2 to 1.3 and to price at -2."""
    found = upload(opened(root, sample=None), "shops.csv", panel.to_csv(index=False).encode())
    go(found, "views/model.py")
    apply_formula(found, BOTH)
    return go(found, "views/tiers.py")


def metrics(app: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


def rank_by(app: AppTest, kind: str) -> AppTest:
    return app.selectbox(key="tier_slope").set_value(f"\x00{kind}").run()


def test_groups_rank_by_their_level(app: AppTest) -> None:
    rank_by(app, "level")
    assert not app.exception
    assert "highest sales" in title(app)
    assert "not of what spend brings" in words(app)
    app.selectbox(key="tier_slope").set_value("tv").run()
    assert "most responsive to tv" in title(app)


def test_two_responses_are_set_against_each_other(app: AppTest) -> None:
    rank_by(app, "contrast")
    assert "advantage of tv over price" in title(app)
    assert metrics(app)["tv surely ahead"] == "12 of 12"  # tv brings something, price costs sales
    assert float(metrics(app)["All together"]) == pytest.approx(0.75 + 2.0, abs=0.3)
    app.selectbox(key="tier_pair_0").set_value("price").run()
    assert not app.exception
    assert chosen(app).contrast == ("price", "tv")
    assert "advantage of price over tv" in title(app)
    assert "No budget" in words(app) or "no budget advice" in words(app)


def test_profit_says_who_pays(app: AppTest) -> None:
    rank_by(app, "profit")
    assert not app.exception
    assert "Say what one unit of sales earns" in words(app)
    assert not any("pays" in name for name in metrics(app))  # no verdict from a margin that nobody gave
    assert "costs more than it earns" not in words(app)
    app.number_input(key="tier_margin").set_value(2.0).run()
    app.number_input(key="tier_cost").set_value(1.5).run()
    assert not app.exception
    assert "profit per unit of tv" in title(app)
    # Responses of 0.2, 0.3 .. 1.3: it pays from 0.75 on, in six shops, one of them barely.
    assert metrics(app)["Surely pays"] in ("5 of 12", "6 of 12")
    assert "it pays from a response of 0.75 on" in words(app)
    assert "Surely earns more than it costs" in words(app)
    assert "Surely costs more than it earns" in words(app)
    order = next(t for t in figures(app)[0]["data"] if t["type"] == "bar")["customdata"]
    assert {"S11", "S10"} <= set(order[:3])


def test_own_words_stand_on_the_page_and_in_the_file(app: AppTest) -> None:
    app.text_area(key="own_words_1").set_value("=Call *Ann* {today}").run()
    assert not app.exception
    assert r"\=Call \*Ann\* \{today\}" in words(app)
    table = app.dataframe[-1].value
    first = table[table["tier"].str.startswith("Tier 1")]["what to do"]
    assert set(first) <= {"=Call *Ann* {today}", "=Call *Ann* {today} (place not sure)"}
    app.button_group(key="tier_count").set_value(2).run()
    assert "Ann" not in words(app)
    app.button_group(key="tier_count").set_value(3).run()
    app.text_area(key="own_words_1").set_value("").run()
    assert "Ann" not in words(app)


def test_a_new_table_forgets_what_was_chosen_for_the_last(app: AppTest, root: Path) -> None:
    rank_by(app, "contrast")
    app.text_area(key="own_words_1").set_value("Call Ann").run()
    again = chosen(upload(go(app, "views/data.py"), "b.csv", b"a,b\n1,2\n2,4\n3,5\n", key="next_upload"))
    assert (again.ranks_by, again.contrast, dict(again.own_words)) == ("slope", None, {})
