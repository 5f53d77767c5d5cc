"""Counts over an exposure, scattered counts and skewed amounts: kinds, ratios and means on every page."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.dashboard.pages import PAGES, chosen, figures, go, opened, title, upload, words


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    shop = np.repeat(np.arange(20), 30)
    own = rng.normal(0, 0.7, 20)[shop]
    tv, visits = rng.gamma(2, 2, 600).round(2), rng.integers(50, 400, 600)
    return pd.DataFrame(
        {
            "shop": [f"S{k:02d}" for k in shop],
            "week": np.tile(np.arange(1, 31), 20),
            "tv": tv,
            "visits": visits,
            "clicks": rng.poisson(visits * np.exp(-4 + 0.1 * tv + own)),
            "revenue": (rng.gamma(0.8, 1, 600) * np.exp(2 + 0.2 * tv + own) + 0.01).round(2),
        }
    )


def test_counts_over_an_exposure_are_rates_on_every_page(root: Path, rows: pd.DataFrame) -> None:
    content = rows.drop(columns="revenue").to_csv(index=False).encode()
    app = go(upload(opened(root, None), "clicks.csv", content), "views/model.py")
    assert chosen(app).shown.spec.family in ("poisson", "negative_binomial")
    app.selectbox(key="pick_kind").set_value("poisson").run()
    app.selectbox(key="pick_exposure").set_value("visits").run()
    assert not app.error
    assert "offset(log(visits))" in chosen(app).formula
    assert "visits" not in chosen(app).picks.predictors
    assert "more clicks per visit" in title(app)
    fit = chosen(app).shown.fit
    # A typical shop: log rate -4 + 0.1 tv; shops differ by 0.7, so the mean of 20 errs by 0.16.
    assert np.log(fit.predict(rows.assign(visits=1), "typical")["mean"]).mean() == pytest.approx(
        -4 + 0.1 * rows["tv"].mean(), abs=0.5
    )
    for page in PAGES[1:]:
        go(app, page)
        assert not app.exception, page
        assert not app.error, page
    go(app, "views/groups.py")
    curves = next(one for one in figures(app) if "clicks per visit" in str(one["layout"].get("yaxis", {})))
    drawn = [y for trace in curves["data"] for y in trace["y"] if y is not None]
    assert max(drawn) < 1  # per visit, not per row


def test_skewed_amounts_are_multiplied_on_every_page(root: Path, rows: pd.DataFrame) -> None:
    content = rows.drop(columns=["clicks", "visits"]).to_csv(index=False).encode()
    app = upload(opened(root, None), "revenue.csv", content)
    for page in PAGES:
        go(app, page)
        assert not app.exception, page
        assert not app.error, page
        assert chosen(app).shown.spec.family == "gamma"
    go(app, "views/model.py")
    assert "% more revenue" in title(app).replace("\\", "").replace("\xa0", " ")
    assert "lean far to the right" in words(app)


def test_a_typed_transform_of_the_outcome_is_an_amount_again(root: Path, rows: pd.DataFrame) -> None:
    content = rows.drop(columns=["clicks", "visits"]).to_csv(index=False).encode()
    app = go(upload(opened(root, None), "revenue.csv", content), "views/model.py")
    app.text_area(key="formula").set_value("log(revenue) ~ tv + (1 | shop)")
    app.button(key="apply_formula").click().run()
    assert not app.error
    assert chosen(app).shown.spec.family == "gaussian"
    assert chosen(app).shown.method == "reml"
