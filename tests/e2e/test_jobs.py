"""Work in another process, in the browser: progress, pages left and found again, Cancel, a killed process."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e import axe
from tests.e2e.app import App
from tests.e2e.conftest import NewApp
from tests.e2e.panels import panel as panel_of
from tests.e2e.server import Server

LONG = "sales ~ week + youtube + (1 + youtube | region/store)"  # its bootstrap takes half a minute
BOOTSTRAP = "Bootstrap, 1,000 fits"
NUTS = "Sample by NUTS"
DRAWS = re.compile(r"[1-9][\d,]* of [\d,]+ draws")
FITS = re.compile(r"(\d[\d,]*) of 1,000 fits")
WORKER = "dashboard.jobs.worker"


def workers(server: Server) -> list[int]:
    """Returns the server's worker processes that live."""
    ps = ["ps", "-A", "-o", "pid=,ppid=,stat=,args="]
    told = subprocess.run(ps, capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in told.splitlines()]
    mine = [row for row in rows if int(row[1]) == server.process.pid and WORKER in row[-1]]
    return [int(row[0]) for row in mine if not row[2].startswith("Z")]


def panel(app: App, name: str) -> Locator:
    return app.page.locator(f".st-key-job_{name}")


def fits(app: App) -> int:
    """Returns how many fits the bootstrap has done, as its panel says."""
    shown = panel(app, "bootstrap_intervals").get_by_text(FITS)
    expect(shown).to_be_visible()
    found = FITS.search(shown.inner_text())
    assert found is not None
    return int(found.group(1).replace(",", ""))


def opened(app: App, formula: str) -> None:
    app.open(query={"sample": "retail_panel"})
    app.go("model")
    app.type_formula(formula)
    app.go("quality")


def cancel(app: App, name: str) -> None:
    panel(app, name).get_by_role("button", name="Cancel").click()
    expect(panel(app, name)).to_be_hidden()


def start(app: App, label: str) -> None:
    app.page.get_by_role("button", name=label).click()


@pytest.mark.slow
def test_a_long_check_goes_on_while_its_page_is_left(
    app: App, server: Server, report_seconds: Callable[[str, float], None]
) -> None:
    done = app.page.locator("summary").filter(has_text="Every effect without each")
    opened(app, LONG)
    start(app, BOOTSTRAP)
    first = fits(app)
    app.go("model")
    expect(app.headline).to_be_visible()
    app.go("quality")
    assert fits(app) > first
    begun = time.monotonic()
    cancel(app, "bootstrap_intervals")
    expect(app.page.get_by_role("button", name=BOOTSTRAP)).to_be_visible()
    report_seconds("from the click on Cancel until the button is back", time.monotonic() - begun)
    app.settle()  # what moves up would take the click elsewhere
    # The process is free again: another check begins at once, and ends though its page is left.
    start(app, "Leave out each region")
    expect(panel(app, "influence_region").or_(done).first).to_be_visible()
    start(app, BOOTSTRAP)
    expect(panel(app, "bootstrap_intervals")).to_be_visible()
    app.go("model")
    app.go("quality")
    expect(done).to_be_visible()
    assert fits(app) >= 0  # begun anew
    assert not axe.faults(app.page)

    for worker in workers(server):
        os.kill(worker, signal.SIGKILL)
    expect(panel(app, "bootstrap_intervals")).to_contain_text(
        "The process that computed this ended (killed). Nothing else was lost. Try again."
    )
    assert not axe.faults(app.page)
    panel(app, "bootstrap_intervals").get_by_role("button", name="Try again").click()
    assert fits(app) >= 0
    cancel(app, "bootstrap_intervals")
    app.settle()


@pytest.mark.slow
def test_one_users_work_does_not_hold_up_the_others_pages(
    new_app: NewApp, report_seconds: Callable[[str, float], None]
) -> None:
    one, other = new_app(), new_app()
    opened(one, LONG)
    other.open("quality", query={"sample": "retail_panel"})

    def visit() -> float:
        begun = time.monotonic()
        other.go("groups")
        other.go("quality")
        return time.monotonic() - begun

    visit()
    report_seconds("two pages with nothing in the background", visit())
    start(one, BOOTSTRAP)
    first = fits(one)
    report_seconds("two pages while another user's bootstrap runs", visit())
    start(other, "Hold out rows")
    expect(panel(other, "k_fold_rows")).to_contain_text("1 before this")
    assert fits(one) > first
    cancel(one, "bootstrap_intervals")
    expect(other.page.get_by_text("New rows are foretold").first).to_be_visible()
    one.settle()


@pytest.mark.slow
def test_nuts_is_watched_cancelled_and_finished(
    app: App, server: Server, tmp_path: Path, report_seconds: Callable[[str, float], None]
) -> None:
    many = panel_of([f"Shop {number}" for number in range(6_000)], 6, seed=3)
    many.to_csv(tmp_path / "many.csv", index=False)
    app.open()
    app.drop(tmp_path / "many.csv")
    expect(app.bar).to_contain_text("many.csv")
    app.go("model")
    app.type_formula("outcome ~ spend + (1 + spend | group)")
    app.page.get_by_role("radio", name="NUTS").click()
    app.settle()
    start(app, NUTS)
    shown = panel(app, "nuts_chains")
    expect(shown).to_contain_text(re.compile("Preparing the sampler|draws"))
    app.go("")
    app.go("model")
    expect(shown).to_be_visible()
    for worker in workers(server):
        os.kill(worker, signal.SIGKILL)
    expect(shown).to_contain_text("ended (killed). Nothing else was lost. Try again.")
    shown.get_by_role("button", name="Try again").click()
    expect(shown).to_contain_text(DRAWS, timeout=90_000)
    begun = time.monotonic()
    cancel(app, "nuts_chains")
    report_seconds("from the click on Cancel of NUTS until its panel is gone", time.monotonic() - begun)
    start(app, NUTS)
    expect(app.chart("Distance of REML and NUTS")).to_be_visible(timeout=90_000)
    app.settle()
