"""Data says what a yes is out of, and there it can be changed."""

from pathlib import Path

import numpy as np

from tests.dashboard.pages import chosen, go, opened, upload


def test_the_sample_is_out_of_its_contacts(root: Path) -> None:
    app = opened(root, "season_pass")
    box = app.selectbox(key="role_trials")
    assert box.label == "Out of"
    assert box.value == "contacted"


def test_another_column_is_picked_on_data_and_shown_on_model(root: Path) -> None:
    rng = np.random.default_rng(1)
    visits = rng.integers(50, 90, 200)
    visitors = visits - rng.integers(0, 20, 200)
    yes = rng.binomial(visitors, 0.3)
    text = "store,week,tv,visits,visitors,bought\n" + "".join(
        f"s{k % 10},{k // 10 + 1},{rng.normal():.2f},{visits[k]},{visitors[k]},{yes[k]}\n" for k in range(200)
    )
    app = upload(opened(root, None), "stores.csv", text.encode())
    assert chosen(app).spec.family == "binomial"
    first = chosen(app).spec.trials
    other = {"visits": "visitors", "visitors": "visits"}[first]
    app.selectbox(key="role_trials").set_value(other).run()
    assert not app.exception and not app.error
    assert chosen(app).spec.trials == other
    go(app, "views/model.py")
    assert app.selectbox(key="pick_trials").value == other


def test_amounts_and_single_answers_are_out_of_nothing(root: Path) -> None:
    for sample in ("retail_panel", "ab_test"):
        app = opened(root, sample)
        assert "role_trials" not in {box.key for box in app.selectbox}, sample
