"""Every page in every state, light and dark: the right colours, nothing grave for axe, and its pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import axe, pictures
from tests.e2e.app import App
from tests.e2e.conftest import NewApp
from tests.e2e.panels import alike

TOKENS = {
    "light": ("rgb(255, 255, 255)", "rgb(27, 36, 48)"),
    "dark": ("rgb(18, 23, 29)", "rgb(232, 237, 242)"),
}


# Made of parts that the others show too: one size, and in light mode only.
RARE = ("groups-baseline", "tiers-nothing", "groups-nothing", "tiers-alike")
LAST_IN_DARK = "model-error"


def states(app: App, folder: Path) -> Iterator[str]:
    """Brings the app from state to state and gives each one's name."""
    alert = app.page.get_by_role("alert")
    app.open()
    yield "data-empty"
    (folder / "empty.csv").write_bytes(b"")
    app.drop(folder / "empty.csv")
    expect(alert).to_contain_text("is empty")
    yield "data-error"
    app.sample()
    yield "data-loaded"
    app.go("model")
    yield "model-loaded"
    app.go("groups")
    yield "groups-loaded"
    app.go("tiers")
    yield "tiers-loaded"
    app.go("what-if")
    app.page.get_by_role("button", name="Find the best plan").click()
    app.settle()
    app.page.get_by_role("button", name="Save", exact=False).last.click()
    expect(app.chart("Change and profit of every scenario")).to_be_visible()
    yield "what-if-loaded"
    app.go("quality")
    yield "quality-loaded"
    app.go("model")
    app.type_formula("sales ~ yuotube + (1 | store)")
    expect(alert).to_contain_text("Did you mean")
    yield "model-error"
    app.type_formula("sales ~ youtube + price + (1 | store)")
    app.go("groups")
    yield "groups-baseline"
    app.go("tiers")
    expect(app.headline).to_contain_text("Nothing to rank")
    yield "tiers-nothing"
    app.go("model")
    app.type_formula("sales ~ youtube + price")
    app.go("groups")
    expect(app.headline).to_contain_text("no groups")
    yield "groups-nothing"
    app.go("")
    same = alike([f"Shop {number}" for number in range(1, 13)], 12, seed=4)
    same = same.rename(columns={"group": "shop", "period": "week", "outcome": "sales"})
    same.to_csv(folder / "same.csv", index=False)
    app.drop(folder / "same.csv")
    expect(app.bar).to_contain_text("same.csv")
    app.go("model")
    app.type_formula("sales ~ spend + price + (1 + spend | shop)")
    app.go("tiers")
    expect(app.headline).to_contain_text("No detectable differences")
    yield "tiers-alike"


@pytest.mark.parametrize("theme", TOKENS)
def test_every_state(new_app: NewApp, tmp_path: Path, theme: str) -> None:
    app = new_app(color_scheme=theme)
    paper, ink = TOKENS[theme]
    faults = []
    for name in states(app, tmp_path):
        app.settle()
        expect(app.page.get_by_test_id("stApp")).to_have_css("background-color", paper)
        expect(app.headline).to_have_css("color", ink)
        for drawn in app.page.locator(".js-plotly-plot .main-svg:first-child").all():
            expect(drawn).to_have_css("background-color", paper)
        faults += [f"{name}, {theme}: {fault}" for fault in axe.faults(app.page)]
        pictures.take(app, name, theme, [pictures.DESK] if name in RARE else pictures.SIZES)
        if theme == "dark" and name == LAST_IN_DARK:
            break
    assert not faults, "\n".join(faults)
