"""Groups and Tiers say one shrinkage, and why groups of counts cannot be placed."""

from math import log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard import wording
from dashboard.scale import range_of
from dashboard.scale_words import HARDLY
from tests.dashboard.pages import apply_formula, chosen, figures, go, opened, upload, words


def _counts() -> bytes:
    """12 stores of 20 rows of which two count nothing, though their tv moves like everyone's."""
    rng = np.random.default_rng(3)
    store = np.repeat(np.arange(12), 20)
    tv = rng.gamma(2.0, 1.0, 240).round(2)
    slope, own = rng.normal(0.2, 0.15, 12)[store], rng.normal(0.5, 0.6, 12)[store]
    returns = np.where(store < 2, 0, rng.poisson(np.exp(own + slope * tv)))
    names = [f"store {k:02d}" for k in store]
    return pd.DataFrame({"store": names, "tv": tv, "returns": returns}).to_csv(index=False).encode()


def test_groups_and_tiers_tell_one_shrinkage_and_why_a_group_has_no_place(root: Path) -> None:
    app = upload(opened(root, None), "returns.csv", _counts())
    go(app, "views/model.py")
    app.selectbox(key="pick_kind").set_value("poisson").run()
    apply_formula(app, "returns ~ tv + (1 + tv | store)")
    assert not app.exception
    assert chosen(app).shown.spec.family == "poisson"
    go(app, "views/groups.py")
    median = next(one.value for one in app.metric if one.label == "Pulled to the middle")
    go(app, "views/tiers.py")
    table = app.dataframe[0].value if app.dataframe else app.get("arrow_data_frame")[0].value
    column = table["pulled to the average, %"]
    assert float(median.replace("\xa0%", "")) == pytest.approx(column.median(), abs=0.51)  # whole percent
    said = words(app).replace("\\", "")
    assert f"store 00 ({wording.NOTHING_COUNTED})" in said
    assert "never varied" not in said
    assert "not placed" in said
    assert next(one.value for one in app.metric if one.label == "Expected misplaced").endswith("of 10")
    axis = figures(app)[0]["layout"]["xaxis"]
    assert "× 1" in axis["ticktext"]
    assert axis["tickvals"][axis["ticktext"].index("× 1")] == 0  # logarithms: no effect is marked there
    go(app, "views/groups.py")
    assert "× 1" in figures(app)[0]["layout"]["xaxis"]["ticktext"]
    go(app, "views/quality.py")
    assert "nothing to search" not in words(app)
    go(app, "views/groups.py")
    assert "ticktext" not in figures(app)[0]["layout"]["xaxis2"]  # expected counts have no × 1


def test_both_ends_of_a_ratio_have_the_same_decimals() -> None:
    said = range_of(log(2.2), log(1.26), log(3.84)).removesuffix(" times").split(" to ")
    assert len({len(end.partition(".")[2]) for end in said}) == 1


def test_a_spread_that_cannot_be_detected_has_no_figures(root: Path) -> None:
    rng = np.random.default_rng(1)
    store, tv = np.repeat(np.arange(12), 30), rng.gamma(2.0, 1.0, 360).round(2)
    # Rounded means, without chance: nothing is left for slopes to differ by.
    returns = np.round(np.exp(2.0 + rng.normal(0, 0.6, 12)[store] + 0.2 * tv)).astype(int)
    names = [f"store {k:02d}" for k in store]
    rows = pd.DataFrame({"store": names, "tv": tv, "returns": returns}).to_csv(index=False).encode()
    app = go(upload(opened(root, None), "returns.csv", rows), "views/model.py")
    app.selectbox(key="pick_kind").set_value("poisson").run()
    apply_formula(app, "returns ~ tv + (1 + tv | store)")
    sd = chosen(app).shown.fit.variance_components["sd"].iloc[1]
    go(app, "views/groups.py")
    app.selectbox(key="rank_term").set_value("tv").run()
    found = next(one.value for one in app.metric if one.label == "Two of three stores")
    assert (found == "alike") == (sd * tv.std() <= HARDLY)
    assert sd * tv.std() <= HARDLY  # the data have no differences: a boundary estimate
