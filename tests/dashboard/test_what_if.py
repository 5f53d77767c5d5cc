"""The What-if page: every figure is core's, quick moves and typing change the plan, nothing typed is lost."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import core
from core.decide.response import responses
from dashboard.numbers import number
from tests.dashboard.pages import apply_formula, chosen, figures, go, opened, title, upload, words

PAGE = "views/what_if.py"


@pytest.fixture
def sample(root: Path) -> AppTest:
    """Returns the page with the marketing sample."""
    return opened(root, page=PAGE)


def metric(app: AppTest, place: int) -> str:
    """Returns the value of a figure."""
    return str(app.metric[place].value)


def test_the_first_plan_moves_money_to_those_who_respond_and_says_what_core_says(sample: AppTest) -> None:
    fit = core.fit(
        core.read_sample("retail_panel"),
        "sales ~ week + youtube + facebook + newspaper + size_m2 + price + promo + (1 + youtube | store)",
    )
    past = core.history(fit, core.read_sample("retail_panel"), channels=["youtube", "facebook", "newspaper"])
    tiers = core.tiers(fit, slope="youtube", n_tiers=3, seed=0).table
    placed = tiers.drop(
        index=["Store 11", "Store 17"]
    )  # never varied; four rows: placed by no rows of theirs
    last, first = ([str(level) for level in placed.index[placed["tier"] == k]] for k in (3, 1))
    plan = core.moved_between(core.today(past, 8), "youtube", 10, last, first)
    total = core.scenario(fit, plan, drawn=responses(fit, past, 1000, 0)).total.loc["response"]
    said = number(total["mean"], (total["high"] - total["low"]) / 4, signed=True)
    assert not sample.exception
    assert f"Moving 10 % of youtube from tier 3 to tier 1 brings {said} sales over 8 weeks" in title(
        sample
    ).replace("\u00a0", " ")
    assert metric(sample, 0) == said
    assert metric(sample, 1) == "0"


def test_a_quick_move_is_made_undone_and_taken_back_to_today(sample: AppTest) -> None:
    before = title(sample)
    sample.button_group(key="move_kind").set_value("more").run()
    sample.selectbox(key="move_channel").set_value("facebook").run()
    sample.button(key="move_apply").click().run()
    assert not sample.exception
    assert title(sample).startswith("This plan brings")
    assert metric(sample, 1).startswith("+")
    sample.button(key="plan_undo").click().run()
    assert title(sample) == before
    sample.button(key="plan_clear").click().run()
    assert "today's spend" in title(sample)
    assert not figures(sample)


def test_the_plan_outlives_other_pages_and_other_models(sample: AppTest) -> None:
    sample.button_group(key="move_kind").set_value("more").run()
    sample.button(key="move_apply").click().run()
    sample.number_input(key="plan_periods").set_value(12).run()
    before = title(sample)
    assert "over 12 weeks" in before
    go(sample, "views/data.py")
    go(sample, PAGE)
    assert title(sample) == before
    assert sample.number_input(key="plan_periods").value == 12


def test_the_margin_makes_a_profit_of_a_change(sample: AppTest) -> None:
    sample.button(key="plan_clear").click().run()
    sample.button_group(key="move_kind").set_value("more").run()
    sample.button(key="move_apply").click().run()
    assert "Pays from a margin of" in [each.label for each in sample.metric]
    sample.number_input(key="plan_margin").set_value(5.0).run()
    labels = [each.label for each in sample.metric]
    assert labels[2] == "Profit"
    assert metric(sample, 2).startswith("+")


def test_columns_without_differences_are_told_to_bring_nothing_when_moved(sample: AppTest) -> None:
    sample.button(key="plan_clear").click().run()
    sample.selectbox(key="move_channel").set_value("facebook").run()
    sample.button(key="move_apply").click().run()
    assert "moving it between stores changes nothing" in words(sample)
    assert "changes nothing in sales in total" in title(sample)


def test_thousands_of_groups_show_the_curve_and_both_ends(root: Path) -> None:
    rng = np.random.default_rng(5)
    shop = np.repeat(np.arange(200), 10)
    spend = rng.gamma(4.0, 2.0, 2000)
    slope = 0.5 + rng.normal(0, 0.3, 200)
    frame = pd.DataFrame(
        {
            "shop": np.char.add("S", shop.astype(str)),
            "week": np.tile(np.arange(10), 200),
            "tv_spend": spend.round(2),
            "sales": (5 + slope[shop] * spend + rng.normal(0, 1, 2000)).round(2),
        }
    )
    app = upload(opened(root, sample=None), "many.csv", frame.to_csv(index=False).encode())
    go(app, PAGE)
    assert not app.exception
    curve, rows = figures(app)[:2]
    assert any(len(trace.get("customdata") or []) == 200 for trace in curve["data"])
    assert len(rows["layout"]["yaxis"]["tickvals"]) <= 61
    app.selectbox(key="whatif_group").set_value("S7").run()
    assert chosen(app).group == "S7"


def test_a_model_without_amounts_says_so(root: Path) -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "shop": np.repeat([f"S{k}" for k in range(8)], 12),
            "kind": np.tile(["red", "blue", "green"], 32),
            "sales": rng.normal(10, 1, 96).round(2) + np.repeat(np.arange(8), 12),
        }
    )
    app = upload(opened(root, sample=None), "kinds.csv", frame.to_csv(index=False).encode())
    go(app, PAGE)
    assert not app.exception
    assert title(app) == "This model has no amounts to plan."


def test_three_scenarios_are_saved_compared_and_taken_from_the_same_draws(sample: AppTest) -> None:
    sample.text_input(key="scenario_name").set_value("Move a tenth").run()
    sample.button(key="scenario_save").click().run()
    sample.button_group(key="move_kind").set_value("more").run()
    sample.button(key="move_apply").click().run()
    sample.button(key="scenario_save").click().run()
    sample.button(key="scenario_twin").click().run()
    assert not sample.exception
    saved = chosen(sample).desk.saved
    assert saved[0].name == "Move a tenth"
    assert len({one.name for one in saved}) == 3
    apart = saved[1].gains - saved[0].gains
    sample.selectbox(key="pick_one").set_value(saved[1].number).run()
    sample.selectbox(key="pick_other").set_value(saved[0].number).run()
    low, high = np.quantile(apart, [0.025, 0.975])
    assert number(apart.mean(), (high - low) / 4) in words(sample)
    sample.selectbox(key="pick_other").set_value(saved[2].number).run()
    assert "bring the same sales" in words(sample)
    sample.button(key="scenario_remove").click().run()
    assert len(chosen(sample).desk.saved) == 2


def test_scenarios_of_another_model_are_greyed_until_updated(sample: AppTest) -> None:
    sample.button(key="scenario_save").click().run()
    before = chosen(sample).desk.saved[0]
    go(sample, "views/model.py")
    apply_formula(sample, "sales ~ youtube + facebook + (1 + youtube | store)")
    go(sample, PAGE)
    assert "another model" in str(sample.dataframe[-1].value["reckoned on"].tolist())
    assert "different models" in words(sample)
    sample.button(key="scenarios_again").click().run()
    after = chosen(sample).desk.saved[0]
    assert not sample.exception
    assert after.draft == before.draft
    assert after.total["response"]["mean"] != before.total["response"]["mean"]
    assert "different models" not in words(sample)


def test_with_a_margin_the_headline_speaks_of_profit(sample: AppTest) -> None:
    sample.button(key="plan_clear").click().run()
    sample.button_group(key="move_kind").set_value("more").run()
    sample.button(key="move_apply").click().run()
    assert "brings +" in title(sample)
    sample.number_input(key="plan_margin").set_value(0.5).run()
    assert "loses" in title(sample)
    assert "a loss" in words(sample)


def test_a_plan_made_of_tiers_is_not_called_by_them_once_they_have_other_members(sample: AppTest) -> None:
    sample.text_input(key="scenario_name").set_value("A").run()
    sample.button(key="scenario_save").click().run()
    sample.button(key="scenario_use").click().run()
    assert title(sample).startswith("Moving 10")
    go(sample, "views/tiers.py")
    sample.button_group(key="tier_count").set_value(2).run()
    go(sample, PAGE)
    assert title(sample).startswith("This plan brings")


def test_a_move_of_nothing_is_told_and_leaves_no_step(sample: AppTest) -> None:
    sample.number_input(key="move_percent").set_value(0.0).run()
    sample.button(key="move_apply").click().run()
    assert "changes no amount" in words(sample)
    assert sample.button(key="plan_undo").disabled
    sample.number_input(key="move_percent").set_value(5.0).run()
    sample.button(key="move_apply").click().run()
    assert "changes no amount" not in words(sample)


def test_dates_and_foreign_words_have_periods_of_their_own(root: Path) -> None:
    rng = np.random.default_rng(3)
    shop = np.repeat([f"S{k}" for k in range(6)], 20)
    spend = rng.gamma(4.0, 2.0, 120)
    dates = np.tile(pd.date_range("2025-01-06", periods=20, freq="7D").strftime("%Y-%m-%d"), 6)
    frame = pd.DataFrame(
        {
            "shop": shop,
            "Datum": dates,
            "tv_spend": spend.round(2),
            "sales": (3 + spend * np.repeat(np.arange(6), 20) + rng.normal(0, 1, 120)).round(2),
        }
    )
    frame.loc[len(frame)] = [None, dates[0], 3.0, 9.0]  # a row of no shop is no second row of a week
    frame.loc[len(frame)] = [None, dates[0], 4.0, 8.0]
    app = upload(opened(root, sample=None), "dates.csv", frame.to_csv(index=False).encode())
    go(app, PAGE)
    assert not app.exception
    assert "over 8 weeks" in title(app)


def test_a_new_store_is_told_when_its_tier_is_known(sample: AppTest) -> None:
    fit = chosen(sample).shown.fit
    found = core.newcomer(fit, "youtube", 3, seed=0)
    sample.toggle(key="newcomer_open").set_value(True).run()
    assert not sample.exception
    assert f"after about {found.needed:,} weeks" in words(sample)
    assert number(found.slope.loc["new", "mean"], 0.1) in [metric(sample, k) for k in range(4, 7)]


def test_a_plan_far_out_is_refused_by_name_when_asked(sample: AppTest) -> None:
    sample.button(key="plan_clear").click().run()
    sample.button_group(key="move_kind").set_value("more").run()
    sample.number_input(key="move_percent").set_value(300.0).run()
    sample.button(key="move_apply").click().run()
    assert "outside what" in words(sample)
    sample.button_group(key="plan_beyond").set_value("refuse").run()
    assert title(sample).startswith("No figures")
    assert "Store" in words(sample)
    assert not figures(sample)
    assert not sample.metric
    assert sample.button(key="scenario_save").disabled
    sample.button_group(key="plan_beyond").set_value("widen").run()
    assert "stretched" in words(sample)


def test_the_best_plan_is_cores_and_becomes_the_plan(sample: AppTest) -> None:
    sample.button(key="best_find").click().run()
    assert not sample.exception
    expected = sample.metric[4].value
    sample.button(key="best_use").click().run()
    assert title(sample).startswith("This plan brings")
    assert metric(sample, 0) == expected
    sample.button_group(key="best_goal").set_value(True).run()
    assert "found for other settings" in words(sample)
    sample.number_input(key="best_budget").set_value(1.0).run()
    sample.button(key="best_find").click().run()
    assert "less than the lower bounds add up to" in words(sample)


def test_a_best_plan_leaves_alone_what_it_is_told_to(sample: AppTest) -> None:
    sample.multiselect(key="best_fixed").set_value(["Store 01", "Store 02"]).run()
    sample.number_input(key="best_column_2").set_value(0.0).run()
    sample.button(key="best_find").click().run()
    sample.button(key="best_use").click().run()
    moved = next(iter(chosen(sample).desk.drafts.values())).amounts
    assert moved
    assert not {group for group, _ in moved} & {"Store 01", "Store 02"}
    assert "newspaper" not in {channel for _, channel in moved}
