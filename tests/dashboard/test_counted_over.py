"""What rows are counted over: picked where it is shown, found where left out, proposed where it helps."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.spec.model import Family, Link
from core.table.read import read_table
from dashboard import families
from dashboard.scale import Scale, doing
from tests.dashboard.pages import chosen, go, opened, title, upload, words


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    store, own = np.repeat(np.arange(20), 15), rng.normal(0, 0.4, 20).repeat(15)
    visitors, tv = rng.integers(50, 3000, 300), rng.gamma(2, 1, 300).round(2)
    orders = rng.poisson(visitors * np.exp(-3 + own + 0.1 * tv))
    names = [f"S{k:02d}" for k in store]
    week = np.tile(np.arange(1, 16), 20)
    columns = {"store": names, "week": week, "tv_spend": tv, "visitors": visitors, "orders": orders}
    return pd.DataFrame(columns)


def plain(app: Any) -> str:
    return words(app).replace("\\", "").replace("\xa0", " ").replace("\u2060", "")


def model(root: Path) -> Any:
    app = upload(opened(root, None), "orders.csv", rows().to_csv(index=False).encode())
    return go(app, "views/model.py")


def test_what_rows_count_different_numbers_of_is_told_and_one_click_away(root: Path) -> None:
    app = model(root)
    assert "Rows count different numbers of 'visitors', which 'orders' never exceeds" in plain(app)
    next(one for one in app.button if "Count over visitors" in one.label).click().run()
    assert not app.exception
    assert not app.error
    assert "offset(log(visitors))" in chosen(app).formula
    assert chosen(app).spec.family == "negative_binomial"
    assert "per visitor" in title(app)
    assert "Rows count different numbers" not in plain(app)


def test_an_exposure_picked_is_no_more_than_the_pickers_show(root: Path) -> None:
    app = model(root)
    app.selectbox(key="pick_kind").set_value("poisson").run()
    app.selectbox(key="pick_exposure").set_value("visitors").run()
    assert "more than the pickers can show" not in plain(app)
    assert app.multiselect(key="pick_offsets").value == []
    app.multiselect(key="pick_offsets").set_value(["tv_spend"]).run()
    assert "offset(log(visitors))" in chosen(app).formula
    assert "offset(tv_spend)" in chosen(app).formula


def test_yes_or_no_of_a_count_is_out_of_what_it_never_exceeds(root: Path) -> None:
    app = model(root)
    app.selectbox(key="pick_kind").set_value("binomial").run()
    assert not app.error
    assert chosen(app).spec.trials == "visitors"


def test_a_count_beyond_every_column_has_no_trials() -> None:
    frame = rows()
    assert families.out_of(read_table(frame), "orders") == "visitors"
    assert families.out_of(read_table(frame.assign(visitors=1)), "orders") is None
    assert families.out_of(read_table(frame.assign(orders=frame["orders"] % 2)), "orders") is None


def test_plurals() -> None:
    assert Scale(Family.GAMMA, Link.LOG, "revenue", "revenue").ratios == "ratios of amounts"
    assert Scale(Family.POISSON, Link.LOG, "clicks", "clicks").ratios == "rate ratios"
    assert doing("conversions") == "a conversion"
    assert doing("orders") == "an order"
    assert doing("bought") == "buying"
    assert doing("status 2") == "status 2"
