"""Changing the model: by pill, by picker and by hand; results follow, and nothing typed or chosen is lost."""

from playwright.sync_api import expect

import core
from tests.e2e.app import App

SAMPLE = {"sample": "retail_panel"}
ALL = "sales ~ week + youtube + facebook + newspaper + size_m2 + price + promo"


def test_another_slope_is_followed(app: App) -> None:
    app.open("model", SAMPLE)
    expect(app.headline).to_contain_text("youtube")
    app.slopes("facebook")
    expect(app.bar).to_contain_text(f"{ALL} + (1 + facebook | store)")
    expect(app.headline).to_contain_text("facebook")
    expect(app.headline).not_to_contain_text("youtube")
    fit = core.fit(core.read_sample("retail_panel"), f"{ALL} + (1 + facebook | store)")
    expect(app.figure("Between stores")).to_contain_text(f"{100 * fit.icc().adjusted:.0f} %")

    app.go("tiers")
    expect(app.headline).to_contain_text("facebook")
    app.go("model")
    app.slopes("youtube", "price")
    app.go("tiers")
    expect(app.headline).to_contain_text("youtube")
    app.pick("Ranked by", "response to price")
    expect(app.headline).to_contain_text("price")


def test_a_formula_by_hand_moves_the_pickers(app: App) -> None:
    app.open("model", SAMPLE)
    app.type_formula("sales ~ youtube + price + (1 + price | region)")
    expect(app.pill("price")).to_have_attribute("aria-pressed", "true")
    expect(app.pill("youtube")).to_have_attribute("aria-pressed", "false")
    expect(app.combobox("Grouped by")).to_have_value("region")
    expect(app.page.get_by_role("button", name="Remove price")).to_be_visible()
    expect(app.page.get_by_role("button", name="Remove week")).to_have_count(0)
    expect(app.link("groups")).to_contain_text("Regions")
    expect(app.headline).to_contain_text("price")

    app.pick("Grouped by", "store")
    expect(app.formula).to_have_value("sales ~ youtube + price + (1 + price | store)")


BAD = {
    "sales ~ yuotube + (1 | store)": "Did you mean 'youtube'?",
    "sales ~ youtube + (1 | store": "never closed",
    "sales ~ __import__('os').system('x')": "__import__",
}


def test_a_bad_formula_is_explained_and_stays(app: App) -> None:
    app.open("model", SAMPLE)
    before = app.headline.inner_text()
    alert = app.page.get_by_role("alert")
    for text, says in BAD.items():
        app.type_formula(text)
        expect(alert).to_contain_text(says)
        expect(app.page.get_by_test_id("stCode")).to_contain_text("^")
        expect(app.formula).to_have_value(text)
        expect(app.headline).to_have_text(before)
        expect(app.bar).to_contain_text(f"{ALL} + (1 + youtube | store)")

    app.go("tiers")
    app.go("model")
    expect(app.formula).to_have_value(text)
    expect(alert).to_contain_text(says)
    app.type_formula("sales ~ youtube + (1 | store)")
    expect(alert).to_have_count(0)
    expect(app.bar).to_contain_text("sales ~ youtube + (1 | store)")
