"""Quality of a posterior: what its figures and its chains say."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import chosen, go, opened, title, words


def test_quality_of_an_instant_posterior(root: Path) -> None:
    app = go(opened(root), "views/model.py")
    app.button_group(key="pick_method").set_value("posterior").run()
    app = go(app, "views/quality.py")
    assert not app.exception and not app.error
    assert chosen(app).shown.method == "posterior"
    assert title(app) == "Nothing here forbids using this model."
    draws = next(metric for metric in app.metric if metric.label == "Draws")
    assert 2_000 < float(draws.value.replace(",", "")) < 4_001


def of_chains() -> None:
    """What Streamlit runs: the part of the page that only chains have."""
    import core
    from dashboard import state
    from dashboard.components import draws
    from dashboard.state import Shown
    from tests.core.result.test_saved_draws import FRAME, sampled

    fit = sampled()
    shown = Shown(fit, fit.spec, "nuts", "digest", 1.0)
    state.change(table=core.read_table(FRAME), shown=shown)
    draws.draws(shown)


def test_quality_of_chains() -> None:
    app = AppTest.from_function(of_chains, default_timeout=60).run()
    assert not app.exception
    said = words(app)
    assert "The chains agree about" in said and "Low and high draws come from every chain alike" in said
    assert "E-BFMI" in said
    table = app.dataframe[0].value
    assert list(table.columns)[2:5] == ["R-hat", "draws, middle", "draws, ends"]
    assert (table["R-hat"] < 1.02).all()
    quantity = app.selectbox(key="chain_of")
    assert quantity.value == quantity.options[0]  # the one that agrees least
    app = quantity.set_value("residual SD").run()
    assert "about residual SD" in words(app)
