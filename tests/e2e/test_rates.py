"""Rates by category in the browser: a sample's card to its areas, light and dark, and another choice."""

import pytest
from playwright.sync_api import expect

from tests.e2e import axe, pictures
from tests.e2e.conftest import NewApp


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_season_passes_show_where_the_bundle_sells(new_app: NewApp, theme: str) -> None:
    app = new_app(color_scheme=theme)
    app.open()
    app.sample("Season passes")
    finding = app.page.get_by_role("heading", name="Email: 31")
    expect(finding).to_contain_text("Mail the other way")
    areas = app.chart("Share bought by channel and promo")
    expect(areas.first).to_be_visible()
    expect(areas.first).to_contain_text("923 of 1,195")
    expect(app.chart("Share of Bundle among bought and among contacted")).to_be_visible()
    pictures.take(app, "data-rates", theme)
    assert not axe.faults(app.page)
    app.pick("and by", "nothing else")
    expect(app.page.get_by_role("heading", name="Park has the highest share bought")).to_be_visible()
    expect(app.chart("Share of Bundle among bought and among contacted")).to_have_count(0)
