"""A page link tapped while the formula box holds text that was not applied: one tap opens the page."""

import pytest
from playwright.sync_api import expect

from tests.e2e.app import App

SAMPLE = {"sample": "retail_panel"}


@pytest.mark.parametrize("typed", [" + oops", " + facebook:price"])
def test_one_click_leaves_a_formula_that_was_not_applied(app: App, typed: str) -> None:
    app.open("model", SAMPLE)
    formula = app.formula.input_value()
    app.formula.press("Control+End")
    app.page.keyboard.type(typed)
    app.link("").click()  # without a pause between press and release, as a tap on a touch screen
    expect(app.link("")).to_have_attribute("aria-current", "page")
    app.settle()
    expect(app.headline).to_contain_text("Ready to model")

    app.go("model")
    expect(app.combobox("Outcome")).to_have_value("sales")
    expect(app.combobox("Grouped by")).to_have_value("store")
    expect(app.pill("youtube")).to_have_attribute("aria-pressed", "true")
    expect(app.page.get_by_role("button", name="Remove week")).to_be_visible()
    expect(app.formula).to_have_value(formula)
    app.page.get_by_role("radio", name="ML", exact=True).click()
    expect(app.bar).to_contain_text("by ML")
    expect(app.page.get_by_test_id("stException")).to_have_count(0)
