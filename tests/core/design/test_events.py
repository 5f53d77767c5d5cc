"""Outcomes of yes and no: which cells count as yes."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.response import response
from core.errors import UnknownEvent
from core.spec.formula import parse_formula


def read(cells: list[str], event: str | None) -> np.ndarray:
    """Returns a column of cells as the outcome of a model whose yes is an event."""
    spec = parse_formula("bought ~ 1", family="binomial", event=event)
    return response(core.read_table(pd.DataFrame({"bought": cells})), spec, None)[0]


@pytest.mark.parametrize(("yes", "no"), [("y", "n"), ("Yes", "No"), ("TRUE", "FALSE"), ("Ja", "Nein")])
def test_the_words_of_a_yes_no_column_name_its_event(yes: str, no: str) -> None:
    """Columns of these words are read as yes/no when the file is; either word may be what counts."""
    cells = [yes, no, yes, no, no]
    np.testing.assert_array_equal(read(cells, yes), [1, 0, 1, 0, 0])
    np.testing.assert_array_equal(read(cells, no), [0, 1, 0, 1, 1])
    np.testing.assert_array_equal(read(cells, None), [1, 0, 1, 0, 0])


def test_other_words_are_refused() -> None:
    with pytest.raises(UnknownEvent, match="it is no, yes"):
        read(["y", "n", "y"], "sold")


def with_blanks() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Returns 120 rows whose column of Y and N has 12 blanks, and the 108 rows without them."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=120)
    said = np.where(rng.random(120) < 1 / (1 + np.exp(-x)), "Y", "N").astype(object)
    said[::10] = None
    frame = pd.DataFrame(
        {"said": said, "x": x, "g": np.arange(120) % 8, "sales": 3 + x + rng.normal(size=120)}
    )
    return frame, frame.dropna().reset_index(drop=True)


@pytest.mark.parametrize("event", [None, "Y", "no"])
@pytest.mark.parametrize("formula", ["said ~ x", "said ~ x + (1 | g)"])
def test_blanks_of_a_yes_no_outcome_are_left_out(formula: str, event: str | None) -> None:
    """They were once counted as what is not the event; the very rows that are left, so rounding only."""
    every, filled = with_blanks()
    found, expected = (core.fit(one, formula, family="binomial", event=event) for one in (every, filled))
    assert found.n_rows == 108
    assert [(one.rows, one.column) for one in found.dropped] == [(12, "said")]
    pd.testing.assert_frame_equal(found.fixed_effects, expected.fixed_effects)


@pytest.mark.parametrize(
    "formula", ["sales ~ said + x", "sales ~ x + (1 | said)", "sales ~ x + (1 + said | g)"]
)
def test_blanks_of_a_yes_no_predictor_or_group_are_left_out(formula: str) -> None:
    every, filled = with_blanks()
    found, expected = core.fit(every, formula), core.fit(filled, formula)
    assert found.n_rows == 108
    pd.testing.assert_frame_equal(found.fixed_effects, expected.fixed_effects)
    predicted = found.predict(every)
    assert predicted["mean"].isna().to_list() == every["said"].isna().to_list()
