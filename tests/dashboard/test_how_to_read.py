"""The model's ideas drawn with the reader's own groups: on demand, on one scale, for every kind of model."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from dashboard.charts.reading import few_lines_chart, reach
from dashboard.theme import LIGHT
from tests.dashboard.pages import apply_formula, figures, opened, words

LINES = pd.DataFrame(
    {"x_low": [0.0, 2.0], "x_high": [10.0, 4.0], "y_low": [0.0, 5.0], "y_high": [10.0, 5.0]},
    index=["<b>a", "b"],
)
MIDDLE = (0.0, 10.0, 1.0, 8.0)


def test_lines_run_over_the_same_range_and_none_is_cut() -> None:
    limits = reach([(LINES, MIDDLE)])
    assert limits[0] < 0.0
    assert limits[1] > 10.0
    drawn = few_lines_chart(LINES, MIDDLE, LIGHT, says=("x", "y"), limits=limits)
    assert [list(trace.x) for trace in drawn.data] == [[0.0, 10.0]] * 3
    assert list(drawn.data[2].y) == [5.0, 5.0]  # the second group's line, longer than its own range
    assert all("<b>a" not in note.text for note in drawn.layout.annotations)  # a name is text, not markup


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("sales ~ week + youtube + newspaper + (1 + youtube | store)", "lines fan out"),
        ("sales ~ week + youtube + newspaper + (1 | store)", "Let a slope differ"),
        ("sales ~ youtube + (1 + youtube | region/store)", "lines fan out"),
        ("sales ~ week + (1 + week || region) + (1 | store)", "lines fan out"),
        ("sales ~ 1 + (1 | store)", "stores lie in 4 regions"),
        ("sales ~ log1p(youtube) + (0 + log1p(youtube) | store)", "stores lie in 4 regions"),
        ("sales ~ within(newspaper, store) + between(newspaper, store) + (1 | store)", "stores lie in"),
    ],
)
def test_every_kind_of_model_unfolds(root: Path, formula: str, says: str) -> None:
    app = opened(root, page="views/model.py")
    before = len(figures(app))
    apply_formula(app, formula)
    app.session_state["how_to_read"] = True
    app.run()
    assert not app.exception
    assert not app.error
    assert len(figures(app)) > before - 1
    assert says in words(app)


def test_names_of_lines_that_end_together_stay_in_the_picture() -> None:
    alike = pd.DataFrame(
        {"x_low": [0.0] * 4, "x_high": [10.0] * 4, "y_low": [0.0] * 4, "y_high": [9.9, 9.95, 10.0, 10.05]},
        index=["a", "b", "c", "d"],
    )
    middle = (0.0, 10.0, 0.0, 10.0)
    limits = reach([(alike, middle)])
    drawn = few_lines_chart(alike, middle, LIGHT, says=("x", "y"), limits=limits)
    at = sorted(note.y for note in drawn.layout.annotations)
    assert at[-1] < limits[1]
    assert min(b - a for a, b in pairwise(at)) > 0.07 * (limits[1] - limits[0])
