"""Weights and offsets: pickers and formula are two views of one model."""

from typing import Any

from core.spec.formula import write_formula
from tests.dashboard.pages import apply_formula, chosen, opened


def formula(app: Any) -> str:
    return write_formula(chosen(app).spec)


def test_rows_are_weighed_and_shifted_by_a_choice(root: Any) -> None:
    app = opened(root, page="views/model.py")
    plain = formula(app)
    app.selectbox(key="pick_weights").select("size_m2").run()
    assert formula(app) == plain.replace("sales ~", "sales | weights(size_m2) ~")
    assert chosen(app).shown.fit.linear.moments.layout.weights == "size_m2"
    app.multiselect(key="pick_offsets").set_value(["price"]).run()
    assert "+ offset(price) +" in formula(app)
    app.selectbox(key="pick_weights").select(None).run()
    app.multiselect(key="pick_offsets").set_value([]).run()
    assert formula(app) == plain


def test_the_formula_moves_the_choices(root: Any) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(
        app, "sales | weights(price) ~ youtube + offset(log1p(facebook)) + offset(price) + (1 | store)"
    )
    assert app.selectbox(key="pick_weights").value == "price"
    assert app.multiselect(key="pick_offsets").value == ["facebook", "price"]
    app.multiselect(key="pick_offsets").set_value(["facebook"]).run()
    assert formula(app) == "sales | weights(price) ~ youtube + offset(log1p(facebook)) + (1 | store)"


def test_another_outcome_weighs_nothing_by_itself(root: Any) -> None:
    app = opened(root, page="views/model.py")
    apply_formula(app, "sales | weights(price) ~ youtube + offset(price) + (1 | store)")
    app.selectbox(key="pick_outcome").select("price").run()
    assert formula(app) == "price ~ youtube + (1 | store)"
