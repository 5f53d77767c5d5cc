"""Rows of generalised models, and the cells that stand for like ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.design.rows import aggregated
from core.fit.family import log_likelihood
from core.fit.linearised import predictor
from core.spec.model import Family
from tests.core.fit.generalised_panels import FAMILIES, OUTCOME, panel, rows_for

FORMULA = "{} ~ a + (1 + a | g)"


def coarse() -> pd.DataFrame:
    """Rows of which many are alike."""
    frame = panel(n=600, groups=4)
    return frame.assign(a=(frame["x"] > 2.0) * 1.0, amount=np.ceil(frame["amount"] * 4) / 4)


@pytest.mark.parametrize("family", FAMILIES)
def test_cells_have_the_likelihood_of_their_rows(family: str) -> None:
    rows = rows_for(FORMULA.format(OUTCOME[family]), family, frame=coarse())
    cells = aggregated(rows)
    assert cells.n < rows.n / 2
    assert (cells.weights * cells.trials).sum() == (rows.weights * rows.trials).sum()
    rng, apart = np.random.default_rng(4), []
    for _ in range(3):
        fixed, effects = rng.normal(size=2), {"g": rng.normal(size=(4, 2))}
        both = [log_likelihood(one, predictor(one, fixed, effects), 0.8).sum() for one in (rows, cells)]
        apart.append(both[0] - both[1])
    # The number of ways in which successes can be ordered is all that differs.
    assert np.ptp(apart) < 1e-8
    if family != "binomial":
        assert abs(apart[0]) < 1e-8


def test_rows_that_differ_in_anything_stay_apart() -> None:
    rows = rows_for("yes ~ x + (1 | g)", "binomial")
    assert aggregated(rows) is rows
    twice = aggregated(rows_for(FORMULA.format("yes"), "binomial", frame=coarse()))
    shifted = replace(twice, offset=np.arange(twice.n, dtype=float))
    assert aggregated(shifted).n == twice.n == 8


def test_blocks_say_what_varies_together() -> None:
    rows = rows_for("yes ~ x + w + (1 + x | g) + (0 + w || g) + (1 | h)", "binomial")
    assert rows.random == {"g": ("(Intercept)", "x", "w"), "h": ("(Intercept)",)}
    assert rows.blocks == {"g": (2, 1), "h": (1,)} and rows.family is Family.BINOMIAL
