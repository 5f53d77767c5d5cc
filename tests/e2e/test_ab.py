"""The A/B sample in a browser: from its card to the verdict, light and dark, and what is better turned."""

import re

import pytest
from playwright.sync_api import expect

import core
from dashboard import state
from tests.e2e import axe, pictures
from tests.e2e.conftest import NewApp


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sample_to_verdict(new_app: NewApp, theme: str) -> None:
    fit = core.fit(
        core.read_sample("ab_test"), "converted ~ variant + device + (1 | user)", family="binomial"
    )
    found = core.ab(fit, "variant", seed=state.SEED)
    lift = found.new.difference
    app = new_app(color_scheme=theme)
    app.open()
    app.sample("A/B test")
    app.follow("To the model", "model")
    title = app.page.get_by_role("heading", name=re.compile("^Not settled: converted"))
    expect(title).to_contain_text(f"{100 * lift.estimate:.1f} points more often")
    expect(title).to_contain_text(re.compile(rf"{100 * found.p_better:.0f}\s% sure it beats A"))
    expect(app.chart("Difference of B to A")).to_be_visible()
    expect(app.page.get_by_text("Plain regression is too sure: its error of the lift")).to_be_visible()
    pictures.take(app, "ab", theme)
    assert not axe.faults(app.page)

    app.page.get_by_text("less is better", exact=True).click()
    app.settle()
    expect(title).to_contain_text(re.compile(rf"{100 * found.p_better:.0f}\s% sure A beats it"))
    app.follow("See the users", "groups")
    app.page.go_back()
    app.settle()
    expect(title).to_contain_text(re.compile(rf"{100 * found.p_better:.0f}\s% sure A beats it"))
