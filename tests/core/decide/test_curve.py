"""Curves of amounts: their inverses, slopes, and how a model's variables follow them."""

import numpy as np
import pandas as pd
import pytest

from core.decide.curve import Curve, curve_of
from core.decide.errors import BentTwice
from core.design.coding import learn, replay
from core.spec.formula import parse_formula
from core.table.read import read_table

AMOUNTS = np.array([0.5, 1.0, 7.0, 250.0])


@pytest.mark.parametrize("curve", list(Curve))
def test_the_amount_of_a_value_is_the_amount(curve: Curve) -> None:
    assert curve.amount(curve.of(AMOUNTS)) == pytest.approx(AMOUNTS, rel=1e-12)


@pytest.mark.parametrize("curve", list(Curve))
def test_what_one_unit_more_costs_is_the_derivative(curve: Curve) -> None:
    at, step = curve.of(AMOUNTS), 1e-6
    slope = (curve.amount(at + step) - curve.amount(at - step)) / (2 * step)
    # central differences: h^2 of the third derivative, relative 1e-12, and rounding 1e-16 / h
    assert curve.cost_slope(at) == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize(
    ("written", "curve"),
    [
        ("x", Curve.IDENTITY),
        ("center(x)", Curve.IDENTITY),
        ("scale(x)", Curve.IDENTITY),
        ("within(x, g)", Curve.IDENTITY),
        ("log(x)", Curve.LOG),
        ("scale(log1p(x))", Curve.LOG1P),
        ("within(sqrt(x), g)", Curve.SQRT),
    ],
)
def test_a_variable_moves_as_its_curve_says(written: str, curve: Curve) -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"y": rng.normal(size=40), "x": rng.uniform(1, 9, 40), "g": np.arange(40) % 4})
    table = read_table(frame)
    variable = parse_formula(f"y ~ {written}").fixed[0].parts[0][0]
    coding = learn(variable, table, None)
    found, weight = curve_of(coding)
    assert found is curve
    values, amounts = replay(coding, table, None), found.of(frame["x"].to_numpy())
    inside = frame["g"].to_numpy() == 2  # within a group: its own mean is a constant there
    moved, spent = np.diff(values[inside]), np.diff(amounts[inside])
    assert moved == pytest.approx(weight * spent, rel=1e-9)


def test_the_usual_level_of_a_group_stays() -> None:
    table = read_table(pd.DataFrame({"y": [1.0, 2, 4, 4], "x": [1.0, 2, 3, 5], "g": ["a", "a", "b", "b"]}))
    variable = parse_formula("y ~ between(x, g)").fixed[0].parts[0][0]
    assert curve_of(learn(variable, table, None)) == (Curve.IDENTITY, 0.0)


def test_a_function_of_a_centred_amount_is_refused() -> None:
    table = read_table(pd.DataFrame({"y": [1.0, 2, 4, 4], "x": [2.0, 3, 2, 9]}))
    variable = parse_formula("y ~ log1p(scale(x))").fixed[0].parts[0][0]
    with pytest.raises(BentTwice, match=r"center\(log\(x\)\)"):
        curve_of(learn(variable, table, None))
