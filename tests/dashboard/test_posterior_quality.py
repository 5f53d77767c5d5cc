"""Quality of a posterior: what its figures say of its draws."""

from pathlib import Path

from tests.dashboard.pages import chosen, go, opened, title


def test_quality_of_an_instant_posterior(root: Path) -> None:
    app = go(opened(root), "views/model.py")
    app.button_group(key="pick_method").set_value("posterior").run()
    app = go(app, "views/quality.py")
    assert not app.exception and not app.error
    assert chosen(app).shown.method == "posterior"
    assert title(app) == "Nothing here forbids using this model."
    draws = next(metric for metric in app.metric if metric.label == "Draws")
    assert 2_000 < float(draws.value.replace(",", "")) < 4_001
