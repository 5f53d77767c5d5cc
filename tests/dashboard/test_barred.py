"""A posterior that does not hold warns on every page, and in every sheet made of it."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.report import finance
from tests.dashboard.pages import PAGES, apply_formula, chosen, go, opened, upload, words


def far_too_many() -> bytes:
    """Six groups and six slopes that may all go together: 29 variance parameters."""
    rng = np.random.default_rng(1)
    g, columns = rng.integers(0, 6, 120), rng.standard_normal((120, 6))
    y = columns.sum(axis=1) + rng.standard_normal(120) + 0.3 * rng.standard_normal(6)[g]
    names = [f"x{k}" for k in range(6)]
    frame = pd.DataFrame(columns, columns=names).assign(y=y, shop=[f"shop {k}" for k in g])
    return frame.to_csv(index=False).encode()


def test_every_page_warns(root: Path) -> None:
    app = upload(opened(root, None), "shops.csv", far_too_many())
    names = " + ".join(f"x{k}" for k in range(6))
    app = apply_formula(go(app, "views/model.py"), f"y ~ {names} + (1 + {names} | shop)")
    app.button_group(key="pick_method").set_value("posterior").run()
    assert chosen(app).shown.method == "posterior"
    assert "The instant posterior cannot be trusted here" in words(app)
    for page in PAGES:
        app = go(app, page)
        assert not app.exception
        assert "carry nearly all the weight" in words(app) and "Sample by NUTS" in words(app), page


def test_a_sheet_of_barred_figures_says_so() -> None:
    day = date(2026, 11, 21)
    sound = finance.origin("d", "f", "y ~ x", "Posterior", 1, day, "95 %")
    barred = finance.origin("d", "f", "y ~ x", "Posterior", 1, day, "95 %", barred="k-hat 0.9")
    assert "DO NOT USE" not in sound
    assert sound["method"] == "Posterior, seed 1"
    assert next(iter(barred.items())) == ("DO NOT USE", "k-hat 0.9")


def test_a_sheet_says_the_seed_of_the_draws_beside_that_of_the_ranks() -> None:
    source = finance.origin("d", "f", "y ~ x", "NUTS", 0, date(2026, 11, 21), "95 %", drawn=1)
    assert source["method"] == "NUTS, seed 1; ranks seed 0"
