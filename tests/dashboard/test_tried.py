"""Every model fitted is kept with its figures; only those that may be compared are."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from dashboard import actions, tried
from tests.dashboard.pages import apply_formula, chosen, go, opened


def type_formula(app, text: str):
    """Returns the app after a formula was typed."""
    return apply_formula(app, text)


def table(app) -> list[dict[str, object]]:
    """Returns the rows of the models tried, as the page shows them."""
    now = chosen(app)
    models = [model for model in now.tried if model.digest == now.digest]
    return tried.rows(models, tried.find(models, now.shown))


def test_every_model_is_kept_once_with_what_changed(root: Path) -> None:
    app = opened(root, page="views/model.py")
    type_formula(app, "sales ~ youtube + price + (1 | store)")
    type_formula(app, "sales ~ youtube + (1 + youtube | store)")
    type_formula(app, "sales ~ youtube + price + (1 | store)")
    rows = table(app)
    assert len(rows) == 3
    assert rows[2]["what changed"] == "− price, + slope of youtube by store"
    assert [row[""] for row in rows] == ["Use", "in use", "Use"]
    fit = chosen(app).shown.fit
    assert (rows[1]["AIC"], rows[1]["−2 log-lik."]) == (fit.aic, fit.criterion)


def test_weights_and_what_is_added_as_it_is_are_changes(root: Path) -> None:
    app = opened(root, page="views/model.py")
    type_formula(app, "sales ~ youtube + (1 | store)")
    type_formula(app, "sales | weights(price) ~ youtube + offset(week) + (1 | store)")
    assert table(app)[2]["what changed"] == "weighted by price, + week as it is"
    type_formula(app, "sales ~ youtube + (1 | store)")
    assert tried.changed(*reversed(chosen(app).tried[1:])) == "no weights, − week as it is"


def test_reml_fits_compare_only_with_the_same_predictors(root: Path) -> None:
    app = opened(root, page="views/model.py")
    for text in ("sales ~ youtube + (1 | store)", "sales ~ youtube + price + (1 | store)",
                 "sales ~ youtube + price + (1 + youtube | store)"):  # fmt: skip
        type_formula(app, text)
    said = [row["compared by AIC"] for row in table(app)]
    assert said[1] == "not with the one in use"
    assert said[3] == "best of 2"
    assert str(said[2]).endswith("above the best")


def test_ml_fits_compare_across_predictors_but_not_across_outcomes(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="pick_method").set_value("ml").run()
    type_formula(app, "sales ~ youtube + (1 | store)")
    type_formula(app, "log(sales) ~ youtube + (1 | store)")
    type_formula(app, "sales ~ youtube + price + (1 | store)")
    said = {row["model"]: row["compared by AIC"] for row in table(app)[2:]}
    assert said["log(sales) ~ youtube + (1 | store)"] == "not with the one in use"
    assert str(said["sales ~ youtube + (1 | store)"]).endswith("above the best")


def test_a_test_of_likelihoods_is_offered_between_those_alone(root: Path) -> None:
    app = opened(root, page="views/model.py")
    type_formula(app, "sales ~ youtube + (1 | store)")
    app.button_group(key="pick_method").set_value("posterior").run()
    assert not [box for box in app.selectbox if str(box.key).startswith("compare_")]
    type_formula(app, "sales ~ youtube + price + (1 | store)")
    app.button_group(key="pick_method").set_value("ml").run()
    offered = next(box.options for box in app.selectbox if str(box.key).startswith("compare_"))
    assert len(chosen(app).tried) == 5 and len(offered) == 2  # the two by REML, not the two posteriors


def test_models_of_another_table_do_not_mix(root: Path) -> None:
    app = opened(root)
    go(app, "views/model.py")
    type_formula(app, "sales ~ youtube + (1 | store)")
    go(app, "views/data.py")
    app.button(key="open_grunfeld").click().run()
    assert len(table(app)) == 1
    app.button(key="open_retail_panel").click().run()
    assert len(table(app)) == 2


def test_a_model_tried_comes_back_with_pickers_and_method(root: Path) -> None:
    app = opened(root, page="views/model.py")
    first = chosen(app)
    app.button_group(key="pick_method").set_value("ml").run()
    type_formula(app, "sales ~ youtube + (1 | store)")
    asked = (("model", partial(actions.again, chosen(app).tried[0])),)  # as a click on its row leaves it
    app.session_state["panelwise"] = replace(chosen(app), asked=asked)
    app.run()
    assert app.text_area(key="formula").value == first.formula
    assert chosen(app).shown.method == "reml"
    assert app.multiselect(key="pick_predictors").value == list(first.picks.predictors)
