"""Outcomes of yes and no: which cells count as yes."""

import numpy as np
import pandas as pd
import pytest

import core
from core.design.errors import UnknownEvent
from core.design.response import response
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
