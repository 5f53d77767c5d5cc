"""Quality of a yes/no model in the browser: the threshold is dragged, landing pages are held out."""

import re

from playwright.sync_api import expect

from tests.e2e import axe, pictures
from tests.e2e.app import App
from tests.e2e.conftest import NewApp

HELD_OUT = 60_000  # milliseconds: ten fits in another process that first has to start


def test_the_threshold_moves_the_counts_and_held_out_groups_stand_beside(new_app: NewApp) -> None:
    app = new_app(color_scheme="light")
    judged(app)
    pictures.take(app, "quality-yes-no", "light")


def test_the_same_in_the_dark(new_app: NewApp) -> None:
    app = new_app(color_scheme="dark")
    judged(app)
    assert axe.faults(app.page) == []
    pictures.take(app, "quality-yes-no", "dark", (pictures.DESK,))


def judged(app: App) -> None:
    app.open(query={"sample": "conversions"})
    app.go("quality")
    section = app.page.get_by_role("heading", name=re.compile("^It ranks a yes above a no"))
    expect(section).to_be_visible()
    called = app.page.get_by_role("heading", name=re.compile("% are called right$"))
    before = called.inner_text()
    thumb = app.page.get_by_role("slider").first
    thumb.focus()
    for _ in range(5):
        thumb.press("ArrowRight")
    app.settle()
    expect(called).not_to_have_text(before)
    app.page.get_by_role("button", name="Hold out whole landing pages").click()
    expect(section).to_contain_text("new landing pages", timeout=HELD_OUT)
    expect(app.chart("ROC curves")).to_be_visible()
    after = called.inner_text()
    app.go("model")
    app.go("quality")
    expect(section).to_contain_text("new landing pages")
    expect(called).to_have_text(after)
