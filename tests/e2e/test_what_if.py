"""From tiers over a move of money to the best plan, three scenarios side by side, and files that add up."""

import json
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

import core
from core.decide.response import responses
from dashboard.numbers import interval, number
from tests.e2e.app import App

FORMULA = "sales ~ week + youtube + facebook + newspaper + size_m2 + price + promo + (1 + youtube | store)"
SPEND = ["youtube", "facebook", "newspaper"]
# One has always spent the same, the other has four rows: their own rows place them in no tier.
UNPLACED = {"Store 11", "Store 17"}


def test_tiers_to_the_best_plan_and_three_scenarios(app: App) -> None:
    table = core.read_sample("retail_panel")
    fit = core.fit(table, FORMULA)
    past = core.history(fit, table, channels=SPEND)
    tiers = core.tiers(fit, slope="youtube", n_tiers=3, seed=0).table["tier"]
    last, first = ([str(k) for k in tiers.index[tiers == t] if k not in UNPLACED] for t in (3, 1))
    moved = core.moved_between(core.today(past, 8), "youtube", 10, last, first)
    shown = core.scenario(fit, moved, drawn=responses(fit, past, 1000, 0))
    gain = shown.total.loc["response"]

    app.open()
    app.sample()
    app.go("tiers")
    app.follow("See what moving money would bring", "what-if")
    said = number(gain["mean"], (gain["high"] - gain["low"]) / 4, signed=True)
    expect(app.headline).to_contain_text("Moving 10 % of youtube from tier 3 to tier 1")
    expect(app.headline).to_contain_text(f"brings {said} sales over 8 weeks")
    expect(app.page.get_by_text(interval(gain["low"], gain["high"])).first).to_be_visible()
    expect(app.chart("Change and spend by store")).to_be_visible()
    save(app, "Move a tenth")

    app.page.get_by_role("button", name="Find the best plan").click()
    app.settle()
    expect(app.page.get_by_text("The best plan should bring")).to_be_visible()
    expect(app.chart("The best plan beside simple rules")).to_be_visible()
    app.page.get_by_role("button", name="Use this plan").click()
    app.settle()
    expect(app.headline).to_contain_text("This plan brings")
    save(app, "The best")

    app.page.get_by_role("button", name="Back to today").click()
    app.settle()
    expect(app.headline).to_contain_text("today's spend")
    app.page.get_by_text("More or less", exact=True).click()
    app.settle()
    app.page.get_by_role("button", name="Make the move").click()
    app.settle()
    expect(app.headline).to_contain_text("10 % more youtube everywhere brings")
    save(app, "A tenth more")
    expect(app.chart("Change and profit of every scenario")).to_be_visible()
    app.pick("Compare", "The best")
    app.pick("with", "Move a tenth")
    expect(app.page.get_by_text("more sales than")).to_be_visible()

    app.pick("Scenario", "Move a tenth")
    app.page.get_by_role("button", name="Edit its plan").click()
    app.settle()
    expect(app.headline).to_contain_text(f"brings {said} sales over 8 weeks")
    check_files(app, shown)


def save(app: App, name: str) -> None:
    """Saves the plan on the page under a name."""
    box = app.page.get_by_role("textbox", name="Name of this plan")
    box.fill(name)
    box.press("Tab")
    app.settle()
    app.page.get_by_role("button", name="Save", exact=False).last.click()
    app.settle()


def check_files(app: App, shown: core.Scenario) -> None:
    """Downloads both files of the plan and holds them against core."""
    written = pd.read_csv(app.download("Download parts (CSV)").path(), encoding="utf-8-sig")
    change = "change in sales over 8 weeks"
    parts, total = written[written["line"] == "part"], written[written["line"] == "total"].iloc[0]
    assert parts[change].sum() == pytest.approx(total[change], rel=1e-9)
    # The app fits from kept sums and may start its search elsewhere; it ends within 1e-6 of a standard error.
    assert total[change] == pytest.approx(shown.total.loc["response", "mean"], rel=1e-5)
    assert len(parts) == len(shown.parts)
    plan = json.loads(Path(app.download("Download plan").path()).read_text(encoding="utf-8"))
    assert {(group, channel) for group, channel, _ in plan["amounts"]} == set(shown.parts.index)
