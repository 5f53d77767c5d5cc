"""Pickers and formula are two views of one model, and every change refits."""

from pathlib import Path

import pytest

from tests.dashboard.pages import PAGES, apply_formula, chosen, go, opened, title, upload, words


def slope_terms(app) -> list[str]:
    table = chosen(app).shown.fit.group_coefficients["store"]
    return [name for name in table.columns if f"{name}_se" in table.columns]


def test_a_slope_pill_moves_formula_and_fit(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="pick_slopes").set_value(["facebook"]).run()
    assert app.text_area(key="formula").value.endswith("(1 + facebook | store)")
    assert slope_terms(app) == ["(Intercept)", "facebook"]
    assert "facebook" in title(app)


def test_a_typed_formula_moves_the_pickers(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ youtube + price + (1 + price || store)")
    assert not app.error
    assert app.multiselect(key="pick_predictors").value == ["youtube", "price"]
    assert app.button_group(key="pick_slopes").value == ["price"]
    assert app.toggle(key="pick_correlated").value is False
    assert list(chosen(app).shown.fit.fixed_effects.index) == ["(Intercept)", "youtube", "price"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sales ~ yuotube + (1 | store)", "Did you mean"),
        ("sales ~ youtube + (1 | store", ""),
        ("sales ~ __import__('os')", ""),
        ("", ""),
    ],
)
def test_a_bad_formula_keeps_what_was_typed_and_the_last_good_fit(root: Path, text: str, says: str) -> None:
    app = opened(root, page="views/model.py")
    before = chosen(app).shown
    apply_formula(app, text)
    assert not app.exception
    assert len(app.error) == 1
    assert says in app.error[0].value
    assert app.text_area(key="formula").value == text
    assert chosen(app).shown is before
    go(app, "views/data.py")
    go(app, "views/model.py")
    assert app.text_area(key="formula").value == text


