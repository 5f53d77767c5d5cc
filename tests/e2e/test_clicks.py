"""A click on a group's dot opens its card, and every page then shows that group."""

from playwright.sync_api import expect

from tests.e2e.app import App


def test_a_click_opens_the_card_everywhere(app: App) -> None:
    card = app.page.locator(".st-key-group_card")
    app.open("groups", {"sample": "retail_panel"})
    expect(card).to_contain_text("Store 22:")
    app.click_group("Ranking from", "Store 12")
    expect(card).to_contain_text("Store 12:")
    app.click_group("Baseline against response", "Store 13")
    expect(card).to_contain_text("Store 13:")
    app.go("tiers")
    app.click_group("Ranking of 24 stores", "Store 22")
    app.go("groups")
    expect(card).to_contain_text("Store 22:")
    expect(app.combobox("One store")).to_have_value("Store 22")
