"""Pooling in the browser: three readings of every store, the proof, the leaders' repeat, and the table."""

import pandas as pd
import pytest
from playwright.sync_api import expect

import core
from tests.e2e.app import App

FORMULA = "sales ~ week + youtube + facebook + newspaper + size_m2 + price + promo + (1 + youtube | store)"


def test_arrows_proof_repeat_and_table(app: App) -> None:
    table = core.read_sample("retail_panel")
    fit = core.fit(table, FORMULA)
    found = core.pooling(table, FORMULA)
    proof = core.pooling_proof(fit, table, folds=5, seed=1).table["rmse"]
    trusted = core.trust(fit, "youtube", n_draws=2000, seed=0)
    app.open("", {"sample": "retail_panel"})
    app.go("pooling")
    expect(app.headline).to_contain_text("Stores speak for themselves in their response to youtube")
    expect(app.figure("Missed by, in between")).to_contain_text(f"± {proof['partial']:.2f}")
    expect(app.figure("Missed by, in between")).to_contain_text(f"{proof['none']:.2f} each alone")
    expect(app.figure("Top 3, by own rows")).to_contain_text(f"{trusted.winners.raw:.2f}")
    expect(app.figure("Top 3, by own rows")).to_contain_text(
        f"expect {trusted.winners.repeat.mean:.2f} next time"
    )

    card = app.page.locator(".st-key-group_card")
    app.click_group("Arrows from own to pooled", "Store 13")
    expect(card).to_contain_text("Store 13:")
    app.click_group("Own and pooled figures", "Store 06")
    expect(card).to_contain_text("Store 06:")
    expect(app.chart("Own and pooled figures")).to_contain_text("few rows")
    app.pick("Order", "fewest rows first")
    app.pick("Looked at", "baseline")
    expect(app.headline).to_contain_text("in their baseline")
    app.pick("Looked at", "youtube")
    app.page.get_by_role("radio", name="1", exact=True).click()
    app.settle()
    best = core.trust(fit, "youtube", top=1, n_draws=2000, seed=0).winners
    expect(app.page.get_by_role("heading", name=f"expect {best.repeat.mean:.2f} next time")).to_be_visible()

    app.page.locator("summary").filter(has_text="Table of all stores").click()
    file = app.download("Download as CSV")
    assert file.suggested_filename == "stores pooling.csv"
    read = pd.read_csv(file.path(), index_col=0, encoding="utf-8-sig")
    for term, start in (
        ("youtube", "sales per unit of youtube"),
        ("(Intercept)", "sales at average predictors"),
    ):
        for name, heading in (("complete", "all as one"), ("none", "each alone"), ("partial", "in between")):
            # The app fits from kept sums; figures are written with six digits.
            ours, theirs = read[f"{start}, {heading}"], found.groups[term][name]
            assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), rel=2e-5, nan_ok=True)
    app.follow("Sort stores into tiers", "tiers")
