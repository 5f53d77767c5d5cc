"""Several groupings at once: athletes who meet competitions, and branches within regions."""

from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import expect

import core
from core.result.nested import nested_at_average
from tests.e2e.app import App


def test_crossed_groupings(app: App, shared: Path) -> None:
    file = shared / "data" / "ifsc_boulder_2025.csv"
    formula = "score_final ~ score_semi + score_quali + (1 | comp_id) + (1 | athlete_id)"
    app.open("model")
    app.drop(file)
    expect(app.bar).to_contain_text("88 rows")
    app.settle()
    app.type_formula(formula)
    expect(app.figure("Between groups")).to_contain_text("11 comp groups: 24 %; 37 athletes: 38 %")
    app.go("groups")
    expect(app.figure("Comp groups differ by")).to_be_visible()
    app.page.get_by_role("radio", name="37 athletes").click()
    best = core.fit(core.read_table(file), formula).group_coefficients["athlete_id"]["(Intercept)"].idxmax()
    expect(app.headline).to_contain_text(f"Athlete {best} has the highest baseline")
    expect(app.page.get_by_text("88 of 407 pairs occur")).to_be_visible()
    app.settle()
    app.click_group("Rows of athletes by comp groups", "13040")
    expect(app.combobox("One athlete")).to_have_value("Athlete 13040")
    app.go("tiers")
    expect(app.headline).to_have_text("Nothing to rank yet.")
    app.go("groups")
    expect(app.combobox("One athlete")).to_have_value("Athlete 13040")


def test_nested_groupings_of_hostile_names(app: App, tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    branch = np.repeat(np.arange(40), 15)
    names = np.array(["<b>Nord</b>", "=1+1", "Süd: Ost", "West", "Küste"])
    ads = rng.gamma(4.0, 2.0, 600).round(2)
    slope = 1 + rng.normal(0, 0.3, 5)[branch // 8] + rng.normal(0, 0.15, 40)[branch]
    frame = pd.DataFrame(
        {
            "Region": names[branch // 8],
            "Filiale": np.char.add("F", branch.astype(str)),
            "Werbung": ads,
            "Umsatz": (30 + slope * ads + rng.normal(0, 1, 600)).round(2),
        }
    )
    file = tmp_path / "Filialen.csv"
    frame.to_csv(file, index=False)
    app.open("model")
    app.drop(file)
    expect(app.bar).to_contain_text("600 rows")
    app.settle()
    formula = "Umsatz ~ Werbung + (1 + Werbung | Region/Filiale)"
    app.type_formula(formula)
    app.go("tiers")
    expect(app.chart("Ranking of 5 regions")).to_contain_text("<b>Nord</b>")
    app.page.get_by_role("radio", name="40 Filiale groups").click()
    expect(app.chart("Ranking of 40 Filiale groups")).to_be_visible()
    app.settle()
    app.go("groups")
    total = nested_at_average(core.fit(frame, formula).linear, "Region:Filiale", 0.95)[0]["Werbung"]
    best = total.idxmax().split(":")[-1]
    expect(app.headline).to_contain_text(f"{best} responds most to Werbung ({total.max():.2f})")
    app.click_group("Filiale groups within regions", "West:F24")
    expect(app.page.locator(".st-key-group_card")).to_contain_text("in West")
    app.page.locator("summary").filter(has_text="Table of all Filiale groups").click()
    button = app.page.get_by_test_id("stBaseButton-tertiary").filter(has_text="Download as CSV")
    with app.page.expect_download() as caught:
        button.click()
    written = pd.read_csv(caught.value.path(), encoding="utf-8-sig")
    assert written.columns[0] == "Region:Filiale"
    assert set(written["lies in"]) == {"<b>Nord</b>", "'=1+1", "Süd: Ost", "West", "Küste"}
    assert not any("own rows" in name for name in written.columns)