def test_the_caret_stands_under_the_fault(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ yuotube + (1 | store)")
    line, marks = app.code[0].value.split("\n")
    assert line[marks.index("^") : marks.index("^") + marks.count("^")] == "yuotube"


def test_a_good_choice_takes_the_fault_back(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ nothing")
    app.button_group(key="pick_slopes").set_value([]).run()
    assert not app.error
    assert app.text_area(key="formula").value.endswith("(1 | store)")


def test_a_model_that_cannot_be_fitted_leaves_the_last_one_standing(root: Path) -> None:
    app = opened(root, page="views/model.py")
    before = chosen(app).shown
    apply_formula(app, "region ~ youtube + (1 | store)")
    assert not app.exception
    assert len(app.error) == 1
    assert chosen(app).shown is before


@pytest.mark.parametrize(
    ("choice", "term"),
    [
        ("grand", "center(youtube)"),
        ("scaled", "scale(youtube)"),
        ("within_between", "within(youtube, store)"),
    ],
)
def test_measured_against_a_mean(root: Path, choice: str, term: str) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="measure_all").set_value(choice).run()
    assert not app.error
    assert term in slope_terms(app)
    assert "within(size_m2" not in chosen(app).formula  # constant within stores: no swings to measure


def test_method_and_groups_refit(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="pick_method").set_value("ml").run()
    assert chosen(app).shown.method == "ml"
    app.selectbox(key="pick_group").set_value("region").run()
    assert not app.error
    assert chosen(app).shown.fit.n_groups == {"region": 4}


def test_without_groups_every_page_still_stands(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.selectbox(key="pick_group").set_value(None).run()
    for page in PAGES:
        go(app, page)
        assert not app.exception, page
        assert not app.error, page


def test_choices_survive_a_round_through_the_pages(root: Path) -> None:
    app = opened(root, page="views/model.py")
    app.button_group(key="pick_slopes").set_value(["price"]).run()
    app.multiselect(key="pick_predictors").set_value(["youtube", "price"]).run()
    for page in (*PAGES, "views/model.py"):
        go(app, page)
    assert app.multiselect(key="pick_predictors").value == ["youtube", "price"]
    assert app.button_group(key="pick_slopes").value == ["price"]


def test_roles_and_pickers_agree(root: Path) -> None:
    app = opened(root)
    app.multiselect(key="role_predictors").set_value(["youtube", "facebook"]).run()
    go(app, "views/model.py")
    assert app.multiselect(key="pick_predictors").value == ["youtube", "facebook"]


def test_a_predictor_of_two_values_is_read_in_its_own_words(root: Path) -> None:
    rows = "".join(
        f"F{n % 6},{n // 6},{'ja' if n * 7 % 5 > 2 else 'nein'},{n // 3 % 2},{n * 7 % 5 + n * 13 % 7}\n"
        for n in range(180)
    )
    content = f"Filiale,Woche,Aktion,Radio,Absatz\n{rows}".encode()
    app = go(upload(opened(root, sample=None), "aktion.csv", content), "views/model.py")
    plain = words(app).replace("\\", "")
    assert "Aktion ja instead of nein" in plain
    assert "Radio 1 instead of 0" in plain
    assert "unit more of Aktion" not in plain
    assert "Filiales" not in plain
    assert "Filiale groups" in plain


def test_of_two_predictors_that_say_the_same_one_is_chosen(root: Path) -> None:
    rows = "".join(
        f"S{n % 6},{n // 6},{n * 7 % 50},{n * 7 % 50 * 2.13:.2f},{n * 13 % 29}\n" for n in range(180)
    )
    content = f"shop,week,mails,cost,sales\n{rows}".encode()
    app = go(upload(opened(root, sample=None), "twice.csv", content), "views/model.py")
    assert ("mails" in chosen(app).picks.predictors) != ("cost" in chosen(app).picks.predictors)
    app.multiselect(key="pick_predictors").set_value(["mails", "cost"]).run()
    assert "move together" in words(app)  # beside the fit, not on the Data page alone


def test_pickers_that_say_nothing_leave_the_model_as_it_was(root: Path) -> None:
    """As when the browser has forgotten what its widgets held."""
    app = opened(root, page="views/model.py")
    before = chosen(app)
    app.button_group(key="measure:youtube").set_value(None)
    app.button_group(key="pick_method").set_value(None).run()
    assert not app.exception
    assert chosen(app).formula == before.formula
    assert chosen(app).method == before.method


def test_a_formula_that_was_not_applied_changes_nothing(root: Path) -> None:
    app = opened(root, page="views/model.py")
    before = chosen(app).formula
    app.text_area(key="formula").set_value(before + " + oops").run()
    assert not app.error
    assert chosen(app).formula == before


def test_one_click_splits_what_differs_mostly_between_groups(root: Path) -> None:
    app = opened(root, page="views/model.py")
    assert "lies between the values of 'store'" in words(app).replace("\\", "")
    next(button for button in app.button if button.label == "Split newspaper").click().run()
    assert not app.error
    assert "within(newspaper, store) + between(newspaper, store)" in chosen(app).formula
    assert "lies between the values of" not in words(app)
    app.button_group(key="measure:newspaper").set_value("none").run()
    assert "within(" not in chosen(app).formula


def test_a_cross_level_question_is_built_and_kept_by_other_choices(root: Path) -> None:
    app = opened(root, page="views/model.py")
    assert "Does size\\_m2 change what youtube brings?" in words(app)
    app.button(key="cross_add").click().run()
    assert not app.error
    assert "youtube:size_m2" in chosen(app).formula
    app.multiselect(key="pick_predictors").set_value(["youtube", "size_m2", "price"]).run()
    assert (
        chosen(app).formula == "sales ~ youtube + size_m2 + price + youtube:size_m2 + (1 + youtube | store)"
    )
    app.button(key="uncross_0").click().run()
    assert "youtube:size_m2" not in chosen(app).formula


def test_choices_keep_what_only_a_formula_can_say(root: Path) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales ~ 0 + log1p(youtube) + price + (1 | store)")
    app.button_group(key="pick_slopes").set_value(["youtube"]).run()
    assert chosen(app).formula == "sales ~ 0 + log1p(youtube) + price + (1 + log1p(youtube) | store)"
    assert "more than the pickers can show" in words(app)
