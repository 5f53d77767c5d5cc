"""What is chosen survives moving between pages; addresses can be passed on."""

from playwright.sync_api import expect

from tests.e2e.app import App

SAMPLE = {"sample": "retail_panel"}


def test_choices_survive_moving_between_pages(app: App) -> None:
    page = app.page
    app.open("model", SAMPLE)
    app.slopes("youtube", "price")
    page.get_by_role("button", name="Numbers as they are").click()
    page.get_by_role("radio", name="vs average").first.click()
    expect(app.bar).to_contain_text("center(youtube)")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="ML", exact=True).click()
    expect(app.bar).to_contain_text("by ML")
    page.get_by_role("radio", name="per unit").click()
    expect(app.chart("Effects")).to_contain_text("for one unit more")
    app.settle()
    app.go("groups")
    app.pick("One store", "Store 10")
    app.pick("Order", "lowest first")
    app.go("tiers")
    page.get_by_role("radio", name="4", exact=True).click()
    expect(page.get_by_text("Tier 4 ·").first).to_be_visible()
    app.settle()

    app.go("")
    app.go("tiers")
    expect(page.get_by_role("radio", name="4", exact=True)).to_be_checked()
    app.go("groups")
    expect(app.combobox("One store")).to_have_value("Store 10")
    expect(app.combobox("Order")).to_have_value("lowest first")
    app.go("model")
    expect(app.pill("youtube")).to_have_attribute("aria-pressed", "true")
    expect(app.pill("price")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Numbers vs average")).to_be_visible()
    expect(page.get_by_role("radio", name="ML", exact=True)).to_be_checked()
    expect(page.get_by_role("radio", name="per unit")).to_be_checked()


def test_a_link_opens_page_and_sample(app: App) -> None:
    """Tiers here; the other tests enter by links to Data, Model and Groups."""
    app.open("tiers", {"sample": "grunfeld"})
    expect(app.bar).to_contain_text("220 rows")
    expect(app.page).to_have_url(f"{app.address}/tiers?sample=grunfeld")
    expect(app.link("tiers")).to_have_attribute("aria-current", "page")


def test_an_unknown_sample_is_explained(app: App) -> None:
    app.open("", {"sample": "<b>nope</b>"})
    expect(app.page.get_by_role("alert")).to_contain_text("<b>nope</b>")
    app.sample("Retail panel")
    expect(app.page.get_by_role("alert")).to_have_count(0)
    expect(app.headline).to_contain_text("Ready to model")
