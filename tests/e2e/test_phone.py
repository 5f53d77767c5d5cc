"""A phone: nothing sticks out, and every control can be reached."""

from playwright.sync_api import expect

from tests.e2e.app import App
from tests.e2e.conftest import NewApp

PHONE = {"width": 390, "height": 844}
# The window itself, and the part of the page that scrolls inside it.
TOO_WIDE = """() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]
  .map(e => e.scrollWidth - window.innerWidth).filter(over => over > 0)"""


def check_width(app: App, page: str) -> None:
    """Nothing sticks out to the right of the window."""
    assert app.page.evaluate(TOO_WIDE) == [], f"{page} is wider than the phone"


def test_every_page_fits_a_phone(new_app: NewApp) -> None:
    app = new_app(viewport=PHONE, has_touch=True, color_scheme="light")
    page = app.page
    app.open()
    check_width(app, "the first page")
    app.sample("Retail panel")
    check_width(app, "Data")
    app.combobox("Outcome").scroll_into_view_if_needed()
    expect(app.combobox("Outcome")).to_be_in_viewport()

    app.go("model")
    check_width(app, "Model")
    app.slopes("facebook")
    expect(app.headline).to_contain_text("facebook")
    app.type_formula("sales ~ youtube + price + facebook + newspaper + (1 + youtube + price | store)")
    check_width(app, "Model with its formula open")

    app.go("groups")
    check_width(app, "Groups")
    app.pick("One store", "Store 10")
    expect(page.locator(".st-key-group_card")).to_contain_text("Store 10:")

    app.go("pooling")
    check_width(app, "Pooling")

    app.go("tiers")
    check_width(app, "Tiers")
    page.get_by_role("radio", name="5", exact=True).click()
    expect(page.get_by_text("Tier 5 ·").first).to_be_visible()
    app.settle()
    button = page.get_by_role("button", name="Download for finance (CSV)")
    button.scroll_into_view_if_needed()
    expect(button).to_be_in_viewport()
    check_width(app, "Tiers with five tiers")

    app.go("quality")
    check_width(app, "Quality")
