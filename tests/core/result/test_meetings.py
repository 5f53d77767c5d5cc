"""Who met whom, by the rows themselves."""

import numpy as np
import pandas as pd

import core
from core.result.meetings import meetings
from tests.core.result.test_several_groupings import FORMULA, panel


def test_pairs_rows_and_means_are_those_of_the_table() -> None:
    frame = panel()
    fit = core.fit(frame, FORMULA)
    found = meetings(fit.linear, "brand", "store").set_index(["one", "other"]).sort_index()
    known = frame.groupby(["brand", "store"])["sales"].agg(["size", "mean"]).sort_index()
    known.index.names = found.index.names
    assert (found["rows"] == known["size"]).all()
    np.testing.assert_allclose(found["mean"], known["mean"], rtol=1e-12)


def test_pairs_that_never_met_are_left_out() -> None:
    frame = panel()
    kept = frame[~((frame["store"] == "s00") & (frame["brand"] == "b0"))]
    found = meetings(core.fit(kept, FORMULA).linear, "store", "brand")
    assert ("s00", "b0") not in set(zip(found["one"], found["other"], strict=True))
    assert isinstance(found, pd.DataFrame)
