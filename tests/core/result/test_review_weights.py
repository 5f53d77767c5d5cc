"""Weights of a generalised model that look unlike numbers of rows."""

import numpy as np
import pytest

import core
from core.finding import Status
from tests.core.fit.generalised_panels import panel


@pytest.mark.parametrize(
    ("times", "says"),
    [(1.0, ""), (1e6, "each: intervals are as narrow as so many rows"), (0.37, "are no whole numbers")],
)
def test_weights_that_are_no_numbers_of_rows_are_told(times: float, says: str) -> None:
    frame = panel().assign(w=lambda rows: rows["w"] * times)
    fit = core.fit(core.read_table(frame), "count | weights(w) ~ x + (1 | g)", family="poisson")
    found = [one for one in fit.findings() if one.topic == "weights"]
    assert bool(found) is bool(says)
    for one in found:
        assert one.status is Status.LOOK
        assert says in one.message
        assert one.about == "w"
        assert one.numbers["total"] == pytest.approx(np.sum(frame["w"]))
