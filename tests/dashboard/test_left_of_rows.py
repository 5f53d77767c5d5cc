"""Quality of counts, amounts and successes: pictures, words and tables of what the model leaves over."""

from pathlib import Path

import numpy as np
import pytest

import core
from core.finding import Finding, Status
from core.result.pictures import normal_points, outside, quantile_points
from dashboard import left_of_rows, quantile_words
from dashboard.charts.quality import residual_chart
from dashboard.left_over import LeftOver
from dashboard.theme import DARK, LIGHT
from tests.core.fit.generalised_panels import panel
from tests.dashboard.pages import apply_formula, figures, go, opened, upload, words


@pytest.fixture(scope="module")
def left() -> LeftOver:
    table = core.read_table(panel())
    fit = core.fit(table, "count ~ x + (1 + x | g)", family="poisson")
    return left_of_rows._read(core.quantile_residuals(fit, table, seed=1), table, 0.95)


def test_what_is_drawn_is_in_sds_as_it_stands(left: LeftOver) -> None:
    assert left.sigma == 1.0
    assert left.rows == 400
    assert set(left.spread) == {"g"}
    assert list(left.worst.columns) == ["row", "found", "expected", "in SDs"]
    assert left.worst["in SDs"].abs().is_monotonic_decreasing
    # 16 groups of some 25 rows: the SD of each errs by 14 %.
    assert left.spread["g"]["sd"].median() == pytest.approx(1.0, abs=0.15)


def test_quantiles_of_what_should_be_standard_are_not_brought_to_it() -> None:
    values = np.random.default_rng(1).normal(0, 2, 500)
    assert outside(normal_points(values)) > 0.8
    assert outside(quantile_points(values)) < 0.1
    assert normal_points(values)["found"].max() == values.max()
    assert normal_points(values[:2]).empty


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (Status.LOOK, "not distributed as the model has it"),
        (Status.UNKNOWN, "Too few rows"),
        (Status.GOOD, "Outcomes are distributed as the model has it"),
    ],
)
def test_title_and_finding_never_differ(left: LeftOver, status: Status, says: str) -> None:
    found = [Finding("residual_shape", status, "")]
    assert says in quantile_words.shape(left, found, "poisson")[0]


def test_expected_values_of_a_log_link_stand_evenly(left: LeftOver) -> None:
    for theme in (LIGHT, DARK):
        drawn = residual_chart(left.points, left.bins, theme, says=("x", "y"), logarithmic=True)
        assert drawn.layout.xaxis.type == "log"
        assert 2 <= len(drawn.layout.xaxis.tickvals) <= 7
        assert residual_chart(left.points, left.bins, theme, says=("x", "y")).layout.xaxis.type is None


@pytest.mark.parametrize(
    ("formula", "kind", "drawn"),
    [
        ("count ~ x + (1 | g)", "poisson", True),
        ("more ~ x", "negative_binomial", True),
        ("won | trials(tried) ~ x + (1 | g) + (1 | h)", "binomial", True),
        ("yes ~ x + (1 | g)", "binomial", False),
    ],
)
def test_every_kind_has_its_page(root: Path, formula: str, kind: str, drawn: bool) -> None:
    frame = panel().rename(columns={"g": "<b>g</b>|*g*"})
    content = frame.to_csv(index=False).encode()
    app = go(upload(opened(root, None), "a.csv", content), "views/model.py")
    if formula.startswith(("count", "more")):
        app.selectbox(key="pick_outcome").set_value(formula.split(" ")[0]).run()
        app.selectbox(key="pick_kind").set_value(kind).run()
    apply_formula(app, formula.replace("| g", "| `<b>g</b>|*g*`"))
    go(app, "views/quality.py")
    assert not app.exception
    assert not app.error
    assert ("Quantile residuals" in words(app)) is drawn
    assert ("missed in two ways only" in words(app)) is not drawn
    axes = " ".join(str(one["layout"].get("yaxis", {})) for one in figures(app))
    assert ("SDs of chance" in axes) is drawn
