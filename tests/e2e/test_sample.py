"""From first open over a sample to a tiers file whose every number is core's."""

from playwright.sync_api import expect

import core
from core.result.effects import coefficients_at_average
from tests.e2e.app import App
from tests.e2e.tiers_file import check_tiers_file

FORMULA = "sales ~ week + youtube + facebook + newspaper + size_m2 + price + promo + (1 + youtube | store)"


def test_sample_to_tiers_file(app: App) -> None:
    fit = core.fit(core.read_sample("retail_panel"), FORMULA)
    app.open()
    expect(app.headline).to_contain_text("Which stores respond to what")
    app.sample("Retail panel")
    expect(app.page).to_have_url(f"{app.address}/?sample=retail_panel")
    expect(app.headline).to_contain_text("625 rows: 24 stores over 30 weeks")
    expect(app.bar).to_contain_text(FORMULA)

    app.follow("To the model", "model")
    effect = fit.fixed_effects.loc["youtube"]
    expect(app.headline).to_contain_text("youtube")
    expect(app.headline).to_contain_text(f"{effect['estimate']:.2f}")
    expect(app.page.get_by_text(f"{effect['low']:.2f} to {effect['high']:.2f}").first).to_be_visible()

    expect(app.link("groups")).to_contain_text("Stores")
    app.follow("See the stores", "groups")
    totals = coefficients_at_average(fit.linear, fit.level)["store"]["youtube"]
    expect(app.headline).to_contain_text(totals.idxmax())
    expect(app.headline).to_contain_text(totals.idxmin())

    app.follow("See what pooling does", "pooling")
    app.follow("Sort stores into tiers", "tiers")
    tiers = core.tiers(fit, slope="youtube", n_tiers=3, seed=0).table
    expect(app.headline).to_contain_text(f"{int((tiers['p_tier_1'] >= 0.795).sum())} stores")
    check_tiers_file(app, "store tiers by youtube.csv", tiers)

    app.page.go_back()
    expect(app.headline).to_contain_text("Stores speak for themselves")
    app.page.go_back()
    expect(app.headline).to_contain_text(totals.idxmax())
    expect(app.bar).to_contain_text(FORMULA)
