"""Files people have: decimal commas and numbers kept as text, from upload to the tiers file."""

from pathlib import Path

import pandas as pd
from playwright.sync_api import expect

import core
from tests.e2e.app import App
from tests.e2e.panels import CITIES, german_csv, panel, workbook
from tests.e2e.tiers_file import check_tiers_file


def test_semicolons_and_decimal_commas(app: App, tmp_path: Path) -> None:
    made = panel(CITIES, 26, seed=3)
    frame = pd.DataFrame(
        {
            "Filiale": made["group"],
            "Kalenderwoche": made["period"],
            "Absatz": (made["outcome"] / 7).round(2),
            "Umsatz": made["outcome"] * 40,  # above a thousand, so that the points are written
            "Onlinewerbung": made["spend"],
            "Preis": made["price"],
        }
    )
    app.open()
    app.drop(german_csv(tmp_path / "Filialen 2026.csv", frame))
    expect(app.bar).to_contain_text("Filialen 2026.csv")
    expect(app.bar).to_contain_text("468 rows")
    app.pick("Outcome", "Umsatz")
    app.pick("Grouped by", "Filiale")
    app.pick("Time", "Kalenderwoche")
    app.choose_all("Predictors", "Onlinewerbung", "Preis")
    app.go("model")
    app.slopes("Onlinewerbung")
    formula = "Umsatz ~ Onlinewerbung + Preis + (1 + Onlinewerbung | Filiale)"
    expect(app.bar).to_contain_text(formula)
    fit = core.fit(frame, formula)
    app.go("tiers")
    tiers = core.tiers(fit, slope="Onlinewerbung", n_tiers=3, seed=0)
    check_tiers_file(app, "Filiale tiers by Onlinewerbung.csv", tiers.table)


def test_workbook_with_numbers_as_text(app: App, tmp_path: Path) -> None:
    made = panel([f"Tienda {number}" for number in range(1, 16)], 20, seed=5)
    names = {"group": "Tienda", "period": "Semana", "outcome": "Ventas", "spend": "Publicidad"}
    frame = made.rename(columns=names | {"price": "Precio"})
    app.open()
    app.drop(workbook(tmp_path / "panel.xlsx", frame, as_text="Publicidad"))
    expect(app.bar).to_contain_text("300 rows")
    app.pick("Outcome", "Ventas")
    app.pick("Grouped by", "Tienda")
    app.choose_all("Predictors", "Publicidad", "Semana")
    app.go("model")
    app.slopes("Publicidad")
    formula = "Ventas ~ Publicidad + Semana + (1 + Publicidad | Tienda)"
    expect(app.bar).to_contain_text(formula)
    fit = core.fit(frame, formula)
    app.go("tiers")
    app.page.get_by_role("radio", name="2", exact=True).click()
    expect(app.page.get_by_text("Tier 2 · ").first).to_be_visible()
    expect(app.page.get_by_text("Tier 3 · ")).to_have_count(0)
    app.settle()
    check_tiers_file(
        app, "Tienda tiers by Publicidad.csv", core.tiers(fit, slope="Publicidad", n_tiers=2, seed=0).table
    )
