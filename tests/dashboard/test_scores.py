"""Models tried by any method are compared by how well they foretell rows left out."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import core
from core.finding import Status
from dashboard import scores, tried
from dashboard.state import Shown
from tests.dashboard.pages import chosen, go, opened, upload, words
from tests.dashboard.test_further_checks import asked

FORMULAS = ("sales ~ price + (1 | shop)", "sales ~ tv + price + (1 + tv | shop)", "sales ~ tv + (1 | shop)")


@pytest.fixture(scope="module")
def known(panel: pd.DataFrame) -> dict[int, core.Loo]:
    """Returns scores of three models, of which the second made the data."""
    table = core.read_table(panel)
    fits = [core.fit(table, formula, method="posterior", seed=1) for formula in FORMULAS]
    return {place: core.loo(fit, table, seed=1, n_draws=200) for place, fit in enumerate(fits)}


def test_the_model_that_made_the_data_is_the_best(known: dict[int, core.Loo]) -> None:
    said = scores.standing(known)
    assert said[1] == "best of 3"
    off = core.compare_loo(known[1], known[0])
    assert said[0].startswith(f"{off.difference:,.0f} ± ")
    assert said[0].endswith(" below the best")
    assert scores.standing({2: known[2]}) == {2: "nothing to compare with"}


def test_the_one_in_use_is_held_against_the_best_of_the_others(known: dict[int, core.Loo]) -> None:
    assert scores.title(3, known, 1)[0] == "3 models tried; by LOO the one in use leads"
    assert scores.title(3, known, 0)[0] == "3 models tried; by LOO the one in use trails"
    assert scores.title(3, {1: known[1]}, 1)[0] == "3 models tried; posteriors compare by LOO"
    message = scores.verdict(known, 0)[0].message
    assert "foretold better by model 2 than by the one in use" in message
    assert scores.verdict(known, 0)[0].status is Status.LOOK
    assert scores.verdict({1: known[1]}, 1) == []
    twice = {0: known[1], 1: known[1]}
    assert "nothing tells the one in use" in scores.title(2, twice, 0)[0]


def test_scores_of_other_rows_are_not_compared(known: dict[int, core.Loo], panel: pd.DataFrame) -> None:
    table = core.read_table(panel.iloc[:200])
    other = core.loo(core.fit(table, FORMULAS[1]), table, seed=1, n_draws=200)
    two = {0: known[1], 1: other}
    assert sorted(scores.standing(two).values()) == ["best of 2", "other rows than the best"]
    assert scores.verdict(two, 0) == []


def records(panel: pd.DataFrame, *models: tuple[str, str]) -> list[tried.Tried]:
    """Returns the figures of fits by formula and method."""
    table = core.read_table(panel)
    fits = [core.fit(table, formula, method=method) for formula, method in models]
    return [tried.record(Shown(fit, fit.spec, fit.method, "digest", 0.0)) for fit in fits]


def test_rivals_foretell_the_same_outcome_whatever_the_method(panel: pd.DataFrame) -> None:
    models = records(
        panel,
        ("sales ~ tv + (1 | shop)", "reml"),
        ("log(sales) ~ tv + (1 | shop)", "reml"),
        ("sales ~ price + (1 | shop)", "posterior"),
    )
    assert scores.rivals(models, models[2]) == [0, 2]
    assert scores.rivals(models, None) == []
    many = [models[0], *[replace(models[2], formula=f"y ~ x{k}") for k in range(20)]]
    assert scores.rivals(many, many[0]) == [0, *range(14, 21)]


def test_a_posterior_has_no_figure_of_a_likelihood(panel: pd.DataFrame) -> None:
    models = records(panel, *((FORMULAS[0], method) for method in ("reml", "posterior")))
    first, second = tried.rows(models, models[1])
    assert [second[name] for name in tried.LIKELIHOODS] == [None] * 3
    assert second["compared by AIC"] == "by LOO"
    assert all(isinstance(first[name], float) for name in tried.LIKELIHOODS)
    alone = tried.rows(models, models[0])
    assert alone[0]["compared by AIC"] == "nothing to compare with"


def test_one_click_scores_the_models_tried(root: Path, panel: pd.DataFrame) -> None:
    app = upload(opened(root, sample=None), "shops.csv", panel.to_csv(index=False).encode())
    go(app, "views/model.py")
    app.button_group(key="pick_method").set_value("posterior").run()
    assert "2 models tried; posteriors compare by LOO" in words(app)
    assert not any(str(one.key).startswith("compare_") for one in app.selectbox)  # no test of likelihoods
    asked(app, "Compare by LOO")
    table = next(frame.value for frame in app.dataframe if "LOO (elpd)" in frame.value)
    assert "best of 2" in set(table["compared by LOO"])
    made = core.loo(chosen(app).shown.fit, chosen(app).table, seed=1)
    # The same draws of the same seed in another process, whose sums may differ in the last digits.
    assert table["LOO (elpd)"].iloc[1] == pytest.approx(made.elpd, abs=1e-6)
    assert "Nothing tells" in words(app)
    app.button_group(key="pick_level").set_value(0.89).run()
    assert not any(button.label == "Compare by LOO" for button in app.button)  # no score depends on it
    go(app, "views/quality.py")
    assert not any(button.label.endswith("(LOO)") for button in app.button)  # the same score
    assert "Pareto k" in words(app)
