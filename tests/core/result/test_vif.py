"""Variance inflation: R's figures, and no alarm from where a predictor's zero is."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.finding import Status
from core.result.vif import review_vif
from tests.core.reference.told import figures, fitted
from tests.reference import simulate

NAMES = [name for name, told in figures("models").items() if name != "made_by" and told["vif"]]
STORED = [n for n in NAMES if not n.startswith(("marketing", "climbing", "large"))]


@pytest.mark.parametrize("name", STORED)
def test_generalised_inflation_of_r(name: str) -> None:
    told = figures("models")[name]["vif"]
    table = core.vif(fitted(name, Path("absent")), at_average=False)
    assert list(table.index) == list(told)
    np.testing.assert_allclose(table["vif"] ** table["columns"], list(told.values()), rtol=1e-5)
    np.testing.assert_allclose(table["error_times"] ** 2, table["vif"])


def test_the_textbook_figure_of_two_predictors() -> None:
    """1 / (1 - r^2), without groups."""
    frame = simulate.panel()
    r = np.corrcoef(frame["x"], frame["income"])[0, 1]
    table = core.vif(core.fit(frame, "y ~ x + income"))
    np.testing.assert_allclose(table["vif"], 1 / (1 - r**2), rtol=1e-9)


def far_from_zero() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    x, w = 50 + rng.standard_normal(300), 20 + 0.3 * rng.standard_normal(300)
    y = x + w + 0.2 * (x - 50) * (w - 20) + rng.standard_normal(300)
    group = [f"g{k % 12:02d}" for k in range(300)]
    return pd.DataFrame({"y": y, "x": x, "w": w, "x2": x**2, "kind": np.where(w > 20, "a", "b"), "g": group})


@pytest.mark.parametrize(
    ("formula", "centred"),
    [
        ("y ~ x * w + (1 | g)", "y ~ center(x) * center(w) + (1 | g)"),
        ("y ~ x * kind + (1 | g)", "y ~ center(x) * kind + (1 | g)"),
    ],
)
def test_interactions_are_compared_where_their_parts_are_average(formula: str, centred: str) -> None:
    frame = far_from_zero()
    fit = core.fit(frame, formula)
    raw, table = core.vif(fit, at_average=False), core.vif(fit)
    assert raw["vif"].max() > 100
    assert table["vif"].max() < 5
    np.testing.assert_allclose(table["vif"], core.vif(core.fit(frame, centred))["vif"], rtol=1e-3)
    assert [finding.status for finding in review_vif(fit)] == [Status.GOOD]


def test_a_square_is_no_alarm() -> None:
    fit = core.fit(far_from_zero(), "y ~ x + x2 + (1 | g)")
    assert core.vif(fit, at_average=False)["vif"].min() > 1000
    assert core.vif(fit)["vif"].max() < 1.5


def test_predictors_in_step_are_an_alarm_that_names_both() -> None:
    frame = far_from_zero()
    rng = np.random.default_rng(5)
    frame = frame.assign(twin=frame["x"] + 0.25 * rng.standard_normal(len(frame)))
    found = review_vif(core.fit(frame, "y ~ x + twin + w + (1 | g)"))
    assert [finding.status for finding in found] == [Status.LOOK, Status.LOOK]
    assert {finding.message.split("'")[1] for finding in found} == {"x", "twin"}
    assert "almost in step with" in found[0].message
    assert "'w'" not in found[0].message
    assert 10 < found[0].numbers["vif"] < 25


def test_one_predictor_has_nothing_to_move_with() -> None:
    fit = core.fit(far_from_zero(), "y ~ x + (1 | g)")
    assert core.vif(fit).empty
    assert review_vif(fit) == []
