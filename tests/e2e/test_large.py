"""Big files: 50,000 rows give their first answer, 2,000 groups stay usable."""

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

import core
from core.result.effects import coefficients_at_average
from tests.e2e.app import App
from tests.e2e.panels import panel

NAMES = {"group": "store", "period": "week", "outcome": "sales", "spend": "youtube"}
Report = Callable[[str, float], None]


def test_fifty_thousand_rows(app: App, tmp_path: Path, report_seconds: Report) -> None:
    frame = panel([f"Store {number:03}" for number in range(1, 501)], 100, seed=7).rename(columns=NAMES)
    file = tmp_path / "panel_50000.csv"
    frame.to_csv(file, index=False)
    formula = "sales ~ week + youtube + price + (1 + youtube | store)"
    fit = core.fit(frame, formula)
    app.open("model")
    start = time.perf_counter()
    app.drop(file)
    expect(app.headline).to_contain_text("youtube goes with")
    seconds = time.perf_counter() - start
    report_seconds("50,000 rows, 500 groups: from choosing the file to the headline of Model", seconds)
    expect(app.bar).to_contain_text("50,000 rows")
    expect(app.bar).to_contain_text(formula)
    effect = fit.fixed_effects.loc["youtube"]
    expect(app.headline).to_contain_text(f"{effect['estimate']:.2f}")
    expect(app.page.get_by_text(f"{effect['low']:.2f} to {effect['high']:.2f}").first).to_be_visible()
    app.settle()


def test_two_thousand_groups(app: App, tmp_path: Path) -> None:
    frame = panel([f"Store {number:04}" for number in range(1, 2001)], 8, seed=9).rename(columns=NAMES)
    file = tmp_path / "panel_2000.csv"
    frame.to_csv(file, index=False)
    fit = core.fit(frame, "sales ~ week + youtube + price + (1 + youtube | store)")
    totals = coefficients_at_average(fit.linear, fit.level)["store"]["youtube"]
    app.open("model")
    app.drop(file)
    expect(app.headline).to_contain_text("youtube goes with")
    app.settle()
    app.go("groups")
    expect(app.headline).to_contain_text(totals.idxmax())
    expect(app.chart("All 2,000 estimates")).to_be_visible()
    app.pick("One store", "Store 1234")
    expect(app.page.locator(".st-key-group_card")).to_contain_text("Store 1234:")
    expect(app.chart("Ranking from")).to_contain_text("more between these ends")

    app.go("pooling")
    expect(app.chart("Arrows from own to pooled estimates of 2,000 stores")).to_be_visible()
    expect(app.chart("Own and pooled figures of 2,000")).to_contain_text("Store 1234")

    app.go("tiers")
    expect(app.headline).to_contain_text("most responsive to youtube")
    expect(app.chart("Ranking of 2,000 stores")).to_contain_text("Store 1234")
    tiers = core.tiers(fit, slope="youtube", n_tiers=3, seed=0)
    expect(app.figure("Expected misplaced")).to_contain_text(f"{tiers.expected_misplaced:,.0f} of")
