"""Season passes in the browser: the areas plot, odds ratios, interactions by channel, tiers of channels."""

from playwright.sync_api import expect

import core
from tests.e2e.app import App

PLAIN = "bought | trials(contacted) ~ promo"
BY_CHANNEL = "bought | trials(contacted) ~ promo*channel"
GROUPED = "bought | trials(contacted) ~ promo + (1 | channel)"


def test_season_passes_from_the_areas_to_tiers_of_channels(app: App) -> None:
    app.open()
    app.sample("Season passes")
    expect(app.bar).to_contain_text(GROUPED)
    expect(app.page.get_by_text("yes or no", exact=True).first).to_be_visible()
    expect(app.chart("Share bought by channel and promo").first).to_be_visible()

    app.follow("To the model", "model")
    fit = core.fit(core.read_sample("season_pass"), GROUPED, family="binomial")
    expect(app.headline).to_contain_text("the odds of buying are 43")
    ratio = float(2.718281828459045 ** -fit.fixed_effects.loc["promo[NoBundle]", "estimate"])
    expect(app.figure("Odds ratio")).to_contain_text(f"{ratio:.2f}")
    expect(app.figure("Plain regression claims")).to_contain_text("1.48")

    app.type_formula(PLAIN)
    expect(app.headline).to_contain_text("the odds of buying are 48")
    expect(app.figure("Odds ratio")).to_contain_text("1.48")  # 1.475196
    app.type_formula(BY_CHANNEL)
    expect(app.page.get_by_text("the odds of buying are 8 times as high").first).to_be_visible()

    app.type_formula(GROUPED)
    app.follow("See the channels", "groups")
    expect(app.headline).to_contain_text("Park has the highest probability of buying")
    app.follow("See what pooling does", "pooling")
    expect(app.headline).to_contain_text("in their probability of buying")
    app.follow("Sort channels into tiers", "tiers")
    expect(app.headline).to_contain_text("Park surely has the highest probability of buying")
    expect(app.chart("Ranking of 3 channels")).to_be_visible()

    app.go("model")
    app.slopes("promo")
    app.go("groups")
    expect(app.headline).to_contain_text("Email has the highest effect of promo Bundle instead of NoBundle")
    expect(app.chart("Every curve of probability of buying on promo")).to_be_visible()
    app.go("tiers")
    expect(app.headline).to_contain_text("Email surely has the highest effect of promo Bundle")
    app.go("model")
    app.type_formula(GROUPED)
    app.go("quality")
    expect(app.headline).to_contain_text("before you trust this model")
