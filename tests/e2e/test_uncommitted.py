"""Text in the formula box that was not applied: one tap on a page link opens the page, and the text stays."""

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
    expect(app.formula).to_have_value(formula + typed)
    expect(app.bar).not_to_contain_text(typed)
    app.page.get_by_role("radio", name="ML", exact=True).click()
    expect(app.bar).to_contain_text("by ML")
    expect(app.formula).to_have_value(formula + typed)
    app.page.get_by_role("button", name="Apply formula").click()
    says = app.bar.get_by_text(typed) if ":" in typed else app.page.get_by_role("alert")
    expect(says.first).to_be_visible()
    expect(app.formula).to_have_value(formula + typed)


def test_what_was_typed_is_taken_back(app: App) -> None:
    app.open("model", SAMPLE)
    formula = app.formula.input_value()
    app.formula.press("Control+End")
    app.page.keyboard.type(" + x")
    app.headline.click()
    app.page.get_by_role("button", name="Undo typing").click()
    expect(app.formula).to_have_value(formula)
    expect(app.page.get_by_text("Typed, not applied")).to_be_hidden()
